import type { Generated, Selectable } from 'kysely';
import type { AccountTable, SharedGroupTable } from './account-tables.ts';
import type { EventTables } from './event-tables.ts';
import type { IdentityTables } from './identity-tables.ts';
import type { ResourceShareTables } from './resource-share-tables.ts';
import type { SealingTables } from './sealing-tables.ts';

/**
 * The whole schema. Times are epoch milliseconds; `*_key` columns are lower-cased names, for AWS's
 * names are unique whatever their case; `tags` and `document` hold JSON text in wire shape.
 */
export interface Tables extends EventTables, IdentityTables, ResourceShareTables, SealingTables {
  schema_migration: SchemaMigrationTable;
  model_package_group: ModelPackageGroupTable;
  model_package: ModelPackageTable;
  model_package_name: ModelPackageNameTable;
  search_property_name: SearchPropertyNameTable;
  search_property: SearchPropertyTable;
  journal: JournalTable;
  read_record: ReadRecordTable;
  database_copy: DatabaseCopyTable;
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
  /** Derived from resource shares: the policy that those of it amount to which were accepted. */
  share_policy: string | null;
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

/** One row, counted up by every change to who may sign: servers that remember keys ask for it. */
export interface IdentityRevisionTable {
  id: number;
  revision: number;
}

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
  'schema_migration' | 'database_copy' | 'identity_revision' | 'event_revision' | 'lease'
>;

/** Every table with its primary key; rows come after those that they refer to. */
export const tableKeys: Readonly<Record<FactTable, readonly string[]>> = {
  model_package_group: ['id'],
  model_package: ['id'],
  model_package_name: ['account_id', 'region', 'name_key'],
  search_property_name: ['id'],
  search_property: ['name_id', 'value', 'modified_at', 'resource_id'],
  journal: ['seq'],
  journal_prune: ['number'],
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
  resource_share: ['account_id', 'region', 'id'],
  resource_share_group: ['share_id', 'group_id'],
  resource_share_principal: ['share_id', 'account_id'],
  event_bus: ['id'],
  event_rule: ['id'],
  event_target: ['rule_id', 'target_id'],
  event_outbox: ['id'],
  bus_event: ['id'],
  delivery: ['id'],
  delivery_attempt: ['delivery_id', 'number'],
  event_archive: ['id'],
  archived_event: ['archive_id', 'bus_event_id'],
  event_replay: ['id'],
  event_connection: ['id'],
  api_destination: ['id'],
  webhook: ['id'],
};
