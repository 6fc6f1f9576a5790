import type { Transaction } from './database.ts';
import type { Dialect } from './dialect.ts';
import type { Migration } from './migration.ts';
import { migrations } from './migrations/index.ts';

/** A transaction that may change the schema. */
export interface Schema extends Transaction {
  /** Runs DDL. */
  exec(text: string): void | Promise<void>;
  hasTable(name: string): Promise<boolean>;
}

/** A database as those see it who look after its schema. */
export interface SchemaTarget {
  readonly dialect: Dialect;
  /** Runs `work` as one transaction, while no other program runs one of these. */
  transaction<T>(work: (schema: Schema) => Promise<T>): Promise<T>;
  /** Keeps a copy of all that is stored, and answers where; only a file can be copied so. */
  keepCopy?(suffix: string): Promise<string>;
  close(): Promise<void>;
}

/** How far a schema has come. */
export interface SchemaState {
  /** Names of the migrations that were applied, oldest first. */
  readonly applied: readonly string[];
  /** Those of this program that are still to come. */
  readonly pending: readonly Migration[];
  /** Names of applied ones that this program does not know: a newer one was here. */
  readonly unknown: readonly string[];
}

/** Tells how far the schema has come; changes nothing. */
export function readSchema(
  target: SchemaTarget,
  known: readonly Migration[] = migrations,
): Promise<SchemaState> {
  return target.transaction(async (schema) => {
    const applied = await appliedMigrations(schema);
    return {
      applied: applied.map(({ name }) => name),
      pending: known.filter(({ id }) => !applied.some((one) => one.id === id)),
      unknown: applied.flatMap(({ id, name }) => (known.some((one) => one.id === id) ? [] : name)),
    };
  });
}

/**
 * Brings the schema up to date, each migration in a transaction of its own, and answers the names
 * of those that it applied. What was there before is copied first where that can be done. A schema
 * that is newer than this program is left as it is: later migrations only add.
 */
export async function migrate(
  target: SchemaTarget,
  known: readonly Migration[] = migrations,
): Promise<string[]> {
  const { applied, pending } = await readSchema(target, known);
  if (applied.length > 0 && pending.length > 0)
    await target.keepCopy?.(`before-${pending[0]!.name}`);
  const done: string[] = [];
  for (const migration of pending) {
    const isDone = await target.transaction((schema) => apply(schema, migration, target.dialect));
    if (isDone) done.push(migration.name);
  }
  return done;
}

/** Applies a migration, unless another server has done so meanwhile. */
async function apply(schema: Schema, migration: Migration, dialect: Dialect): Promise<boolean> {
  const { id, name } = migration;
  if ((await appliedMigrations(schema)).some((one) => one.id === id)) return false;
  await schema.exec(
    `create table if not exists schema_migration (
      id ${dialect.integer} not null primary key, name ${dialect.text} not null
    )${dialect.tableOptions}`,
  );
  for (const statement of migration.statements(dialect)) await schema.exec(statement);
  await schema.rows(schema.sql.insertInto('schema_migration').values({ id, name }));
  return true;
}

async function appliedMigrations(schema: Schema): Promise<{ id: number; name: string }[]> {
  if (!(await schema.hasTable('schema_migration'))) return [];
  return schema.rows(schema.sql.selectFrom('schema_migration').selectAll().orderBy('id'));
}
