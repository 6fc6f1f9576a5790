import { getAccountAuthorizationDetails } from './get-account-authorization-details.ts';
import { getAccountSummary } from './get-account-summary.ts';
import { listAccountAliases } from './list-account-aliases.ts';

/** What can be asked of an account as a whole. */
export const accountOverviewOperations = [
  getAccountSummary,
  listAccountAliases,
  getAccountAuthorizationDetails,
];
