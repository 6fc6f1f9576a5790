import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { sql as raw } from 'kysely';
import { sqlite } from './dialect.ts';
import type { Schema, SchemaTarget } from './migrate.ts';
import { SqliteConnection } from './sqlite-connection.ts';

const cacheKibibytes = 16 * 1024;

/** Opens an SQLite file for those who look after its schema; changes nothing. */
export function openSqliteSchema(path: string): SchemaTarget {
  return sqliteSchema(new SqliteConnection(path, { readOnly: false, cacheKibibytes }), path);
}

/** The schema of the file that a connection has open for writing. */
export function sqliteSchema(writer: SqliteConnection, path: string): SchemaTarget {
  const schema: Schema = {
    sql: writer.sql,
    all: (query, input) => writer.all(query, input),
    first: (query, input) => writer.first(query, input),
    run: (query, input) => writer.run(query, input),
    rows: (query) => writer.rows(query),
    notify: () => writer.notify(),
    exec: (text) => writer.exec(text),
    async hasTable(name) {
      const query = raw`select 1 from sqlite_schema where type = 'table' and name = ${name}`;
      return (await writer.rows({ compile: () => query.compile(writer.sql) })).length > 0;
    },
  };
  return {
    dialect: sqlite,
    async transaction(work) {
      writer.control('begin immediate');
      try {
        const value = await work(schema);
        writer.control('commit');
        return value;
      } catch (error) {
        if (writer.inTransaction) writer.control('rollback');
        throw error;
      }
    },
    ...(path !== ':memory:' && { keepCopy: (suffix) => keepCopy(writer, `${path}.${suffix}`) }),
    close: async () => writer.close(),
  };
}

/** Copies all that is stored into a file beside it; it bears its name only once it is whole. */
async function keepCopy(writer: SqliteConnection, copy: string): Promise<string> {
  const partial = `${copy}.partial`;
  rmSync(partial, { force: true });
  try {
    const query = raw`vacuum into ${partial}`;
    await writer.rows({ compile: () => query.compile(writer.sql) });
    syncFile(partial);
    renameSync(partial, copy);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
  return copy;
}

function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  fsyncSync(file);
  closeSync(file);
}
