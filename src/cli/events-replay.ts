import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeReplay } from '../contracts/events.gen.ts';
import type { DescribeReplayResponse } from '../contracts/events.gen.ts';
import { ReplayEvents } from '../contracts/imprimatur-events.ts';
import { longTime, printJson } from './answer.ts';
import type { Client } from './client.ts';
import { addCommonOptions, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { Failure } from './failure.ts';
import { momentOption } from './moment.ts';
import { showProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

interface ReplayOptions extends CommonOptions {
  readonly rule: string;
  readonly from: number;
  readonly to?: number;
  readonly bus?: string;
  readonly name?: string;
  readonly wait: boolean;
}

const pollMilliseconds = 500;
const over: readonly (string | undefined)[] = ['COMPLETED', 'CANCELLED', 'FAILED'];

/** `imprimatur events replay`: sends events of a time to a rule once more. */
export function eventsReplay(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'events replay',
      summary:
        "Sends what came to a bus in a time to one of its rules' targets once more, out of what " +
        'the registry keeps of its events. Those that match the rule have its targets anew, with ' +
        'the same ids.',
      examples: [
        ['events replay --from 2h --rule deploy', 'sends what came in the last two hours'],
        [
          'events replay --from 2026-05-03 --to 2026-05-04 --rule deploy --no-wait',
          'begins to send what came on a day, and does not wait for its end',
        ],
      ],
    },
    terminal,
  )
    .requiredOption('--rule <rule>', 'name or ARN of the rule')
    .requiredOption('--from <when>', 'what came then or after: a time, or how long ago', (text) =>
      momentOption(text),
    )
    .option('--to <when>', 'and before this (default now)', (text) => momentOption(text))
    .option('--bus <name>', 'the bus of a rule that is given by name (default "default")')
    .option('--name <name>', 'what to call the replay (default: it is given one)')
    .option('--no-wait', 'do not wait for its end');
  addCommonOptions(command).action((options: ReplayOptions) => replay(options, terminal));
  return runCommand(command, args);
}

async function replay(options: ReplayOptions, terminal: Terminal): Promise<void> {
  const { rule: Rule, from: From, to, bus, name, wait } = options;
  const client = connect(options, terminal, { quiet: true });
  const { ReplayName } = await client.call(ReplayEvents, {
    Rule,
    From,
    ...(to !== undefined && { To: to }),
    ...(bus !== undefined && { EventBusName: bus }),
    ...(name !== undefined && { Name: name }),
  });
  let last: DescribeReplayResponse = {};
  const label = (): string => {
    const { EventLastReplayedTime: at } = last;
    return `Replaying ${ReplayName}${at === undefined ? '' : `, up to ${longTime(at)}`}…`;
  };
  const watching = watch(client, ReplayName, wait, (told) => {
    last = told;
  });
  const told = await showProgress(terminal, label, watching);
  if (options.json) printJson(DescribeReplay, told, terminal);
  else terminal.out.write(`The replay ${ReplayName} is ${told.State ?? 'unknown'}.\n`);
  if (told.State === 'FAILED') throw new Failure(told.StateReason ?? '');
}

async function watch(
  client: Client,
  ReplayName: string,
  isToEnd: boolean,
  tell: (told: DescribeReplayResponse) => void,
): Promise<DescribeReplayResponse> {
  for (;;) {
    const told = await client.call(DescribeReplay, { ReplayName });
    tell(told);
    if (!isToEnd || over.includes(told.State)) return told;
    await sleep(pollMilliseconds);
  }
}
