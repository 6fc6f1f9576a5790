import type { EventBusRow } from '../../store/event-tables.ts';
import type { AccessTarget, Target } from '../access/target.ts';
import type { FindContext } from '../operation.ts';
import { parseTags } from '../tags/tag-list.ts';
import { busArn, busReference, missingBus } from './event-bus.ts';
import type { BusReference } from './event-bus.ts';
import { findBus } from './event-bus-store.ts';

/** The bus that a caller names, as what its call acts on. */
export async function targetBus(
  { tx, call }: FindContext,
  reference: BusReference,
): Promise<Target<EventBusRow>> {
  const bus = await findBus(tx, reference);
  if (!bus) return { arn: busArn(reference, call.partition), missing: missingBus(reference.name) };
  return { ...busAccess(bus, call.partition), found: bus };
}

/** What decides who may act on a bus. */
export function busAccess(bus: EventBusRow, partition: string): AccessTarget {
  return {
    arn: busArn(busReference(bus), partition),
    policy: bus.policy,
    facts: () => ({ tags: parseTags(bus.tags) }),
  };
}
