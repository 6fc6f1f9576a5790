import { DescribeDelivery } from '../../contracts/imprimatur-deliveries.ts';
import { findBusEvent } from '../events/bus-event-store.ts';
import { operation } from '../operation.ts';
import { anyRuleArn, attemptView, deliveryView, missingDelivery } from './delivery.ts';
import { findDelivery, listAttempts } from './delivery-list-store.ts';

/** Tells a delivery with all its tries, and the event as it was put on its bus. */
export const describeDelivery = operation(DescribeDelivery, {
  effect: 'read',
  resource: (_input, call) => anyRuleArn(call),
  async find({ DeliveryId: id }, { tx, call }) {
    const found = await findDelivery(tx, call, id);
    if (!found) return { arn: anyRuleArn(call), missing: missingDelivery(id) };
    return { arn: found.rule_arn, found };
  },
  async run(_input, { tx, found: row }) {
    const event = await findBusEvent(tx, row.bus_event_id);
    const attempts = await listAttempts(tx, row.id);
    return {
      Delivery: deliveryView(row),
      Attempts: attempts.map(attemptView),
      ...(event && { Event: event.text }),
    };
  },
});
