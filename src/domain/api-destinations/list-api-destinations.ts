import { ListApiDestinations } from '../../contracts/events.gen.ts';
import { eventPage } from '../event-page.ts';
import { operation } from '../operation.ts';
import { destinationView } from './api-destination.ts';
import { listDestinationRows } from './api-destination-store.ts';

/** Lists the API destinations by name, page by page. */
export const listApiDestinations = operation(ListApiDestinations, {
  effect: 'read',
  resource: () => '*',
  async run(input, { tx, call }) {
    const { NamePrefix: prefix, ConnectionArn: connectionArn } = input;
    const { items, rest } = await eventPage(
      input,
      call,
      (after, limit) => listDestinationRows(tx, call, { prefix, connectionArn, after, limit }),
      ({ name }) => name,
    );
    return { ApiDestinations: items.map((row) => destinationView(row, call.partition)), ...rest };
  },
});
