import { DeleteApiDestination } from '../../contracts/events.gen.ts';
import { operation } from '../operation.ts';
import { destinationDetails, destinationState } from './api-destination.ts';
import { removeDestination } from './api-destination-store.ts';
import { namedDestinationArn, targetDestination } from './destination-target.ts';

/** Deletes an API destination; what is on its way to it is given up. */
export const deleteApiDestination = operation(DeleteApiDestination, {
  effect: 'write',
  resource: (input, call) => namedDestinationArn(input, call),
  find: (input, context) => targetDestination(context, input),
  async run(_input, { tx, call, journal, found: row }) {
    await removeDestination(tx, row);
    journal.record({
      resourceArn: destinationState(row, call.partition).ApiDestinationArn,
      before: { ...destinationDetails(row, call.partition) },
    });
    return {};
  },
});
