import { DeleteEventBus } from '../../contracts/events.gen.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import type { Transaction } from '../../store/database.ts';
import type { EventBusRow } from '../../store/event-tables.ts';
import { listArchiveRows } from '../event-archives/event-archive-store.ts';
import { countRules } from '../event-rules/event-rule-store.ts';
import { countEventRevision } from '../event-rules/event-revision-store.ts';
import { nothing, operation } from '../operation.ts';
import { parseTags } from '../tags/tag-list.ts';
import { busArn, busDetails, busReference, defaultBusName, ownBus } from './event-bus.ts';
import { findBus, removeBus } from './event-bus-store.ts';
import { busAccess } from './event-bus-target.ts';

/** Deletes a bus that has no rules and archives left; one that is not there counts as deleted. */
export const deleteEventBus = operation(DeleteEventBus, {
  effect: 'write',
  resource: (input, call) => busArn(ownBus(input.Name, call), call.partition),
  async find(input, { tx, call }) {
    const reference = ownBus(input.Name, call);
    const bus = await findBus(tx, reference);
    if (!bus) return { arn: busArn(reference, call.partition), found: undefined };
    return { ...busAccess(bus, call.partition), found: bus };
  },
  check({ Name }) {
    if (Name === defaultBusName) refuseInvalid(`Cannot delete event bus ${Name}.`);
  },
  async run(_, { tx, call, journal, found: bus }) {
    if (!bus) {
      journal.unchanged();
      return nothing;
    }
    if (await isInUse(tx, bus)) refuseInvalid("EventBus can't be deleted since it has rules.");
    await removeBus(tx, bus);
    await countEventRevision(tx);
    const { Arn: _arn, ...before } = busDetails(bus, call.partition);
    journal.record({
      resourceArn: busArn(busReference(bus), call.partition),
      before: { ...before, Tags: parseTags(bus.tags) },
    });
    return nothing;
  },
});

/** In AWS an archive is a rule of its bus. */
async function isInUse(tx: Transaction, bus: EventBusRow): Promise<boolean> {
  const reference = busReference(bus);
  if ((await countRules(tx, reference)) > 0) return true;
  const first = { prefix: '', after: '', limit: 1 };
  const { name: busName, ...scope } = reference;
  return (await listArchiveRows(tx, { ...scope, busName, ...first })).length > 0;
}
