import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  deliveriesOf,
  makeRule,
  testEventWorker,
  TestTargets,
} from '../../tests/support/event-target.ts';
import { startApp } from '../../tests/support/scenario.ts';
import type { TestApp } from '../../tests/support/test-app.ts';
import { testAccount, testRegion } from '../../tests/support/test-app.ts';
import { sweepReplays } from '../domain/event-archives/event-replay-store.ts';
import { Lease, LeaseLost } from '../domain/leases/lease-store.ts';
import { limits } from '../kernel/limits.ts';
import { Replayer } from './run-replays.ts';

type Json = Record<string, unknown>;

const events = { service: 'events' } as const;
const eventsArn = (resource: string) => `arn:aws:events:${testRegion}:${testAccount}:${resource}`;
const bus = eventsArn('event-bus/default');
const second = 1_000;

async function start(t: TestContext) {
  const app = await startApp(t);
  const targets = new TestTargets();
  const worker = testEventWorker(app, { kinds: [targets] });
  t.after(() => worker.stop());
  const told = () =>
    targets.got.map(({ target, event }) => {
      const replay = event['replay-name'] === undefined ? '' : ` by ${event['replay-name']}`;
      return `${target.Arn} ${String(event.detail['n'])}${replay}`;
    });
  return { app, targets, worker, told };
}

/** Puts events 1, 2, 3 … on a bus, one each second. */
async function put(app: TestApp, count: number, more: Json = {}): Promise<void> {
  for (let n = 1; n <= count; n += 1) {
    const entry = { Source: 'app', DetailType: 'd', Detail: JSON.stringify({ n }), ...more };
    await app.ok('PutEvents', { Entries: [entry] }, events);
    app.clock.advance(second);
  }
}

function archive(app: TestApp, more: Json = {}): Promise<Json> {
  const input = { ArchiveName: 'kept', EventSourceArn: bus, ...more };
  return app.ok('CreateArchive', input, events);
}

/** Replays all of an archive, unless it is said otherwise. */
function replay(app: TestApp, more: Json = {}): Promise<Json> {
  const input = {
    ...{ ReplayName: 'again', EventSourceArn: eventsArn('archive/kept') },
    ...{ EventStartTime: 1, EventEndTime: 4_102_444_800, Destination: { Arn: bus } },
    ...more,
  };
  return app.ok('StartReplay', input, events);
}

async function stateOf(app: TestApp, ReplayName = 'again'): Promise<unknown> {
  return (await app.ok('DescribeReplay', { ReplayName }, events))['State'];
}

/** A replayer as a server has it after it was started anew. */
async function newReplayer(app: TestApp): Promise<Replayer> {
  const lease = new Lease({ database: app.database, name: 'deliver-events', holder: 'test' });
  await app.database.write((tx) => tx.rows(tx.sql.updateTable('lease').set({ holder: null })));
  await lease.acquire();
  return new Replayer({ database: app.database, lease, partition: 'aws', clock: app.clock });
}

test('what an archive kept goes once more to the rules that wait for it now', async (t) => {
  const { app, targets, worker, told } = await start(t);
  await archive(app, { EventPattern: '{"detail":{"n":[1,2]}}' });
  await makeRule(app.database, { name: 'a', pattern: { source: ['app'] } });
  await put(app, 3);
  await worker.pass();
  const ids = targets.idsOf('test:a');
  targets.got.length = 0;
  const once = { source: ['app'], 'replay-name': [{ exists: false }] };
  await makeRule(app.database, { name: 'once', pattern: once });
  await makeRule(app.database, { name: 'late', pattern: { source: ['app'] } });
  await makeRule(app.database, { name: 'other', pattern: { source: ['app'] }, bus: 'other' });

  await replay(app, { Description: 'd' });
  await worker.pass();
  assert.deepEqual(told().toSorted(), [
    'test:a 1 by again',
    'test:a 2 by again',
    'test:late 1 by again',
    'test:late 2 by again',
  ]);
  const replayed = targets.idsOf('test:a');
  assert.deepEqual(targets.idsOf('test:late').toSorted(), replayed.toSorted());
  assert.ok(!replayed.some((id) => ids.includes(id)), 'a replayed event has an id of its own');
  const { EventCount } = await app.ok('DescribeArchive', { ArchiveName: 'kept' }, events);
  assert.equal(EventCount, 2, 'what is replayed is not archived again');
  const now = app.clock.now() / second;
  const described = await app.ok('DescribeReplay', { ReplayName: 'again' }, events);
  assert.deepEqual(
    [described['State'], described['EventLastReplayedTime'], described['ReplayEndTime']],
    ['COMPLETED', Math.floor(now) - 2, now],
  );
  const { code } = await app.refused('CancelReplay', { ReplayName: 'again' }, events);
  assert.equal(code, 'IllegalStatusException');
});

