import type { Dialect } from '../dialect.ts';
import type { Migration } from '../migration.ts';

/** Users, their keys, groups, and the counter by which servers learn of changes to any. */
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
      user_id ${text},
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
    `create table identity_revision (
      id ${integer} not null primary key,
      revision ${integer} not null
    )${tableOptions}`,
  ],
};
