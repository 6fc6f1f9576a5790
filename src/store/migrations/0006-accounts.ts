import type { Dialect } from '../dialect.ts';
import type { Migration } from '../migration.ts';

/** The accounts that share a registry with its operator's, and what others let each of them see. */
export const accounts: Migration = {
  id: 6,
  name: '0006-accounts',
  statements: ({ integer, text, tableOptions, clusteredOptions }: Dialect) => [
    `create table account (
      account_id ${text} not null primary key,
      name ${text} not null,
      status ${text} not null,
      created_at ${integer}
    )${tableOptions}`,
    `create table shared_group (
      account_id ${text} not null,
      region ${text} not null,
      name_key ${text} not null,
      group_id ${integer} not null references model_package_group (id),
      created_at ${integer} not null,
      primary key (account_id, region, name_key, group_id)
    )${clusteredOptions}`,
    `create index shared_group_created
      on shared_group (account_id, region, created_at, name_key, group_id)`,
    'create index shared_group_id on shared_group (group_id)',
  ],
};
