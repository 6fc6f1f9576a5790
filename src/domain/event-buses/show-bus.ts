import type { EventBusRow } from '../../store/event-tables.ts';
import type { FindContext } from '../operation.ts';
import { showPrincipals } from '../policies/policy-principals-store.ts';

/** A bus whose policy is as answers show it. */
export async function showBus(
  tx: FindContext['tx'],
  call: FindContext['call'],
  bus: EventBusRow,
): Promise<EventBusRow> {
  if (bus.policy === null) return bus;
  return { ...bus, policy: await showPrincipals(tx, call, bus.policy) };
}
