import { query } from './query.ts';
import type { Database } from './database.ts';
import { copyTable, countRows, emptyTable, factTables, hashTable, lastRow } from './table-copy.ts';
import type { DatabaseCopyTable, FactTable } from './tables.ts';

/** A copy that cannot begin, go on or be trusted; the message says what to do. */
export class CopyRefused extends Error {}

/** Told how many rows of a table are done; the copy goes on when its promise is kept. */
export type OnProgress = (
  step: 'copying' | 'comparing',
  table: FactTable,
  done: number,
) => void | Promise<void>;

/** Two databases compared, table by table. */
export interface TableParity {
  readonly table: FactTable;
  readonly rows: { readonly from: number; readonly to: number };
  /** SHA-256 over all rows in the order of the key. */
  readonly hash: { readonly from: string; readonly to: string };
  readonly isEqual: boolean;
}

/**
 * Copies all facts into an empty database, or goes on with a copy that was broken off, and compares
 * both. Nothing may be written to either meanwhile; throws CopyRefused when something was.
 */
export async function copyDatabase(
  from: Database,
  to: Database,
  onProgress: OnProgress = () => undefined,
): Promise<TableParity[]> {
  const end = await journalEnd(from);
  await begin(to, end);
  for (const table of factTables) {
    let done = await countRows(to, table);
    await onProgress('copying', table, done);
    await copyTable(from, to, table, (copied) => onProgress('copying', table, (done += copied)));
  }
  const parity: TableParity[] = [];
  for (const table of factTables) parity.push(await compareTable(from, to, table, onProgress));
  if (!isSame(end, await journalEnd(from))) {
    throw new CopyRefused(
      'The source was written to during the copy. Stop its servers; copy again with --overwrite.',
    );
  }
  if (parity.every(({ isEqual }) => isEqual)) await finish(to);
  return parity;
}

/** Removes all facts, children before parents, and the mark of an unfinished copy. */
export async function emptyDatabase(database: Database): Promise<void> {
  for (const table of factTables.toReversed()) await emptyTable(database, table);
  await finish(database);
}

const selectMark = query<object, DatabaseCopyTable>((sql) =>
  sql.selectFrom('database_copy').selectAll(),
);

/** Whether a copy into a database was broken off, so that it holds only a part. */
export async function isCopyUnfinished(database: Database): Promise<boolean> {
  return (await database.read((tx) => tx.first(selectMark, {}))) !== undefined;
}

const insertMark = query<DatabaseCopyTable>((sql, mark) =>
  sql.insertInto('database_copy').values({ last_seq: mark.last_seq, last_id: mark.last_id }),
);
const deleteMark = query<object>((sql) => sql.deleteFrom('database_copy'));

async function begin(to: Database, end: DatabaseCopyTable): Promise<void> {
  const mark = await to.read((tx) => tx.first(selectMark, {}));
  if (mark && !isSame(mark, end)) {
    throw new CopyRefused(
      'The target holds a part of another copy, or the source was written to since. ' +
        '--overwrite begins anew.',
    );
  }
  if (mark) return;
  for (const table of factTables) {
    if (!(await lastRow(to, table))) continue;
    throw new CopyRefused(
      'The target is not empty. --overwrite removes what it holds, its history included.',
    );
  }
  await to.write((tx) => tx.run(insertMark, end));
}

async function finish(to: Database): Promise<void> {
  await to.write((tx) => tx.run(deleteMark, {}));
}

async function journalEnd(database: Database): Promise<DatabaseCopyTable> {
  const last = await lastRow(database, 'journal');
  return { last_seq: Number(last?.['seq'] ?? 0), last_id: String(last?.['id'] ?? '') };
}

function isSame(one: DatabaseCopyTable, other: DatabaseCopyTable): boolean {
  return one.last_seq === other.last_seq && one.last_id === other.last_id;
}

async function compareTable(
  from: Database,
  to: Database,
  table: FactTable,
  onProgress: OnProgress,
): Promise<TableParity> {
  const rows = { from: await countRows(from, table), to: await countRows(to, table) };
  let done = 0;
  const onRows = (hashed: number) => onProgress('comparing', table, (done += hashed / 2));
  const [fromHash, toHash] = await Promise.all([
    hashTable(from, table, onRows),
    hashTable(to, table, onRows),
  ]);
  const hash = { from: fromHash, to: toHash };
  return { table, rows, hash, isEqual: rows.from === rows.to && fromHash === toHash };
}
