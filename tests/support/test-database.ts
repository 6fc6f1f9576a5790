/**
 * The database that a test runs on: SQLite in memory or, where IMPRIMATUR_TEST_DATABASE names a
 * server (`npm test` runs the suite once on each), an empty PostgreSQL database of its own.
 */
import pg from 'pg';
import type { Database } from '../../src/store/database.ts';
import { openDatabase } from '../../src/store/open-database.ts';

const server = process.env['IMPRIMATUR_TEST_DATABASE'];

/** Which database the tests run on now. */
export const testDatabaseKind = server === undefined ? 'sqlite' : 'postgres';

/** An empty database with our schema; closing it gives it back. */
export async function openTestDatabase(): Promise<Database> {
  if (server === undefined) return openDatabase('sqlite::memory:');
  const { database, url } = idle.pop() ?? (await newDatabase());
  return {
    read: (work) => database.read(work),
    write: (work) => database.write(work),
    ...(database.onChange && { onChange: database.onChange.bind(database) }),
    status: () => database.status(),
    close: async () => {
      await empty(url);
      idle.push({ database, url });
    },
  };
}

/** The URL of a new, wholly empty database, without our schema; SQLite needs none. */
export async function newDatabaseUrl(): Promise<string> {
  if (server === undefined) throw new Error('Only PostgreSQL has databases to make.');
  const name = `test_${process.pid}_${(made += 1)}`;
  await run(server, `create database ${name}`);
  return server.replace(/\/[^/]*$/u, `/${name}`);
}

interface Kept {
  readonly database: Database;
  readonly url: string;
}

const idle: Kept[] = [];
let made = 0;

async function newDatabase(): Promise<Kept> {
  const url = await newDatabaseUrl();
  return { database: await openDatabase(url), url };
}

/** Empties every table of ours and starts the ids anew; a statement is faster than a database. */
async function empty(url: string): Promise<void> {
  await run(
    url,
    `do $$ begin execute (
      select 'truncate ' || string_agg(quote_ident(tablename), ', ') || ' restart identity cascade'
      from pg_tables where schemaname = 'public' and tablename <> 'schema_migration'
    ); end $$`,
  );
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
