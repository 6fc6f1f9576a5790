/** Databases of a PostgreSQL that is started for the run, filled from the seeded SQLite stores. */
import { copyDatabase } from '../src/store/database-copy.ts';
import { openAnyDatabase } from '../src/store/open-database.ts';
import { PostgresServer } from '../tests/support/postgres-server.ts';
import { count } from './format.ts';
import type { Progress } from './progress.ts';
import { rawTables } from './raw-postgres.ts';

/** As an administrator would set it on such a machine: durable, and with room for its work. */
const settings = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  shared_buffers: '1GB',
  effective_cache_size: '8GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '15min',
};

/** Starts a cluster that goes with the process. */
export async function startPostgres(progress: Progress): Promise<PostgresServer> {
  progress.step('starting PostgreSQL');
  const server = await PostgresServer.start(settings);
  process.once('exit', () => server.discard());
  return server;
}

/** Copies a seeded store into a database of its own, and answers its URL. */
export async function fillPostgres(
  server: PostgresServer,
  store: string,
  versions: number,
  progress: Progress,
): Promise<string> {
  const name = `versions_${versions}`;
  await server.query(`create database ${name}`);
  const url = server.url(name);
  const [from, to] = [await openAnyDatabase(`sqlite:${store}`), await openAnyDatabase(url)];
  await copyDatabase(from, to, (step, table, done) => {
    progress.step(`${step} ${count(versions)} versions: ${table} ${count(done)}`);
  });
  await Promise.all([from.close(), to.close()]);
  await server.query(rawTables, name);
  await server.query('vacuum analyze', name);
  await server.query('checkpoint', name);
  return url;
}
