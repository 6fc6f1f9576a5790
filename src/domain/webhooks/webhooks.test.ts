import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  assertRefused,
  newEntries,
  rowsOf,
  startApp,
  violated,
} from '../../../tests/support/scenario.ts';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';
import { readEventRevision } from '../event-rules/event-revision-store.ts';

type Json = Record<string, unknown>;

const own = { service: 'imprimatur' } as const;
const events = { service: 'events' } as const;
const webhookArn = `arn:aws:imprimatur:${testRegion}:${testAccount}:webhook/ci`;
const ruleArn = `arn:aws:events:${testRegion}:${testAccount}:rule/imprimatur-webhook-ci`;
const url = 'https://ci.example/hooks/s3cret-path';
const now = Date.parse('2026-03-04T09:15:27.500Z');

async function create(app: TestApp, input: Json = {}): Promise<{ Webhook: Json; Secret: string }> {
  return app.ok('CreateWebhook', { Name: 'ci', Url: url, Events: ['approved'], ...input }, own);
}

const described = async (app: TestApp): Promise<Json> =>
  (await app.ok<{ Webhook: Json }>('DescribeWebhook', { Name: 'ci' }, own)).Webhook;

async function patternIn(app: TestApp): Promise<Json> {
  const { EventPattern } = await app.ok<{ EventPattern: string }>(
    'DescribeRule',
    { Name: 'imprimatur-webhook-ci' },
    events,
  );
  return JSON.parse(EventPattern) as Json;
}

describe('is refused', () => {
  const pattern = '{"source":["a"]}';
  const either = 'A webhook is given either Events or an EventPattern.';
  const gone = "The webhook 'ci' does not exist.";
  const refusals: [operation: string, input: Json, message: string | RegExp, isUnfound?: true][] = [
    ['CreateWebhook', { Name: 'ci', Url: url }, either],
    ['CreateWebhook', { Name: 'ci', Url: url, Events: ['any'], EventPattern: pattern }, either],
    [
      'CreateWebhook',
      { Name: 'ci', Url: url, EventPattern: pattern, ModelPackageGroupName: 'fraud' },
      'A webhook with an EventPattern has no ModelPackageGroupName besides.',
    ],
    [
      'CreateWebhook',
      { Name: 'ci', Url: 'https://', Events: ['any'] },
      violated(
        undefined,
        'url',
        'Member must satisfy regular expression pattern: https?://[\\u0021-\\u007E]+',
      ),
      true,
    ],
    [
      'CreateWebhook',
      { Name: 'ci', Url: 'https://[', Events: ['any'] },
      'The Url of a webhook must be a URL such as https://host/path.',
    ],
    [
      'CreateWebhook',
      { Name: 'ci', Url: 'https://ana:p@ci.example/', Events: ['any'] },
      'The Url of a webhook may hold no user name and no password before its host.',
    ],
    ['DescribeWebhook', { Name: 'ci' }, gone],
    ['UpdateWebhook', { Name: 'ci', State: 'Disabled' }, gone],
    ['DeleteWebhook', { Name: 'ci' }, gone],
    ['RotateWebhookSecret', { Name: 'ci' }, gone],
    ['TestWebhook', { Name: 'ci' }, gone],
  ];
  for (const [operation, input, message, isUnfound] of refusals) {
    test(`${operation} ${JSON.stringify(input)}`, async (t) => {
      const expected = { message, ...(!isUnfound && { resource: webhookArn }) };
      await assertRefused(await startApp(t), operation, input, expected, own);
    });
  }

  test('a pattern that is none, in the words of EventBridge', async (t) => {
    await assertRefused(
      await startApp(t),
      'CreateWebhook',
      { Name: 'ci', Url: url, EventPattern: '{"a":"x"}' },
      {
        code: 'InvalidEventPatternException',
        message: /^Event pattern is not valid\. Reason: "a" must be an object or an array/,
        resource: webhookArn,
      },
      own,
    );
  });

  test('a name that is taken', async (t) => {
    const app = await startApp(t);
    await create(app);
    await assertRefused(
      app,
      'CreateWebhook',
      { Name: 'ci', Url: url, Events: ['any'] },
      { message: "The webhook 'ci' already exists.", resource: webhookArn },
      own,
    );
  });

  test('a test of one that is disabled', async (t) => {
    const app = await startApp(t);
    await create(app, { State: 'Disabled' });
    await assertRefused(
      app,
      'TestWebhook',
      { Name: 'ci' },
      { message: "The webhook 'ci' is disabled: it gets no events.", resource: webhookArn },
      own,
    );
  });

  test('one more than there may be', async (t) => {
    const app = await startApp(t);
    await create(app);
    const [row] = await rowsOf(app, 'webhook');
    const { id: _, document, ...columns } = row as Json & { id: number };
    await app.database.write(async (tx) => {
      for (let n = 1; n < limits.webhooksMax; n += 1) {
        const copy = { ...columns, name: `w${n}`, document: JSON.stringify(document) };
        await tx.rows(tx.sql.insertInto('webhook').values(copy as never));
      }
    });
    const error = await app.refused('CreateWebhook', { Url: url, Events: ['any'] }, own);
    assert.deepEqual(
      [error.code, error.message],
      ['ResourceLimitExceeded', 'An account may have at most 200 webhooks in a region.'],
    );
  });
});

