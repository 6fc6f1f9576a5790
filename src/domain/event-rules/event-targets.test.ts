import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { newEntries, otherAccount, rowsOf, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import type { RefusedCall, TestApp } from '../../../tests/support/test-app.ts';
import { readEventRevision } from './event-revision-store.ts';

type Json = Record<string, unknown>;

const events = { service: 'events' } as const;
const arn = (resource: string, account = testAccount, region = testRegion) =>
  `arn:aws:events:${region}:${account}:${resource}`;
const refusal = (code: string, message: string): RefusedCall => ({ status: 400, code, message });
const invalid = (message: string) => refusal('ValidationException', message);
const bus = arn('event-bus/ml');
const webhook = `arn:aws:imprimatur:${testRegion}:${testAccount}:webhook/hook`;
const role = `arn:aws:iam::${testAccount}:role/deliver`;

async function startWithRule(t: TestContext, flags = {}): Promise<TestApp> {
  const app = await startApp(t, flags);
  await app.ok('CreateEventBus', { Name: 'ml' }, events);
  await app.ok('PutRule', { Name: 'r', EventPattern: '{"source":["a"]}' }, events);
  const hook = { Name: 'hook', Url: 'https://ci.example/', Events: ['any'] };
  await app.ok('CreateWebhook', hook, { service: 'imprimatur' });
  await newEntries(app);
  return app;
}

/** The rule's own targets: that of the webhook's rule is the registry's. */
async function targetRows(app: TestApp): Promise<Json[]> {
  const rows = await rowsOf(app, 'event_target');
  return rows
    .filter((row) => row['target_id'] !== 'webhook')
    .toSorted((one, other) => (String(one['arn']) < String(other['arn']) ? -1 : 1));
}

function put(app: TestApp, ...Targets: Json[]): Promise<Json> {
  return app.ok('PutTargets', { Rule: 'r', Targets }, events);
}

const list = async (app: TestApp): Promise<unknown> =>
  (await app.ok('ListTargetsByRule', { Rule: 'r' }, events))['Targets'];

describe('is refused', () => {
  const format = (text: string) =>
    invalid(`Parameter ${text} is not valid. Reason: Provided Arn is not in correct format.`);
  const needsRole = (text: string) => invalid(`RoleArn is required for target ${text}.`);
  const refusals: [target: Json, expected: RefusedCall][] = [
    [{ Arn: 'bus' }, format('bus')],
    [{ Arn: 'arn:aws-cn:sqs:a:b:c' }, format('arn:aws-cn:sqs:a:b:c')],
    [{ Arn: arn('archive/a') }, format(arn('archive/a'))],
    [{ Arn: arn('event-bus/') }, format(arn('event-bus/'))],
    [{ Arn: 'arn:aws:s3:::bucket' }, invalid('s3 is not a supported service for a target.')],
    [
      { Arn: arn('event-bus/none') },
      refusal('ResourceNotFoundException', 'Event bus none does not exist.'),
    ],
    [
      { Arn: arn('event-bus/default', otherAccount) },
      needsRole(arn('event-bus/default', otherAccount)),
    ],
    [
      { Arn: arn('event-bus/default', testAccount, 'us-east-1') },
      needsRole(arn('event-bus/default', testAccount, 'us-east-1')),
    ],
    [{ Arn: arn('api-destination/a/b') }, needsRole(arn('api-destination/a/b'))],
    [
      { Arn: arn('api-destination/a/b'), RoleArn: role },
      refusal(
        'ResourceNotFoundException',
        "Failed to describe the api-destination(s). An api-destination 'a' does not exist.",
      ),
    ],
    [
      { Arn: webhook.replace('hook/hook', 'hook/none') },
      refusal('ResourceNotFoundException', "The webhook 'none' does not exist."),
    ],
    [
      { Arn: arn('api-destination/a/b', otherAccount), RoleArn: role },
      format(arn('api-destination/a/b', otherAccount)),
    ],
    [
      { Arn: bus, RoleArn: `arn:aws:iam::${otherAccount}:role/r` },
      invalid('Cross-account pass role is not allowed.'),
    ],
    [{ Arn: bus, Input: '{}' }, invalid('Modifying the input for target a is not supported')],
    [
      { Arn: webhook, Input: '{}', InputPath: '$' },
      invalid('Only one of Input, InputPath, or InputTransformer must be provided for target a.'),
    ],
    [
      { Arn: webhook, InputTransformer: { InputTemplate: '"<x>"' } },
      invalid('InputTemplate for target a contains invalid placeholder x.'),
    ],
    [
      { Arn: bus, DeadLetterConfig: { Arn: bus } },
      invalid(
        `Parameter ${bus} is not valid. Reason: A dead-letter queue is an SQS queue of the region.`,
      ),
    ],
  ];
  for (const [target, expected] of refusals) {
    test(JSON.stringify(target), async (t) => {
      const app = await startWithRule(t);
      const good = { Id: 'good', Arn: bus };
      const input = { Rule: 'r', Targets: [good, { Id: 'a', ...target }] };
      assert.deepEqual(await app.refused('PutTargets', input, events), expected);
      assert.deepEqual(await targetRows(app), []);
      const [entry, ...others] = await newEntries(app);
      assert.equal(entry?.error, `${expected.code}: ${expected.message}`);
      assert.deepEqual(others, []);
    });
  }

  test('an id twice, and a sixth target', async (t) => {
    const app = await startWithRule(t);
    const twice = {
      Rule: 'r',
      Targets: [
        { Id: 'a', Arn: bus },
        { Id: 'a', Arn: bus },
      ],
    };
    const refused = await app.refused('PutTargets', twice, events);
    assert.deepEqual(refused, invalid("Duplicate target Id 'a'."));
    await put(app, ...['a', 'b', 'c', 'd'].map((Id) => ({ Id, Arn: bus })));
    const Targets = ['e', 'f'].map((Id) => ({ Id, Arn: bus }));
    assert.deepEqual(
      await app.refused('PutTargets', { Rule: 'r', Targets }, events),
      refusal(
        'LimitExceededException',
        'The requested resource exceeds the maximum number allowed.',
      ),
    );
    await put(app, ...['a', 'e'].map((Id) => ({ Id, Arn: bus })));
    assert.equal((await targetRows(app)).length, 5);
  });

  test('a webhook where everything answers as AWS does', async (t) => {
    const app = await startWithRule(t, { strictAws: true });
    const input = { Rule: 'r', Targets: [{ Id: 'a', Arn: webhook }] };
    assert.deepEqual(
      await app.refused('PutTargets', input, events),
      invalid('imprimatur is not a supported service for a target.'),
    );
  });
});

test('targets are put, replaced by their id, removed and journaled', async (t) => {
  const app = await startWithRule(t);
  const one = { Id: 'one', Arn: bus, RoleArn: role, RetryPolicy: { MaximumRetryAttempts: 3 } };
  const two = { Id: 'two', Arn: webhook, InputPath: '$.detail' };
  const ok = { FailedEntryCount: 0, FailedEntries: [] };
  assert.deepEqual(await put(app, two, one), ok);
  assert.deepEqual(await list(app), [one, two]);
  assert.deepEqual(
    (await targetRows(app)).map(({ arn: to, document }) => [to, document]),
    [
      [bus, one],
      [webhook, two],
    ],
  );
  const revision = await app.database.read(readEventRevision);
  await put(app, one);
  assert.equal(await app.database.read(readEventRevision), revision);
  await put(app, { Id: 'one', Arn: bus });
  const Ids = ['one', 'none'];
  assert.deepEqual(await app.ok('RemoveTargets', { Rule: 'r', Ids }, events), ok);
  assert.deepEqual(await app.ok('RemoveTargets', { Rule: 'r', Ids }, events), ok);
  assert.equal(await app.database.read(readEventRevision), revision + 2);
  assert.deepEqual(await list(app), [two]);
  const entries = await newEntries(app);
  const plain = { Id: 'one', Arn: bus };
  assert.deepEqual(
    entries.map(({ operation, before, after }) => [operation, before, after]),
    [
      ['PutTargets', { Targets: [] }, { Targets: [one, two] }],
      ['PutTargets', { Targets: [one, two] }, { Targets: [plain, two] }],
      ['RemoveTargets', { Targets: [plain, two] }, { Targets: [two] }],
    ],
  );
});

test('a service that nothing is delivered to fails its entry, and says so', async (t) => {
  const app = await startWithRule(t);
  const queue = `arn:aws:sqs:${testRegion}:${testAccount}:q`;
  const answer = await put(app, { Id: 'a', Arn: queue }, { Id: 'b', Arn: bus });
  assert.deepEqual(answer, {
    FailedEntryCount: 1,
    FailedEntries: [
      {
        TargetId: 'a',
        ErrorCode: 'ValidationException',
        ErrorMessage:
          'This registry does not deliver to sqs: no endpoint of the service is configured. ' +
          'Targets can be event buses, API destinations and webhooks.',
      },
    ],
  });
  assert.deepEqual(await list(app), [{ Id: 'b', Arn: bus }]);
});

test('targets are listed page by page', async (t) => {
  const app = await startWithRule(t);
  await put(app, ...['c', 'a', 'b'].map((Id) => ({ Id, Arn: bus })));
  const input = { Rule: 'r', Limit: 2 };
  const first = await app.ok<{ Targets: Json[]; NextToken: string }>(
    'ListTargetsByRule',
    input,
    events,
  );
  const { NextToken } = first;
  const last = await app.ok<{ Targets: Json[]; NextToken?: string }>(
    'ListTargetsByRule',
    { ...input, NextToken },
    events,
  );
  const ids = (page: { Targets: Json[] }) => page.Targets.map(({ Id }) => Id);
  assert.deepEqual([ids(first), ids(last), last.NextToken], [['a', 'b'], ['c'], undefined]);
});

test('a rule that bears the name of a webhook to be stands in its way, and says so', async (t) => {
  const app = await startWithRule(t);
  const own = { service: 'imprimatur' } as const;
  const rule = { Name: 'imprimatur-webhook-ci', EventPattern: '{"source":["a"]}' };
  await app.ok('PutRule', rule, events);
  const hook = { Name: 'ci', Url: 'https://ci.example/', Events: ['any'] };
  const { message } = await app.refused('CreateWebhook', hook, own);
  assert.equal(message, "There is a rule 'imprimatur-webhook-ci' already, which is of no webhook.");
  await app.ok('DeleteRule', { Name: rule.Name }, events);
  await app.ok('CreateWebhook', hook, own);
});
