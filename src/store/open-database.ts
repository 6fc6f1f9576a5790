import { parseDatabaseUrl } from './database-url.ts';
import type { Database } from './database.ts';
import { openSqlite } from './sqlite-database.ts';

/** Opens the database that a URL names and brings its schema up to date. */
export async function openDatabase(text: string): Promise<Database> {
  const url = parseDatabaseUrl(text);
  if (url.kind === 'sqlite') return openSqlite(url.path);
  throw new Error('PostgreSQL comes with the next commit.');
}
