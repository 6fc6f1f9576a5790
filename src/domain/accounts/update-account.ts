import { UpdateAccount } from '../../contracts/imprimatur-accounts.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import { operation } from '../operation.ts';
import { accountArn, accountView } from './account.ts';
import { lockAccount, requireAccount, saveAccount } from './account-store.ts';

/** Renames an account, or keeps its keys from signing; its data stays as it is. */
export const updateAccount = operation(UpdateAccount, {
  effect: 'write',
  resource: (input, call) => accountArn(input.AccountId, call),
  async run({ AccountId: accountId, Name, Status }, { tx, call, journal }) {
    if (Status === 'Disabled' && accountId === call.operatorAccountId) {
      refuseInvalid(`The account ${accountId} is the operator's and cannot be disabled.`);
    }
    await requireAccount(tx, call, accountId);
    const row = await lockAccount(tx, { accountId });
    const saved = { ...row, name: Name ?? row.name, status: Status ?? row.status };
    const [before, after] = [accountView(row, call), accountView(saved, call)];
    if (row.name === saved.name && row.status === saved.status) {
      journal.unchanged();
      return { Account: after };
    }
    await saveAccount(tx, saved);
    journal.record({
      resourceArn: accountArn(accountId, call),
      before: { ...before },
      after: { ...after },
    });
    return { Account: after };
  },
});
