import { setTimeout } from 'node:timers/promises';
import { sql as raw } from 'kysely';
import { limits } from '../kernel/limits.ts';
import { Unavailable } from './database.ts';
import type { Database, DatabaseStatus, Transaction } from './database.ts';
import { isSqliteBusy, sqlite } from './dialect.ts';
import { migrate } from './migrate.ts';
import { SqliteCheckpointer } from './sqlite-checkpointer.ts';
import { SqliteConnection } from './sqlite-connection.ts';
import { sqliteSchema } from './sqlite-schema.ts';

interface PendingWrite {
  work: (tx: Transaction) => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

type Outcome = { value: unknown } | { error: unknown };

// The system keeps the file's pages in memory anyway; these only spare calls to it.
const writerCacheKibibytes = 8 * 1024;
const readerCacheKibibytes = 8 * 1024;

/**
 * Opens the SQLite database at a path (`:memory:` for one that lives as long as the process) and
 * brings its schema up to date.
 */
export async function openSqlite(path: string): Promise<Database> {
  const writer = new SqliteConnection(path, {
    readOnly: false,
    cacheKibibytes: writerCacheKibibytes,
  });
  try {
    await migrate(sqliteSchema(writer, path));
    // From here on nothing waits for a lock inside SQLite, where it would hold up all others.
    writer.exec('pragma busy_timeout = 0');
  } catch (error) {
    writer.close();
    throw error;
  }
  const reader =
    path === ':memory:'
      ? writer
      : new SqliteConnection(path, { readOnly: true, cacheKibibytes: readerCacheKibibytes });
  const checkpointer = path === ':memory:' ? undefined : new SqliteCheckpointer(path, writer);
  return new SqliteDatabase(writer, reader, checkpointer);
}

const selectBytes = raw<{ bytes: number }>`
  select page_count * page_size as bytes from pragma_page_count, pragma_page_size
`;

/**
 * One writer and one reader on a file. Writes that arrive together share a commit (group commit):
 * each runs in its own savepoint, one fsync makes all durable, and only then are they answered.
 */
class SqliteDatabase implements Database {
  readonly #writer: SqliteConnection;
  readonly #reader: SqliteConnection;
  readonly #checkpointer: SqliteCheckpointer | undefined;
  readonly #pending: PendingWrite[] = [];
  #draining: Promise<void> | undefined;
  #closed = false;
  #hasSnapshot = false;

  constructor(
    writer: SqliteConnection,
    reader: SqliteConnection,
    checkpointer: SqliteCheckpointer | undefined,
  ) {
    this.#writer = writer;
    this.#reader = reader;
    this.#checkpointer = checkpointer;
  }

  async read<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    try {
      this.#beginSnapshot();
      return await work(this.#reader);
    } catch (error) {
      throw sqlite.isUnavailable(error) ? new Unavailable(error) : error;
    }
  }

  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Unavailable('closed'));
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#pending.push({ work, resolve: resolve as (value: unknown) => void, reject });
    this.#draining ??= this.#drain();
    return promise;
  }

  async status(): Promise<DatabaseStatus> {
    const [row] = await this.read((tx) =>
      tx.rows({ compile: () => selectBytes.compile(sqlite.sql) }),
    );
    return { kind: 'sqlite', bytes: row!.bytes };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#draining;
    await this.#checkpointer?.close();
    this.#endSnapshot();
    if (this.#reader !== this.#writer) this.#reader.close();
    this.#writer.close();
  }

  /**
   * Reads of one turn of the event loop share a read transaction: SQLite takes its locks once for
   * all of them, which cost it more than a lookup does.
   */
  #beginSnapshot(): void {
    if (this.#hasSnapshot || this.#reader === this.#writer) return;
    this.#reader.control('begin');
    this.#hasSnapshot = true;
    setImmediate(() => this.#endSnapshot());
  }

  #endSnapshot(): void {
    if (!this.#hasSnapshot) return;
    this.#hasSnapshot = false;
    this.#reader.control('commit');
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0) {
      // Lets the other requests of this turn of the event loop hand in their writes.
      await new Promise<void>((resolve) => process.nextTick(resolve));
      await this.#commitTogether(this.#pending.splice(0, limits.groupCommitWritesMax));
    }
    this.#draining = undefined;
  }

  async #commitTogether(writes: PendingWrite[]): Promise<void> {
    try {
      await this.#checkpointer?.makeRoom();
      // A reader of the log would keep the writer from beginning it anew.
      this.#endSnapshot();
      await this.#begin();
      const outcomes: Outcome[] = [];
      for (const write of writes) outcomes.push(await this.#attempt(write));
      this.#writer.control('commit');
      // Whoever reads from here on sees what was written.
      this.#endSnapshot();
      for (const [index, write] of writes.entries()) settle(write, outcomes[index]!);
      this.#checkpointer?.committed();
    } catch (error) {
      for (const write of writes) write.reject(new Unavailable(error));
      if (this.#writer.inTransaction) this.#writer.control('rollback');
    }
  }

  /** Begins to write; waits for another program's lock without holding up reads. */
  async #begin(): Promise<void> {
    const end = performance.now() + limits.lockSecondsMax * 1000;
    for (;;) {
      try {
        this.#writer.control('begin immediate');
        return;
      } catch (error) {
        if (!isSqliteBusy(error) || performance.now() > end) throw error;
        await setTimeout(limits.lockRetryMilliseconds);
      }
    }
  }

  /** One write in its savepoint; throws only when the whole transaction is lost. */
  async #attempt(write: PendingWrite): Promise<Outcome> {
    this.#writer.control('savepoint one_write');
    try {
      const value = await write.work(this.#writer);
      this.#writer.control('release one_write');
      return { value };
    } catch (error) {
      if (!this.#writer.inTransaction || sqlite.isUnavailable(error)) throw error;
      this.#writer.control('rollback to one_write');
      this.#writer.control('release one_write');
      return { error };
    }
  }
}

function settle(write: PendingWrite, outcome: Outcome): void {
  if ('error' in outcome) write.reject(outcome.error);
  else write.resolve(outcome.value);
}
