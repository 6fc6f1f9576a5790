import { DescribeApiDestination } from '../../contracts/events.gen.ts';
import { operation } from '../operation.ts';
import { destinationDetails } from './api-destination.ts';
import { namedDestinationArn, targetDestination } from './destination-target.ts';

/** Describes an API destination. */
export const describeApiDestination = operation(DescribeApiDestination, {
  effect: 'read',
  resource: (input, call) => namedDestinationArn(input, call),
  find: (input, context) => targetDestination(context, input),
  run: (_input, { call, found }) => Promise.resolve(destinationDetails(found, call.partition)),
});
