import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  deliveriesOf,
  makeRule,
  testEventWorker,
  TestTargets,
} from '../../../tests/support/event-target.ts';
import { otherAccount, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import { EventBusTarget } from './event-bus.ts';

const events = { service: 'events' } as const;
const all = { source: [{ prefix: '' }] };

function busArn(name: string, account = testAccount, region = testRegion): string {
  return `arn:aws:events:${region}:${account}:event-bus/${name}`;
}

async function start(t: Parameters<typeof startApp>[0]) {
  const app = await startApp(t);
  const targets = new TestTargets();
  let woken = 0;
  const bus = new EventBusTarget({ database: app.database, wake: () => (woken += 1) });
  const worker = testEventWorker(app, { kinds: [bus, targets] });
  t.after(() => worker.stop());
  return { app, targets, worker, woken: () => woken };
}

async function put(app: TestApp): Promise<string> {
  const entry = { Source: 'ci', DetailType: 'Built', Detail: '{"n":1}', Resources: ['a'] };
  const { Entries } = await app.ok<{ Entries: { EventId: string }[] }>(
    'PutEvents',
    { Entries: [entry] },
    events,
  );
  return Entries[0]!.EventId;
}

async function outcomes(app: TestApp) {
  return (await deliveriesOf(app)).map((row) => [row.target_arn, row.state, row.error_code]);
}

test('an event goes on to another bus as it is, and from there no further', async (t) => {
  const { app, targets, worker, woken } = await start(t);
  for (const Name of ['second', 'third']) await app.ok('CreateEventBus', { Name }, events);
  await makeRule(app.database, { name: 'on', pattern: all, arn: busArn('second') });
  await makeRule(app.database, {
    name: 'further',
    pattern: all,
    arn: busArn('third'),
    bus: 'second',
  });
  await makeRule(app.database, { name: 'here', pattern: all, bus: 'second' });
  const id = await put(app);
  await worker.pass();
  assert.equal(woken(), 1);
  await worker.pass();
  assert.deepEqual(targets.idsOf('test:here'), [id]);
  const { event, hops } = targets.got[0]!;
  assert.deepEqual(
    [hops, event.source, event.detail, event.account],
    [1, 'ci', { n: 1 }, testAccount],
  );
  assert.deepEqual(await outcomes(app), [
    [busArn('second'), 'DELIVERED', null],
    [busArn('third'), 'FAILED', 'THIRD_ACCOUNT_HOP_DETECTED'],
    ['test:here', 'DELIVERED', null],
  ]);
});

test('a bus of another region takes it; one that is gone does not', async (t) => {
  const { app, worker } = await start(t);
  const elsewhere = busArn('default', testAccount, 'us-east-1');
  await makeRule(app.database, { name: 'far', pattern: all, arn: elsewhere });
  await makeRule(app.database, { name: 'gone', pattern: all, arn: busArn('gone') });
  await put(app);
  await worker.pass();
  await worker.pass();
  assert.deepEqual(await outcomes(app), [
    [elsewhere, 'DELIVERED', null],
    [busArn('gone'), 'FAILED', 'NO_RESOURCE'],
  ]);
  const rows = await app.database.read((tx) =>
    tx.rows(tx.sql.selectFrom('bus_event').select(['region', 'bus_name', 'hops']).orderBy('id')),
  );
  assert.deepEqual(rows.at(-1), { region: 'us-east-1', bus_name: 'default', hops: 1 });
});

test('a bus of another account takes it if its policy says so', async (t) => {
  const { app, worker } = await start(t);
  const arn = busArn('default', otherAccount);
  await makeRule(app.database, { name: 'over', pattern: all, arn });
  const other = await app.beside({ accountId: otherAccount });
  await put(app);
  await worker.pass();
  const permission = { Action: 'events:PutEvents', Principal: testAccount, StatementId: 'one' };
  await other.ok('PutPermission', permission, events);
  await put(app);
  await worker.pass();
  assert.deepEqual(await outcomes(app), [
    [arn, 'FAILED', 'NO_PERMISSIONS'],
    [arn, 'DELIVERED', null],
  ]);
});
