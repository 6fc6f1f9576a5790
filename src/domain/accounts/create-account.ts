import { CreateAccount } from '../../contracts/imprimatur-accounts.ts';
import { newAccessKey } from '../access-keys/access-key.ts';
import { insertAccessKey } from '../access-keys/access-key-store.ts';
import { operation } from '../operation.ts';
import { accountArn, accountView, newAccountId, takenAccount } from './account.ts';
import { findAccount, insertAccount } from './account-store.ts';

/** Makes an account and its first key; it finds what an earlier account of its number has left. */
export const createAccount = operation(CreateAccount, {
  effect: 'write',
  resource: (input, call) => accountArn(input.AccountId ?? '*', call),
  async run(input, { tx, call, journal, secrets }) {
    const { AccountId: accountId = newAccountId(), Name: name } = input;
    if (accountId === call.operatorAccountId || (await findAccount(tx, accountId))) {
      throw takenAccount(accountId);
    }
    const account = {
      account_id: accountId,
      name,
      status: 'Active' as const,
      created_at: call.now,
    };
    await insertAccount(tx, account);
    const { row, secret } = newAccessKey({ accountId, userId: null }, call.now, secrets);
    await insertAccessKey(tx, row);
    const Account = accountView(account, call);
    journal.record({
      resourceArn: accountArn(accountId, call),
      after: { ...Account, AccessKeyId: row.id },
    });
    return { Account, RootAccessKey: { AccessKeyId: row.id, SecretAccessKey: secret } };
  },
});
