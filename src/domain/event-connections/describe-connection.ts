import { DescribeConnection } from '../../contracts/events.gen.ts';
import { operation } from '../operation.ts';
import { namedConnectionArn, targetConnection } from './connection-target.ts';
import { connectionDetails } from './event-connection.ts';

/** Describes a connection, without its secrets. */
export const describeConnection = operation(DescribeConnection, {
  effect: 'read',
  resource: (input, call) => namedConnectionArn(input, call),
  find: (input, context) => targetConnection(context, input),
  run: (_input, { call, found }) => Promise.resolve(connectionDetails(found, call.partition)),
});
