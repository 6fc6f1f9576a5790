import { existsSync } from 'node:fs';
import { sql as raw } from 'kysely';
import { Unavailable } from './database.ts';
import type { Database, DatabaseStatus, Transaction } from './database.ts';
import { sqlite } from './dialect.ts';
import { SqliteConnection } from './sqlite-connection.ts';

// What is read once from end to end is read faster when its pages stay in the processor's cache.
const cacheKibibytes = 4 * 1024;

const selectBytes = raw<{ bytes: number }>`
  select page_count * page_size as bytes from pragma_page_count, pragma_page_size
`;

/** What SQLite itself finds wrong in a file. */
export interface SqliteFaults {
  readonly integrity: readonly string[];
  /** Tables with rows that refer to rows which are not there, and how many such rows. */
  readonly foreignKeys: readonly { readonly table: string; readonly rows: number }[];
}

/** How a file is kept. */
export interface SqliteFacts {
  readonly journalMode: string;
  readonly pageBytes: number;
  readonly freePages: number;
}

/**
 * An SQLite file as it was when it was opened, whatever others write meanwhile: one read
 * transaction until it is closed. Nothing is migrated and nothing written, so that a file on a
 * read-only disk can be read too. While it is open the write-ahead log keeps all that comes after.
 */
export class SqliteSnapshot implements Database {
  readonly #connection: SqliteConnection;

  constructor(path: string) {
    const connection = openForReading(path);
    try {
      // A million ids are sorted on the disk rather than in memory.
      connection.exec('pragma temp_store = default');
      connection.exec('begin');
      connection.exec('select 1 from sqlite_schema');
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#connection = connection;
  }

  async read<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    try {
      return await work(this.#connection);
    } catch (error) {
      throw sqlite.isUnavailable(error) ? new Unavailable(error) : error;
    }
  }

  write<T>(): Promise<T> {
    return Promise.reject(new Error('A snapshot is for reading only.'));
  }

  async status(): Promise<DatabaseStatus> {
    const [row] = await this.#rows(selectBytes);
    return { kind: 'sqlite', bytes: row!.bytes };
  }

  /** Has SQLite check its own structures; `quick` leaves the content of indexes out. */
  async faults({ quick }: { quick: boolean }): Promise<SqliteFaults> {
    const pragma = quick ? 'pragma_quick_check' : 'pragma_integrity_check';
    const lines = await this.#rows(raw<{ line: string }>`
      select ${raw.ref(quick ? 'quick_check' : 'integrity_check')} as line from ${raw.table(pragma)}
    `);
    const foreignKeys = quick
      ? []
      : await this.#rows(raw<{ table: string; rows: number }>`
          select "table", count(*) as rows from pragma_foreign_key_check group by "table"
        `);
    return {
      integrity: lines.map(({ line }) => line).filter((line) => line !== 'ok'),
      foreignKeys: foreignKeys.map(({ table, rows }) => ({ table, rows })),
    };
  }

  /** Whether there is a table of a name. */
  async hasTable(name: string): Promise<boolean> {
    const rows = await this.#rows(raw<object>`
      select 1 from sqlite_schema where type = 'table' and name = ${name}
    `);
    return rows.length > 0;
  }

  /** How the file is kept. */
  async facts(): Promise<SqliteFacts> {
    const [row] = await this.#rows(raw<SqliteFacts>`
      select journal_mode as "journalMode", page_size as "pageBytes",
        freelist_count as "freePages"
      from pragma_journal_mode, pragma_page_size, pragma_freelist_count
    `);
    return { ...row! };
  }

  close(): Promise<void> {
    this.#connection.close();
    return Promise.resolve();
  }

  #rows<Row>(statement: ReturnType<typeof raw<Row>>): Promise<Row[]> {
    return this.read((tx) => tx.rows({ compile: () => statement.compile(sqlite.sql) }));
  }
}

/** A file whose folder cannot be written is read as one that nobody changes, if it has no log. */
function openForReading(path: string): SqliteConnection {
  const options = { readOnly: true, cacheKibibytes };
  const connection = new SqliteConnection(path, options);
  try {
    connection.exec('select 1 from sqlite_schema');
    return connection;
  } catch (error) {
    connection.close();
    if (!sqlite.isUnavailable(error) || existsSync(`${path}-wal`)) throw error;
    return new SqliteConnection(immutableUri(path), options);
  }
}

/** The file as an URI by which SQLite takes no locks. */
function immutableUri(path: string): string {
  const escaped = path.replaceAll('%', '%25').replaceAll('?', '%3f').replaceAll('#', '%23');
  return `file:${escaped}?immutable=1`;
}
