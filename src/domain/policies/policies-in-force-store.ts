import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { GroupRow, RoleRow, UserRow } from '../../store/identity-tables.ts';
import type { NamedPolicy, PolicySet, PolicySource } from '../access/evaluate-policy.ts';
import { listGroupsOf } from '../groups/group-member-store.ts';
import { iamArn } from '../users/user.ts';
import { awsManagedPolicies, awsManagedPolicyArn } from './aws-managed-policies.ts';
import { findManagedPolicy } from './policy-store.ts';
import { compiledPolicy } from '../access/compiled-policies.ts';

interface Owner {
  accountId: string;
  ownerId: string;
}

const selectInline = query<Owner, { name: string; document: string }>((sql, owner) =>
  sql
    .selectFrom('iam_inline_policy')
    .select(['name', 'document'])
    .where('account_id', '=', owner.accountId)
    .where('owner_id', '=', owner.ownerId)
    .orderBy('name_key'),
);

const selectAttached = query<Owner, { policy_id: string }>((sql, owner) =>
  sql
    .selectFrom('iam_attached_policy')
    .select('policy_id')
    .where('account_id', '=', owner.accountId)
    .where('owner_id', '=', owner.ownerId)
    .orderBy('policy_id'),
);

const selectDefaultVersion = query<
  { accountId: string; policyId: string },
  { path: string; name: string; document: string }
>((sql, key) =>
  sql
    .selectFrom('iam_policy as p')
    .innerJoin('iam_policy_version as v', (join) =>
      join
        .onRef('v.account_id', '=', 'p.account_id')
        .onRef('v.policy_id', '=', 'p.id')
        .onRef('v.version', '=', 'p.default_version'),
    )
    .select(['p.path', 'p.name', 'v.document'])
    .where('p.account_id', '=', key.accountId)
    .where('p.id', '=', key.policyId),
);

/** What an owner is, told by how its unique id begins. */
const ownerKinds: Readonly<Record<string, PolicySource>> = {
  AIDA: 'user',
  AGPA: 'group',
  AROA: 'role',
};

interface PolicyOwners {
  readonly accountId: string;
  readonly partition: string;
  /** The unique ids of a user and its groups, or of a role. */
  readonly ownerIds: readonly string[];
  readonly boundaryPolicyId: string | null;
}

/** The policies that are in force for a user: its own and those of its groups. */
export async function userPolicies(
  tx: Transaction,
  user: UserRow,
  partition: string,
): Promise<PolicySet> {
  const groups = await listGroupsOf(tx, user, '', limits.groupsPerUserMax);
  return policiesInForce(tx, {
    accountId: user.account_id,
    partition,
    ownerIds: [user.id, ...groups.map(({ id }) => id)],
    boundaryPolicyId: user.boundary_policy_id,
  });
}

/** The policies that a group gives to its users. */
export function groupPolicies(
  tx: Transaction,
  group: GroupRow,
  partition: string,
): Promise<PolicySet> {
  const { account_id: accountId, id } = group;
  return policiesInForce(tx, { accountId, partition, ownerIds: [id], boundaryPolicyId: null });
}

/** The policies that are in force for a role's sessions. */
export function rolePolicies(
  tx: Transaction,
  role: RoleRow,
  partition: string,
): Promise<PolicySet> {
  return policiesInForce(tx, {
    accountId: role.account_id,
    partition,
    ownerIds: [role.id],
    boundaryPolicyId: role.boundary_policy_id,
  });
}

async function policiesInForce(tx: Transaction, owners: PolicyOwners): Promise<PolicySet> {
  const { accountId, ownerIds, boundaryPolicyId } = owners;
  const identity: NamedPolicy[] = [];
  for (const ownerId of ownerIds) {
    for (const { name, document } of await tx.all(selectInline, { accountId, ownerId })) {
      const source = ownerKinds[ownerId.slice(0, 4)]!;
      identity.push({ name, source, policy: compiledPolicy(document, 'inline') });
    }
    for (const { policy_id } of await tx.all(selectAttached, { accountId, ownerId })) {
      identity.push(await managedPolicyInForce(tx, owners, policy_id));
    }
  }
  if (boundaryPolicyId === null) return { identity };
  return { identity, boundary: await managedPolicyInForce(tx, owners, boundaryPolicyId) };
}

/** The managed policy of an ARN in its default version, as sessions are limited by it. */
export async function findPolicyInForce(
  tx: Transaction,
  scope: Pick<PolicyOwners, 'accountId' | 'partition'>,
  arn: string,
): Promise<NamedPolicy | undefined> {
  const policy = await findManagedPolicy(tx, scope, arn);
  return policy && managedPolicyInForce(tx, scope, policy.id);
}

/** A managed policy in its default version; who attached it keeps it from being deleted. */
async function managedPolicyInForce(
  tx: Transaction,
  { accountId, partition }: Pick<PolicyOwners, 'accountId' | 'partition'>,
  policyId: string,
): Promise<NamedPolicy> {
  const provided = awsManagedPolicies.get(policyId);
  if (provided) {
    const name = awsManagedPolicyArn(provided, partition);
    const policy = compiledPolicy(provided.document, 'managed');
    return { name, source: 'aws-managed', policy };
  }
  const found = await tx.first(selectDefaultVersion, { accountId, policyId });
  if (!found) throw new Error(`The managed policy ${policyId} is attached, not there.`);
  const name = iamArn(accountId, partition, `policy${found.path}${found.name}`);
  return { name, source: 'user-managed', policy: compiledPolicy(found.document, 'managed') };
}
