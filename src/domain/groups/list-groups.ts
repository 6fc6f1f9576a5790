import { ListGroups } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { pageByPath } from '../identity-page.ts';
import { iamArn } from '../users/user.ts';
import { groupView } from './group.ts';
import { listGroupRows } from './group-store.ts';

/** Lists the account's groups by name, page by page. */
export const listGroups = operation(ListGroups, {
  effect: 'read',
  resource: ({ PathPrefix = '/' }, call) =>
    iamArn(call.accountId, call.partition, `group${PathPrefix}`),
  async run(input, { tx, call }) {
    const { items, rest } = await pageByPath(input, call, (list) => listGroupRows(tx, list));
    return { Groups: items.map((row) => groupView(row, call.partition)), ...rest };
  },
});
