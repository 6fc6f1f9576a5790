import { DescribeAccount } from '../../contracts/imprimatur-accounts.ts';
import { operation } from '../operation.ts';
import { accountArn, accountView } from './account.ts';
import { requireAccount } from './account-store.ts';

/** Answers an account's facts. */
export const describeAccount = operation(DescribeAccount, {
  effect: 'read',
  resource: (input, call) => accountArn(input.AccountId, call),
  async run({ AccountId }, { tx, call }) {
    return { Account: accountView(await requireAccount(tx, call, AccountId), call) };
  },
});
