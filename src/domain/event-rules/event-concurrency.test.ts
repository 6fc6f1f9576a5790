import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsOf, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';
import { insertRule } from './event-rule-store.ts';
import { readEventRevision } from './event-revision-store.ts';

type Json = Record<string, unknown>;

const events = { service: 'events' } as const;
const arn = (resource: string) => `arn:aws:events:${testRegion}:${testAccount}:${resource}`;
const EventPattern = '{"source":["a"]}';

/** The codes of calls that are made at once, in order; `ok` of those that succeed. */
async function atOnce(
  app: TestApp,
  calls: readonly (readonly [string, Json])[],
): Promise<string[]> {
  const answers = await Promise.all(
    calls.map(([operation, input]) => app.send(operation, input, events)),
  );
  return answers.map(({ status, body }) =>
    status === 200 ? 'ok' : (JSON.parse(body) as { __type: string }).__type,
  );
}

const count = (codes: readonly string[], code: string) =>
  codes.filter((one) => one === code).length;

test('of calls that make one bus at once, one makes it', async (t) => {
  const app = await startApp(t);
  const calls = Array.from({ length: 8 }, () => ['CreateEventBus', { Name: 'ml' }] as const);
  const codes = await atOnce(app, calls);
  assert.equal(count(codes, 'ok'), 1);
  assert.equal(count(codes, 'ResourceAlreadyExistsException'), 7);
});

test('what is said of the default bus at once is all kept', async (t) => {
  const app = await startApp(t);
  const ResourceARN = arn('event-bus/default');
  const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
  const codes = await atOnce(
    app,
    keys.map((Key) => ['TagResource', { ResourceARN, Tags: [{ Key, Value: '' }] }] as const),
  );
  assert.equal(count(codes, 'ok'), keys.length);
  const { Tags } = await app.ok<{ Tags: { Key: string }[] }>(
    'ListTagsForResource',
    { ResourceARN },
    events,
  );
  assert.deepEqual(Tags.map(({ Key }) => Key).sort(), keys);
  assert.equal((await rowsOf(app, 'event_bus')).length, 1);
});

test('no rule and no bus gets more than it may have, and each change is counted', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateEventBus', { Name: 'ml' }, events);
  await app.ok('PutRule', { Name: 'r', EventPattern }, events);
  const before = await app.database.read(readEventRevision);
  const Arn = arn('event-bus/ml');
  const targets = Array.from({ length: 8 }, (_, n) => ({ Id: `t${n}`, Arn }));
  const put = await atOnce(
    app,
    targets.map((target) => ['PutTargets', { Rule: 'r', Targets: [target] }] as const),
  );
  assert.equal(count(put, 'ok'), limits.targetsPerRuleMax);
  assert.equal(count(put, 'LimitExceededException'), 3);
  const revision = await app.database.read(readEventRevision);
  assert.equal(revision, before + limits.targetsPerRuleMax);
  const [{ id: _, tags: __, ...row }] = (await rowsOf(app, 'event_rule')) as [Json];
  await app.database.write(async (tx) => {
    for (let n = 1; n < limits.rulesPerEventBusMax - 2; n += 1) {
      const rule = { ...row, name: `r${n}`, tags: '[]' };
      await insertRule(tx, rule as unknown as Parameters<typeof insertRule>[1]);
    }
  });
  const names = ['u', 'v', 'w', 'x', 'y'];
  const made = await atOnce(
    app,
    names.map((Name) => ['PutRule', { Name, EventPattern }] as const),
  );
  assert.equal(count(made, 'ok'), 2);
  assert.equal(count(made, 'LimitExceededException'), 3);
});

test('a bus is not deleted from below a rule that is put on it meanwhile', async (t) => {
  const app = await startApp(t);
  for (let round = 0; round < 5; round += 1) {
    await app.ok('CreateEventBus', { Name: 'ml' }, events);
    const rule = { Name: 'r', EventBusName: 'ml' };
    const [put, deleted] = await atOnce(app, [
      ['PutRule', { ...rule, EventPattern }],
      ['DeleteEventBus', { Name: 'ml' }],
    ]);
    const isKept = put === 'ok' && deleted === 'ValidationException';
    const isGone = put === 'ResourceNotFoundException' && deleted === 'ok';
    assert.ok(isKept || isGone, `${put} ${deleted}`);
    assert.equal((await rowsOf(app, 'event_rule')).length, isKept ? 1 : 0);
    if (isKept) await app.ok('DeleteRule', rule, events);
    await app.ok('DeleteEventBus', { Name: 'ml' }, events);
  }
});
