import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { newEntries, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import type { RefusedCall, TestApp } from '../../../tests/support/test-app.ts';

type Json = Record<string, unknown>;

const events = { service: 'events' } as const;
const arn = (resource: string) => `arn:aws:events:${testRegion}:${testAccount}:${resource}`;
const EventPattern = '{"source":["a"]}';
const tag = (Key: string, Value = '') => ({ Key, Value });

async function startWithRules(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await app.ok('CreateEventBus', { Name: 'ml', Tags: [tag('a', '1')] }, events);
  for (const EventBusName of ['default', 'ml']) {
    await app.ok(
      'PutRule',
      { Name: 'r', EventPattern, EventBusName, Tags: [tag('a', '1')] },
      events,
    );
  }
  await newEntries(app);
  return app;
}

async function tagsOf(app: TestApp, resource: string): Promise<unknown> {
  const input = { ResourceARN: arn(resource) };
  return (await app.ok('ListTagsForResource', input, events))['Tags'];
}

for (const resource of ['event-bus/ml', 'rule/r', 'rule/ml/r']) {
  test(`${resource} is tagged and untagged`, async (t) => {
    const app = await startWithRules(t);
    const others = ['event-bus/ml', 'rule/r', 'rule/ml/r'].filter((one) => one !== resource);
    const ResourceARN = arn(resource);
    await app.ok('TagResource', { ResourceARN, Tags: [tag('b', '2'), tag('a', '3')] }, events);
    assert.deepEqual(await tagsOf(app, resource), [tag('a', '3'), tag('b', '2')]);
    await app.ok('UntagResource', { ResourceARN, TagKeys: ['a', 'none'] }, events);
    await app.ok('UntagResource', { ResourceARN, TagKeys: ['none'] }, events);
    assert.deepEqual(await tagsOf(app, resource), [tag('b', '2')]);
    for (const other of others) assert.deepEqual(await tagsOf(app, other), [tag('a', '1')]);
    const entries = await newEntries(app);
    assert.deepEqual(
      entries.map(({ operation, resource: told, before, after }) => [
        operation,
        told,
        before,
        after,
      ]),
      [
        ...[['TagResource', ResourceARN, [tag('a', '1')], [tag('a', '3'), tag('b', '2')]]],
        ...[['UntagResource', ResourceARN, [tag('a', '3'), tag('b', '2')], [tag('b', '2')]]],
      ].map(([operation, told, before, after]) => [
        ...[operation, told, { Tags: before }, { Tags: after }],
      ]),
    );
  });
}

test('the default bus has tags as soon as it is given some', async (t) => {
  const app = await startApp(t);
  assert.deepEqual(await tagsOf(app, 'event-bus/default'), []);
  const ResourceARN = arn('event-bus/default');
  await app.ok('TagResource', { ResourceARN, Tags: [tag('a')] }, events);
  await app.ok('TagResource', { ResourceARN, Tags: [tag('b')] }, events);
  assert.deepEqual(await tagsOf(app, 'event-bus/default'), [tag('a'), tag('b')]);
});

describe('is refused', () => {
  const missing = (message: string) => ({ code: 'ResourceNotFoundException', message });
  const untaggable = {
    code: 'ValidationException',
    message: 'Parameter ResourceARN is not valid. Reason: Rules and event buses have tags.',
  };
  const refusals: [ResourceARN: string, expected: Partial<RefusedCall>][] = [
    [arn('event-bus/none'), missing('Event bus none does not exist.')],
    [arn('rule/none'), missing('Rule none does not exist on EventBus default.')],
    [arn('rule/ml/none'), missing('Rule none does not exist on EventBus ml.')],
    [arn('rule/none/r'), missing('Event bus none does not exist.')],
    [arn('archive/a'), untaggable],
    [arn('rule/'), untaggable],
    [arn('rule/r').replace(testRegion, 'us-east-1'), untaggable],
    ['r', untaggable],
  ];
  for (const [ResourceARN, expected] of refusals) {
    for (const [operation, more] of [
      ['TagResource', { Tags: [tag('a')] }],
      ['UntagResource', { TagKeys: ['a'] }],
      ['ListTagsForResource', {}],
    ] as [string, Json][]) {
      test(`${operation} of ${ResourceARN}`, async (t) => {
        const app = await startWithRules(t);
        const refused = await app.refused(operation, { ResourceARN, ...more }, events);
        assert.deepEqual(refused, { status: 400, ...expected });
      });
    }
  }

  test('a key twice, one of AWS, and a tag too many', async (t) => {
    const app = await startWithRules(t);
    const ResourceARN = arn('rule/r');
    const refused = async (...Tags: Json[]) => {
      const { code, message } = await app.refused('TagResource', { ResourceARN, Tags }, events);
      return `${code}: ${message}`;
    };
    const twice = await refused(tag('k'), tag('k'));
    assert.equal(twice, "ValidationException: Duplicate tag key 'k'.");
    const reserved = "ValidationException: Tag key 'aws:k' may not begin with 'aws:'.";
    assert.equal(await refused(tag('aws:k')), reserved);
    const many = Array.from({ length: 50 }, (_, n) => tag(`k${n}`));
    const most = 'ValidationException: A resource may have at most 50 tags, not 51.';
    assert.equal(await refused(...many), most);
    assert.deepEqual(await tagsOf(app, 'rule/r'), [tag('a', '1')]);
  });
});
