import { createApiDestination } from './create-api-destination.ts';
import { deleteApiDestination } from './delete-api-destination.ts';
import { describeApiDestination } from './describe-api-destination.ts';
import { listApiDestinations } from './list-api-destinations.ts';
import { rotateApiDestinationSecret } from './rotate-api-destination-secret.ts';
import { updateApiDestination } from './update-api-destination.ts';

/** What can be done with API destinations of EventBridge. */
export const apiDestinationOperations = [
  createApiDestination,
  describeApiDestination,
  listApiDestinations,
  updateApiDestination,
  deleteApiDestination,
  rotateApiDestinationSecret,
];
