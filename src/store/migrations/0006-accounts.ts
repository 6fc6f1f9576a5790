import type { Dialect } from '../dialect.ts';
import type { Migration } from '../migration.ts';

/** The accounts that share a registry with its operator's. */
export const accounts: Migration = {
  id: 6,
  name: '0006-accounts',
  statements: ({ integer, text, tableOptions }: Dialect) => [
    `create table account (
      account_id ${text} not null primary key,
      name ${text} not null,
      status ${text} not null,
      created_at ${integer}
    )${tableOptions}`,
  ],
};
