import { ListGroups } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { identityPage } from '../identity-page.ts';
import { iamArn } from '../users/user.ts';
import { groupView } from './group.ts';
import { listGroupRows } from './group-store.ts';

/** Lists the account's groups by name, page by page. */
export const listGroups = operation(ListGroups, {
  effect: 'read',
  resource: ({ PathPrefix = '/' }, call) =>
    iamArn(call.accountId, call.partition, `group${PathPrefix}`),
  async run(input, { tx, call }) {
    const { accountId, partition } = call;
    const { PathPrefix: pathPrefix = '/' } = input;
    const { items, rest } = await identityPage(
      input,
      call,
      (after, limit) => listGroupRows(tx, { accountId, pathPrefix, after, limit }),
      (group) => group.name_key,
    );
    return { Groups: items.map((group) => groupView(group, partition)), ...rest };
  },
});
