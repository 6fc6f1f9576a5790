import { createEventBus } from './create-event-bus.ts';
import { deleteEventBus } from './delete-event-bus.ts';
import { describeEventBus } from './describe-event-bus.ts';
import { listEventBuses } from './list-event-buses.ts';
import { putPermission } from './put-permission.ts';
import { removePermission } from './remove-permission.ts';
import { updateEventBus } from './update-event-bus.ts';

/** What can be done with event buses. */
export const eventBusOperations = [
  createEventBus,
  describeEventBus,
  listEventBuses,
  updateEventBus,
  deleteEventBus,
  putPermission,
  removePermission,
];