describe('CreateWebhook', () => {
  test('makes a rule that feeds it, and tells its secret this once', async (t) => {
    const app = await startApp(t);
    const input = { ModelPackageGroupName: 'fraud', Format: 'CloudEvents', Description: 'CI' };
    const { Webhook, Secret } = await create(app, input);
    const expected = {
      ...{ Name: 'ci', WebhookArn: webhookArn, Url: url, Events: ['approved'] },
      ...input,
      ...{ State: 'Enabled', RuleArn: ruleArn },
      ...{ CreationTime: now / 1_000, LastModifiedTime: now / 1_000 },
    };
    assert.deepEqual(Webhook, expected);
    assert.match(Secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    assert.deepEqual(await described(app), expected);

    const [row] = await rowsOf(app, 'webhook');
    assert.doesNotMatch(JSON.stringify(row), new RegExp(Secret.slice(6, 20).replace('+', '.')));
    const [rule] = await rowsOf(app, 'event_rule');
    assert.deepEqual(
      [rule!['name'], rule!['managed_by'], rule!['state'], rule!['id']],
      ['imprimatur-webhook-ci', 'imprimatur', 'ENABLED', row!['rule_id']],
    );
    const [target] = await rowsOf(app, 'event_target');
    assert.deepEqual(target, {
      ...{ rule_id: row!['rule_id'], target_id: 'webhook', arn: webhookArn },
      document: { Id: 'webhook', Arn: webhookArn },
    });
    assert.equal(await app.database.read(readEventRevision), 1);

    const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';
    assert.deepEqual(await newEntries(app), [
      {
        operation: 'CreateWebhook',
        resource: webhookArn,
        request: { Name: 'ci', Url: hidden, Events: ['approved'], ...input },
        after: {
          ...expected,
          ...{ Url: 'https://ci.example/…', CreationTime: now, LastModifiedTime: now },
        },
      },
    ]);
    assert.doesNotMatch(JSON.stringify(await app.journal()), /s3cret-path|whsec_/);
  });

  test('makes up a name of the host', async (t) => {
    const app = await startApp(t);
    const { Webhook } = await app.ok<{ Webhook: Json }>(
      'CreateWebhook',
      { Url: 'http://[::1]:8080/', Events: ['any'] },
      own,
    );
    assert.match(String(Webhook['Name']), /^1-[0-9a-f]{6}$/);
    const { Webhook: other } = await app.ok<{ Webhook: Json }>(
      'CreateWebhook',
      { Url: url, Events: ['any'] },
      own,
    );
    assert.match(String(other['Name']), /^ci\.example-[0-9a-f]{6}$/);
  });

  test('leaves its rule to nobody else', async (t) => {
    const app = await startApp(t);
    await create(app);
    const input = { Name: 'imprimatur-webhook-ci', EventPattern: '{"source":["a"]}' };
    const { code, message } = await app.refused('PutRule', input, events);
    assert.deepEqual(
      [code, message],
      [
        'ManagedRuleException',
        'imprimatur-webhook-ci is a managed rule. It can only be changed by imprimatur.',
      ],
    );
  });
});

test('ListWebhooks goes by name, page by page', async (t) => {
  const app = await startApp(t);
  for (const Name of ['c', 'a', 'b']) await create(app, { Name });
  const names: unknown[] = [];
  let NextToken: string | undefined;
  do {
    const page = await app.ok<{ Webhooks: Json[]; NextToken?: string }>(
      'ListWebhooks',
      { MaxResults: 2, ...(NextToken && { NextToken }) },
      own,
    );
    names.push(page.Webhooks.map(({ Name }) => Name));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  assert.deepEqual(names, [['a', 'b'], ['c']]);
});

describe('UpdateWebhook', () => {
  async function update(t: TestContext, made: Json, input: Json): Promise<TestApp> {
    const app = await startApp(t);
    await create(app, made);
    await newEntries(app);
    app.clock.advance(1_000);
    await app.ok('UpdateWebhook', { Name: 'ci', ...input }, own);
    return app;
  }

  test('changes what is given and counts up what servers remember', async (t) => {
    const input = { Url: 'https://other.example/', State: 'Disabled', Description: 'off' };
    const app = await update(t, { ModelPackageGroupName: 'fraud' }, input);
    const { Events, ModelPackageGroupName, ...rest } = await described(app);
    assert.deepEqual([Events, ModelPackageGroupName], [['approved'], 'fraud']);
    for (const [name, value] of Object.entries(input)) assert.equal(rest[name], value);
    const [rule] = await rowsOf(app, 'event_rule');
    assert.equal(rule!['state'], 'DISABLED');
    assert.equal(await app.database.read(readEventRevision), 2);
    const [entry] = await newEntries(app);
    assert.deepEqual(entry?.before, {
      ...{ Url: 'https://ci.example/…', State: 'Enabled', LastModifiedTime: now },
    });
    assert.deepEqual(entry?.after, {
      ...{ Url: 'https://other.example/…', State: 'Disabled', Description: 'off' },
      LastModifiedTime: now + 1_000,
    });
  });

  test('puts a pattern in the place of words', async (t) => {
    const EventPattern = '{"source":["mine"]}';
    const app = await update(t, { ModelPackageGroupName: 'fraud' }, { EventPattern });
    const webhook = await described(app);
    assert.deepEqual(
      [webhook['EventPattern'], webhook['Events'], webhook['ModelPackageGroupName']],
      [EventPattern, undefined, undefined],
    );
    assert.deepEqual((await patternIn(app))['$or'], [
      { source: ['mine'] },
      {
        ...{ source: ['imprimatur'], 'detail-type': ['Webhook Test'] },
        detail: { WebhookName: ['ci'] },
      },
    ]);
  });

  test('puts words in the place of a pattern', async (t) => {
    const made = { Events: undefined, EventPattern: '{"source":["mine"]}' };
    const app = await update(t, made, { Events: ['any'], ModelPackageGroupName: 'fraud' });
    const webhook = await described(app);
    assert.deepEqual(
      [webhook['EventPattern'], webhook['Events'], webhook['ModelPackageGroupName']],
      [undefined, ['any'], 'fraud'],
    );
  });

  test('lets go of the group and the description by an empty text', async (t) => {
    const made = { ModelPackageGroupName: 'fraud', Description: 'CI' };
    const app = await update(t, made, { ModelPackageGroupName: '', Description: '' });
    const webhook = await described(app);
    assert.deepEqual(
      [webhook['ModelPackageGroupName'], webhook['Description']],
      [undefined, undefined],
    );
  });

  test('that changes nothing leaves no entry', async (t) => {
    const app = await update(t, {}, { Events: ['approved'] });
    assert.deepEqual(await newEntries(app), []);
    assert.equal((await described(app))['LastModifiedTime'], now / 1_000);
  });
});

test('DeleteWebhook takes its rule along', async (t) => {
  const app = await startApp(t);
  await create(app);
  await newEntries(app);
  assert.equal(await app.ok('DeleteWebhook', { Name: 'ci' }, own), undefined);
  for (const table of ['webhook', 'event_rule', 'event_target'] as const) {
    assert.deepEqual(await rowsOf(app, table), []);
  }
  assert.equal(await app.database.read(readEventRevision), 2);
  const [entry] = await newEntries(app);
  assert.deepEqual([entry?.operation, entry?.resource], ['DeleteWebhook', webhookArn]);
  assert.equal((entry!.before as Json)['Name'], 'ci');
});

test('RotateWebhookSecret tells a new secret once', async (t) => {
  const app = await startApp(t);
  const { Secret: first } = await create(app);
  await newEntries(app);
  const { Secret, OldSecretExpirationTime } = await app.ok<Json>(
    'RotateWebhookSecret',
    { Name: 'ci', OverlapSeconds: 60 },
    own,
  );
  assert.match(String(Secret), /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.notEqual(Secret, first);
  assert.equal(OldSecretExpirationTime, now / 1_000 + 60);
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'RotateWebhookSecret',
      resource: webhookArn,
      request: { Name: 'ci', OverlapSeconds: 60 },
      after: { OldSecretExpirationTime: now + 60_000 },
    },
  ]);
});

test('TestWebhook puts an event on the bus that its rule lets through', async (t) => {
  const app = await startApp(t);
  await create(app, { ModelPackageGroupName: 'fraud' });
  const { EventId } = await app.ok('TestWebhook', { Name: 'ci' }, own);
  const [row] = await rowsOf(app, 'event_outbox');
  const envelope = JSON.parse(String(row!['body'])) as Json;
  assert.deepEqual(envelope, {
    ...{ version: '0', id: EventId, 'detail-type': 'Webhook Test', source: 'imprimatur' },
    ...{ account: testAccount, time: '2026-03-04T09:15:27Z', region: testRegion },
    resources: [webhookArn],
    detail: { WebhookName: 'ci', ModelPackageGroupName: 'fraud' },
  });
  const { Result } = await app.ok(
    'TestEventPattern',
    { EventPattern: JSON.stringify(await patternIn(app)), Event: JSON.stringify(envelope) },
    events,
  );
  assert.equal(Result, true);
});
