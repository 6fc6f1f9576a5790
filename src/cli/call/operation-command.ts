import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { LinkedOperation, Member } from '../../contracts/shape.ts';
import { addCallerOptions, countOption, newCommand } from '../command.ts';
import type { CallerOptions } from '../connect.ts';
import { UsageFailure } from '../failure.ts';
import { resultKey } from '../paginate.ts';
import type { Terminal } from '../terminal.ts';
import { optionName } from './option-name.ts';
import { parseJson, parseOptionValue, readReference } from './option-value.ts';
import { outputFormats } from './output.ts';
import type { OutputFormat } from './output.ts';
import { describeValue, placeholder } from './shape-text.ts';

/** Options that every operation has besides its members. */
export interface OperationOptions extends CallerOptions {
  readonly output: OutputFormat;
  readonly query?: string;
  readonly cliInputJson?: string;
  readonly generateCliSkeleton?: string | true;
  readonly paginate: boolean;
  readonly startingToken?: string;
  readonly maxItems?: number;
  readonly pageSize?: number;
  readonly cliReadTimeout: number;
  readonly cliConnectTimeout: number;
}

/** The command of an operation: an option for every member of its input. */
export function operationCommand(operation: LinkedOperation, terminal: Terminal): Command {
  const service = operation.service.data.name;
  const name = `${service} ${optionName(operation.name)}`;
  const required = operation.input.members.filter((member) => member.required);
  const given = required.map((member) => ` --${optionName(member.name)} …`).join('');
  const command = newCommand(
    {
      name,
      summary: `Calls ${operation.name} of ${service}, in the style of the aws CLI.`,
      examples: [
        [`${name}${given}`, 'calls it with what it requires'],
        [`${name} --generate-cli-skeleton`, 'prints all it takes, for --cli-input-json'],
      ],
    },
    terminal,
  )
    .usage('[options]')
    .configureHelp({
      // The names are long; below them their descriptions have the whole line.
      formatItem: (term, _width, description, help) => {
        const text = help.boxWrap(description, (help.helpWidth ?? 100) - 6);
        const lines = description === '' ? [] : text.split('\n');
        return [`  ${term}`, ...lines.map((line) => `      ${line}`)].join('\n');
      },
    });
  for (const member of operation.input.members) addMember(command, member, operation);
  addPaging(command, operation);
  return addGeneralOptions(command);
}

/** The input that options and `--cli-input-json` give, in JSON's terms; options win. */
export function readMembers(
  operation: LinkedOperation,
  options: OperationOptions & Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const fromJson = readInputJson(options.cliInputJson);
  const input: Record<string, unknown> = { ...fromJson };
  for (const { name, shape } of operation.input.members) {
    const flag = `--${optionName(name)}`;
    const given = options[new Option(flag).attributeName()];
    if (typeof given === 'boolean') input[name] = given;
    else if (given !== undefined) {
      input[name] = parseOptionValue([given].flat() as string[], shape, flag);
    }
  }
  const missing = operation.input.members
    .filter(({ name, required }) => required && input[name] === undefined)
    .map(({ name }) => `--${optionName(name)}`);
  if (missing.length > 0) {
    throw new UsageFailure(
      `the following arguments are required: ${missing.join(', ')}\n` +
        `Usage: imprimatur ${operation.service.data.name} ${optionName(operation.name)} [options]`,
    );
  }
  return input;
}

function readInputJson(text: string | undefined): object {
  if (text === undefined) return {};
  const flag = '--cli-input-json';
  const value = parseJson(readReference(text, flag), flag);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new UsageFailure(`Error parsing parameter '${flag}': It must be a JSON object`);
}

/** A member that paging fills by itself can be given, but is not shown. */
function addMember(command: Command, { name, shape, required }: Member, of: LinkedOperation): void {
  const option = `--${optionName(name)}`;
  const text = [required && 'required', describeValue(shape)].filter(Boolean).join('; ');
  if (shape.type === 'boolean') {
    command.option(option, text).option(option.replace('--', '--no-'), 'the opposite');
    return;
  }
  const paged = resultKey(of) !== undefined && pagingMembers.includes(name);
  command.addOption(new Option(`${option} ${placeholder(shape)}`, text).hideHelp(paged));
}

/** Members that are given in vain, or instead of paging, when a list is fetched page by page. */
export const pagingMembers: readonly string[] = ['NextToken', 'MaxResults'];

function addPaging(command: Command, operation: LinkedOperation): void {
  const key = resultKey(operation);
  if (key === undefined) return;
  command
    .option('--starting-token <token>', `go on after a cut-off list of ${key}`)
    .option('--max-items <number>', 'items in all, over all pages', countOption)
    .option('--page-size <number>', 'items of one request', countOption);
}

function addGeneralOptions(command: Command): Command {
  addCallerOptions(
    command
      .option('--cli-input-json <json>', 'members as JSON, or file://path; options win')
      .addOption(
        new Option(
          '--generate-cli-skeleton [kind]',
          'print what can be given, and call nothing',
        ).choices(['input', 'output']),
      )
      .option('--query <jmespath>', 'the part of the answer to print')
      .addOption(
        new Option('--output <format>', 'how to print it').choices(outputFormats).default('json'),
      )
      .option('--no-paginate', 'one page only'),
  );
  return command
    .addOption(new Option('--cli-read-timeout <seconds>').default(60).argParser(secondsOption))
    .addOption(new Option('--cli-connect-timeout <seconds>').default(60).argParser(secondsOption))
    .addOption(new Option('--no-cli-pager').hideHelp())
    .addOption(new Option('--no-cli-auto-prompt').hideHelp())
    .addOption(new Option('--cli-binary-format <format>').hideHelp())
    .addOption(new Option('--color <when>').hideHelp());
}

function secondsOption(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number of seconds; 0 waits for ever.');
}
