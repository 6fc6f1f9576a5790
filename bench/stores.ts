/** Seeded stores: made once, kept under .cache/bench, copied for each run. */
import { hash } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { databaseFileName } from '../src/config.ts';
import type { Transaction } from '../src/store/database.ts';
import { openSqlite } from '../src/store/sqlite-database.ts';
import type { Tables } from '../src/store/tables.ts';
import { count } from './format.ts';
import { populationOf } from './population.ts';
import type { Progress } from './progress.ts';
import { seed } from './seed.ts';
import { settle } from './settle.ts';

/** Where everything that can be made again is kept. */
export const cacheFolder = join(import.meta.dirname, '../.cache/bench');

const storesFolder = join(cacheFolder, 'stores');

/** A folder for the copies of this run, which hold gigabytes: it goes whatever happens. */
export function makeRunFolder(): string {
  mkdirSync(cacheFolder, { recursive: true });
  for (const name of readdirSync(cacheFolder)) {
    const pid = /^run-(\d+)$/.exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    rmSync(join(cacheFolder, name), { recursive: true });
  }
  const folder = join(cacheFolder, `run-${process.pid}`);
  mkdirSync(folder);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A copy of the store with so many versions, in a data folder of its own; seeds it if need be. */
export async function copyStore(
  versions: number,
  runFolder: string,
  progress: Progress,
): Promise<string> {
  const kept = await keepStore(versions, progress);
  progress.step(`copying the store of ${count(versions)} versions`);
  const dataDir = join(runFolder, String(versions));
  mkdirSync(dataDir, { recursive: true });
  const copy = join(dataDir, databaseFileName);
  copyFileSync(kept, copy, constants.COPYFILE_FICLONE);
  // Else the system writes gigabytes to the disk while durable writes are measured.
  const file = openSync(copy, 'r+');
  fsyncSync(file);
  closeSync(file);
  return dataDir;
}

/** The path of the seeded store with so many versions, which nobody may write to. */
export async function keepStore(versions: number, progress: Progress): Promise<string> {
  const name = `${versions}-${await fingerprint()}.db`;
  const path = join(storesFolder, name);
  if (existsSync(path)) return path;
  mkdirSync(storesFolder, { recursive: true });
  for (const other of readdirSync(storesFolder)) {
    // What is left of older schemas and of runs that were broken off.
    const seeder = /\.(\d+)\.partial/.exec(other)?.[1];
    const isWanted = seeder !== undefined && isRunning(Number(seeder));
    if (other.startsWith(`${versions}-`) && !isWanted) rmSync(join(storesFolder, other));
  }
  const partial = `${path}.${process.pid}.partial`;
  const database = await openSqlite(partial);
  await seed(database, populationOf(versions), (registered) => {
    progress.part(`seeding ${count(versions)} versions`, registered / versions);
  });
  progress.step(`sealing the history of ${count(versions)} versions, and routing their events`);
  await settle(database);
  renameSync(partial, path);
  return path;
}

const fingerprintVersions = 40;
const tables: readonly (keyof Tables)[] = [
  'model_package_group',
  'model_package',
  'model_package_name',
  'search_property_name',
  'search_property',
  'journal',
];

/** To be counted up when what comes after the seeding changes. */
const settled = 1;

/** Tells whether seeding would make the same store today: schema and rows of a small one. */
async function fingerprint(): Promise<string> {
  const database = await openSqlite(':memory:');
  await seed(database, populationOf(fingerprintVersions), () => undefined);
  const content = await database.read(async (tx) => [
    settled,
    await schemaOf(tx),
    ...(await Promise.all(tables.map((table) => tx.rows(tx.sql.selectFrom(table).selectAll())))),
  ]);
  await database.close();
  return hash('sha256', JSON.stringify(content)).slice(0, 12);
}

function schemaOf(tx: Transaction): Promise<unknown[]> {
  const named = tx.sql.$extendTables<{ sqlite_schema: { sql: string | null } }>();
  return tx.rows(named.selectFrom('sqlite_schema').select('sql'));
}
