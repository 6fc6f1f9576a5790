import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import { openTestDatabase } from '../../../tests/support/test-database.ts';
import type { Database } from '../../store/database.ts';
import { insertBusEvent } from '../events/bus-event-store.ts';
import { archiveEvents, sweepArchives } from './archived-event-store.ts';
import { findArchive, insertArchive, listArchives, removeArchive } from './event-archive-store.ts';

const scope = { accountId: testAccount, region: testRegion };
const day = 86_400_000;
const start = Date.parse('2026-03-04T09:15:27.500Z');

/** Archives with events 1, 2, 3 …, of which one comes each day. */
async function withArchives(
  t: TestContext,
  retentions: Readonly<Record<string, number>>,
  count: number,
): Promise<Database> {
  const database = await openTestDatabase();
  t.after(() => database.close());
  await database.write(async (tx) => {
    for (const [name, retention_days] of Object.entries(retentions)) {
      await insertArchive(tx, {
        ...{ account_id: testAccount, region: testRegion, name, bus_name: 'default' },
        ...{ description: null, pattern: null, retention_days, created_at: start },
      });
    }
    const archives = await listArchives(tx);
    for (let id = 1; id <= count; id += 1) {
      await insertBusEvent(tx, {
        ...{ id, event_id: `event-${id}`, account_id: testAccount, region: testRegion },
        ...{ bus_name: 'default', at: 0, ingested_at: start + (id - 1) * day, hops: 0 },
        ...{ journal_seq: null, journal_index: null, body: '{}' },
      });
      await archiveEvents(
        tx,
        archives.map((archive) => ({
          ...{ archive_id: archive.id, bus_event_id: id, at: 0, size_bytes: 10 * id },
        })),
      );
    }
  });
  return database;
}

function sweep(database: Database, now: number, limit: number): Promise<number> {
  return database.write((tx) => sweepArchives(tx, now, limit));
}

async function kept(database: Database): Promise<string[]> {
  const rows = await database.read((tx) =>
    tx.rows(
      tx.sql
        .selectFrom('event_archive as a')
        .leftJoin('archived_event as e', 'e.archive_id', 'a.id')
        .select(['a.name', 'a.event_count', 'a.size_bytes', 'e.bus_event_id'])
        .orderBy('a.id')
        .orderBy('e.bus_event_id'),
    ),
  );
  const byName = Map.groupBy(rows, (row) => row.name);
  return [...byName].map(([name, [first, ...more]]) => {
    const ids = [first!, ...more].map(({ bus_event_id: id }) => id ?? '-');
    return `${name}: ${ids.join(',')} = ${first!.event_count}, ${first!.size_bytes} bytes`;
  });
}

test('an archive counts what it keeps', async (t) => {
  const database = await withArchives(t, { a: 0, b: 3 }, 3);
  assert.deepEqual(await kept(database), ['a: 1,2,3 = 3, 60 bytes', 'b: 1,2,3 = 3, 60 bytes']);
});

test('events leave an archive after its days, some at a time; 0 days are for ever', async (t) => {
  const database = await withArchives(t, { a: 0, b: 3, c: 1 }, 5);
  assert.equal(await sweep(database, start + day, 100), 0);
  assert.equal(await sweep(database, start + 4 * day, 2), 2);
  assert.deepEqual(await kept(database), [
    'a: 1,2,3,4,5 = 5, 150 bytes',
    'b: 2,3,4,5 = 4, 140 bytes',
    'c: 2,3,4,5 = 4, 140 bytes',
  ]);
  assert.equal(await sweep(database, start + 4 * day, 100), 2);
  assert.equal(await sweep(database, start + 4 * day, 100), 0);
  assert.deepEqual(await kept(database), [
    'a: 1,2,3,4,5 = 5, 150 bytes',
    'b: 2,3,4,5 = 4, 140 bytes',
    'c: 4,5 = 2, 90 bytes',
  ]);
});

test('of an archive that was deleted everything is swept up, its name is free at once', async (t) => {
  const database = await withArchives(t, { a: 0, b: 0 }, 5);
  await database.write(async (tx) => {
    const { id } = (await findArchive(tx, { ...scope, name: 'a' }))!;
    await removeArchive(tx, id, start);
    assert.equal(await findArchive(tx, { ...scope, name: 'a' }), undefined);
    assert.deepEqual(
      (await listArchives(tx)).map(({ name }) => name),
      ['b'],
    );
  });
  assert.equal(await sweep(database, start, 3), 3);
  assert.deepEqual((await kept(database))[0], 'a: 4,5 = 2, 90 bytes');
  assert.equal(await sweep(database, start, 3), 2);
  assert.deepEqual(await kept(database), ['b: 1,2,3,4,5 = 5, 150 bytes']);
});
