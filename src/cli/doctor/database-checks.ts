import { accessSync, constants, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../../config.ts';
import { findNewestEntry } from '../../domain/journal/journal-store.ts';
import { parseCheckpoint } from '../../domain/sealing/checkpoint.ts';
import { countPruned, findNewestPrune } from '../../domain/sealing/prune-store.ts';
import { findNewestCheckpoint } from '../../domain/sealing/seal-store.ts';
import { readSealLag } from '../../domain/sealing/seal-lag-store.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Clock } from '../../kernel/clock.ts';
import { limits } from '../../kernel/limits.ts';
import { witnessFile, witnessFileName } from '../../server/witness-file.ts';
import { displayDatabaseUrl, parseDatabaseUrl } from '../../store/database-url.ts';
import type { Database } from '../../store/database.ts';
import type { SchemaState } from '../../store/migrate.ts';
import { openDatabase } from '../../store/open-database.ts';
import { SqliteSnapshot } from '../../store/sqlite-snapshot.ts';
import { HistoryRewritten, requireSameHistory } from '../../workers/witness.ts';
import { formatBytes } from '../byte-count.ts';
import type { CheckResult } from '../check-list.ts';
import { Failure } from '../failure.ts';
import { explainFileFailure } from '../file-failure.ts';
import { readPostgresSchema, readSnapshotSchema } from '../open-for-reading.ts';

/** Whether the database can be read, is whole, has the schema, and is not ahead of the clock. */
export async function checkDatabase(
  config: Config,
  clock: Clock = systemClock,
): Promise<CheckResult[]> {
  const check = 'database';
  const name = displayDatabaseUrl(config.database);
  const url = parseDatabaseUrl(config.database);
  const file = url.kind === 'sqlite' ? url.path : undefined;
  if (file !== undefined && !statSync(file, { throwIfNoEntry: false })) {
    const advice = 'The first start makes it; "imprimatur restore" puts a backup there.';
    return [{ check, status: 'warn', message: `${name} does not exist`, advice }];
  }
  // Read first: a running server may put a newer one there, which is in no older snapshot.
  const kept = witnessFile(config.dataDir).read();
  const parts = { config, kept, clock };
  try {
    return file === undefined ? await checkPostgres(parts) : await checkSqlite(file, parts);
  } catch (error) {
    const explained = explainFileFailure(error, `${name} cannot be read`);
    if (!(explained instanceof Failure)) throw explained;
    const advice = file === undefined ? serverAdvice : fileAdvice;
    return [{ check, status: 'fail', message: explained.message, advice }];
  }
}

/** What the checks of a database are told. */
interface Parts {
  readonly config: Config;
  /** The checkpoint that the data folder keeps. */
  readonly kept: string | undefined;
  readonly clock: Clock;
}

async function checkSqlite(file: string, parts: Parts): Promise<CheckResult[]> {
  const { config, clock } = parts;
  const name = displayDatabaseUrl(config.database);
  const database = new SqliteSnapshot(file);
  try {
    const schema = await readSnapshotSchema(database);
    return [
      await checkReadable(database, name),
      ...(await checkFile(database, file)),
      checkSchema(schema),
      ...(schema.applied.length === 0 ? [] : [await checkClock(database, clock)]),
      ...(schema.pending.length === 0 ? await checkHistory(database, parts) : []),
    ];
  } finally {
    await database.close();
  }
}

async function checkPostgres(parts: Parts): Promise<CheckResult[]> {
  const { config, clock } = parts;
  const { database: url } = config;
  const name = displayDatabaseUrl(url);
  const schema = await readPostgresSchema(url);
  const isReadable = { check: 'database', status: 'ok', message: `${name} answers` } as const;
  // Opening a database migrates it, which is not the doctor's to do.
  if (schema.pending.length > 0) return [isReadable, checkSchema(schema)];
  const database = await openDatabase(url);
  try {
    return [
      await checkReadable(database, name),
      checkSchema(schema),
      await checkClock(database, clock),
      ...(await checkHistory(database, parts)),
    ];
  } finally {
    await database.close();
  }
}

async function checkReadable(database: Database, name: string): Promise<CheckResult> {
  const { bytes } = await database.status();
  const message = `${name} can be read (${formatBytes(bytes)})`;
  return { check: 'database', status: 'ok', message };
}

const fileAdvice = 'See whether the disk works, or restore a backup: "imprimatur restore".';
const serverAdvice = 'See whether the database server runs, and whether the URL is right.';

/** What is told of SQLite's file alone. */
async function checkFile(database: SqliteSnapshot, file: string): Promise<CheckResult[]> {
  const { journalMode } = await database.facts();
  const { integrity } = await database.faults({ quick: true });
  return [
    integrity.length === 0
      ? { check: 'file', status: 'ok', message: `whole (journal mode ${journalMode})` }
      : {
          check: 'file',
          status: 'fail',
          message: `damaged: ${integrity[0]!}`,
          advice: 'Stop the server, keep a copy of the data folder, and restore a backup.',
        },
    checkWritable(file),
    checkLog(file),
  ];
}

function checkWritable(file: string): CheckResult {
  const check = 'writable';
  try {
    for (const path of [file, dirname(file)]) accessSync(path, constants.W_OK);
    return { check, status: 'ok', message: 'file and folder can be written' };
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return {
      check,
      status: 'fail',
      message: `file or folder cannot be written (${code})`,
      advice: 'Mount the disk for writing, or run this as the user that runs the server.',
    };
  }
}

/** The write-ahead log is brought into the file every few megabytes, unless a reader never ends. */
function checkLog(file: string): CheckResult {
  const check = 'log';
  const bytes = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  const message = `the write-ahead log has ${formatBytes(bytes)}`;
  if (bytes <= limits.writeAheadBytesHigh) return { check, status: 'ok', message };
  return {
    check,
    status: 'warn',
    message,
    advice:
      'Another program may hold the database open (a backup, fsck, an sqlite3 shell); ' +
      'a restart of the server brings the log in.',
  };
}

function checkSchema({ applied, pending, unknown: further }: SchemaState): CheckResult {
  const check = 'schema';
  const missing = pending.map(({ name }) => name);
  if (missing.length > 0) {
    return {
      check,
      status: 'warn',
      message: `${missing.join(', ')} is still to come`,
      advice: 'The next start of the server migrates it; take a backup before.',
    };
  }
  if (further.length > 0) {
    return {
      check,
      status: 'warn',
      message: `made by a newer version (${further.join(', ')})`,
      advice: 'This version can use it; update the program when you can.',
    };
  }
  return { check, status: 'ok', message: `${applied.at(-1)!}, that of this program` };
}

/** Whether the clock is behind what the journal already has. */
async function checkClock(database: Database, clock: Clock): Promise<CheckResult> {
  const check = 'clock';
  const newest = await database.read(findNewestEntry);
  const now = new Date(clock.now()).toISOString();
  if (!newest) return { check, status: 'ok', message: `${now}; the journal is empty` };
  const behind = (newest.at - clock.now()) / 1000;
  const last = new Date(newest.at).toISOString();
  if (behind <= limits.clockBehindSecondsMax) {
    return { check, status: 'ok', message: `${now}, after the last journal entry (${last})` };
  }
  return {
    check,
    status: 'fail',
    message: `${now} is ${Math.round(behind)} s before the last journal entry (${last})`,
    advice: 'Set the clock (NTP). Until it is right, new entries bear times before older ones.',
  };
}

/** What is to be known of the journal: whether it is sealed, and whether it is whole. */
async function checkHistory(database: Database, parts: Parts): Promise<CheckResult[]> {
  const { clock } = parts;
  const results = [await checkSealing(database, clock), await checkWitness(database, parts)];
  const entries = await database.read(countPruned);
  const last = await database.read(findNewestPrune);
  if (!last) return results;
  const until = new Date(last.before).toISOString();
  const message = `shortened: ${entries} entries from before ${until} were removed on purpose`;
  return [...results, { check: 'journal', status: 'ok', message }];
}

/** Whether the history goes on from the checkpoint that the data folder keeps. */
async function checkWitness(database: Database, { config, kept }: Parts): Promise<CheckResult> {
  const check = 'checkpoint';
  const file = join(config.dataDir, witnessFileName);
  const newest = parseCheckpoint((await database.read(findNewestCheckpoint))?.note ?? '');
  if (!newest) return { check, status: 'ok', message: 'nothing is signed yet' };
  if (kept === undefined) {
    return {
      check,
      status: 'warn',
      message: `${file} does not exist beside a history of ${newest.size} sealed entries`,
      advice:
        'It is so after a restore, and on a new server of a database, until the server has run. ' +
        'Else find out who removed it, and compare: "imprimatur audit verify --checkpoint".',
    };
  }
  try {
    await requireSameHistory(database, newest, kept);
    return { check, status: 'ok', message: `history goes on from ${file}` };
  } catch (error) {
    if (!(error instanceof HistoryRewritten)) throw error;
    const advice = 'Run "imprimatur audit verify", and find out who changed what.';
    return { check, status: 'fail', message: error.message, advice };
  }
}

/** Whether entries are sealed within seconds; a server that stops seals what is left. */
async function checkSealing(database: Database, clock: Clock): Promise<CheckResult> {
  const check = 'sealing';
  const { entries, oldestAt } = await database.read(readSealLag);
  if (oldestAt === undefined) return { check, status: 'ok', message: 'every entry is sealed' };
  const seconds = Math.max(0, Math.round((clock.now() - oldestAt) / 1000));
  const message = `${entries} entries are not sealed, the oldest for ${seconds} s`;
  if (seconds <= limits.sealLagSecondsHigh) return { check, status: 'ok', message };
  return {
    check,
    status: 'warn',
    message,
    advice:
      'Run the server: it seals within seconds. If it runs, its log tells why it does not ' +
      '("the journal is not sealed").',
  };
}
