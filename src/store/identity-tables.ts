import type { Selectable } from 'kysely';

/** The tables of users, groups, roles and what they are allowed. */
export interface IdentityTables {
  iam_user: UserTable;
  access_key: AccessKeyTable;
  iam_group: GroupTable;
  iam_group_member: GroupMemberTable;
  iam_role: RoleTable;
  iam_inline_policy: InlinePolicyTable;
  iam_policy: PolicyTable;
  iam_policy_version: PolicyVersionTable;
  iam_attached_policy: AttachedPolicyTable;
}

/** A user of an account; IAM knows no regions. */
export interface UserTable {
  account_id: string;
  name_key: string;
  name: string;
  /** AIDA…: never given twice, so that a user who comes back under a name is another. */
  id: string;
  path: string;
  created_at: number;
  tags: string;
  /** The managed policy that limits what its other policies allow. */
  boundary_policy_id: string | null;
}

/** An access key of a user, or of an account's root user. */
export interface AccessKeyTable {
  account_id: string;
  id: string;
  /** Null where it is the root user's. */
  user_id: string | null;
  status: 'Active' | 'Inactive';
  created_at: number;
  /** Encrypted; see docs/adr/0011-secrets.md. */
  secret: string;
  /** The encryption key that it is encrypted under. */
  secret_key_id: string;
  last_used_at: number | null;
  last_used_service: string | null;
  last_used_region: string | null;
}

/** A group of users. */
export interface GroupTable {
  account_id: string;
  name_key: string;
  name: string;
  /** AGPA…: never given twice. */
  id: string;
  path: string;
  created_at: number;
}

/** A user's place in a group. */
export interface GroupMemberTable {
  account_id: string;
  group_id: string;
  user_id: string;
}

/** A role: what its sessions may do, and who may begin one. */
export interface RoleTable {
  account_id: string;
  name_key: string;
  name: string;
  /** AROA…: never given twice. */
  id: string;
  path: string;
  created_at: number;
  description: string | null;
  max_session_seconds: number;
  /** Who may assume it: a policy's text. */
  trust_policy: string;
  boundary_policy_id: string | null;
  tags: string;
  last_used_at: number | null;
  last_used_region: string | null;
}

/** A policy that is part of the user, group or role that it is about. */
export interface InlinePolicyTable {
  account_id: string;
  /** The unique id of its user, group or role. */
  owner_id: string;
  name_key: string;
  name: string;
  document: string;
}

/** A managed policy of an account; AWS's own are code. */
export interface PolicyTable {
  account_id: string;
  name_key: string;
  name: string;
  /** ANPA…: never given twice. */
  id: string;
  path: string;
  created_at: number;
  /** When its newest version was made. */
  updated_at: number;
  description: string | null;
  /** The version that is in force. */
  default_version: number;
  /** The number given last. */
  last_version: number;
  tags: string;
}

/** A version of a managed policy: `v1`, `v2` … */
export interface PolicyVersionTable {
  account_id: string;
  policy_id: string;
  version: number;
  created_at: number;
  document: string;
}

/** A managed policy's attachment to a user, group or role. */
export interface AttachedPolicyTable {
  account_id: string;
  owner_id: string;
  /** Of the account's own policy, or of one of AWS's. */
  policy_id: string;
}

/** A row of `iam_user` as it is read. */
export type UserRow = Selectable<UserTable>;
/** A row of `iam_group` as it is read. */
export type GroupRow = Selectable<GroupTable>;
/** A row of `iam_role` as it is read. */
export type RoleRow = Selectable<RoleTable>;
/** A row of `iam_inline_policy` as it is read. */
export type InlinePolicyRow = Selectable<InlinePolicyTable>;
/** A row of `iam_policy` as it is read. */
export type PolicyRow = Selectable<PolicyTable>;
/** A row of `iam_policy_version` as it is read. */
export type PolicyVersionRow = Selectable<PolicyVersionTable>;
/** A row of `access_key` as it is read. */
export type AccessKeyRow = Selectable<AccessKeyTable>;
