import type { Dialect } from '../dialect.ts';
import type { Migration } from '../migration.ts';

/** What was removed from the journal on purpose: the signed statements, and which entries. */
export const journalPrunes: Migration = {
  id: 9,
  name: '0009-journal-prunes',
  statements: ({ integer, text, tableOptions }: Dialect) => [
    `create table journal_prune (
      number ${integer} not null primary key,
      note ${text} not null
    )${tableOptions}`,
    `alter table journal_leaf add column pruned ${integer}`,
  ],
};
