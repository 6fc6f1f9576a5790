import { ListAccounts } from '../../contracts/imprimatur-accounts.ts';
import { limits } from '../../kernel/limits.ts';
import { formatPageToken, parsePageToken } from '../../kernel/page-token.ts';
import { operation } from '../operation.ts';
import { accountArn, accountView } from './account.ts';
import { listAccountRows } from './account-store.ts';

/** Lists the accounts by number, page by page. */
export const listAccounts = operation(ListAccounts, {
  effect: 'read',
  resource: (_input, call) => accountArn('*', call),
  async run({ NextToken, MaxResults: limit = limits.pageItemsMax }, { tx, call }) {
    const binding = ['ListAccounts', call.accountId];
    const [after = ''] = parsePageToken(NextToken, binding, ['string']) ?? [];
    const rows = await listAccountRows(tx, call, { after: String(after), limit: limit + 1 });
    const page = rows.slice(0, limit);
    return {
      Accounts: page.map((row) => accountView(row, call)),
      ...(rows.length > limit && {
        NextToken: formatPageToken([page.at(-1)!.account_id], binding),
      }),
    };
  },
});
