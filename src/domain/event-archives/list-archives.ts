import { ListArchives } from '../../contracts/events.gen.ts';
import { missingBus } from '../event-buses/event-bus.ts';
import { seeBus } from '../event-buses/event-bus-store.ts';
import { eventPage } from '../event-page.ts';
import { operation } from '../operation.ts';
import { archiveView, resolveSource } from './event-archive.ts';
import { listArchiveRows } from './event-archive-store.ts';
import { checkOneFilter } from './event-replay.ts';

/** Lists the account's archives by name, page by page. */
export const listArchives = operation(ListArchives, {
  effect: 'read',
  resource: () => '*',
  check: (input) => checkOneFilter(input, 'ListArchives'),
  async run(input, { tx, call }) {
    const { accountId, region, partition } = call;
    const { NamePrefix: prefix = '', EventSourceArn, State = 'ENABLED' } = input;
    const bus = EventSourceArn === undefined ? undefined : resolveSource(EventSourceArn, call);
    if (bus && !(await seeBus(tx, bus))) throw missingBus(bus.name);
    const { items, rest } = await eventPage(
      input,
      call,
      (after, limit) =>
        State === 'ENABLED'
          ? listArchiveRows(tx, { accountId, region, prefix, busName: bus?.name, after, limit })
          : [],
      ({ name }) => name,
    );
    return { Archives: items.map((row) => archiveView(row, partition)), ...rest };
  },
});
