import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';

/** How many an account has of each. */
export interface AccountCounts {
  readonly users: number;
  readonly groups: number;
  readonly roles: number;
  readonly policies: number;
  readonly policyVersions: number;
}

const selectCounts = query<{ accountId: string }, AccountCounts>((sql, q) => {
  const count = (
    table: 'iam_user' | 'iam_group' | 'iam_role' | 'iam_policy' | 'iam_policy_version',
  ) =>
    sql
      .selectFrom(table)
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('account_id', '=', q.accountId);
  return sql.selectNoFrom([
    count('iam_user').as('users'),
    count('iam_group').as('groups'),
    count('iam_role').as('roles'),
    count('iam_policy').as('policies'),
    count('iam_policy_version').as('policyVersions'),
  ]);
});

/** Counts what an account has in IAM. */
export async function countAccount(tx: Transaction, accountId: string): Promise<AccountCounts> {
  return (await tx.first(selectCounts, { accountId }))!;
}
