import type { Command } from 'commander';
import type { LinkedOperation, LinkedService } from '../contracts/shape.ts';
import { inputProblems, readInput } from './call/input-check.ts';
import { operationCommand, pagingMembers, readMembers } from './call/operation-command.ts';
import type { OperationOptions } from './call/operation-command.ts';
import { optionName } from './call/option-name.ts';
import { formatOutput } from './call/output.ts';
import { skeleton } from './call/skeleton.ts';
import type { Client } from './client.ts';
import { runCommand } from './command.ts';
import { connect } from './connect.ts';
import { ConfigurationFailure, Failure, ServiceFailure, UsageFailure } from './failure.ts';
import { didYouMean } from './nearest.ts';
import { callAllPages, resultKey } from './paginate.ts';
import { services } from './services.ts';
import type { Terminal } from './terminal.ts';
import { toReadable } from './wire-value.ts';

/** Exit codes of the aws CLI, which scripts written for it tell apart. */
const awsExitCodes = { usage: 252, configuration: 253, refused: 254, failed: 255 } as const;

/** `imprimatur call <service> <operation>`: any operation, in the style of the aws CLI. */
export async function call(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await callService(args, terminal);
    return 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    terminal.error.write(`\n${failureText(error)}\n`);
    return exitCodeOf(error);
  }
}

async function callService(args: readonly string[], terminal: Terminal): Promise<void> {
  const [serviceName, operationName, ...rest] = args;
  if (isHelp(serviceName)) {
    terminal.out.write(servicesHelp());
    return;
  }
  const service = services.get(serviceName ?? '');
  if (!service) throw unknownName('service', serviceName, [...services.keys()], 'call <service>');
  if (isHelp(operationName)) {
    terminal.out.write(serviceHelp(service));
    return;
  }
  const names = new Map([...service.operations.values()].map((one) => [optionName(one.name), one]));
  const operation = names.get(operationName ?? '');
  if (!operation) {
    throw unknownName('operation', operationName, [...names.keys()], `${serviceName} <operation>`);
  }
  const command = operationCommand(operation, terminal).action(
    async (_options: unknown, command: Command) => {
      await callOperation(operation, command.opts(), terminal);
    },
  );
  await runCommand(command, rest.length === 1 && rest[0] === 'help' ? ['--help'] : rest);
}

async function callOperation(
  operation: LinkedOperation,
  options: OperationOptions & Readonly<Record<string, unknown>>,
  terminal: Terminal,
): Promise<void> {
  const { generateCliSkeleton: kind } = options;
  if (kind !== undefined) {
    const shape = kind === 'output' ? operation.output : operation.input;
    terminal.out.write(`${JSON.stringify(shape ? skeleton(shape) : {}, null, 4)}\n`);
    return;
  }
  const members = readMembers(operation, options);
  const problems = inputProblems(members, operation.input);
  if (problems.length > 0) {
    throw new UsageFailure(`Parameter validation failed:\n${problems.join('\n')}`);
  }
  const query = await readQuery(options.query);
  const input = readInput(members, operation.input);
  const timeouts = {
    readSeconds: options.cliReadTimeout,
    connectSeconds: options.cliConnectTimeout,
  };
  const client = connect(options, terminal, { timeouts });
  const output = await answer(client, operation, input, options);
  const readable = operation.output ? toReadable(output, operation.output) : {};
  const columns = terminal.out.columns ?? 80;
  const shown = query(readable);
  terminal.out.write(await formatOutput(shown, options.output, operation.name, columns));
}

/** Whoever pages by hand gets the page that was asked for, as with the aws CLI. */
async function answer(
  client: Client,
  operation: LinkedOperation,
  input: Record<string, unknown>,
  options: OperationOptions,
): Promise<Record<string, unknown>> {
  const { maxItems, pageSize, startingToken } = options;
  const paging = { maxItems, pageSize, startingToken };
  const byHand = !options.paginate || pagingMembers.some((name) => input[name] !== undefined);
  const isPaged = Object.values(paging).some((value) => value !== undefined);
  if (byHand && isPaged) {
    throw new UsageFailure(
      'Cannot specify --no-paginate, --next-token or --max-results along with pagination ' +
        'arguments: --starting-token, --max-items, --page-size',
    );
  }
  if (byHand || resultKey(operation) === undefined) return client.invoke(operation, input);
  return callAllPages(client, operation, input, paging);
}

/** The expression is read before anything is called, so that a slip of the pen changes nothing. */
async function readQuery(expression: string | undefined): Promise<(value: unknown) => unknown> {
  if (expression === undefined) return (value) => value;
  const { compile, search } = await import('jmespath');
  const explained = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw new UsageFailure(`Bad value for --query ${expression}: ${(error as Error).message}`);
    }
  };
  explained(() => compile(expression));
  return (value) => explained(() => search(value, expression));
}

function isHelp(word: string | undefined): boolean {
  return word === 'help' || word === '--help' || word === '-h';
}

function servicesHelp(): string {
  const lines = [...services.values()].map(
    ({ data, operations }) => `  ${data.name.padEnd(14)}${operations.size} operations`,
  );
  return `Usage: imprimatur call <service> <operation> [options]

Calls any operation, in the style of the aws CLI. A service's name is a command as well:
"imprimatur sagemaker …" is "imprimatur call sagemaker …".

Services:
${lines.join('\n')}

"imprimatur <service> help" lists a service's operations.
${exitCodesHelp}`;
}

function serviceHelp({ data, operations }: LinkedService): string {
  const lines = [...operations.values()].map(({ name, input }) => {
    const required = input.members.filter((member) => member.required);
    const options = required.map((member) => ` --${optionName(member.name)} …`).join('');
    return `  ${optionName(name)}${options}`;
  });
  const name = data.name;
  return `Usage: imprimatur ${name} <operation> [options]

Calls an operation of ${name}, in the style of the aws CLI.

Operations, with the options that each requires:
${lines.sort().join('\n')}

"imprimatur ${name} <operation> help" lists all options of an operation.
${exitCodesHelp}`;
}

const exitCodesHelp = `
Exit codes: 0 done; 252 usage; 253 no credentials; 254 refused by the server; 255 anything else.
`;

function unknownName(
  kind: string,
  given: string | undefined,
  names: readonly string[],
  usage: string,
): UsageFailure {
  const problem =
    given === undefined
      ? `the ${kind} is missing`
      : `unknown ${kind} '${given}'${didYouMean(given, names)}`;
  const choices = [...names].sort().map((name) => `  ${name}`);
  return new UsageFailure(
    `usage: imprimatur ${usage} [options]\n\nimprimatur: error: ${problem}; there are:\n` +
      choices.join('\n'),
  );
}

function failureText(error: Failure): string {
  if (!(error instanceof ServiceFailure)) return error.message;
  const retried = error.retries > 0 ? ` (reached max retries: ${error.retries})` : '';
  return (
    `An error occurred (${error.code}) when calling the ${error.operation} operation${retried}: ` +
    error.text
  );
}

function exitCodeOf(error: Failure): number {
  if (error instanceof UsageFailure) return awsExitCodes.usage;
  if (error instanceof ConfigurationFailure) return awsExitCodes.configuration;
  return error instanceof ServiceFailure ? awsExitCodes.refused : awsExitCodes.failed;
}
