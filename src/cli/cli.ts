import { exitCodes, Failure } from './failure.ts';
import { didYouMean } from './nearest.ts';
import { processTerminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/** Runs a command; answers its exit code where that says more than done. */
type Run = (args: readonly string[], terminal: Terminal) => Promise<number | void>;

interface CommandEntry {
  readonly summary: string;
  /** A command is loaded when it is called, so that none waits for another's libraries. */
  load(): Promise<Run>;
}

/** Every command, in the order of `imprimatur --help`. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  serve: {
    summary: 'run the registry',
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  credentials: {
    summary: 'print the lines to export that point any AWS client at the registry',
    load: async () => (await import('./credentials.ts')).credentials,
  },
  groups: {
    summary: 'list the model package groups',
    load: async () => (await import('./groups.ts')).groups,
  },
  versions: {
    summary: 'list the versions of a group',
    load: async () => (await import('./versions.ts')).versions,
  },
  show: {
    summary: 'show all about a version',
    load: async () => (await import('./show.ts')).show,
  },
  register: {
    summary: 'register a new version of a group',
    load: async () => (await import('./register.ts')).register,
  },
  approve: {
    summary: 'approve a version',
    load: async () => (await import('./approve.ts')).approve,
  },
  reject: {
    summary: 'reject a version',
    load: async () => (await import('./reject.ts')).reject,
  },
  archive: {
    summary: 'mark a version as superseded or retired',
    load: async () => (await import('./archive.ts')).archive,
  },
  history: {
    summary: 'tell who did what to a group or a version, and when',
    load: async () => (await import('./history.ts')).history,
  },
  search: {
    summary: 'find versions or groups by their properties',
    load: async () => (await import('./search.ts')).search,
  },
  wait: {
    summary: 'wait until a version is approved, or has another status',
    load: async () => (await import('./wait.ts')).wait,
  },
  events: {
    summary: 'follow, list and replay events: tail, list, replay; all that "aws events" does',
    load: async () => (await import('./events.ts')).events,
  },
  deliveries: {
    summary: 'look after what events were delivered: list, show, redrive',
    load: async () => (await import('./deliveries.ts')).deliveries,
  },
  webhook: {
    summary: 'tell endpoints of what happens: add, list, show, test, rotate-secret, remove',
    load: async () => (await import('./webhook.ts')).webhook,
  },
  accounts: {
    summary: 'administer accounts: list, create, new-key, rename, disable, enable',
    load: async () => (await import('./accounts.ts')).accounts,
  },
  db: {
    summary: 'look after the database: status, migrate, copy',
    load: async () => (await import('./db.ts')).db,
  },
  backup: {
    summary: 'copy the database, also while it is in use, into a file with a proof',
    load: async () => (await import('./backup.ts')).backup,
  },
  restore: {
    summary: 'put a backup in the place of the database',
    load: async () => (await import('./restore.ts')).restore,
  },
  rehearse: {
    summary: 'restore the newest backup in a scratch folder and tell whether it would do',
    load: async () => (await import('./rehearse.ts')).rehearse,
  },
  doctor: {
    summary: 'check configuration, permissions, disk, clock, database and server',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  fsck: {
    summary: 'check that rows, journal, names and search index tell the same',
    load: async () => (await import('./fsck.ts')).fsck,
  },
  audit: {
    summary: 'prove that the history is what it was: verify, export, checkpoint, prove',
    load: async () => (await import('./audit.ts')).audit,
  },
  call: {
    summary: 'call any operation of any service, in the style of the aws CLI',
    load: async () => (await import('./call.ts')).call,
  },
  sagemaker: {
    summary: 'call an operation of SageMaker, as "aws sagemaker" does',
    load: () => loadService('sagemaker'),
  },
  imprimatur: {
    summary: 'call an operation that SageMaker has not',
    load: () => loadService('imprimatur'),
  },
  cloudtrail: {
    summary: 'look up who did what, as "aws cloudtrail" does',
    load: () => loadService('cloudtrail'),
  },
};

async function loadService(name: string): Promise<Run> {
  const { call } = await import('./call.ts');
  return (args, terminal) => call([name, ...args], terminal);
}

/** Runs the command line; sets the exit code of the process. */
export async function main(args: readonly string[]): Promise<void> {
  process.exitCode = await run(args, processTerminal());
}

/** Runs a command line and answers its exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return (await runNamed(args, terminal)) ?? exitCodes.done;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.message !== '') terminal.error.write(`imprimatur: ${error.message}\n`);
    return error.exitCode;
  }
}

async function runNamed(args: readonly string[], terminal: Terminal): Promise<number | void> {
  const { general, rest } = splitGeneral(args);
  const [name, ...others] = rest;
  if (name === undefined || name === '--help' || name === '-h') {
    terminal.out.write(helpText());
    return exitCodes.done;
  }
  if (name === '--version' || name === '-V') {
    const { packageVersion } = await import('./version.ts');
    terminal.out.write(`imprimatur ${packageVersion()}\n`);
    return exitCodes.done;
  }
  if (name === 'help') return runNamed([...others.slice(0, 1), '--help'], terminal);
  if (!Object.hasOwn(commands, name)) throw unknownCommand(name);
  const command = await commands[name]!.load();
  return command([...others, ...general], terminal);
}

/** Options that may stand before the command, as with the aws CLI; true for those with a value. */
const generalOptions: Readonly<Record<string, boolean>> = {
  '--endpoint-url': true,
  '--region': true,
  '--profile': true,
  '--output': true,
  '--query': true,
  '--color': true,
  '--debug': false,
  '--no-paginate': false,
  '--no-cli-pager': false,
};

function splitGeneral(args: readonly string[]): { general: string[]; rest: string[] } {
  let end = 0;
  for (;;) {
    const [option = '', value] = (args[end] ?? '').split('=', 2);
    if (!Object.hasOwn(generalOptions, option)) break;
    end += generalOptions[option] && value === undefined ? 2 : 1;
  }
  return { general: args.slice(0, end), rest: args.slice(end) };
}

function unknownCommand(name: string): Failure {
  const hint = didYouMean(name, Object.keys(commands));
  const help = 'Run "imprimatur --help" for all commands.';
  return new Failure(`unknown command '${name}'${hint}\n${help}`, exitCodes.usage);
}

function helpText(): string {
  const lines = Object.entries(commands).map(
    ([name, { summary }]) => `  ${name.padEnd(13)} ${summary}`,
  );
  return `imprimatur: a model registry that speaks Amazon SageMaker's API

Usage: imprimatur <command> [options]

Commands:
${lines.join('\n')}

"imprimatur <command> --help" tells the options of a command, with examples.
"imprimatur --version" tells the version.

Calls go to --endpoint-url, else AWS_ENDPOINT_URL_SAGEMAKER, else AWS_ENDPOINT_URL, else
http://127.0.0.1:9700 (IMPRIMATUR_PORT). They are signed with --profile, else AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY, else the profile that AWS_PROFILE or AWS_SHARED_CREDENTIALS_FILE names, else,
on this machine, the root key in ./imprimatur-data (IMPRIMATUR_DATA_DIR).

Examples:
  imprimatur serve
      runs the registry, its data in ./imprimatur-data
  imprimatur register fraud --create-group --image registry/fraud:1 --model-data s3://models/1
      registers version 1 of the group fraud
  imprimatur approve fraud/1 -m "meets the bias criteria"
      approves it
  imprimatur backup /backups --keep 14 && imprimatur rehearse /backups
      backs the registry up while it runs, and proves that the backup would do
  imprimatur sagemaker list-model-packages --model-package-group-name fraud
      is "aws sagemaker list-model-packages …", without the aws CLI

Exit codes: 0 done; 1 refused by the server, or failed; 2 usage. "wait" has two more, and "call" has
those of the aws CLI; their help tells them.
`;
}
