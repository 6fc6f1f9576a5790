import { ListEvents } from '../../contracts/imprimatur-event-log.ts';
import type { BusEvent } from '../../contracts/imprimatur-event-log.ts';
import { limits } from '../../kernel/limits.ts';
import { formatPageToken, parsePageToken } from '../../kernel/page-token.ts';
import { busArn, resolveBus } from '../event-buses/event-bus.ts';
import { targetBus } from '../event-buses/event-bus-target.ts';
import { newestPage } from '../newest-first.ts';
import { operation } from '../operation.ts';
import { listBusEventsBefore } from './bus-event-store.ts';
import type { LoggedEvent } from './bus-event-store.ts';
import { parseEventPattern } from './event-pattern.ts';

/** Lists what was put on a bus, the newest first, for as long as it is kept. */
export const listEvents = operation(ListEvents, {
  effect: 'read',
  resource: (input, call) => busArn(resolveBus(input.EventBusName, call), call.partition),
  check(input) {
    if (input.EventPattern !== undefined) parseEventPattern(input.EventPattern);
  },
  find: (input, context) => targetBus(context, resolveBus(input.EventBusName, context.call)),
  async run(input, { tx, found: bus }) {
    const { NextToken, MaxResults: limit = limits.pageItemsMax, ...filters } = input;
    const { StartTime: start = -Infinity, EndTime: end = Infinity, EventPattern } = filters;
    const scope = { accountId: bus.account_id, region: bus.region };
    const binding = ['ListEvents', scope, bus.name, filters];
    const [before] = parsePageToken(NextToken, binding, ['number']) ?? [Number.MAX_SAFE_INTEGER];
    const pattern = EventPattern === undefined ? undefined : parseEventPattern(EventPattern);
    const page = await newestPage<LoggedEvent>(
      {
        async read(beforeId, count) {
          const part = await listBusEventsBefore(tx, { ...scope, beforeId, limit: count });
          return { rows: part.events, next: part.next };
        },
        isPast: (event) => event.ingestedAt < start,
        isWanted: (event) =>
          event.busName === bus.name &&
          event.ingestedAt <= end &&
          (!pattern || pattern.matches({ ...event.envelope })),
      },
      { before: Number(before), limit, scannedMax: limits.listedEventsScannedMax },
    );
    return {
      Events: page.rows.map(busEvent),
      ...(page.next !== undefined && { NextToken: formatPageToken([page.next], binding) }),
    };
  },
});

function busEvent(event: LoggedEvent): BusEvent {
  return {
    LogId: String(event.id),
    EventBusName: event.busName,
    IngestionTime: event.ingestedAt,
    Event: event.text,
  };
}
