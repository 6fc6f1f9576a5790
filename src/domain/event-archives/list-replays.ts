import { ListReplays } from '../../contracts/events.gen.ts';
import { eventPage } from '../event-page.ts';
import { operation } from '../operation.ts';
import { checkOneFilter, replayView } from './event-replay.ts';
import { listReplayRows } from './event-replay-store.ts';

/** Lists the account's replays by name, page by page. */
export const listReplays = operation(ListReplays, {
  effect: 'read',
  resource: () => '*',
  check: (input) => checkOneFilter(input, 'ListReplays'),
  async run(input, { tx, call }) {
    const { accountId, region } = call;
    const { NamePrefix: prefix = '', EventSourceArn: sourceArn, State: state } = input;
    const { items, rest } = await eventPage(
      input,
      call,
      (after, limit) =>
        listReplayRows(tx, { accountId, region, prefix, sourceArn, state, after, limit }),
      ({ name }) => name,
    );
    return { Replays: items.map((row) => replayView(row)), ...rest };
  },
});
