import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { PolicyRow } from '../../store/identity-tables.ts';
import type { Call } from '../call.ts';
import { nameKey } from '../resource-reference.ts';
import { awsManagedPolicies, awsManagedPolicyArn } from './aws-managed-policies.ts';
import { findProvided, missingBoundary, ownPolicy, ownPolicyKey, policyArn } from './policy.ts';
import type { ManagedPolicy } from './policy.ts';

const selectPolicy = query<{ accountId: string; nameKey: string }, PolicyRow>((sql, key) =>
  sql
    .selectFrom('iam_policy')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('name_key', '=', key.nameKey)
    .forNoKeyUpdate(),
);

type PolicyScope = Pick<Call, 'accountId' | 'partition'>;

/** The account's policy of a name, whatever the name's case and path. */
export function findPolicyNamed(
  tx: Transaction,
  { accountId }: PolicyScope,
  name: string,
): Promise<PolicyRow | undefined> {
  return tx.first(selectPolicy, { accountId, nameKey: nameKey(name) });
}

/** The account's own policy of an ARN; a write keeps others from deleting it meanwhile. */
export async function findOwnPolicy(
  tx: Transaction,
  call: PolicyScope,
  arn: string,
): Promise<PolicyRow | undefined> {
  const key = ownPolicyKey(arn, call);
  if (key === undefined) return undefined;
  const row = await tx.first(selectPolicy, { accountId: call.accountId, nameKey: key });
  return row && policyArn(row, call.partition) === arn ? row : undefined;
}

/** The policy of an ARN, AWS's or the account's own. */
export async function findManagedPolicy(
  tx: Transaction,
  call: PolicyScope,
  arn: string,
): Promise<ManagedPolicy | undefined> {
  const provided = findProvided(arn, call.partition);
  if (provided) return provided;
  const row = await findOwnPolicy(tx, call, arn);
  return row && ownPolicy(row, call.partition);
}

/** The id of the policy that is to be a boundary, or IAM's refusal. */
export async function requireBoundaryPolicy(
  tx: Transaction,
  call: PolicyScope,
  arn: string,
): Promise<string> {
  const policy = await findManagedPolicy(tx, call, arn);
  if (!policy) throw missingBoundary(arn);
  return policy.id;
}

interface Bounded {
  readonly account_id: string;
  readonly boundary_policy_id: string | null;
}

const selectById = query<{ accountId: string; id: string }, PolicyRow>((sql, key) =>
  sql
    .selectFrom('iam_policy')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('id', '=', key.id),
);

/** The ARN of the policy that limits a user or a role, if one does. */
export async function findBoundaryArn(
  tx: Transaction,
  { account_id: accountId, boundary_policy_id: id }: Bounded,
  partition: string,
): Promise<string | undefined> {
  if (id === null) return undefined;
  const provided = awsManagedPolicies.get(id);
  if (provided) return awsManagedPolicyArn(provided, partition);
  const row = await tx.first(selectById, { accountId, id });
  if (!row) throw new Error(`The managed policy ${id} is a boundary, not there.`);
  return policyArn(row, partition);
}

const countPolicyRows = query<{ accountId: string }, { count: number }>((sql, q) =>
  sql
    .selectFrom('iam_policy')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account_id', '=', q.accountId),
);

/** How many policies an account has. */
export async function countPolicies(tx: Transaction, accountId: string): Promise<number> {
  return (await tx.first(countPolicyRows, { accountId }))!.count;
}

const insertPolicyRow = query<PolicyRow>((sql, policy) =>
  sql.insertInto('iam_policy').values({
    account_id: policy.account_id,
    name_key: policy.name_key,
    name: policy.name,
    id: policy.id,
    path: policy.path,
    created_at: policy.created_at,
    updated_at: policy.updated_at,
    description: policy.description,
    default_version: policy.default_version,
    last_version: policy.last_version,
    tags: policy.tags,
  }),
);

/** Inserts a policy; fails on a taken name. */
export async function insertPolicy(
  tx: Transaction,
  policy: Omit<PolicyRow, 'name_key'>,
): Promise<void> {
  await tx.run(insertPolicyRow, { ...policy, name_key: nameKey(policy.name) });
}

const updatePolicyRow = query<PolicyRow>((sql, policy) =>
  sql
    .updateTable('iam_policy')
    .set({
      updated_at: policy.updated_at,
      default_version: policy.default_version,
      last_version: policy.last_version,
      tags: policy.tags,
    })
    .where('account_id', '=', policy.account_id)
    .where('id', '=', policy.id),
);

/** Keeps a policy's versions' numbers and its tags. */
export async function savePolicy(tx: Transaction, policy: PolicyRow): Promise<void> {
  await tx.run(updatePolicyRow, policy);
}

const deletePolicyRow = query<{ accountId: string; id: string }>((sql, key) =>
  sql.deleteFrom('iam_policy').where('account_id', '=', key.accountId).where('id', '=', key.id),
);

/** Removes a policy that has no version left. */
export async function removePolicy(tx: Transaction, policy: PolicyRow): Promise<void> {
  await tx.run(deletePolicyRow, { accountId: policy.account_id, id: policy.id });
}

/** Which of an account's policies are listed. */
export interface PolicyList {
  readonly accountId: string;
  readonly pathPrefix: string;
  /** Only those that somebody has: attached, or as a boundary. */
  readonly usedAs: readonly ('attached' | 'boundary')[] | undefined;
  /** The key of the name that the page before ended with. */
  readonly after: string;
  readonly limit: number;
}

/** An account's own policies by name. */
export function listPolicyRows(tx: Transaction, list: PolicyList): Promise<PolicyRow[]> {
  const { accountId, pathPrefix, usedAs, after, limit } = list;
  let rows = tx.sql
    .selectFrom('iam_policy')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('name_key', '>', after)
    .where((e) =>
      e(e.fn<string>('substr', ['path', e.lit(1), e.lit(pathPrefix.length)]), '=', pathPrefix),
    );
  if (usedAs) {
    rows = rows.where((e) => {
      const attached = e.exists(
        e
          .selectFrom('iam_attached_policy as a')
          .select('a.owner_id')
          .whereRef('a.account_id', '=', 'iam_policy.account_id')
          .whereRef('a.policy_id', '=', 'iam_policy.id'),
      );
      const [ofUser, ofRole] = (['iam_user', 'iam_role'] as const).map((table) =>
        e.exists(
          e
            .selectFrom(`${table} as b` as 'iam_user as b')
            .select('b.id')
            .whereRef('b.account_id', '=', 'iam_policy.account_id')
            .whereRef('b.boundary_policy_id', '=', 'iam_policy.id'),
        ),
      );
      return e.or([
        ...(usedAs.includes('attached') ? [attached] : []),
        ...(usedAs.includes('boundary') ? [ofUser!, ofRole!] : []),
      ]);
    });
  }
  return tx.rows(rows.orderBy('name_key').limit(limit));
}
