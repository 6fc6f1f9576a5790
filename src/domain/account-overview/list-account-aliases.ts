import { ListAccountAliases } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';

/** Lists the names of the account's sign-in page, which has none: clients ask all the same. */
export const listAccountAliases = operation(ListAccountAliases, {
  effect: 'read',
  resource: () => '*',
  run: () => Promise.resolve({ AccountAliases: [], IsTruncated: false }),
});
