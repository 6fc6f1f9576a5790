import { StreamEvents } from '../../contracts/imprimatur-event-log.ts';
import { busArn, busReference, resolveBus } from '../event-buses/event-bus.ts';
import { targetBus } from '../event-buses/event-bus-target.ts';
import { operation } from '../operation.ts';
import { parseEventPattern } from './event-pattern.ts';
import { findPlace } from './log-place-store.ts';

/** Finds where a stream begins; what then goes down it is the server's to send. */
export const streamEvents = operation(StreamEvents, {
  effect: 'read',
  resource: (input, call) => busArn(resolveBus(input.EventBusName, call), call.partition),
  check(input) {
    if (input.EventPattern !== undefined) parseEventPattern(input.EventPattern);
  },
  find: (input, context) => targetBus(context, resolveBus(input.EventBusName, context.call)),
  async run({ LastEventId: lastId, StartTime: since }, { tx, call, found: bus }) {
    const place = await findPlace(tx, {
      ...(lastId !== undefined && { lastId: Number(lastId) }),
      ...(since !== undefined && { since }),
    });
    return {
      EventBusArn: busArn(busReference(bus), call.partition),
      LastEventId: String(place.id),
      HasGap: place.hasGap,
    };
  },
});
