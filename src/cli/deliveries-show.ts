import { DescribeDelivery } from '../contracts/imprimatur-deliveries.ts';
import type { DeliveryAttempt } from '../contracts/imprimatur-deliveries.ts';
import { longTime, printJson } from './answer.ts';
import { addCommonOptions, countOption, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { printable } from './printable.ts';
import { renderTable } from './table.ts';
import type { Column } from './table.ts';
import type { Terminal } from './terminal.ts';

/** `imprimatur deliveries show`: tells a delivery with all its tries. */
export function deliveriesShow(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'deliveries show',
      summary: 'Shows a delivery with all its tries, and the event as it was put on its bus.',
      examples: [['deliveries show 17', 'shows delivery 17']],
    },
    terminal,
  ).argument('<delivery>', 'its number', countOption);
  addCommonOptions(command).action((id: number, options: CommonOptions) =>
    showDelivery(id, options, terminal),
  );
  return runCommand(command, args);
}

async function showDelivery(
  DeliveryId: number,
  options: CommonOptions,
  terminal: Terminal,
): Promise<void> {
  const output = await connect(options, terminal).call(DescribeDelivery, { DeliveryId });
  if (options.json) {
    printJson(DescribeDelivery, output, terminal);
    return;
  }
  const { Delivery: delivery, Attempts: attempts, Event: event } = output;
  const facts: [string, string | undefined][] = [
    ['State', delivery.State],
    ['Event', delivery.EventId],
    ['Rule', delivery.RuleArn],
    ['Target', `${delivery.TargetArn} (${delivery.TargetId})`],
    ['Replay', delivery.ReplayName],
    ['Created', longTime(delivery.CreationTime)],
    ['Next try', timeText(delivery.NextAttemptTime)],
    ['Settled', timeText(delivery.SettledTime)],
    ['Error', [delivery.ErrorCode, delivery.ErrorMessage].filter(Boolean).join(': ') || undefined],
  ];
  for (const [title, text] of facts) {
    if (text !== undefined) terminal.out.write(`${title.padEnd(9)} ${printable(text)}\n`);
  }
  if (attempts.length > 0) {
    terminal.out.write(`\n${renderTable(attemptColumns, attempts, terminal)}`);
  }
  if (event !== undefined) {
    terminal.out.write(`\n${JSON.stringify(JSON.parse(event) as unknown, null, 2)}\n`);
  }
}

function timeText(at: number | undefined): string | undefined {
  return at === undefined ? undefined : longTime(at);
}

const attemptColumns: readonly Column<DeliveryAttempt>[] = [
  { title: 'TRY', text: (attempt) => String(attempt.Number) },
  { title: 'AT', text: (attempt) => longTime(attempt.AttemptTime) },
  { title: 'TOOK', text: (attempt) => `${attempt.DurationInMilliseconds} ms` },
  { title: 'STATUS', text: ({ StatusCode: status }) => (status ? String(status) : undefined) },
  {
    title: 'ERROR',
    text: (attempt) => attempt.ErrorCode,
    style: (attempt) => (attempt.ErrorCode === undefined ? undefined : 'red'),
  },
  { title: 'ANSWER', text: (attempt) => attempt.Answer, flexible: true },
];
