import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { limits } from '../kernel/limits.ts';
import type { Database } from './database.ts';
import { query } from './query.ts';
import { SqliteCheckpointer } from './sqlite-checkpointer.ts';
import { SqliteConnection } from './sqlite-connection.ts';
import { openSqlite } from './sqlite-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'imprimatur-checkpoints-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function newFile(): string {
  files += 1;
  return join(folder, `${files}.db`);
}

const rowBytes = 64 * 1024;
const insert = query<{ id: number; name: string }>((sql, row) =>
  sql.insertInto('schema_migration').values({ id: row.id, name: row.name }),
);
const countRows = query<{ from: number }, { rows: number }>((sql, q) =>
  sql
    .selectFrom('schema_migration')
    .select((e) => e.fn.countAll<number>().as('rows'))
    .where('id', '>=', q.from),
);

/** Writes from eight clients without a pause; answers the longest that the log was meanwhile. */
async function writeMegabytes(database: Database, file: string, megabytes: number, from = 1000) {
  const rows = (megabytes * 1024 * 1024) / rowBytes;
  let [next, logBytesMax] = [0, 0];
  const client = async (): Promise<void> => {
    while (next < rows) {
      const row = { id: from + next, name: 'x'.repeat(rowBytes) };
      next += 1;
      await database.write((tx) => tx.run(insert, row));
      // Every turn has a reader, as in a server under load.
      await database.read((tx) => tx.first(countRows, { from: row.id }));
      logBytesMax = Math.max(logBytesMax, statSync(`${file}-wal`).size);
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  return { rows, logBytesMax };
}

async function rowsIn(database: Database): Promise<number> {
  const row = await database.read((tx) => tx.first(countRows, { from: 1000 }));
  return row!.rows;
}

test('the log stays bounded under writes without a pause, and closing leaves none', async () => {
  const file = newFile();
  const database = await openSqlite(file);
  const { rows, logBytesMax } = await writeMegabytes(database, file, 96);
  assert.equal(await rowsIn(database), rows);
  const bytesMax = (2 * limits.logPagesMax + limits.checkpointPages) * limits.pageBytes;
  assert.ok(logBytesMax < bytesMax, `${logBytesMax} bytes`);
  await database.close();
  assert.ok(!existsSync(`${file}-wal`), 'the log is still there');
  const alone = new DatabaseSync(file, { readOnly: true });
  const found = alone.prepare('select count(*) as rows from schema_migration where id > 999').get();
  assert.equal(found!['rows'], rows);
  alone.close();
});

test('a reader of another program makes the log grow, and is not waited for', async () => {
  const file = newFile();
  const database = await openSqlite(file);
  await database.write((tx) => tx.run(insert, { id: 999, name: 'first' }));
  const other = new DatabaseSync(file, { readOnly: true });
  other.exec('begin');
  other.prepare('select * from schema_migration').all();
  const bytesMax = 2 * limits.logPagesMax * limits.pageBytes;
  const { rows, logBytesMax } = await writeMegabytes(database, file, 48);
  assert.ok(logBytesMax > bytesMax, `${logBytesMax} bytes`);
  other.exec('commit');
  const more = await writeMegabytes(database, file, 48, 1000 + rows);
  assert.equal(await rowsIn(database), rows + more.rows);
  assert.ok(statSync(`${file}-wal`).size <= bytesMax, 'the log was not given back');
  other.close();
  await database.close();
});

for (const [what, program] of [
  ['ends', 'process.exit(1)'],
  ['throws', 'throw new Error()'],
  ['is no program', '}'],
] as const) {
  test(`the writer checkpoints by itself when the thread ${what}`, async () => {
    const file = newFile();
    await (await openSqlite(file)).close();
    const writer = new SqliteConnection(file, { readOnly: false, cacheKibibytes: 1024 });
    const url = new URL(`data:text/javascript,${encodeURIComponent(program)}`);
    const checkpointer = new SqliteCheckpointer(file, writer, url);
    const pagesMax = 2 * limits.checkpointPages;
    for (let id = 1000; id < 1600; id += 1) {
      await checkpointer.makeRoom();
      await writer.run(insert, { id, name: 'x'.repeat(rowBytes) });
      checkpointer.committed();
      await setImmediate();
      if (id > 1400) assert.ok(writer.log.pages < pagesMax, `${writer.log.pages} pages`);
    }
    await checkpointer.close();
    writer.close();
  });
}

test('a thread that has nothing to do does not keep the process', async () => {
  const program = `
    const { openSqlite } = await import(${JSON.stringify(import.meta.resolve('./sqlite-database.ts'))});
    const database = await openSqlite(${JSON.stringify(newFile())});
    for (let id = 1000; id < 1200; id += 1) {
      const row = { id, name: 'x'.repeat(${rowBytes}) };
      await database.write((tx) => tx.rows(tx.sql.insertInto('schema_migration').values(row)));
    }
    process.stdout.write('written');`;
  const args = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
  assert.equal(stdout, 'written');
});
