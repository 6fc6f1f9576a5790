import { ListUsers } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { identityPage } from '../identity-page.ts';
import { iamArn, userView } from './user.ts';
import { listUserRows } from './user-store.ts';

/** Lists the account's users by name, page by page; their tags are GetUser's. */
export const listUsers = operation(ListUsers, {
  effect: 'read',
  resource: ({ PathPrefix = '/' }, call) =>
    iamArn(call.accountId, call.partition, `user${PathPrefix}`),
  async run(input, { tx, call }) {
    const { accountId, partition } = call;
    const { PathPrefix: pathPrefix = '/' } = input;
    const { items, rest } = await identityPage(
      input,
      call,
      (after, limit) => listUserRows(tx, { accountId, pathPrefix, after, limit }),
      (user) => user.name_key,
    );
    return { Users: items.map((user) => userView(user, partition)), ...rest };
  },
});
