import type { Dialect } from '../dialect.ts';
import type { Migration } from '../migration.ts';

/** Roles, and what users, groups and roles are allowed. */
export const policies: Migration = {
  id: 3,
  name: '0003-policies',
  statements: ({ integer, text, tableOptions, clusteredOptions }: Dialect) => [
    `create table iam_role (
      account_id ${text} not null,
      name_key ${text} not null,
      name ${text} not null,
      id ${text} not null,
      path ${text} not null,
      created_at ${integer} not null,
      description ${text},
      max_session_seconds ${integer} not null,
      trust_policy ${text} not null,
      boundary_policy_id ${text},
      tags ${text} not null,
      last_used_at ${integer},
      last_used_region ${text},
      primary key (account_id, name_key),
      unique (account_id, id)
    )${tableOptions}`,
    `create table iam_inline_policy (
      account_id ${text} not null,
      owner_id ${text} not null,
      name_key ${text} not null,
      name ${text} not null,
      document ${text} not null,
      primary key (account_id, owner_id, name_key)
    )${tableOptions}`,
    `create table iam_policy (
      account_id ${text} not null,
      name_key ${text} not null,
      name ${text} not null,
      id ${text} not null,
      path ${text} not null,
      created_at ${integer} not null,
      updated_at ${integer} not null,
      description ${text},
      default_version ${integer} not null,
      last_version ${integer} not null,
      tags ${text} not null,
      primary key (account_id, name_key),
      unique (account_id, id)
    )${tableOptions}`,
    `create table iam_policy_version (
      account_id ${text} not null,
      policy_id ${text} not null,
      version ${integer} not null,
      created_at ${integer} not null,
      document ${text} not null,
      primary key (account_id, policy_id, version),
      foreign key (account_id, policy_id) references iam_policy (account_id, id)
    )${tableOptions}`,
    `create table iam_attached_policy (
      account_id ${text} not null,
      owner_id ${text} not null,
      policy_id ${text} not null,
      primary key (account_id, owner_id, policy_id)
    )${clusteredOptions}`,
    'create index iam_attached_policy_id on iam_attached_policy (account_id, policy_id, owner_id)',
    'create index iam_user_boundary on iam_user (account_id, boundary_policy_id)',
    'create index iam_role_boundary on iam_role (account_id, boundary_policy_id)',
  ],
};
