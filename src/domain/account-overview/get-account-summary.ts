import { GetAccountSummary } from '../../contracts/iam.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { operation } from '../operation.ts';
import { countAccount } from './account-summary-store.ts';

/** Tells how much of each an account has in IAM, and may have. */
export const getAccountSummary = operation(GetAccountSummary, {
  effect: 'read',
  resource: () => '*',
  async run(_, { tx, call }) {
    const { users, groups, roles, policies, policyVersions } = await countAccount(
      tx,
      call.accountId,
    );
    return {
      SummaryMap: {
        Users: users,
        UsersQuota: limits.usersPerAccountMax,
        Groups: groups,
        GroupsQuota: limits.groupsPerAccountMax,
        GroupsPerUserQuota: limits.groupsPerUserMax,
        Roles: roles,
        RolesQuota: limits.rolesPerAccountMax,
        Policies: policies,
        PoliciesQuota: limits.policiesPerAccountMax,
        PolicyVersionsInUse: policyVersions,
        VersionsPerPolicyQuota: limits.versionsPerPolicyMax,
        PolicySizeQuota: limits.managedPolicyCharactersMax,
        UserPolicySizeQuota: limits.userInlineCharactersMax,
        GroupPolicySizeQuota: limits.groupInlineCharactersMax,
        RolePolicySizeQuota: limits.roleInlineCharactersMax,
        AssumeRolePolicySizeQuota: limits.trustPolicyCharactersMax,
        AttachedPoliciesPerUserQuota: limits.policiesPerHolderMax,
        AttachedPoliciesPerGroupQuota: limits.policiesPerHolderMax,
        AttachedPoliciesPerRoleQuota: limits.policiesPerHolderMax,
        AccessKeysPerUserQuota: limits.accessKeysPerUserMax,
        // The root user signs with an access key, and with nothing else.
        AccountAccessKeysPresent: 1,
        AccountPasswordPresent: 0,
        AccountMFAEnabled: 0,
        MFADevices: 0,
        MFADevicesInUse: 0,
        Providers: 0,
        InstanceProfiles: 0,
        ServerCertificates: 0,
      },
    };
  },
});
