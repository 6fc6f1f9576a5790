import type { Dialect } from '../dialect.ts';
import type { Migration } from '../migration.ts';

/** Users, keys, groups, roles, policies, and the counter by which servers learn of changes. */
export const identity: Migration = {
  id: 2,
  name: '0002-identity',
  statements: ({ integer, text, tableOptions, clusteredOptions }: Dialect) => [
    `create table iam_user (
      account_id ${text} not null,
      name_key ${text} not null,
      name ${text} not null,
      id ${text} not null,
      path ${text} not null,
      created_at ${integer} not null,
      tags ${text} not null,
      boundary_policy_id ${text},
      primary key (account_id, name_key),
      unique (account_id, id)
    )${tableOptions}`,
    `create table access_key (
      account_id ${text} not null,
      id ${text} not null,
      user_id ${text} not null,
      status ${text} not null,
      created_at ${integer} not null,
      secret ${text} not null,
      secret_key_id ${text} not null,
      last_used_at ${integer},
      last_used_service ${text},
      last_used_region ${text},
      primary key (account_id, id),
      foreign key (account_id, user_id) references iam_user (account_id, id)
    )${tableOptions}`,
    // A signature names a key and no account: this alone is found across accounts.
    'create unique index access_key_id on access_key (id)',
    'create index access_key_user on access_key (account_id, user_id, id)',
    `create table iam_group (
      account_id ${text} not null,
      name_key ${text} not null,
      name ${text} not null,
      id ${text} not null,
      path ${text} not null,
      created_at ${integer} not null,
      primary key (account_id, name_key),
      unique (account_id, id)
    )${tableOptions}`,
    `create table iam_group_member (
      account_id ${text} not null,
      group_id ${text} not null,
      user_id ${text} not null,
      primary key (account_id, group_id, user_id),
      foreign key (account_id, group_id) references iam_group (account_id, id),
      foreign key (account_id, user_id) references iam_user (account_id, id)
    )${clusteredOptions}`,
    'create index iam_group_member_user on iam_group_member (account_id, user_id)',
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
    `create table identity_revision (
      id ${integer} not null primary key,
      revision ${integer} not null
    )${tableOptions}`,
  ],
};
