import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { sql } from 'kysely';
import { sqlite } from './dialect.ts';
import { SqliteConnection } from './sqlite-connection.ts';

test('a commit is on the disk before it is acknowledged, and readers stand beside the writer', async (t) => {
  const path = join(temporaryFolder(t), 'one.db');
  const connection = new SqliteConnection(path, { readOnly: false, cacheKibibytes: 1024 });
  const pragma = async (name: string) => {
    const text = sql.raw<Record<string, unknown>>(`pragma ${name}`);
    const [row] = await connection.rows({ compile: () => text.compile(sqlite.sql) });
    return Object.values(row as object)[0] as unknown;
  };
  assert.equal(await pragma('synchronous'), 2, 'FULL');
  assert.equal(await pragma('journal_mode'), 'wal');
  connection.close();
});

test('a column that another program adds gets its own name, and the others keep theirs', async (t) => {
  const path = join(temporaryFolder(t), 'one.db');
  const connection = new SqliteConnection(path, { readOnly: false, cacheKibibytes: 1024 });
  connection.exec('create table one (a integer); create table two (b integer)');
  connection.exec('insert into one values (1); insert into two values (2)');
  const text = sql`select one.*, b from one, two`;
  const read = () => connection.rows({ compile: () => text.compile(sqlite.sql) });
  assert.deepEqual(await read(), [{ a: 1, b: 2 }]);
  const other = new DatabaseSync(path);
  other.exec('alter table one add column c text');
  other.close();
  assert.deepEqual(await read(), [{ a: 1, c: null, b: 2 }]);
  connection.close();
});

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'imprimatur-connection-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}
