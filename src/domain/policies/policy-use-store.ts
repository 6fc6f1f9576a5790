import type { Transaction } from '../../store/database.ts';
import type { PolicyUses } from './policy.ts';

type Counted = { id: string | null; count: number }[];

/** By how many of an account each of some policies is used. */
export async function countUses(
  tx: Transaction,
  accountId: string,
  policyIds: readonly string[],
): Promise<ReadonlyMap<string, PolicyUses>> {
  if (policyIds.length === 0) return new Map();
  const attached: Counted = await tx.rows(
    tx.sql
      .selectFrom('iam_attached_policy')
      .select((e) => ['policy_id as id', e.fn.countAll<number>().as('count')])
      .where('account_id', '=', accountId)
      .where('policy_id', 'in', policyIds)
      .groupBy('policy_id'),
  );
  const boundaries = await Promise.all(
    (['iam_user', 'iam_role'] as const).map((table) =>
      tx.rows(
        tx.sql
          .selectFrom(table)
          .select((e) => ['boundary_policy_id as id', e.fn.countAll<number>().as('count')])
          .where('account_id', '=', accountId)
          .where('boundary_policy_id', 'in', policyIds)
          .groupBy('boundary_policy_id'),
      ),
    ),
  );
  return new Map(
    policyIds.map((id) => [
      id,
      { attached: countOf(attached, id), asBoundary: countOf(boundaries.flat(), id) },
    ]),
  );
}

function countOf(counted: Counted, id: string): number {
  return counted.reduce((sum, one) => (one.id === id ? sum + one.count : sum), 0);
}

/** Who is asked for that uses a policy. */
export interface PolicyUsers {
  readonly accountId: string;
  readonly policyId: string;
  readonly pathPrefix: string;
  readonly usedAs: readonly ('attached' | 'boundary')[];
  /** The key of the name that the page before ended with. */
  readonly after: string;
  readonly limit: number;
}

/** A user, a group or a role. */
export interface PolicyUser {
  readonly id: string;
  readonly name: string;
  readonly name_key: string;
}

/** The users, groups or roles that use a policy, by name; a group has no boundary. */
export function listUsing(
  tx: Transaction,
  table: 'iam_user' | 'iam_group' | 'iam_role',
  { accountId, policyId, pathPrefix, usedAs, after, limit }: PolicyUsers,
): Promise<PolicyUser[]> {
  return tx.rows(
    tx.sql
      // The others have the same columns, but for the boundary that a group lacks.
      .selectFrom(`${table} as h` as 'iam_user as h')
      .select(['h.id', 'h.name', 'h.name_key'])
      .where('h.account_id', '=', accountId)
      .where('h.name_key', '>', after)
      .where((e) =>
        e(e.fn<string>('substr', ['h.path', e.lit(1), e.lit(pathPrefix.length)]), '=', pathPrefix),
      )
      .where((e) => {
        const attached = e.exists(
          e
            .selectFrom('iam_attached_policy as a')
            .select('a.owner_id')
            .whereRef('a.account_id', '=', 'h.account_id')
            .whereRef('a.owner_id', '=', 'h.id')
            .where('a.policy_id', '=', policyId),
        );
        const bounded = e('h.boundary_policy_id', '=', policyId);
        return e.or([
          ...(usedAs.includes('attached') ? [attached] : []),
          ...(usedAs.includes('boundary') && table !== 'iam_group' ? [bounded] : []),
        ]);
      })
      .orderBy('h.name_key')
      .limit(limit),
  );
}
