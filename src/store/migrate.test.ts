import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { newDatabaseUrl, testDatabaseKind } from '../../tests/support/test-database.ts';
import { migrate, readSchema } from './migrate.ts';
import type { SchemaTarget } from './migrate.ts';
import type { Migration } from './migration.ts';
import { migrations } from './migrations/index.ts';
import { openDatabase, openSchema } from './open-database.ts';

const first = migrations.map(({ name }) => name);
const later: Migration = {
  id: 900,
  name: '0900-later',
  statements: ({ text }) => [
    `alter table model_package_group add column note ${text}`,
    'create index model_package_group_note on model_package_group (note)',
  ],
};
const broken: Migration = {
  id: 901,
  name: '0901-broken',
  statements: ({ text }) => [
    `alter table model_package_group add column half ${text}`,
    'alter table no_such_table add column other_half int',
  ],
};

interface Place {
  readonly url: string;
  readonly folder: string;
}

async function newPlace(t: TestContext): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'imprimatur-migrate-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const sqlite = `sqlite:${join(folder, 'one.db')}`;
  return { folder, url: testDatabaseKind === 'sqlite' ? sqlite : await newDatabaseUrl() };
}

async function onSchema<T>({ url }: Place, work: (target: SchemaTarget) => Promise<T>): Promise<T> {
  const target = await openSchema(url);
  try {
    return await work(target);
  } finally {
    await target.close();
  }
}

test('an empty database has everything to come, and looking changes nothing', async (t) => {
  const place = await newPlace(t);
  for (let look = 0; look < 2; look += 1) {
    const { applied, pending, unknown } = await onSchema(place, (target) => readSchema(target));
    assert.deepEqual(applied, []);
    assert.deepEqual(
      pending.map(({ name }) => name),
      first,
    );
    assert.deepEqual(unknown, []);
  }
});

test('what was applied is told once, and a second time there is nothing to do', async (t) => {
  const place = await newPlace(t);
  assert.deepEqual(await onSchema(place, (target) => migrate(target)), first);
  assert.deepEqual(await onSchema(place, (target) => migrate(target)), []);
  const { applied } = await onSchema(place, (target) => readSchema(target));
  assert.deepEqual(applied, first);
});

test('a migration that fails leaves nothing of itself', async (t) => {
  const place = await newPlace(t);
  const all = [...migrations, later, broken];
  await assert.rejects(
    onSchema(place, (target) => migrate(target, all)),
    /no_such_table/,
  );
  const { applied, pending } = await onSchema(place, (target) => readSchema(target, all));
  assert.deepEqual(applied, [...first, later.name]);
  assert.deepEqual(pending, [broken]);
  const mended = { ...broken, statements: () => ['alter table journal add column half int'] };
  await onSchema(place, (target) => migrate(target, [...migrations, later, mended]));
});

test('a server of the release before goes on working on a newer schema', async (t) => {
  const place = await newPlace(t);
  await onSchema(place, (target) => migrate(target, [...migrations, later]));
  const database = await openDatabase(place.url);
  await database.write((tx) =>
    tx.rows(
      tx.sql.insertInto('model_package_group').values({
        account_id: '1',
        region: 'r',
        name: 'N',
        name_key: 'n',
        created_at: 1,
        last_version: 0,
        last_version_at: 0,
        policy: null,
        tags: '[]',
        document: '{}',
      }),
    ),
  );
  await database.close();
  const { unknown, pending } = await onSchema(place, (target) => readSchema(target));
  assert.deepEqual(unknown, [later.name]);
  assert.deepEqual(pending, []);
});

if (testDatabaseKind === 'sqlite') {
  test('what was there is copied whole before it is migrated, and only then', async (t) => {
    const place = await newPlace(t);
    await onSchema(place, (target) => migrate(target));
    assert.deepEqual(
      readdirSync(place.folder).filter((name) => name.includes('before')),
      [],
    );
    await onSchema(place, (target) => migrate(target, [...migrations, later]));
    const copy = join(place.folder, 'one.db.before-0900-later');
    const kept = new DatabaseSync(copy, { readOnly: true });
    const names = kept.prepare('select name from schema_migration').all();
    kept.close();
    assert.deepEqual(
      names.map((row) => row['name']),
      first,
    );
    assert.ok(!existsSync(`${copy}.partial`));
  });
}

if (testDatabaseKind === 'postgres') {
  // On SQLite the second one waits for the file's lock: tests/crash has two real servers for that.
  test('several servers that start on an empty database at once migrate it once', async (t) => {
    const place = await newPlace(t);
    const done = await Promise.all(
      Array.from({ length: 4 }, () => onSchema(place, (target) => migrate(target))),
    );
    // Whoever comes first to the next one applies it.
    assert.deepEqual(done.flat().toSorted(), first);
  });
}
