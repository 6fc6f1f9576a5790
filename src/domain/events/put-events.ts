import { PutEvents } from '../../contracts/events.gen.ts';
import type { PutEventsResultEntry } from '../../contracts/events.gen.ts';
import { randomId } from '../../kernel/id.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import type { EventBusRow } from '../../store/event-tables.ts';
import type { AccessTarget } from '../access/target.ts';
import { busArn } from '../event-buses/event-bus.ts';
import { seeBus } from '../event-buses/event-bus-store.ts';
import { busAccess } from '../event-buses/event-bus-target.ts';
import { operation } from '../operation.ts';
import type { OperationContext } from '../operation.ts';
import { putInOutbox } from './outbox-store.ts';
import { checkEntries, envelopeText, judgeEntry } from './put-events-entry.ts';
import type { GoodEntry } from './put-events-entry.ts';

/**
 * Puts events on buses: each entry is judged by itself. One for a bus that is not there is
 * answered like any other and goes nowhere, as in AWS.
 */
export const putEvents = operation(PutEvents, {
  effect: 'write',
  resource: () => '*',
  asksItself: true,
  check({ Entries, EndpointId }) {
    checkEntries(Entries);
    if (EndpointId === undefined) return;
    refuseInvalid('Parameter EndpointId is not valid. Reason: There are no global endpoints here.');
  },
  async run({ Entries }, context) {
    const { tx, call, journal } = context;
    const judged = Entries.map((entry) => judgeEntry(entry, call));
    const good = judged.filter((entry): entry is GoodEntry => !('fault' in entry));
    const buses = await findBuses(good, context);
    const results: PutEventsResultEntry[] = [];
    for (const entry of judged) {
      if ('fault' in entry) {
        results.push(entry.fault);
        continue;
      }
      const EventId = randomId();
      results.push({ EventId });
      const bus = buses.get(busArn(entry.bus, call.partition));
      if (!bus) continue;
      await putInOutbox(tx, {
        journal_seq: null,
        account_id: bus.account_id,
        region: bus.region,
        bus_name: bus.name,
        hops: 0,
        body: envelopeText(entry, EventId, call.accountId),
      });
    }
    const [first] = buses.keys();
    if (first === undefined) journal.unchanged();
    else journal.record({ resourceArn: first, after: { Entries: results } });
    const failed = results.filter(({ ErrorCode }) => ErrorCode !== undefined);
    return { FailedEntryCount: failed.length, Entries: results };
  },
});

/** The buses of entries that are there; refuses a caller who may not put one of them there. */
async function findBuses(
  entries: readonly GoodEntry[],
  { tx, call, access }: Pick<OperationContext, 'tx' | 'call' | 'access'>,
): Promise<Map<string, EventBusRow>> {
  const buses = new Map<string, EventBusRow>();
  for (const { bus, source, detailType } of entries) {
    const arn = busArn(bus, call.partition);
    const row = buses.get(arn) ?? (await seeBus(tx, bus));
    const target: AccessTarget = row ? busAccess(row, call.partition) : { arn };
    const facts = () => ({ ...target.facts?.(), event: { source, detailType } });
    access.require({ ...target, facts });
    if (row) buses.set(arn, row);
  }
  return buses;
}
