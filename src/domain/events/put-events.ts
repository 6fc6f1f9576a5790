import { PutEvents } from '../../contracts/events.gen.ts';
import type { PutEventsRequestEntry, PutEventsResultEntry } from '../../contracts/events.gen.ts';
import { randomId } from '../../kernel/id.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import type { EventBusRow } from '../../store/event-tables.ts';
import type { AccessTarget } from '../access/target.ts';
import { busArn, findBusReference } from '../event-buses/event-bus.ts';
import { seeBus } from '../event-buses/event-bus-store.ts';
import { busAccess } from '../event-buses/event-bus-target.ts';
import { operation } from '../operation.ts';
import type { OperationContext } from '../operation.ts';
import { putInOutbox } from './outbox-store.ts';
import { checkEntries, envelopeText, judgeEntry } from './put-events-entry.ts';

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
    const buses = await findBuses(Entries, context);
    const results: PutEventsResultEntry[] = [];
    let isPut = false;
    for (const entry of Entries.map((one) => judgeEntry(one, call))) {
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
      isPut = true;
    }
    if (isPut) {
      journal.record({ resourceArn: concerned(buses), after: { Entries: results } });
    } else journal.unchanged();
    const failed = results.filter(({ ErrorCode }) => ErrorCode !== undefined);
    return { FailedEntryCount: failed.length, Entries: results };
  },
});

/**
 * The buses that entries are for, by their ARNs, as far as they are there; refuses a caller who may
 * not put one of the entries on its bus, whatever else is wrong with it.
 */
async function findBuses(
  entries: readonly PutEventsRequestEntry[],
  { tx, call, access }: Pick<OperationContext, 'tx' | 'call' | 'access'>,
): Promise<Map<string, EventBusRow>> {
  const buses = new Map<string, EventBusRow>();
  for (const { EventBusName, Source: source, DetailType: detailType } of entries) {
    const bus = findBusReference(EventBusName, call);
    if (!bus) continue;
    const arn = busArn(bus, call.partition);
    const row = buses.get(arn) ?? (await seeBus(tx, bus));
    const target: AccessTarget = row ? busAccess(row, call.partition) : { arn };
    const facts = () => ({ ...target.facts?.(), event: { source, detailType } });
    access.require({ ...target, facts });
    if (row) buses.set(arn, row);
  }
  return buses;
}

/** Whose history tells of it: of several accounts none is told but the caller's own. */
function concerned(buses: ReadonlyMap<string, EventBusRow>): string {
  const owners = new Set([...buses.values()].map((bus) => bus.account_id));
  const [first = '*'] = buses.keys();
  return owners.size > 1 ? '*' : first;
}
