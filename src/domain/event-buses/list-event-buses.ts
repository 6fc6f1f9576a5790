import { ListEventBuses } from '../../contracts/events.gen.ts';
import type { EventBus } from '../../contracts/events.gen.ts';
import { eventPage } from '../event-page.ts';
import { operation } from '../operation.ts';
import { busView } from './event-bus.ts';
import { listBusRows } from './event-bus-store.ts';
import { showBus } from './show-bus.ts';

/** Lists the account's buses by name, page by page. */
export const listEventBuses = operation(ListEventBuses, {
  effect: 'read',
  resource: () => '*',
  async run(input, { tx, call }) {
    const { accountId, region, partition } = call;
    const { NamePrefix: prefix = '' } = input;
    const { items, rest } = await eventPage(
      input,
      call,
      (after, limit) => listBusRows(tx, { accountId, region, prefix, after, limit }),
      ({ name }) => name,
    );
    const shown: EventBus[] = [];
    for (const bus of items) shown.push(busView(await showBus(tx, call, bus), partition));
    return { EventBuses: shown, ...rest };
  },
});
