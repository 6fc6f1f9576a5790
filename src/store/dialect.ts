import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Tables } from './tables.ts';

/** The few things that the databases say differently. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  /** Builds and compiles queries; never runs one. */
  readonly sql: Kysely<Tables>;
  /** Words of the DDL. */
  readonly identity: string;
  readonly integer: string;
  /** Text that sorts by bytes. */
  readonly text: string;
  /** After a table's closing bracket: any table, and one stored in the order of its primary key. */
  readonly tableOptions: string;
  readonly clusteredOptions: string;
  /** Whether the database, not the caller, is at fault: disk full, lost, locked. */
  isUnavailable(error: unknown): boolean;
}

interface SqliteError extends Error {
  errcode?: number;
}

const sqliteErrors = { busy: 5, locked: 6, readonly: 8, ioError: 10, full: 13, cannotOpen: 14 };

/** SQLite by node:sqlite. */
export const sqlite: Dialect = {
  name: 'sqlite',
  sql: new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  identity: 'integer primary key autoincrement',
  integer: 'integer',
  text: 'text',
  tableOptions: ' strict',
  clusteredOptions: ' strict, without rowid',
  isUnavailable: (error) => Object.values(sqliteErrors).includes(primaryCode(error)),
};

/** Whether another program holds the lock on an SQLite file that was wanted. */
export function isSqliteBusy(error: unknown): boolean {
  return primaryCode(error) === sqliteErrors.busy;
}

/** The low byte of an error's code; what lies above it makes it more precise. */
function primaryCode(error: unknown): number {
  return ((error as SqliteError | null)?.errcode ?? 0) & 0xff;
}
