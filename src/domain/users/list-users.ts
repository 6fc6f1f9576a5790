import { ListUsers } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { pageByPath } from '../identity-page.ts';
import { iamArn, userView } from './user.ts';
import { listUserRows } from './user-store.ts';

/** Lists the account's users by name, page by page; their tags are GetUser's. */
export const listUsers = operation(ListUsers, {
  effect: 'read',
  resource: ({ PathPrefix = '/' }, call) =>
    iamArn(call.accountId, call.partition, `user${PathPrefix}`),
  async run(input, { tx, call }) {
    const { items, rest } = await pageByPath(input, call, (list) => listUserRows(tx, list));
    return { Users: items.map((row) => userView(row, call.partition)), ...rest };
  },
});
