import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestContext } from 'node:test';
import { breaking } from '../../tests/support/breaking-database.ts';
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
import { insertDelivery, redriveDelivery } from '../domain/deliveries/delivery-store.ts';
import { countEventRevision } from '../domain/event-rules/event-revision-store.ts';
import { LeaseLost } from '../domain/leases/lease-store.ts';
import { limits } from '../kernel/limits.ts';
import type { EventWorkerParts } from './event-worker.ts';
import type { DeadLetter, Outcome } from './targets/target.ts';

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

/** Of which packages the targets got events, in order. */
function packagesOf(targets: TestTargets): unknown[] {
  return targets.got.map(({ event }) => event.detail['ModelPackageName']);
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

const down: Outcome = { kind: 'later', errorCode: 'TIMEOUT', message: 'No answer in time.' };

test('what fails is tried again, later each time, and its lane waits for it', async (t) => {
  const { app, targets, worker } = await start(t);
  await makeRule(app.database, { name: 'all' });
  let failing = 3;
  targets.answer = ({ event }) => {
    const isOther = event.detail['ModelPackageGroupName'] === 'Other';
    return isOther || (failing -= 1) < 0 ? { kind: 'delivered' } : down;
  };
  await register(app, 'Fraud', 2);
  await worker.pass();
  assert.equal(targets.got.length, 1, 'the second waits for the first');
  await register(app, 'Other');
  await sleep(limits.targetRestMilliseconds);
  await worker.pass();
  assert.deepEqual(packagesOf(targets), ['Fraud/1', 'Other/1']);
  const waits = [];
  for (const milliseconds of [999, 1, 1_999, 1, 4_000]) {
    app.clock.advance(milliseconds);
    await sleep(4 * limits.targetRestMilliseconds);
    await worker.pass();
    waits.push(targets.got.length);
  }
  assert.deepEqual(waits, [2, 3, 3, 4, 6]);
  assert.deepEqual(packagesOf(targets).slice(2), ['Fraud/1', 'Fraud/1', 'Fraud/1', 'Fraud/2']);
  const rows = await deliveriesOf(app);
  assert.deepEqual(
    rows.map(({ state, attempts, error_code }) => [state, attempts, error_code]),
    [
      ['DELIVERED', 4, null],
      ['DELIVERED', 1, null],
      ['DELIVERED', 1, null],
    ],
  );
  const tries = (await attemptsOf(app)).filter((one) => one.delivery_id === rows[0]!.id);
  assert.deepEqual(
    tries.map(({ number, error_code, answer }) => [number, error_code, answer]),
    [
      [1, 'TIMEOUT', 'No answer in time.'],
      [2, 'TIMEOUT', 'No answer in time.'],
      [3, 'TIMEOUT', 'No answer in time.'],
      [4, null, null],
    ],
  );
  assert.deepEqual(worker.counts, { delivered: 3, retried: 3, failed: 0, deadLettered: 0 });
});

test('what is given up says why, and can be sent again', async (t) => {
  const { app, targets, worker } = await start(t);
  const RetryPolicy = { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 3_600 };
  await makeRule(app.database, { name: 'often', target: { RetryPolicy } });
  await makeRule(app.database, {
    name: 'old',
    target: { RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 60 } },
  });
  await makeRule(app.database, { name: 'refuses' });
  await makeRule(app.database, { name: 'odd', arn: 'arn:aws:sqs:eu-west-1:123456789012:q' });
  const refusal: Outcome = {
    ...{ kind: 'never', errorCode: 'ERROR_FROM_TARGET', message: 'HTTP 400', statusCode: 400 },
    answer: `${'é'.repeat(600)}\0`,
  };
  targets.answer = ({ rule }) => {
    if (rule.name === 'refuses') return refusal;
    return rule.name === 'often' ? down : { ...down, retryAfter: 61_000 };
  };
  await register(app, 'Fraud');
  await worker.pass();
  app.clock.advance(1_000);
  await sleep(limits.targetRestMilliseconds);
  await worker.pass();
  const told = async () =>
    (await deliveriesOf(app)).map((row) => [
      row.state,
      row.attempts,
      row.exhausted,
      row.error_code,
    ]);
  const expected = [
    ['FAILED', 2, 'MaximumRetryAttempts', 'TIMEOUT'],
    ['FAILED', 1, 'MaximumEventAgeInSeconds', 'TIMEOUT'],
    ['FAILED', 1, null, 'ERROR_FROM_TARGET'],
    ['FAILED', 1, null, 'NO_RESOURCE'],
  ];
  assert.deepEqual(await told(), expected);
  const kept = (await attemptsOf(app)).find(({ status_code: status }) => status === 400);
  assert.equal(kept!.answer, 'é'.repeat(limits.deliveryAnswerBytes / 2));
  const [first] = await deliveriesOf(app);
  app.clock.advance(7_200_000);
  targets.answer = () => ({ kind: 'delivered' });
  const redrive = () => app.database.write((tx) => redriveDelivery(tx, first!.id, app.clock.now()));
  assert.equal(await redrive(), true);
  assert.equal(await redrive(), false, 'it is pending already');
  await sleep(limits.deliveryPollMilliseconds);
  await worker.pass();
  assert.deepEqual(await told(), [['DELIVERED', 3, null, null], ...expected.slice(1)]);
});