test('a replay is of the time that is asked for, by the times of the events', async (t) => {
  const { app, targets, worker, told } = await start(t);
  await archive(app);
  await makeRule(app.database, { name: 'a', pattern: { source: ['app'] } });
  await put(app, 1, { Time: 1_700_000_100 });
  await put(app, 2, { Time: 1_700_000_000 });
  await put(app, 1, { Time: 1_700_000_200, Detail: '{"n":"end"}' });
  await put(app, 1, { Time: 1_699_999_999, Detail: '{"n":"before"}' });
  await worker.pass();
  targets.got.length = 0;
  await replay(app, { EventStartTime: 1_700_000_000.9, EventEndTime: 1_700_000_200 });
  await worker.pass();
  assert.deepEqual(told().toSorted(), [
    'test:a 1 by again',
    'test:a 1 by again',
    'test:a 2 by again',
  ]);
  const { EventLastReplayedTime } = await app.ok('DescribeReplay', { ReplayName: 'again' }, events);
  assert.equal(EventLastReplayedTime, 1_700_000_100);
});

test('a replay can be for some rules only', async (t) => {
  const { app, targets, worker, told } = await start(t);
  await archive(app);
  for (const name of ['a', 'b']) {
    await makeRule(app.database, { name, pattern: { source: ['app'] } });
  }
  await put(app, 1);
  await worker.pass();
  targets.got.length = 0;
  await replay(app, { Destination: { Arn: bus, FilterArns: [eventsArn('rule/b')] } });
  await worker.pass();
  assert.deepEqual(told(), ['test:b 1 by again']);
});

test('each step is whole or not at all: a kill loses nothing and doubles nothing', async (t) => {
  const { app, worker } = await start(t);
  const count = 2 * limits.replayedAtOnce + 50;
  await archive(app);
  const Entries = Array.from({ length: 10 }, () => ({
    ...{ Source: 'app', DetailType: 'd', Detail: '{}' },
  }));
  for (let n = 0; n < count; n += Entries.length) await app.ok('PutEvents', { Entries }, events);
  await worker.pass();
  await makeRule(app.database, { name: 'a', pattern: { source: ['app'] } });
  await replay(app);

  const first = await newReplayer(app);
  assert.equal((await first.step())?.length, limits.replayedAtOnce);
  assert.equal(await stateOf(app), 'RUNNING');
  // Another server takes over; the first one does not know, and can do nothing more.
  const next = await newReplayer(app);
  await assert.rejects(first.step(), LeaseLost);
  assert.equal((await next.step())?.length, limits.replayedAtOnce);
  assert.equal((await (await newReplayer(app)).step())?.length, 50);
  assert.equal(await next.hasWork(), false);
  assert.equal(await stateOf(app), 'COMPLETED');
  const deliveries = await deliveriesOf(app);
  assert.equal(deliveries.length, count);
  assert.equal(new Set(deliveries.map(({ bus_event_id: event }) => event)).size, count);
});

test('replays take turns, and one that is cancelled ends', async (t) => {
  const { app, worker } = await start(t);
  await archive(app);
  const Entries = Array.from({ length: 10 }, () => ({
    ...{ Source: 'app', DetailType: 'd', Detail: '{}' },
  }));
  for (let n = 0; n < limits.replayedAtOnce + 10; n += 10) {
    await app.ok('PutEvents', { Entries }, events);
  }
  await worker.pass();
  await makeRule(app.database, { name: 'a', pattern: { source: ['app'] } });
  for (const ReplayName of ['one', 'two']) await replay(app, { ReplayName });
  const replayer = await newReplayer(app);
  const states = async () => [await stateOf(app, 'one'), await stateOf(app, 'two')];
  await replayer.step();
  assert.deepEqual(await states(), ['RUNNING', 'STARTING']);
  await replayer.step();
  assert.deepEqual(await states(), ['RUNNING', 'RUNNING']);
  await app.ok('CancelReplay', { ReplayName: 'one' }, events);
  assert.deepEqual(await states(), ['CANCELLING', 'RUNNING']);
  await replayer.step();
  await replayer.step();
  assert.deepEqual(await states(), ['CANCELLED', 'COMPLETED']);
  assert.equal(await replayer.step(), undefined);
  const names = (await deliveriesOf(app)).map(({ replay_name: name }) => name);
  assert.deepEqual(
    ['one', 'two'].map((name) => names.filter((one) => one === name).length),
    [limits.replayedAtOnce, limits.replayedAtOnce + 10],
  );
});

