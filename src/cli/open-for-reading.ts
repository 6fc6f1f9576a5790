import { findSchema } from '../domain/integrity/integrity-store.ts';
import { displayDatabaseUrl, parseDatabaseUrl } from '../store/database-url.ts';
import type { Database } from '../store/database.ts';
import { readSchema } from '../store/migrate.ts';
import type { SchemaState } from '../store/migrate.ts';
import { migrations } from '../store/migrations/index.ts';
import { openDatabase, openSchema } from '../store/open-database.ts';
import { SqliteSnapshot } from '../store/sqlite-snapshot.ts';
import { requireDatabase } from './db-options.ts';
import { Failure } from './failure.ts';

/**
 * Opens a registry's database to look into it: SQLite as one state of its file, in which nothing
 * changes, PostgreSQL as it is. Refuses a schema that opening it would change.
 */
export async function openForReading(url: string): Promise<Database> {
  const parsed = parseDatabaseUrl(url);
  requireDatabase(url);
  if (parsed.kind === 'postgres') {
    requireSchema(url, await readPostgresSchema(url));
    return openDatabase(url);
  }
  const database = new SqliteSnapshot(parsed.path);
  try {
    requireSchema(url, await readSnapshotSchema(database));
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** How far the schema of a PostgreSQL database has come. */
export async function readPostgresSchema(url: string): Promise<SchemaState> {
  const target = await openSchema(url);
  try {
    return await readSchema(target);
  } finally {
    await target.close();
  }
}

/** How far the schema of a file has come, without a lock on it. */
export async function readSnapshotSchema(database: SqliteSnapshot): Promise<SchemaState> {
  const isThere = await database.hasTable('schema_migration');
  const applied = isThere ? await database.read(findSchema) : [];
  return {
    applied,
    pending: migrations.filter(({ name }) => !applied.includes(name)),
    unknown: applied.filter((name) => !migrations.some((one) => one.name === name)),
  };
}

function requireSchema(url: string, { pending }: SchemaState): void {
  if (pending.length === 0) return;
  const names = pending.map(({ name }) => name).join(', ');
  throw new Failure(
    `The schema of ${displayDatabaseUrl(url)} lacks ${names}: it is of an older version, or no ` +
      'database of a registry. "imprimatur db migrate" brings it up to date.',
  );
}
