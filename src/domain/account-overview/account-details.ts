import type {
  AttachedPolicy,
  GroupDetail,
  ManagedPolicyDetail,
  PolicyDetail,
  RoleDetail,
  Tag,
  UserDetail,
} from '../../contracts/iam.gen.ts';
import { limits } from '../../kernel/limits.ts';
import type { GroupRow, RoleRow, UserRow } from '../../store/identity-tables.ts';
import { groupView } from '../groups/group.ts';
import { listGroupsOf } from '../groups/group-member-store.ts';
import type { FindContext } from '../operation.ts';
import { listHeldPolicies } from '../policies/attached-policy-store.ts';
import { listInlinePolicies } from '../policies/inline-policy-store.ts';
import {
  boundaryView,
  encodeDocument,
  policyDetails,
  policyVersionView,
  policyView,
} from '../policies/policy.ts';
import type { ManagedPolicy } from '../policies/policy.ts';
import { showTrust } from '../policies/policy-principals-store.ts';
import { findBoundaryArn } from '../policies/policy-store.ts';
import { countUses } from '../policies/policy-use-store.ts';
import { listVersionsOf } from '../policies/policy-version-store.ts';
import { roleArn } from '../roles/role.ts';
import { userTags, userView } from '../users/user.ts';

/** Everything about a user's access. */
export async function userDetail(context: FindContext, user: UserRow): Promise<UserDetail> {
  const { tx, call } = context;
  const groups = await listGroupsOf(tx, user, '', limits.groupsPerUserMax);
  const { inline, attached } = await policiesOf(context, user);
  return {
    ...userView(user, call.partition),
    UserPolicyList: inline,
    GroupList: groups.map(({ name }) => name),
    AttachedManagedPolicies: attached,
    ...(await boundaryOf(context, user)),
    Tags: userTags(user),
  };
}

/** Everything about the access that a group gives. */
export async function groupDetail(context: FindContext, group: GroupRow): Promise<GroupDetail> {
  const { inline, attached } = await policiesOf(context, group);
  const view = groupView(group, context.call.partition);
  return { ...view, GroupPolicyList: inline, AttachedManagedPolicies: attached };
}

/** Everything about a role's access. */
export async function roleDetail(context: FindContext, role: RoleRow): Promise<RoleDetail> {
  const { inline, attached } = await policiesOf(context, role);
  const { trust_policy: trustPolicy } = await showTrust(context.tx, context.call, role);
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: roleArn(role, context.call.partition),
    CreateDate: role.created_at,
    AssumeRolePolicyDocument: encodeDocument(trustPolicy),
    InstanceProfileList: [],
    RolePolicyList: inline,
    AttachedManagedPolicies: attached,
    ...(await boundaryOf(context, role)),
    Tags: JSON.parse(role.tags) as Tag[],
    RoleLastUsed: {
      ...(role.last_used_at !== null && { LastUsedDate: role.last_used_at }),
      ...(role.last_used_region !== null && { Region: role.last_used_region }),
    },
  };
}

/** A managed policy with all of its versions. */
export async function managedPolicyDetail(
  { tx, call }: FindContext,
  policy: ManagedPolicy,
): Promise<ManagedPolicyDetail> {
  const { accountId } = call;
  const uses = await countUses(tx, accountId, [policy.id]);
  const versions = await listVersionsOf(tx, accountId, policy);
  const { Description } = policyDetails(policy);
  return {
    ...policyView(policy, uses.get(policy.id)!),
    ...(Description !== undefined && { Description }),
    PolicyVersionList: versions.map((version) => ({
      Document: encodeDocument(version.document),
      ...policyVersionView(version, policy.defaultVersion),
    })),
  };
}

async function policiesOf(
  { tx, call: { partition } }: FindContext,
  { account_id: accountId, id }: Pick<UserRow, 'account_id' | 'id'>,
): Promise<{ inline: PolicyDetail[]; attached: AttachedPolicy[] }> {
  const inline = await listInlinePolicies(tx, { accountId, id });
  const held = await listHeldPolicies(tx, { accountId, id }, partition);
  return {
    inline: inline.map(({ name, document }) => ({
      PolicyName: name,
      PolicyDocument: encodeDocument(document),
    })),
    attached: held.map(({ view }) => view),
  };
}

async function boundaryOf(
  { tx, call }: FindContext,
  bounded: Pick<UserRow, 'account_id' | 'boundary_policy_id'>,
): Promise<Pick<UserDetail, 'PermissionsBoundary'>> {
  const arn = await findBoundaryArn(tx, bounded, call.partition);
  return arn === undefined ? {} : { PermissionsBoundary: boundaryView(arn) };
}
