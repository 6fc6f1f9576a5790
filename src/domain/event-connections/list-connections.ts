import { ListConnections } from '../../contracts/events.gen.ts';
import type { EventConnectionRow } from '../../store/event-tables.ts';
import { eventPage } from '../event-page.ts';
import { operation } from '../operation.ts';
import { connectionView } from './event-connection.ts';
import { listConnectionRows } from './event-connection-store.ts';

/** Lists the connections by name, page by page. */
export const listConnections = operation(ListConnections, {
  effect: 'read',
  resource: () => '*',
  async run(input, { tx, call }) {
    const { NamePrefix: prefix } = input;
    // Of a state that none of ours is ever in, none is found.
    const state = input.ConnectionState as EventConnectionRow['state'] | undefined;
    const { items, rest } = await eventPage(
      input,
      call,
      (after, limit) => listConnectionRows(tx, call, { prefix, state, after, limit }),
      ({ name }) => name,
    );
    return { Connections: items.map((row) => connectionView(row, call.partition)), ...rest };
  },
});
