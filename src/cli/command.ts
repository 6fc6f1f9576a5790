import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { CallerOptions } from './connect.ts';
import { UsageFailure } from './failure.ts';
import { didYouMean } from './nearest.ts';
import type { Terminal } from './terminal.ts';

/** Options of every command for people that calls the registry. */
export interface CommonOptions extends CallerOptions {
  readonly json?: boolean;
}

/** What a command is called and what it does. */
export interface CommandText {
  readonly name: string;
  readonly summary: string;
  /** Command lines without the program's name, and what each of them does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
}

const widthWhereUnknown = 100;

/** A command that writes to a terminal and throws instead of ending the process. */
export function newCommand({ name, summary, examples }: CommandText, terminal: Terminal): Command {
  const lines = examples.map(([line, meaning]) => `  imprimatur ${line}\n      ${meaning}`);
  return new Command(`imprimatur ${name}`)
    .description(summary)
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}`)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.out.write(text),
      writeErr: () => undefined,
      outputError: () => undefined,
      getOutHelpWidth: () => terminal.out.columns ?? widthWhereUnknown,
      getErrHelpWidth: () => terminal.error.columns ?? widthWhereUnknown,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}

/** Adds what every command has that calls the registry. */
export function addCommonOptions(command: Command): Command {
  return addCallerOptions(
    command.option('--json', 'one JSON document in the shapes of the API, for programs'),
  );
}

/** Adds where a call goes and who makes it. */
export function addCallerOptions(command: Command): Command {
  return command
    .option(
      '--endpoint-url <url>',
      'where the registry listens (AWS_ENDPOINT_URL_SAGEMAKER, AWS_ENDPOINT_URL; ' +
        'default http://127.0.0.1:9700)',
    )
    .option('--region <name>', 'region (AWS_REGION, AWS_DEFAULT_REGION; default us-east-1)')
    .option('--profile <name>', 'profile of the shared credentials file (AWS_PROFILE)')
    .option('--debug', 'tell on standard error what goes over the wire, without secrets');
}

/** Reads a command line and runs its action. */
export async function runCommand(command: Command, args: readonly string[]): Promise<void> {
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw new UsageFailure(usageMessage(command, error));
  }
}

/** Reads a whole number from 1. */
export function countOption(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}

/** Collects the values of an option that may be repeated. */
export function collect(value: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}

function usageMessage(command: Command, error: CommanderError): string {
  const message = error.message.replace(/^error: /, '').replace(/\n\(/, ' (');
  const [, unknown] = /^unknown option '([^']+)'$/.exec(message) ?? [];
  // Commander knows misspelt options, but not the beginning of one.
  const flags = command.options.flatMap(({ long }) => long ?? []);
  const hint = unknown === undefined ? '' : didYouMean(unknown, flags);
  return `${message}${hint}\nUsage: ${command.name()} ${command.usage()}`;
}