test('a target or a rule that is gone gets nothing any more', async (t) => {
  const { app, targets, worker } = await start(t);
  const rule = await makeRule(app.database, { name: 'gone' });
  targets.answer = () => down;
  await register(app, 'Fraud');
  await worker.pass();
  await app.database.write(async (tx) => {
    await tx.rows(tx.sql.deleteFrom('event_target').where('rule_id', '=', rule));
    await countEventRevision(tx);
  });
  await sleep(2 * limits.targetsTrustedMilliseconds);
  app.clock.advance(1_000);
  await worker.pass();
  const [row] = await deliveriesOf(app);
  assert.deepEqual([row!.state, row!.error_code, targets.got.length], ['FAILED', 'NO_RESOURCE', 1]);
});

test('a dead-letter queue keeps what is given up; one that cannot be reached is told of', async (t) => {
  const { app, targets, worker } = await start(t);
  const letters: DeadLetter[] = [];
  targets.sendDeadLetter = (letter) => {
    letters.push(letter);
    return Promise.resolve({ kind: 'delivered' });
  };
  const RetryPolicy = { MaximumRetryAttempts: 0 };
  for (const [name, Arn] of Object.entries({ kept: 'test:queue', lost: 'arn:aws:sqs:x:1:q' })) {
    await makeRule(app.database, { name, target: { RetryPolicy, DeadLetterConfig: { Arn } } });
  }
  targets.answer = () => down;
  await register(app, 'Fraud');
  await worker.pass();
  const rows = await deliveriesOf(app);
  assert.deepEqual(
    rows.map(({ state, error_message }) => [state, error_message]),
    [
      ['DEAD_LETTERED', 'No answer in time.'],
      [
        'FAILED',
        'No answer in time. Not kept by arn:aws:sqs:x:1:q: ' +
          'Queues of this kind cannot be reached from here.',
      ],
    ],
  );
  assert.deepEqual(
    letters.map(({ arn, body, attributes }) => [arn, body, attributes]),
    [
      [
        'test:queue',
        targets.got[0]!.input,
        {
          RULE_ARN: rows[0]!.rule_arn,
          TARGET_ARN: 'test:kept',
          ERROR_CODE: 'TIMEOUT',
          ERROR_MESSAGE: 'No answer in time.',
          RETRY_ATTEMPTS: '0',
          EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
        },
      ],
    ],
  );
});

test('a target that hangs or fails holds up no other', async (t) => {
  const { app, targets, worker } = await start(t);
  for (const name of ['hangs', 'fails', 'works']) await makeRule(app.database, { name });
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  let flying = 0;
  let most = 0;
  targets.answer = async ({ rule }) => {
    if (rule.name === 'works') return { kind: 'delivered' };
    if (rule.name === 'fails') return down;
    flying += 1;
    most = Math.max(most, flying);
    await gate;
    return { kind: 'delivered' };
  };
  const groups = Array.from({ length: 40 }, (_, n) => `G${n}`);
  for (const group of groups) await register(app, group, 2);
  const passing = worker.pass();
  while (targets.idsOf('test:works').length < 80) await sleep(5);
  assert.equal(most, limits.deliveriesToTargetMax);
  open();
  while (targets.idsOf('test:hangs').length < 80) await sleep(5);
  await worker.stop();
  await passing;
  for (const group of groups) {
    for (const name of ['works', 'hangs']) {
      const versions = targets.got
        .filter(
          ({ rule, event }) =>
            rule.name === name && event.detail['ModelPackageGroupName'] === group,
        )
        .map(({ event }) => event.detail['ModelPackageVersion']);
      assert.deepEqual(versions, [1, 2], `${group} to ${name}`);
    }
  }
});

test('more than fits into memory is sent all the same, in order', async (t) => {
  const { app, targets, worker } = await start(t);
  const rule = await makeRule(app.database, { name: 'all' });
  await register(app, 'Fraud');
  await worker.pass();
  const lanes = 700;
  const perLane = 3;
  await app.database.write(async (tx) => {
    for (let n = 0; n < lanes * perLane + 200; n += 1) {
      // One lane is longer than what is held of it.
      const lane = n < lanes * perLane ? `lane-${n % lanes}` : 'long';
      await insertDelivery(tx, {
        ...{ account_id: testAccount, region: testRegion, bus_event_id: 2, rule_id: rule },
        ...{ rule_arn: 'r', target_id: 'one', target_arn: 'test:all', lane },
        ...{ replay_name: `${lane} ${n}`, created_at: app.clock.now() },
      });
    }
  });
  await sleep(limits.deliveryPollMilliseconds);
  const all = lanes * perLane + 200;
  while (targets.got.length <= all) {
    await worker.pass();
    await sleep(5);
  }
  const sent = targets.got.slice(1).map(({ event }) => event['replay-name']!.split(' '));
  assert.equal(new Set(sent.map(([, n]) => n)).size, all, 'each once');
  for (const [lane, of] of Map.groupBy(sent, ([name]) => name)) {
    const numbers = of.map(([, n]) => Number(n));
    assert.deepEqual(
      numbers,
      numbers.toSorted((one, other) => one - other),
      lane,
    );
  }
  assert.equal(
    (await deliveriesOf(app)).every(({ state }) => state === 'DELIVERED'),
    true,
  );
});

