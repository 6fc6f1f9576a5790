import { createAccount } from './create-account.ts';
import { createRootAccessKey } from './create-root-access-key.ts';
import { describeAccount } from './describe-account.ts';
import { listAccounts } from './list-accounts.ts';
import { updateAccount } from './update-account.ts';

/** What can be done with accounts. */
export const accountOperations = [
  createAccount,
  describeAccount,
  listAccounts,
  updateAccount,
  createRootAccessKey,
];
