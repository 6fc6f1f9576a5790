import { DeleteConnection } from '../../contracts/events.gen.ts';
import { operation } from '../operation.ts';
import { namedConnectionArn, targetConnection } from './connection-target.ts';
import { connectionArn, connectionDetails, connectionState, scopeOf } from './event-connection.ts';
import { removeConnection } from './event-connection-store.ts';

/** Deletes a connection at once; API destinations that use it are inactive from then on. */
export const deleteConnection = operation(DeleteConnection, {
  effect: 'write',
  resource: (input, call) => namedConnectionArn(input, call),
  find: (input, context) => targetConnection(context, input),
  async run(_input, { tx, call, journal, found: row }) {
    const { partition } = call;
    await removeConnection(tx, row);
    journal.record({
      resourceArn: connectionArn(scopeOf(row), row, partition),
      before: { ...connectionDetails(row, partition) },
    });
    return { ...connectionState(row, partition), ConnectionState: 'DELETING' as const };
  },
});
