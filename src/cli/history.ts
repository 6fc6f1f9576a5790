import { ListResourceHistory } from '../contracts/imprimatur.ts';
import type { HistoryEntry, ListResourceHistoryOutput } from '../contracts/imprimatur.ts';
import { DescribeModelPackageGroup } from '../contracts/sagemaker.gen.ts';
import { listAll, longTime, noteMore, printJson } from './answer.ts';
import type { Client } from './client.ts';
import { addCommonOptions, countOption, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { ServiceFailure } from './failure.ts';
import { changeLines } from './history-change.ts';
import { printable } from './printable.ts';
import { paint } from './terminal.ts';
import type { Terminal } from './terminal.ts';
import { describeVersion } from './version-name.ts';

interface HistoryOptions extends CommonOptions {
  readonly limit?: number;
}

/** `imprimatur history`: tells who did what to a resource, the newest last. */
export function history(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'history',
      summary:
        'Tells who did what to a group or a version, and when: every change, and every refused ' +
        'attempt at one. The newest comes last; --json lists it first, as the API does, with ' +
        'refused looks too.',
      examples: [
        ['history fraud/3', 'tells the story of version 3 of fraud, even after its deletion'],
        ['history fraud', 'tells the story of the group, without that of its versions'],
        ['history fraud/3 --limit 5', 'tells what happened last'],
      ],
    },
    terminal,
  )
    .argument('<resource>', 'ARN, <group>, <group>/<number> or alias')
    .option('--limit <number>', 'only the last so many', countOption);
  addCommonOptions(command).action((name: string, options: HistoryOptions) =>
    tellHistory(name, options, terminal),
  );
  return runCommand(command, args);
}

async function tellHistory(
  name: string,
  options: HistoryOptions,
  terminal: Terminal,
): Promise<void> {
  const client = connect(options, terminal);
  const output = await findHistory(client, name, options.limit);
  if (options.json) {
    printJson(ListResourceHistory, output, terminal);
    return;
  }
  const entries = output.Entries.filter((entry) => !isVainLook(entry)).toReversed();
  terminal.out.write(entries.map((entry) => entryText(entry, terminal)).join(''));
  if (entries.length === 0) terminal.error.write('Nothing has happened to it.\n');
  const { ShortenedBefore: shortened } = output;
  if (shortened !== undefined) {
    const until = longTime(shortened);
    terminal.error.write(`The journal was shortened: entries from before ${until} may be gone.\n`);
  }
  noteMore(output, terminal);
}

/** Whether an entry is but a look at what was not there, as this command takes itself. */
function isVainLook({ EventName: name, ErrorMessage: message = '' }: HistoryEntry): boolean {
  return name.startsWith('Describe') && message.includes('does not exist');
}

/** The timeline of what a name stands for, by its ARN, which may be that of something gone. */
async function findHistory(
  client: Client,
  name: string,
  limit: number | undefined,
): Promise<ListResourceHistoryOutput> {
  const { arns, refusal } = await findArns(client, name);
  for (const ResourceArn of arns) {
    const output = await listAll(client, ListResourceHistory, { ResourceArn }, limit);
    // What never was has refused attempts at most, such as the one to find it here.
    const was = output.Entries.some((entry) => entry.ErrorCode === undefined);
    if (was || refusal === undefined) return output;
  }
  throw refusal!;
}

interface FoundArns {
  readonly arns: readonly string[];
  /** What the registry says when none of them is there any more. */
  readonly refusal?: ServiceFailure;
}

/** ARNs that a name may stand for, the likeliest first. */
async function findArns(client: Client, name: string): Promise<FoundArns> {
  if (name.startsWith('arn:')) return { arns: [name] };
  const [, group, version] = /^(.+)\/(\d+)$/.exec(name) ?? [];
  const found = await findGroupArn(client, group ?? name);
  if (version !== undefined) {
    // A version is not asked for by name: were it gone, the question would enter its history.
    const arn = found.arns[0]?.replace(':model-package-group/', ':model-package/');
    return { ...found, arns: arn === undefined ? [] : [`${arn}/${version}`] };
  }
  if (!found.refusal) return found;
  const asPackage = await findVersionArn(client, name);
  if (!asPackage.refusal) return asPackage;
  return { arns: [...found.arns, ...asPackage.arns], refusal: asPackage.refusal };
}

function findGroupArn(client: Client, name: string): Promise<FoundArns> {
  const input = { ModelPackageGroupName: name };
  return foundOrGone(async () => {
    return (await client.call(DescribeModelPackageGroup, input)).ModelPackageGroupArn;
  });
}

function findVersionArn(client: Client, name: string): Promise<FoundArns> {
  return foundOrGone(async () => (await describeVersion(client, name)).ModelPackageArn);
}

/** A refusal for want of a resource tells the ARN that it would have. */
async function foundOrGone(find: () => Promise<string>): Promise<FoundArns> {
  try {
    return { arns: [await find()] };
  } catch (error) {
    if (!(error instanceof ServiceFailure && error.isMissing)) throw error;
    return { arns: /arn:\S+/.exec(error.text) ?? [], refusal: error };
  }
}

function entryText(entry: HistoryEntry, terminal: Terminal): string {
  const styled = (text: string, style: Parameters<typeof paint>[1]): string =>
    paint(text, style, terminal.out, terminal.environment);
  const { ErrorCode: code, ErrorMessage: message = '' } = entry;
  const head = [
    styled(longTime(entry.EventTime), 'dim'),
    styled(entry.EventName, 'bold'),
    ...(code === undefined ? [] : [styled(`refused: ${code}`, 'red')]),
    `by ${printable(entry.PrincipalArn)}`,
  ].join('  ');
  const lines = code === undefined ? changeLines(entry) : [message];
  if (lines.length === 0) lines.push('nothing changed');
  return [head, ...lines.map((line) => `    ${printable(line)}`), ''].join('\n');
}
