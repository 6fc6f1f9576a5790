import type { Generated, Selectable } from 'kysely';
import type { AccountTable, SharedGroupTable } from './account-tables.ts';
import type { SealingTables } from './sealing-tables.ts';

/**
 * The whole schema. Times are epoch milliseconds; `*_key` columns are lower-cased names, for AWS's
 * names are unique whatever their case; `tags` and `document` hold JSON text in wire shape.
 */
export interface Tables extends SealingTables {
  schema_migration: SchemaMigrationTable;
  model_package_group: ModelPackageGroupTable;
  model_package: ModelPackageTable;
  model_package_name: ModelPackageNameTable;
  search_property_name: SearchPropertyNameTable;
  search_property: SearchPropertyTable;
  journal: JournalTable;
  read_record: ReadRecordTable;
  database_copy: DatabaseCopyTable;
  iam_user: UserTable;
  access_key: AccessKeyTable;
  iam_group: GroupTable;
  iam_group_member: GroupMemberTable;
  iam_role: RoleTable;
  iam_inline_policy: InlinePolicyTable;
  iam_policy: PolicyTable;
  iam_policy_version: PolicyVersionTable;
  iam_attached_policy: AttachedPolicyTable;
  identity_revision: IdentityRevisionTable;
  account: AccountTable;
  shared_group: SharedGroupTable;
}

/** A migration that has been applied. */
export interface SchemaMigrationTable {
  id: number;
  name: string;
}

/** A model package group and the counter that numbers its versions. */
export interface ModelPackageGroupTable {
  id: Generated<number>;
  account_id: string;
  region: string;
  name: string;
  name_key: string;
  created_at: number;
  /** The number given last; never given again while the group lives. */
  last_version: number;
  /** When it was given; creation times within a group never run backwards. */
  last_version_at: number;
  policy: string | null;
  tags: string;
  document: string;
}

/** A model package: a version of a group, or unversioned under its own name. */
export interface ModelPackageTable {
  id: Generated<number>;
  account_id: string;
  region: string;
  type: 'Versioned' | 'Unversioned';
  group_id: number | null;
  /** The group's name, or the unversioned package's own. */
  name: string;
  version: number | null;
  /** A second, stable name of a version (an extension). */
  alias: string | null;
  approval_status: string | null;
  status: string;
  created_at: number;
  /** Null until the first update. */
  last_modified_at: number | null;
  /** `last_modified_at`, or `created_at` before the first update: what searches sort by. */
  modified_at: number;
  client_token: string | null;
  /** SHA-256 (hex) of the request that carried the token. */
  request_hash: string | null;
  tags: string;
  document: string;
}

/** The one namespace of unversioned packages' names and versions' aliases. */
export interface ModelPackageNameTable {
  account_id: string;
  region: string;
  name_key: string;
  package_id: number;
}

/** Property paths that resources have or once had; never deleted, so that an id stays right. */
export interface SearchPropertyNameTable {
  id: Generated<number>;
  account_id: string;
  region: string;
  resource: string;
  name: string;
}

/** Derived from the rows above: property path and value to resources, latest modified last. */
export interface SearchPropertyTable {
  name_id: number;
  value: string;
  modified_at: number;
  resource_id: number;
}

/** One entry for every change and every refusal; rows are only ever appended. */
export interface JournalTable {
  seq: Generated<number>;
  /** A UUID that begins with the time: CloudTrail's eventID. */
  id: string;
  at: number;
  /** Whose resource was changed; of a refused call, the caller's. */
  account_id: string;
  /** The caller's, where it is another. */
  caller_account_id: string | null;
  region: string;
  service: string;
  operation: string;
  resource_arn: string | null;
  principal_arn: string;
  access_key_id: string;
  request_id: string;
  error_code: string | null;
  document: string;
}

/** A call that changed nothing; see docs/adr/0014-reads-beside-the-journal.md. */
export type ReadRecordTable = Omit<JournalTable, 'error_code'>;

/** Has a row while a copy from another database is under way: where that one's journal ends. */
export interface DatabaseCopyTable {
  last_seq: number;
  last_id: string;
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

/** One row, counted up by every change to who may sign: servers that remember keys ask for it. */
export interface IdentityRevisionTable {
  id: number;
  revision: number;
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
/** A row of `model_package_group` as it is read. */
export type ModelPackageGroupRow = Selectable<ModelPackageGroupTable>;
/** A row of `model_package` as it is read. */
export type ModelPackageRow = Selectable<ModelPackageTable>;
/** A row of `journal` as it is read. */
export type JournalRow = Selectable<JournalTable>;

/** A row of `read_record` as it is read. */
export type ReadRecordRow = Selectable<ReadRecordTable>;

/** A table whose rows are facts: all but the store's own bookkeeping. */
export type FactTable = Exclude<
  keyof Tables,
  'schema_migration' | 'database_copy' | 'identity_revision' | 'lease'
>;

/** Every table with its primary key; rows come after those that they refer to. */
export const tableKeys: Readonly<Record<FactTable, readonly string[]>> = {
  model_package_group: ['id'],
  model_package: ['id'],
  model_package_name: ['account_id', 'region', 'name_key'],
  search_property_name: ['id'],
  search_property: ['name_id', 'value', 'modified_at', 'resource_id'],
  journal: ['seq'],
  read_record: ['seq'],
  iam_user: ['account_id', 'name_key'],
  access_key: ['account_id', 'id'],
  iam_group: ['account_id', 'name_key'],
  iam_group_member: ['account_id', 'group_id', 'user_id'],
  iam_role: ['account_id', 'name_key'],
  iam_inline_policy: ['account_id', 'owner_id', 'name_key'],
  iam_policy: ['account_id', 'name_key'],
  iam_policy_version: ['account_id', 'policy_id', 'version'],
  iam_attached_policy: ['account_id', 'owner_id', 'policy_id'],
  seal_state: ['id'],
  journal_leaf: ['position'],
  journal_subtree: ['level', 'position'],
  checkpoint: ['size'],
  signing_key: ['number'],
  account: ['account_id'],
  shared_group: ['account_id', 'region', 'name_key', 'group_id'],
};
