import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { startApp } from '../../tests/support/scenario.ts';
import {
  attemptsOf,
  deliveriesOf,
  makeRule,
  testEventWorker,
  TestTargets,
} from '../../tests/support/event-target.ts';
import type { TestApp } from '../../tests/support/test-app.ts';
import { testAccount, testArn, testRegion } from '../../tests/support/test-app.ts';
import { listBusEvents } from '../domain/events/bus-event-store.ts';
import { putInOutbox } from '../domain/events/outbox-store.ts';
import type { EventWorkerParts } from './event-worker.ts';

async function start(t: TestContext, parts: Partial<EventWorkerParts> = {}) {
  const app = await startApp(t);
  const targets = new TestTargets();
  const worker = testEventWorker(app, { kinds: [targets], ...parts });
  t.after(() => worker.stop());
  return { app, targets, worker };
}

async function register(app: TestApp, group: string, count = 1): Promise<void> {
  await app.send('CreateModelPackageGroup', { ModelPackageGroupName: group });
  for (let n = 0; n < count; n += 1) {
    await app.ok('CreateModelPackage', { ModelPackageGroupName: group });
  }
}

function approve(app: TestApp, group: string, version: number, status = 'Approved') {
  return app.ok('UpdateModelPackage', {
    ModelPackageArn: testArn(`model-package/${group}/${version}`),
    ModelApprovalStatus: status,
  });
}

async function log(app: TestApp, afterId = 0) {
  const place = { accountId: testAccount, region: testRegion };
  const q = { ...place, afterId, limit: 1_000 };
  return (await app.database.read((tx) => listBusEvents(tx, q))).events;
}

test('what a change tells is in the log, and goes to who waits for it', async (t) => {
  const { app, targets, worker } = await start(t);
  await makeRule(app.database, {
    name: 'approved',
    pattern: { detail: { ModelApprovalStatus: ['Approved'] } },
  });
  await makeRule(app.database, { name: 'other', pattern: { source: ['com.example'] } });
  await register(app, 'Fraud', 2);
  await approve(app, 'Fraud', 2);
  assert.equal(await worker.pass(), true);
  const events = await log(app);
  const journal = await app.journal();
  assert.deepEqual(
    events.map(({ id, envelope }) => [
      id,
      envelope['detail-type'],
      envelope.detail['ModelPackageName'],
    ]),
    [
      [1, 'SageMaker Model Package Group State Change', undefined],
      [2, 'SageMaker Model Package State Change', 'Fraud/1'],
      [3, 'SageMaker Model Package State Change', 'Fraud/2'],
      [4, 'SageMaker Model Package State Change', 'Fraud/2'],
    ],
  );
  assert.equal(journal.length, 4);
  assert.deepEqual(
    targets.got.map(({ input }) => JSON.parse(input) as unknown),
    [events[3]!.envelope],
  );
  const [sent] = targets.got;
  assert.deepEqual(
    [sent!.rule, sent!.target, sent!.attempt, sent!.hops],
    [
      { arn: `arn:aws:events:${testRegion}:${testAccount}:rule/approved`, name: 'approved' },
      { Id: 'one', Arn: 'test:approved' },
      0,
      0,
    ],
  );
  const [delivery] = await deliveriesOf(app);
  assert.deepEqual(
    [delivery!.state, delivery!.attempts, delivery!.lane, delivery!.settled_at],
    ['DELIVERED', 1, 'Fraud', app.clock.now()],
  );
  const [attempt] = await attemptsOf(app);
  assert.deepEqual(
    [attempt!.number, attempt!.at, attempt!.error_code, attempt!.answer],
    [1, app.clock.now(), null, null],
  );
  assert.deepEqual(worker.counts, { delivered: 1, retried: 0, failed: 0, deadLettered: 0 });
  const left = await app.database.read((tx) =>
    tx.rows(tx.sql.selectFrom('event_outbox').selectAll()),
  );
  assert.deepEqual(left, []);
});

test('an event that was put is sent as it is; one that cannot be read holds up no other', async (t) => {
  const { app, targets, worker } = await start(t);
  await makeRule(app.database, { name: 'all', pattern: { source: [{ prefix: '' }] } });
  const place = { account_id: testAccount, region: testRegion, bus_name: 'default', hops: 0 };
  const body = JSON.stringify({
    ...{ version: '0', id: 'e-1', 'detail-type': 'T', source: 'com.example' },
    ...{ account: testAccount, time: '2026-03-04T09:15:27Z', region: testRegion },
    ...{ resources: [], detail: { n: 1 } },
  });
  await app.database.write(async (tx) => {
    await putInOutbox(tx, { ...place, journal_seq: null, body: '{' });
    await putInOutbox(tx, { ...place, journal_seq: 9_999, body: null });
    await putInOutbox(tx, { ...place, journal_seq: null, body });
    await putInOutbox(tx, { ...place, journal_seq: null, body, bus_name: 'elsewhere' });
  });
  await worker.pass();
  assert.deepEqual(
    targets.got.map(({ input }) => input),
    [body],
  );
  assert.deepEqual(
    (await log(app)).map(({ text, busName }) => [text, busName]),
    [
      [body, 'default'],
      [body, 'elsewhere'],
    ],
  );
});

test('a rule is in force from the next event on; a broken one stops no other', async (t) => {
  const { app, targets, worker } = await start(t);
  await register(app, 'A');
  await worker.pass();
  await makeRule(app.database, { name: 'broken', pattern: { source: 'no array' } });
  const rule = await makeRule(app.database, { name: 'late' });
  await register(app, 'B');
  await worker.pass();
  assert.deepEqual(
    targets.got.map(({ event }) => event.detail['ModelPackageGroupName']),
    ['B'],
  );
  await app.database.write(async (tx) => {
    await tx.rows(
      tx.sql.updateTable('event_rule').set({ state: 'DISABLED' }).where('id', '=', rule),
    );
    await tx.rows(tx.sql.updateTable('event_revision').set({ revision: 1_000 }));
  });
  await register(app, 'C');
  await worker.pass();
  assert.equal(targets.got.length, 1);
});
