import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { sqlite } from './dialect.ts';
import { SqliteConnection } from './sqlite-connection.ts';

test('a commit is on the disk before it is acknowledged, and readers stand beside the writer', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'imprimatur-connection-'));
  const path = join(folder, 'one.db');
  const connection = new SqliteConnection(path, { readOnly: false, cacheKibibytes: 1024 });
  const pragma = async (name: string) => {
    const text = sql.raw<Record<string, unknown>>(`pragma ${name}`);
    const [row] = await connection.rows({ compile: () => text.compile(sqlite.sql) });
    return Object.values(row as object)[0] as unknown;
  };
  assert.equal(await pragma('synchronous'), 2, 'FULL');
  assert.equal(await pragma('journal_mode'), 'wal');
  connection.close();
  rmSync(folder, { recursive: true });
});
