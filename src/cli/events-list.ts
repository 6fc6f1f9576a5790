import { ListEvents } from '../contracts/imprimatur-event-log.ts';
import { listAll, noteMore, printJson } from './answer.ts';
import { addCommonOptions, countOption, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { addEventChoice, eventChoice } from './event-choice.ts';
import type { EventChoice } from './event-choice.ts';
import { eventLine } from './event-line.ts';
import { momentOption } from './moment.ts';
import type { Terminal } from './terminal.ts';

interface ListOptions extends CommonOptions, EventChoice {
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
}

const usualLimit = 50;

/** `imprimatur events list`: lists events that were put on a bus, the newest last. */
export function eventsList(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'events list',
      summary:
        'Lists events that were put on a bus, for as long as the registry keeps them. The newest ' +
        'comes last; --json lists it first, as the API does.',
      examples: [
        ['events list', 'lists the last 50'],
        ['events list --group fraud --on approved --from 30d', 'lists the approvals of a month'],
      ],
    },
    terminal,
  )
    .option('--from <when>', 'not before: a time, or how long ago', (text) => momentOption(text))
    .option('--to <when>', 'not after', (text) => momentOption(text))
    .option('--limit <number>', 'only the last so many', countOption, usualLimit);
  addCommonOptions(addEventChoice(command)).action((options: ListOptions) =>
    listEvents(options, terminal),
  );
  return runCommand(command, args);
}

async function listEvents(options: ListOptions, terminal: Terminal): Promise<void> {
  const { from, to, limit } = options;
  const input = {
    ...eventChoice(options),
    ...(from !== undefined && { StartTime: from }),
    ...(to !== undefined && { EndTime: to }),
  };
  const output = await listAll(connect(options, terminal), ListEvents, input, limit);
  if (options.json) {
    printJson(ListEvents, output, terminal);
    return;
  }
  for (const { Event } of output.Events.toReversed()) {
    terminal.out.write(eventLine(Event, terminal));
  }
  noteMore(output, terminal);
}
