import type { Transaction } from './database.ts';
import type { Dialect } from './dialect.ts';
import type { Migration } from './migration.ts';
import { migrations } from './migrations/index.ts';

/** A transaction that may change the schema. */
export interface Schema extends Transaction {
  /** Runs DDL. */
  exec(text: string): void | Promise<void>;
}

/** A database whose schema is brought up to date. */
export interface SchemaTarget {
  readonly dialect: Dialect;
  /** Runs `work` as one transaction, while no other program runs one of these. */
  transaction<T>(work: (schema: Schema) => Promise<T>): Promise<T>;
}

/**
 * Brings the schema up to date, each migration in a transaction of its own. A schema that is newer
 * than this program is left as it is: later migrations only add.
 */
export async function migrate(target: SchemaTarget): Promise<void> {
  const { dialect } = target;
  await target.transaction(async (schema) =>
    schema.exec(
      `create table if not exists schema_migration (
        id ${dialect.integer} not null primary key, name ${dialect.text} not null
      )${dialect.tableOptions}`,
    ),
  );
  for (const migration of migrations) {
    await target.transaction((schema) => apply(schema, migration, dialect));
  }
}

async function apply(schema: Schema, migration: Migration, dialect: Dialect): Promise<void> {
  if (await isApplied(schema, migration)) return;
  for (const statement of migration.statements(dialect)) await schema.exec(statement);
  const { id, name } = migration;
  await schema.rows(schema.sql.insertInto('schema_migration').values({ id, name }));
}

async function isApplied(schema: Schema, migration: Migration): Promise<boolean> {
  const applied = schema.sql
    .selectFrom('schema_migration')
    .select('id')
    .where('id', '=', migration.id);
  return (await schema.rows(applied)).length > 0;
}