test('a replay that is cancelled in the middle of a step makes nothing of it', async (t) => {
  const { app, worker } = await start(t);
  await archive(app);
  await put(app, 3);
  await worker.pass();
  await makeRule(app.database, { name: 'late', pattern: { source: ['app'] } });
  await replay(app);
  await worker.stop();
  const replayer = await newReplayer(app);
  const { database } = app;
  const write = database.write.bind(database);
  database.write = async (work) => {
    database.write = write;
    await app.ok('CancelReplay', { ReplayName: 'again' }, events);
    return write(work);
  };
  assert.deepEqual(await replayer.step(), []);
  assert.equal(await stateOf(app), 'CANCELLING');
  assert.deepEqual(await deliveriesOf(app), []);
});

test('a replay out of an archive that is gone fails', async (t) => {
  const { app, worker } = await start(t);
  await archive(app);
  await replay(app);
  await app.ok('DeleteArchive', { ArchiveName: 'kept' }, events);
  await worker.pass();
  const { State, StateReason } = await app.ok('DescribeReplay', { ReplayName: 'again' }, events);
  assert.deepEqual([State, StateReason], ['FAILED', 'Archive kept does not exist.']);
});

test('what came to a bus goes to one of its rules once more, without an archive', async (t) => {
  const { app, targets, worker, told } = await start(t);
  await app.ok('CreateEventBus', { Name: 'other' }, events);
  await makeRule(app.database, { name: 'a', pattern: { source: ['app'] } });
  await makeRule(app.database, { name: 'b', pattern: { source: ['app'] } });
  const from = app.clock.now() / second + 1;
  for (const EventBusName of ['default', 'other']) {
    await put(app, 4, { EventBusName, Time: 1 });
    await worker.pass();
  }
  const input = { Rule: 'b', From: from, To: from + 6 };
  targets.got.length = 0;
  const { ReplayName } = await app.ok('ReplayEvents', input, { service: 'imprimatur' });
  await worker.pass();
  // They came to their bus when the worker took them there: all at once.
  assert.deepEqual(
    told(),
    [1, 2, 3, 4].map((n) => `test:b ${n} by ${String(ReplayName)}`),
  );
  assert.equal(await stateOf(app, String(ReplayName)), 'COMPLETED');

  targets.got.length = 0;
  app.clock.advance(1);
  await app.ok('ReplayEvents', { ...input, From: 1, To: from }, { service: 'imprimatur' });
  await worker.pass();
  assert.deepEqual(told(), []);
});

test('replays that ended are forgotten after a while, those that run are not', async (t) => {
  const { app, worker } = await start(t);
  await archive(app);
  await replay(app, { ReplayName: 'ended' });
  await worker.pass();
  await replay(app, { ReplayName: 'running' });
  const names = async () => {
    const { Replays } = await app.ok<{ Replays: Json[] }>('ListReplays', {}, events);
    return Replays.map((one) => one['ReplayName']);
  };
  const end = app.clock.now() + limits.replayDaysKept * 24 * 60 * 60 * second;
  for (const [now, left] of [
    [end, ['ended', 'running']],
    [end + 1, ['running']],
  ] as const) {
    await app.database.write((tx) => sweepReplays(tx, now, 10));
    assert.deepEqual(await names(), left);
  }
});

test('a replay that cannot go on holds up no new events', async (t) => {
  const { app, worker, told } = await start(t);
  await archive(app);
  await makeRule(app.database, { name: 'a', pattern: { source: ['app'] } });
  await put(app, 1);
  await worker.pass();
  await replay(app);
  await app.database.write((tx) =>
    tx.rows(tx.sql.updateTable('event_replay').set({ filter_arns: 'no JSON' })),
  );
  await put(app, 1, { Detail: '{"n":2}' });
  await worker.pass();
  assert.deepEqual(told(), ['test:a 1', 'test:a 2']);
});
