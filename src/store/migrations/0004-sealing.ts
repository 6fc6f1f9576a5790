import type { Dialect } from '../dialect.ts';
import type { Migration } from '../migration.ts';

/** The Merkle tree over the journal, its signed checkpoints, and who works at what. */
export const sealing: Migration = {
  id: 4,
  name: '0004-sealing',
  statements: ({ integer, text, tableOptions }: Dialect) => [
    `create table lease (
      name ${text} not null primary key,
      holder ${text},
      token ${integer} not null,
      beat ${integer} not null
    )${tableOptions}`,
    `create table seal_state (
      id ${integer} not null primary key,
      origin ${text} not null,
      size ${integer} not null,
      settled_seq ${integer} not null,
      awaited_seq ${integer} not null,
      awaited ${text} not null
    )${tableOptions}`,
    `create table journal_leaf (
      position ${integer} not null primary key,
      seq ${integer} not null unique,
      hash ${text} not null
    )${tableOptions}`,
    `create table journal_subtree (
      level ${integer} not null,
      position ${integer} not null,
      hash ${text} not null,
      primary key (level, position)
    )${tableOptions}`,
    `create table checkpoint (
      size ${integer} not null primary key,
      note ${text} not null
    )${tableOptions}`,
    `create table signing_key (
      number ${integer} not null primary key,
      verifier ${text} not null,
      valid_from ${integer} not null,
      introduction ${text} not null
    )${tableOptions}`,
  ],
};
