import { backup, DatabaseSync } from 'node:sqlite';

/** Pages copied before others may run and progress is told: 4 MB. */
const copyPages = 1_000;

/**
 * Copies a database that may be in use to a new file, as it is at this moment.
 *
 * The source's read transaction stays open throughout: without it, SQLite begins anew whenever
 * another process writes, and never ends beside a busy server. Writers are not held up.
 */
export async function copySqlite(
  source: string,
  target: string,
  onProgress?: (fraction: number) => void,
): Promise<void> {
  const database = new DatabaseSync(source, { readOnly: true, timeout: 5_000 });
  try {
    database.exec('begin; select 1 from sqlite_schema');
    await backup(database, target, {
      rate: copyPages,
      progress: ({ totalPages, remainingPages }) => onProgress?.(1 - remainingPages / totalPages),
    });
  } finally {
    database.close();
  }
  becomeOneFile(target);
}

/** Leaves the mode with a write-ahead log, so that a copy is one file and can be read anywhere. */
function becomeOneFile(path: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec('pragma journal_mode = delete');
  } finally {
    database.close();
  }
}

/** Whether a database is used by another process, or by this one over another connection. */
export class DatabaseInUse extends Error {}

/**
 * Takes a database away from everybody until the answer is called; what lies in the write-ahead log
 * is brought into the file first. Throws DatabaseInUse when another has it open.
 */
export function takeSqlite(path: string): () => void {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // Only the sole user of a database may change how it is kept.
    database.exec('pragma journal_mode = delete');
    database.exec('begin exclusive');
    const { journal_mode: mode } = database.prepare('pragma journal_mode').get()!;
    if (mode !== 'delete') throw new DatabaseInUse(`${path} is in use`);
  } catch (error) {
    database.close();
    if (isBusy(error)) throw new DatabaseInUse(`${path} is in use`, { cause: error });
    throw error;
  }
  return () => database.close();
}

function isBusy(error: unknown): boolean {
  const busy = [5, 6];
  return busy.includes(((error as { errcode?: number }).errcode ?? 0) & 0xff);
}

/** Whether SQLite refuses a file because it is no database, or a damaged one. */
export function isDamaged(error: unknown): boolean {
  const damaged = [11, 26];
  return damaged.includes(((error as { errcode?: number }).errcode ?? 0) & 0xff);
}