for (const when of ['before', 'after'] as const) {
  test(`a worker that is killed ${when} any of its writes loses nothing`, async (t) => {
    for (let n = 1; n <= 4; n += 1) {
      const { app, targets } = await start(t);
      await makeRule(app.database, { name: 'all' });
      await register(app, 'Fraud', 3);
      const dying = testEventWorker(app, {
        database: breaking(app.database, n, when),
        kinds: [targets],
        holder: 'dying',
      });
      t.after(() => dying.stop());
      await dying.pass().then(
        () => assert.equal(n, 4, 'it takes the lease, routes and settles'),
        (error: unknown) => assert.equal((error as Error).message, 'killed'),
      );
      let now = 0;
      const heir = testEventWorker(app, { kinds: [targets], holder: 'heir', elapsed: () => now });
      if (!(await heir.pass())) {
        now += limits.leaseSeconds * 1000;
        assert.equal(await heir.pass(), true);
      }
      assert.deepEqual([...new Set(packagesOf(targets))], ['Fraud/1', 'Fraud/2', 'Fraud/3']);
      assert.equal(new Set(targets.idsOf('test:all')).size, 3, 'what comes twice is the same');
      assert.equal((await log(app)).length, 4, 'once in the log');
      const rows = await deliveriesOf(app);
      assert.deepEqual(
        rows.map(({ state, attempts }) => [state, attempts]),
        Array.from({ length: 3 }, () => ['DELIVERED', 1]),
        `killed at write ${n}`,
      );
      await heir.stop();
    }
  });
}

test('a former holder that wakes up routes nothing and settles nothing', async (t) => {
  const { app, targets } = await start(t);
  await makeRule(app.database, { name: 'all' });
  await register(app, 'Fraud');
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { promise: asleep, resolve: fallAsleep } = Promise.withResolvers<void>();
  targets.answer = async () => {
    fallAsleep();
    await gate;
    return { kind: 'delivered' };
  };
  const sleeper = testEventWorker(app, { kinds: [targets], holder: 'sleeper' });
  const passing = sleeper.pass();
  await asleep;
  let now = 0;
  const heir = testEventWorker(app, { kinds: [targets], holder: 'heir', elapsed: () => now });
  assert.equal(await heir.pass(), false);
  now += limits.leaseSeconds * 1000;
  targets.answer = () => ({ kind: 'delivered' });
  assert.equal(await heir.pass(), true);
  open();
  await assert.rejects(passing, LeaseLost);
  assert.equal(targets.got.length, 2);
  assert.equal((await attemptsOf(app)).length, 1);
  await heir.stop();
  await sleeper.stop();
});

test('an idle worker gives the lease back and writes nothing', async (t) => {
  const { app, worker } = await start(t);
  await register(app, 'Fraud');
  let writes = 0;
  const { database } = app;
  const write = database.write.bind(database);
  database.write = (work) => {
    writes += 1;
    return write(work);
  };
  const holder = async () => {
    const rows = await app.database.read((tx) =>
      tx.rows(tx.sql.selectFrom('lease').select('holder').where('name', '=', 'deliver-events')),
    );
    return rows[0]?.holder;
  };
  worker.start();
  while ((await holder()) !== 'test') await sleep(20);
  while ((await log(app)).length < 2) await sleep(20);
  while ((await holder()) !== null) await sleep(50);
  const before = writes;
  await sleep(1.5 * limits.deliveryPollMilliseconds);
  assert.equal(writes, before);
  database.write = write;
});

test('what has been kept long enough goes; what somebody still needs stays', async (t) => {
  const { app, targets, worker } = await start(t);
  await makeRule(app.database, { name: 'all' });
  await register(app, 'Fraud', 2);
  await worker.pass();
  await worker.stop();
  const day = 24 * 60 * 60 * 1000;
  const left = async (days: number) => {
    app.clock.advance(days * day);
    const sweeper = testEventWorker(app, { kinds: [targets], holder: `sweeper ${days}` });
    sweeper.start();
    await sleep(600);
    await sweeper.stop();
    return [
      (await deliveriesOf(app)).length,
      (await attemptsOf(app)).length,
      (await log(app)).length,
    ];
  };
  assert.deepEqual(await left(14), [2, 2, 3]);
  assert.deepEqual(await left(1), [0, 0, 3]);
  targets.answer = () => down;
  await register(app, 'Other');
  assert.deepEqual(await left(14), [1, 1, 5]);
  assert.deepEqual(await left(2), [1, 1, 2], 'the newest, and what was just given up');
});
