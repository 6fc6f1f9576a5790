import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { RoleRow } from '../../store/tables.ts';

interface RoleList {
  accountId: string;
  /** The key of the name that the page before ended with. */
  after: string;
  limit: number;
}

const selectRoles = query<RoleList, RoleRow>((sql, list) =>
  sql
    .selectFrom('iam_role')
    .selectAll()
    .where('account_id', '=', list.accountId)
    .where('name_key', '>', list.after)
    .orderBy('name_key')
    .limit(list.limit),
);

/** An account's roles by name. */
export function listAccountRoles(tx: Transaction, list: RoleList): Promise<RoleRow[]> {
  return tx.all(selectRoles, list);
}
