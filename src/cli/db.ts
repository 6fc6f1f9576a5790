import { UsageFailure } from './failure.ts';
import { didYouMean } from './nearest.ts';
import type { Terminal } from './terminal.ts';

type Run = (args: readonly string[], terminal: Terminal) => Promise<number | void>;

const subcommands: Readonly<Record<string, { summary: string; load(): Promise<Run> }>> = {
  status: {
    summary: 'tell which database it is, how far its schema has come, and how big it is',
    load: async () => (await import('./db-status.ts')).dbStatus,
  },
  migrate: {
    summary: 'bring the schema up to date, as a start of the server does by itself',
    load: async () => (await import('./db-migrate.ts')).dbMigrate,
  },
  copy: {
    summary: 'copy everything from one database to another: SQLite to PostgreSQL, or back',
    load: async () => (await import('./db-copy.ts')).dbCopy,
  },
  rekey: {
    summary: 'encrypt the secrets of access keys under a new encryption key',
    load: async () => (await import('./db-rekey.ts')).dbRekey,
  },
};

/** `imprimatur db …`: looks after the database, without a server. */
export async function db(args: readonly string[], terminal: Terminal): Promise<number | void> {
  const [name, ...others] = args;
  if (name === undefined || name === '--help' || name === '-h') {
    terminal.out.write(helpText());
    return undefined;
  }
  if (!Object.hasOwn(subcommands, name)) {
    const hint = didYouMean(name, Object.keys(subcommands));
    throw new UsageFailure(`unknown command 'db ${name}'${hint}\nUsage: imprimatur db --help`);
  }
  const run = await subcommands[name]!.load();
  return run(others, terminal);
}

function helpText(): string {
  const lines = Object.entries(subcommands).map(
    ([name, { summary }]) => `  ${name.padEnd(13)} ${summary}`,
  );
  return `Usage: imprimatur db <command> [options]

Commands:
${lines.join('\n')}

"imprimatur db <command> --help" tells the options of a command, with more examples.

Examples:
  imprimatur db status
      tells it of the database in ./imprimatur-data
  imprimatur db copy --from sqlite:models.db --to postgres://me@db.example/models
      moves from one machine to many
`;
}
