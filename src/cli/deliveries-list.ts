import { InvalidArgumentError, Option } from 'commander';
import { ListDeliveries } from '../contracts/imprimatur-deliveries.ts';
import type { Delivery, DeliveryState } from '../contracts/imprimatur-deliveries.ts';
import { listAll, longTime, noteMore, printJson } from './answer.ts';
import { addCommonOptions, countOption, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { momentOption } from './moment.ts';
import { ruleArn } from './rule-option.ts';
import { renderTable } from './table.ts';
import type { Column } from './table.ts';
import type { Style, Terminal } from './terminal.ts';

interface ListOptions extends CommonOptions {
  readonly state?: DeliveryState;
  readonly rule?: string;
  readonly bus?: string;
  readonly target?: string;
  readonly event?: string;
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
}

const states: Readonly<Record<string, DeliveryState>> = {
  pending: 'PENDING',
  delivered: 'DELIVERED',
  failed: 'FAILED',
  'dead-lettered': 'DEAD_LETTERED',
};
const styles: Readonly<Record<DeliveryState, Style>> = {
  PENDING: 'yellow',
  DELIVERED: 'green',
  FAILED: 'red',
  DEAD_LETTERED: 'red',
};
const usualLimit = 50;

/** `imprimatur deliveries list`: lists deliveries, the newest first. */
export function deliveriesList(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'deliveries list',
      summary: 'Lists what was, or is to be, delivered to targets of rules; the newest first.',
      examples: [
        ['deliveries list', 'lists the last 50'],
        ['deliveries list --state failed --rule deploy', 'lists what a rule gave up'],
        ['deliveries list --event 0f6d0c9e-6c5a-8b0e-8a51-3a6f2a1f7d10', 'tells where it went'],
      ],
    },
    terminal,
  )
    .addOption(
      new Option('--state <state>', `only ${Object.keys(states).join(', ')}`).argParser(
        stateOption,
      ),
    )
    .option('--rule <rule>', 'only those of a rule, by name or ARN')
    .option('--bus <name>', 'the bus of a rule that is given by name (default "default")')
    .option('--target <arn>', 'only those to a target')
    .option('--event <id>', 'only those of an event')
    .option('--from <when>', 'not before: a time, or how long ago', (text) => momentOption(text))
    .option('--to <when>', 'not after', (text) => momentOption(text))
    .option('--limit <number>', 'only the first so many', countOption, usualLimit);
  addCommonOptions(command).action((options: ListOptions) => listDeliveries(options, terminal));
  return runCommand(command, args);
}

/** Reads a state as it is spelled on the wire or in words. */
function stateOption(text: string): DeliveryState {
  const state = states[text.toLowerCase().replaceAll('_', '-')];
  if (state) return state;
  throw new InvalidArgumentError(`It must be one of ${Object.keys(states).join(', ')}.`);
}

async function listDeliveries(options: ListOptions, terminal: Terminal): Promise<void> {
  const { state, rule, bus, target, event, from, to, limit } = options;
  const client = connect(options, terminal);
  const input = {
    ...(state && { State: state }),
    ...(rule !== undefined && { RuleArn: await ruleArn(client, rule, bus) }),
    ...(target !== undefined && { TargetArn: target }),
    ...(event !== undefined && { EventId: event }),
    ...(from !== undefined && { StartTime: from }),
    ...(to !== undefined && { EndTime: to }),
  };
  const output = await listAll(client, ListDeliveries, input, limit);
  if (options.json) printJson(ListDeliveries, output, terminal);
  else terminal.out.write(renderTable(columns, output.Deliveries, terminal));
  noteMore(output, terminal);
}

const columns: readonly Column<Delivery>[] = [
  { title: 'DELIVERY', text: ({ DeliveryId }) => String(DeliveryId) },
  { title: 'STATE', text: ({ State }) => State, style: ({ State }) => styles[State] },
  { title: 'CREATED', text: ({ CreationTime }) => longTime(CreationTime) },
  { title: 'RULE', text: ({ RuleArn }) => resourceOf(RuleArn), flexible: true },
  { title: 'TARGET', text: ({ TargetArn }) => resourceOf(TargetArn), flexible: true },
  { title: 'TRIES', text: ({ AttemptCount }) => String(AttemptCount) },
  { title: 'REPLAY', text: ({ ReplayName }) => ReplayName, flexible: true },
  { title: 'ERROR', text: ({ ErrorCode }) => ErrorCode },
];

/** What of an ARN tells one from another here: what follows the kind. */
function resourceOf(arn: string): string {
  return arn
    .split(':')
    .slice(5)
    .join(':')
    .replace(/^rule\//, '');
}
