import { isCopyUnfinished } from './database-copy.ts';
import { DatabaseUrlError, displayDatabaseUrl, parseDatabaseUrl } from './database-url.ts';
import type { Database } from './database.ts';
import type { SchemaTarget } from './migrate.ts';
import { openSqlite } from './sqlite-database.ts';
import { openSqliteSchema } from './sqlite-schema.ts';

/**
 * Opens the database that a URL names and brings its schema up to date; refuses one that holds only
 * a part of another, because a copy into it was broken off.
 */
export async function openDatabase(text: string): Promise<Database> {
  const database = await openAnyDatabase(text);
  if (!(await isCopyUnfinished(database))) return database;
  await database.close();
  throw new DatabaseUrlError(
    `A copy into ${displayDatabaseUrl(text)} was not finished: give "imprimatur db copy" again.`,
  );
}

/** Opens a database also while it is being copied into. */
export async function openAnyDatabase(text: string): Promise<Database> {
  const url = parseDatabaseUrl(text);
  if (url.kind === 'sqlite') return openSqlite(url.path);
  // Loaded only where it is used: starting on SQLite does not pay for it.
  const { openPostgres } = await import('./postgres-database.ts');
  return openPostgres(url);
}

/** Opens the database that a URL names for those who look after its schema; changes nothing. */
export async function openSchema(text: string): Promise<SchemaTarget> {
  const url = parseDatabaseUrl(text);
  if (url.kind === 'sqlite') return openSqliteSchema(url.path);
  const { openPostgresSchema } = await import('./postgres-schema.ts');
  return openPostgresSchema(url);
}
