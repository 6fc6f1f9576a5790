import { DeauthorizeConnection } from '../../contracts/events.gen.ts';
import { operation } from '../operation.ts';
import { namedConnectionArn, targetConnection } from './connection-target.ts';
import { connectionArn, connectionState, scopeOf } from './event-connection.ts';
import { saveConnection } from './event-connection-store.ts';

/** Forgets a connection's secrets; UpdateConnection gives it new ones. */
export const deauthorizeConnection = operation(DeauthorizeConnection, {
  effect: 'write',
  resource: (input, call) => namedConnectionArn(input, call),
  find: (input, context) => targetConnection(context, input),
  async run(_input, { tx, call, journal, found: row }) {
    const { partition } = call;
    const next = {
      ...row,
      state: 'DEAUTHORIZED' as const,
      secret: null,
      secret_key_id: null,
      modified_at: call.now,
    };
    if (row.state === next.state) journal.unchanged();
    else {
      await saveConnection(tx, next);
      journal.record({
        resourceArn: connectionArn(scopeOf(row), row, partition),
        before: { ConnectionState: row.state },
        after: { ConnectionState: next.state },
      });
    }
    return { ...connectionState(next, partition), ConnectionState: 'DEAUTHORIZING' as const };
  },
});
