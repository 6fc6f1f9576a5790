import { addCallerOptions, countOption, newCommand, runCommand } from './command.ts';
import { callerParts } from './connect.ts';
import type { CallerOptions } from './connect.ts';
import { addEventChoice, eventChoice } from './event-choice.ts';
import type { EventChoice } from './event-choice.ts';
import { eventLine } from './event-line.ts';
import { followEvents } from './event-source.ts';
import { momentOption } from './moment.ts';
import type { ServerSentEvent } from './server-sent-events.ts';
import type { Terminal } from './terminal.ts';

interface TailOptions extends CallerOptions, EventChoice {
  readonly from?: number;
  readonly count?: number;
  readonly json?: boolean;
}

/** `imprimatur events tail`: follows events as they are put on a bus. */
export function eventsTail(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'events tail',
      summary:
        'Follows events as they are put on a bus, until it is ended. A lost connection is made ' +
        'anew, and no event is missed by it.',
      examples: [
        ['events tail', 'tells all that happens'],
        ['events tail --on approved --count 1', 'waits for the next approval'],
        ['events tail --from 1h --json', 'prints a line of JSON for each, from an hour ago on'],
      ],
    },
    terminal,
  )
    .option(
      '--from <when>',
      'begin with what was put there then: a time, or how long ago',
      (text) => momentOption(text),
    )
    .option('--count <number>', 'end after so many events', countOption)
    .option('--json', 'print each event as a line of JSON');
  addCallerOptions(addEventChoice(command)).action((options: TailOptions) =>
    tail(options, terminal),
  );
  return runCommand(command, args);
}

async function tail(options: TailOptions, terminal: Terminal): Promise<void> {
  const { EventBusName, EventPattern } = eventChoice(options);
  const { from, count = Infinity } = options;
  const parameters = {
    ...(EventBusName !== undefined && { bus: EventBusName }),
    ...(EventPattern !== undefined && { pattern: EventPattern }),
    ...(from !== undefined && { from: new Date(from).toISOString() }),
  };
  const notice = (text: string) => terminal.error.write(`${text}\n`);
  let told = 0;
  const source = { ...callerParts(options, terminal), parameters, notice };
  for await (const event of followEvents(source)) {
    if (!tell(event, options, terminal)) continue;
    told += 1;
    if (told >= count) return;
  }
}

/** Answers whether it is an event; the rest is about the stream. */
function tell(event: ServerSentEvent, { json }: TailOptions, terminal: Terminal): boolean {
  if (event.name === 'gap') {
    terminal.error.write('Some events are missing here: the registry keeps them no longer.\n');
  }
  if (event.name !== 'message') return false;
  terminal.out.write(json ? `${event.data}\n` : eventLine(event.data, terminal));
  return true;
}
