import { describeDelivery } from './describe-delivery.ts';
import { listDeliveries } from './list-deliveries.ts';
import { redriveDeliveries } from './redrive-deliveries.ts';

/** What can be done with deliveries of events. */
export const deliveryOperations = [listDeliveries, describeDelivery, redriveDeliveries];
