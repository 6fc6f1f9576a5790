import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Unavailable } from './database.ts';
import type { Database, Transaction } from './database.ts';
import { query } from './query.ts';
import { migrations } from './migrations/index.ts';
import { openSqlite } from './sqlite-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'imprimatur-store-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function newFile(): string {
  files += 1;
  return join(folder, `${files}.db`);
}

const insert = query<{ id: number; name: string }>((sql, row) =>
  sql.insertInto('schema_migration').values({ id: row.id, name: row.name }),
);
const names = query<{ from: number }, { name: string }>((sql, q) =>
  sql.selectFrom('schema_migration').select('name').where('id', '>=', q.from).orderBy('id'),
);

async function namesIn(database: Database): Promise<string[]> {
  const rows = await database.read((tx) => tx.all(names, { from: 1000 }));
  return rows.map((row) => row.name);
}

const add = (id: number, name: string) => (tx: Transaction) => tx.run(insert, { id, name });

test('writes that arrive together are all kept, in the order they came', async () => {
  const database = await openSqlite(newFile());
  await Promise.all(Array.from({ length: 300 }, (_, i) => database.write(add(1000 + i, `n${i}`))));
  assert.deepEqual(
    await namesIn(database),
    Array.from({ length: 300 }, (_, i) => `n${i}`),
  );
  await database.close();
});

test('a write that throws is undone alone and rejects alone', async () => {
  const database = await openSqlite(newFile());
  const outcomes = await Promise.allSettled([
    database.write(add(1000, 'before')),
    database.write(async (tx) => {
      await tx.run(insert, { id: 1001, name: 'undone' });
      throw new Error('no');
    }),
    database.write(add(1002, 'after')),
  ]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(await namesIn(database), ['before', 'after']);
  await database.close();
});

test('a write is durable when it is answered: another process sees it', async () => {
  const file = newFile();
  const database = await openSqlite(file);
  await database.write(add(1000, 'kept'));
  const other = new DatabaseSync(file, { readOnly: true });
  const row = other.prepare('select name from schema_migration where id = 1000').get();
  assert.equal(row?.['name'], 'kept');
  other.close();
  await database.close();
});

test('a write that the database refuses rejects alone, and the next one works', async () => {
  const database = await openSqlite(newFile());
  const outcomes = await Promise.allSettled([
    database.write(add(1000, 'first')),
    database.write(add(1000, 'the same key')),
    database.write(add(1001, 'next')),
  ]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(await namesIn(database), ['first', 'next']);
  await database.close();
});

test('a write waits for a lock that another holds, and reads do not', async () => {
  const file = newFile();
  const database = await openSqlite(file);
  const other = new DatabaseSync(file);
  other.exec('begin immediate');
  let isWritten = false;
  const waiting = database.write(add(1000, 'waited')).then(() => (isWritten = true));
  await setTimeout(100);
  assert.deepEqual(await namesIn(database), []);
  assert.equal(isWritten, false);
  other.exec('rollback');
  other.close();
  await waiting;
  assert.deepEqual(await namesIn(database), ['waited']);
  await database.close();
});

test('a database that another holds for long is unavailable', async () => {
  const file = newFile();
  const database = await openSqlite(file);
  const other = new DatabaseSync(file);
  other.exec('begin immediate');
  await assert.rejects(database.write(add(1000, 'late')), Unavailable);
  other.exec('rollback');
  other.close();
  await database.write(add(1001, 'on time'));
  assert.deepEqual(await namesIn(database), ['on time']);
  await database.close();
});

test('a read sees what was written before it, in the same turn of the event loop too', async () => {
  const database = await openSqlite(newFile());
  for (let id = 1000; id < 1050; id += 1) {
    // The first read opens the snapshot of this turn, the write ends it.
    await namesIn(database);
    await database.write(add(id, `n${id}`));
    assert.equal((await namesIn(database)).length, id - 999);
  }
  await database.close();
});

test('closing waits for what is being written and takes nothing more', async () => {
  const file = newFile();
  const database = await openSqlite(file);
  const last = database.write(add(1000, 'last'));
  await database.close();
  await last;
  await assert.rejects(database.write(add(1001, 'too late')), Unavailable);
  const again = await openSqlite(file);
  assert.deepEqual(await namesIn(again), ['last']);
  await again.close();
});

test('values that a driver would store as something else are refused', async () => {
  const database = await openSqlite(newFile());
  for (const value of [undefined, new Date(), {}, true]) {
    const write = database.write((tx) => tx.run(insert, { id: 1, name: value as string }));
    await assert.rejects(write, TypeError);
  }
  await database.close();
});

test('migrating twice changes nothing; a newer schema is left as it is', async () => {
  const file = newFile();
  await (await openSqlite(file)).close();
  const other = new DatabaseSync(file);
  other.exec("insert into schema_migration (id, name) values (999, '0999-later')");
  other.exec('alter table journal add column later text');
  other.close();
  const database = await openSqlite(file);
  const rows = await database.read((tx) => tx.all(names, { from: 1 }));
  assert.deepEqual(
    rows.map((row) => row.name),
    [...migrations.map(({ name }) => name), '0999-later'],
  );
  await database.close();
});
