import { createHash } from 'node:crypto';
import { sql as raw } from 'kysely';
import type { RawBuilder } from 'kysely';
import { limits } from '../kernel/limits.ts';
import type { Database, DatabaseStatus, Transaction } from './database.ts';
import type { SqlValue } from './query.ts';
import { tableKeys } from './tables.ts';
import type { FactTable } from './tables.ts';

type Row = Record<string, SqlValue>;

/** Runs a query whose text depends on a table. */
async function rowsOf<T>(tx: Transaction, query: RawBuilder<T>): Promise<T[]> {
  return tx.rows({ compile: () => query.compile(tx.sql) });
}

/** The tables in the order in which their rows can be copied. */
export const factTables = Object.keys(tableKeys) as FactTable[];

/** How many rows a table has. */
export async function countRows(database: Database, table: FactTable): Promise<number> {
  const query = raw<{ count: number }>`select count(*) as count from ${raw.table(table)}`;
  const [row] = await database.read((tx) => rowsOf(tx, query));
  return row!.count;
}

/** A table's rows in the order of its key, some at a time, beginning after the row `after`. */
async function* batches(
  database: Database,
  table: FactTable,
  after: Row | undefined,
): AsyncGenerator<Row[]> {
  const key = tableKeys[table];
  const columns = raw.join(key.map((name) => raw.ref(name)));
  for (let last = after; ;) {
    const beyond = last && raw.join(key.map((name) => raw.val(last![name]!)));
    const query = raw<Row>`select * from ${raw.table(table)}
      ${beyond ? raw`where (${columns}) > (${beyond})` : raw``}
      order by ${columns} limit ${raw.lit(limits.copyBatchRows)}`;
    const rows = await database.read((tx) => rowsOf(tx, query));
    if (rows.length === 0) return;
    yield rows;
    last = rows.at(-1);
  }
}

/** The row of a table that comes last by its key. */
export async function lastRow(database: Database, table: FactTable): Promise<Row | undefined> {
  const order = raw.join(tableKeys[table].map((name) => raw`${raw.ref(name)} desc`));
  const query = raw<Row>`select * from ${raw.table(table)} order by ${order} limit 1`;
  const [row] = await database.read((tx) => rowsOf(tx, query));
  return row;
}

/**
 * Copies the rows of a table that come after the last one in the target, a batch to a transaction;
 * so that what was broken off goes on where it ended. `onRows` is told how many were copied.
 */
export async function copyTable(
  from: Database,
  to: Database,
  table: FactTable,
  onRows: (copied: number) => unknown,
): Promise<void> {
  const { kind } = await to.status();
  for await (const rows of batches(from, table, await lastRow(to, table))) {
    const insert = insertion(table, rows, kind);
    await to.write((tx) => rowsOf(tx, insert));
    await onRows(rows.length);
  }
  if (kind === 'postgres' && isNumbered(table)) await to.write(restartIds(table));
}

/** Inserts rows as one statement, whatever their number: they go in as one JSON document. */
function insertion(
  table: FactTable,
  rows: Row[],
  kind: DatabaseStatus['kind'],
): RawBuilder<unknown> {
  const names = Object.keys(rows[0]!);
  const columns = raw.join(names.map((name) => raw.ref(name)));
  const document = raw.val(JSON.stringify(rows));
  const source = {
    postgres: raw`${columns} from json_populate_recordset(null::${raw.table(table)}, ${document})`,
    sqlite: raw`${raw.join(names.map((name) => raw`value ->> ${raw.lit(`$.${name}`)}`))}
      from json_each(${document})`,
  }[kind];
  return raw`insert into ${raw.table(table)} (${columns}) select ${source}`;
}

/** Whether a table numbers its rows by itself. */
function isNumbered(table: FactTable): boolean {
  const [key, ...others] = tableKeys[table];
  return others.length === 0 && (key === 'id' || key === 'seq');
}

/** PostgreSQL numbers new rows from where its own counting ended, not from the ids it was given. */
function restartIds(table: FactTable): (tx: Transaction) => Promise<unknown> {
  const [id] = tableKeys[table];
  const sequence = raw`pg_get_serial_sequence(${raw.lit(table)}, ${raw.lit(id!)})`;
  const next = raw`coalesce(max(${raw.ref(id!)}), 0) + 1`;
  const query = raw`select setval(${sequence}, ${next}, false) from ${raw.table(table)}`;
  return (tx) => rowsOf(tx, query);
}

/** Removes every row of a table. */
export async function emptyTable(database: Database, table: FactTable): Promise<void> {
  await database.write((tx) => rowsOf(tx, raw`delete from ${raw.table(table)}`));
}

/** SHA-256 (hex) of a table's rows in the order of its key; equal on both databases. */
export async function hashTable(
  database: Database,
  table: FactTable,
  onRows: (hashed: number) => unknown,
): Promise<string> {
  const hash = createHash('sha256');
  for await (const rows of batches(database, table, undefined)) {
    for (const row of rows) hash.update(`${JSON.stringify(Object.entries(row).sort(byName))}\n`);
    await onRows(rows.length);
  }
  return hash.digest('hex');
}

function byName([one]: [string, SqlValue], [other]: [string, SqlValue]): number {
  return one < other ? -1 : 1;
}
