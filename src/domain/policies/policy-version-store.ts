import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { PolicyRow, PolicyVersionRow } from '../../store/identity-tables.ts';
import type { ManagedPolicy } from './policy.ts';

interface OfPolicy {
  accountId: string;
  policyId: string;
}

type PolicyKey = Pick<PolicyRow, 'account_id' | 'id'>;

function ofPolicy({ account_id: accountId, id: policyId }: PolicyKey): OfPolicy {
  return { accountId, policyId };
}

const selectVersions = query<OfPolicy, PolicyVersionRow>((sql, key) =>
  sql
    .selectFrom('iam_policy_version')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('policy_id', '=', key.policyId)
    .orderBy('version', 'desc'),
);

/** A policy's versions, which are few; the newest first. */
export function listVersions(tx: Transaction, policy: PolicyKey): Promise<PolicyVersionRow[]> {
  return tx.all(selectVersions, ofPolicy(policy));
}

/** The versions of a policy of the account or of AWS's; the newest first. */
export async function listVersionsOf(
  tx: Transaction,
  accountId: string,
  { id, provided, createdAt }: ManagedPolicy,
): Promise<Omit<PolicyVersionRow, 'account_id' | 'policy_id'>[]> {
  if (provided === undefined) return listVersions(tx, { account_id: accountId, id });
  return [{ version: 1, created_at: createdAt, document: provided }];
}

const insertVersionRow = query<PolicyVersionRow>((sql, version) =>
  sql.insertInto('iam_policy_version').values({
    account_id: version.account_id,
    policy_id: version.policy_id,
    version: version.version,
    created_at: version.created_at,
    document: version.document,
  }),
);

/** Inserts a version. */
export async function insertVersion(tx: Transaction, version: PolicyVersionRow): Promise<void> {
  await tx.run(insertVersionRow, version);
}

const deleteVersionRow = query<OfPolicy & { version: number }>((sql, key) =>
  sql
    .deleteFrom('iam_policy_version')
    .where('account_id', '=', key.accountId)
    .where('policy_id', '=', key.policyId)
    .where('version', '=', key.version),
);

/** Removes a version. */
export async function removeVersion(
  tx: Transaction,
  policy: PolicyKey,
  version: number,
): Promise<void> {
  await tx.run(deleteVersionRow, { ...ofPolicy(policy), version });
}
