import { attachGroupPolicy, attachRolePolicy, attachUserPolicy } from './attach-policy.ts';
import { createPolicy } from './create-policy.ts';
import { createPolicyVersion } from './create-policy-version.ts';
import { deleteGroupPolicy, deleteRolePolicy, deleteUserPolicy } from './delete-inline-policy.ts';
import {
  deleteRolePermissionsBoundary,
  deleteUserPermissionsBoundary,
} from './delete-permissions-boundary.ts';
import { deletePolicy } from './delete-policy.ts';
import { deletePolicyVersion } from './delete-policy-version.ts';
import { detachGroupPolicy, detachRolePolicy, detachUserPolicy } from './detach-policy.ts';
import { getGroupPolicy, getRolePolicy, getUserPolicy } from './get-inline-policy.ts';
import { getPolicy } from './get-policy.ts';
import { getPolicyVersion } from './get-policy-version.ts';
import {
  listAttachedGroupPolicies,
  listAttachedRolePolicies,
  listAttachedUserPolicies,
} from './list-attached-policies.ts';
import { listEntitiesForPolicy } from './list-entities-for-policy.ts';
import { listGroupPolicies, listRolePolicies, listUserPolicies } from './list-inline-policies.ts';
import { listPolicies } from './list-policies.ts';
import { listPolicyTags } from './list-policy-tags.ts';
import { listPolicyVersions } from './list-policy-versions.ts';
import { putGroupPolicy, putRolePolicy, putUserPolicy } from './put-inline-policy.ts';
import {
  putRolePermissionsBoundary,
  putUserPermissionsBoundary,
} from './put-permissions-boundary.ts';
import { setDefaultPolicyVersion } from './set-default-policy-version.ts';
import { tagPolicy } from './tag-policy.ts';
import { untagPolicy } from './untag-policy.ts';

/** What can be done with the policies of users, groups and roles. */
export const policyOperations = [
  ...[putUserPolicy, putGroupPolicy, putRolePolicy],
  ...[getUserPolicy, getGroupPolicy, getRolePolicy],
  ...[listUserPolicies, listGroupPolicies, listRolePolicies],
  ...[deleteUserPolicy, deleteGroupPolicy, deleteRolePolicy],
  ...[createPolicy, getPolicy, listPolicies, deletePolicy],
  ...[createPolicyVersion, getPolicyVersion, listPolicyVersions],
  ...[setDefaultPolicyVersion, deletePolicyVersion],
  ...[tagPolicy, untagPolicy, listPolicyTags],
  ...[attachUserPolicy, attachGroupPolicy, attachRolePolicy],
  ...[detachUserPolicy, detachGroupPolicy, detachRolePolicy],
  ...[listAttachedUserPolicies, listAttachedGroupPolicies, listAttachedRolePolicies],
  listEntitiesForPolicy,
  ...[putUserPermissionsBoundary, putRolePermissionsBoundary],
  ...[deleteUserPermissionsBoundary, deleteRolePermissionsBoundary],
];
