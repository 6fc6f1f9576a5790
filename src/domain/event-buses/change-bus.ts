import type { EventBusRow } from '../../store/event-tables.ts';
import { changedMembers } from '../journal/changed-members.ts';
import type { OperationContext } from '../operation.ts';
import { parseTags } from '../tags/tag-list.ts';
import { busArn, busDocument, busReference } from './event-bus.ts';
import { saveBus } from './event-bus-store.ts';

type Changeable = Pick<EventBusRow, 'description' | 'policy' | 'tags' | 'document'>;

/** Writes and records what a call makes of a bus, if that changes it; answers the bus. */
export async function changeBus(
  { tx, call, journal }: Pick<OperationContext, 'tx' | 'call' | 'journal'>,
  bus: EventBusRow,
  change: Partial<Changeable>,
): Promise<EventBusRow> {
  const next = { ...bus, ...change, modified_at: Math.max(call.now, bus.modified_at) };
  const changed = changedMembers(told(bus), told(next));
  if (!changed) {
    journal.unchanged();
    return bus;
  }
  await saveBus(tx, next);
  const resourceArn = busArn(busReference(bus), call.partition);
  journal.record({ resourceArn, ...changed });
  return next;
}

function told(bus: EventBusRow): Record<string, unknown> {
  return {
    Description: bus.description ?? undefined,
    Policy: bus.policy ?? undefined,
    Tags: parseTags(bus.tags),
    ...busDocument(bus),
  };
}
