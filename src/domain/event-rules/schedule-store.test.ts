import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import { openTestDatabase } from '../../../tests/support/test-database.ts';
import { limits } from '../../kernel/limits.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { Lease, LeaseLost } from '../leases/lease-store.ts';
import { parseSchedule } from './schedule-expression.ts';
import { fireDueSchedules, nextDue } from './schedule-store.ts';

const start = Date.parse('2026-03-04T09:15:27.500Z');
const minute = 60_000;

async function started(t: TestContext): Promise<Database> {
  const database = await openTestDatabase();
  t.after(() => database.close());
  return database;
}

async function addRule(tx: Transaction, name: string, schedule: string, targets: string[]) {
  const rule = {
    account_id: testAccount,
    region: testRegion,
    bus_name: 'default',
    name,
    pattern: null,
    schedule,
    state: 'ENABLED',
    description: null,
    role_arn: null,
    managed_by: null,
    created_by: testAccount,
    tags: '[]',
    created_at: start,
    due_at: parseSchedule(schedule)!.next(start) ?? null,
  } as const;
  const [{ id } = { id: 0 }] = await tx.rows(
    tx.sql.insertInto('event_rule').values(rule).returning('id'),
  );
  for (const target_id of targets) {
    const target = { rule_id: id, target_id, arn: `arn:of:${target_id}`, document: '{}' };
    await tx.rows(tx.sql.insertInto('event_target').values(target));
  }
}

/** Answers how many lanes got something. */
async function fire(database: Database, now: number): Promise<number> {
  return (await database.write((tx) => fireDueSchedules(tx, now, 'aws'))).length;
}

async function logged(database: Database): Promise<Record<string, unknown>[]> {
  return database.read((tx) => tx.rows(tx.sql.selectFrom('bus_event').selectAll().orderBy('id')));
}

async function delivered(database: Database): Promise<string[]> {
  const rows = await database.read((tx) =>
    tx.rows(tx.sql.selectFrom('delivery').selectAll().orderBy('id')),
  );
  return rows.map(({ bus_event_id, target_id }) => `${bus_event_id} ${target_id}`);
}

test('a schedule sends an event to its own targets, and is due again', async (t) => {
  const database = await started(t);
  await database.write(async (tx) => {
    await addRule(tx, 'often', 'rate(5 minutes)', ['b', 'a']);
    await addRule(tx, 'hourly', 'cron(0 * * * ? *)', []);
    await addRule(tx, 'never', 'cron(0 0 30 2 ? *)', ['c']);
  });
  assert.equal(await database.read(nextDue), start + 5 * minute);
  assert.equal(await fire(database, start + 5 * minute - 1), 0);
  assert.deepEqual(await logged(database), []);

  assert.equal(await fire(database, start + 5 * minute), 2);
  const [row, ...others] = await logged(database);
  assert.deepEqual(others, []);
  const { body, event_id: eventId, ...columns } = row!;
  const arn = `arn:aws:events:${testRegion}:${testAccount}:rule/often`;
  assert.deepEqual(columns, {
    id: 1,
    account_id: testAccount,
    region: testRegion,
    bus_name: 'default',
    at: start + 5 * minute,
    ingested_at: start + 5 * minute,
    hops: 0,
    journal_seq: null,
    journal_index: null,
  });
  assert.deepEqual(JSON.parse(String(body)), {
    version: '0',
    id: eventId,
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: testAccount,
    time: '2026-03-04T09:20:27Z',
    region: testRegion,
    resources: [arn],
    detail: {},
  });
  assert.deepEqual(await delivered(database), ['1 a', '1 b']);
  assert.equal(await fire(database, start + 5 * minute), 0, 'once');
  assert.equal(await database.read(nextDue), start + 10 * minute);
});

test('of times that were missed one is made up for', async (t) => {
  const database = await started(t);
  await database.write((tx) => addRule(tx, 'often', 'rate(5 minutes)', ['a']));
  const now = start + 63 * minute;
  assert.equal(await fire(database, now), 1);
  assert.equal(await fire(database, now), 0);
  assert.deepEqual(
    (await logged(database)).map(({ at, ingested_at }) => [at, ingested_at]),
    [[start + 5 * minute, now]],
  );
  assert.equal(await database.read(nextDue), start + 65 * minute);
});

test('many schedules at one time are handled some at a time', async (t) => {
  const database = await started(t);
  const count = limits.schedulesFiredAtOnce + 3;
  await database.write(async (tx) => {
    for (let n = 0; n < count; n += 1) await addRule(tx, `rule-${n}`, 'rate(1 minute)', ['a']);
  });
  assert.equal(await fire(database, start + minute), limits.schedulesFiredAtOnce);
  assert.equal(await fire(database, start + minute), 3);
  assert.equal(await database.read(nextDue), start + 2 * minute);
  const rows = await logged(database);
  assert.equal(new Set(rows.map(({ event_id }) => event_id)).size, count);
  assert.deepEqual(
    rows.map(({ id }) => id),
    Array.from({ length: count }, (_, index) => index + 1),
  );
});

test('of two servers only the holder of the lease has a schedule fire', async (t) => {
  const database = await started(t);
  await database.write((tx) => addRule(tx, 'often', 'rate(1 minute)', ['a']));
  let elapsed = 0;
  const servers = ['one', 'two'].map(
    (holder) => new Lease({ database, name: 'deliver-events', holder, elapsed: () => elapsed }),
  );
  const [first, second] = servers as [Lease, Lease];
  const pass = (lease: Lease, now: number) =>
    database.write(async (tx) => {
      await lease.keep(tx);
      return (await fireDueSchedules(tx, now, 'aws')).length;
    });
  await first.acquire();
  await second.acquire();
  elapsed += limits.leaseSeconds * 1000;
  await second.acquire();
  assert.ok(first.isHeld && second.isHeld, 'the first does not know yet');
  const outcomes = await Promise.allSettled([
    pass(first, start + minute),
    pass(second, start + minute),
  ]);
  assert.ok(outcomes[0]?.status === 'rejected' && outcomes[0].reason instanceof LeaseLost);
  assert.deepEqual(outcomes[1], { status: 'fulfilled', value: 1 });
  assert.deepEqual(await delivered(database), ['1 a']);
});
