import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { newEntries, rowsOf, startApp, violated } from '../../../tests/support/scenario.ts';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import type { RefusedCall, TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';
import { insertBus } from './event-bus-store.ts';

type Json = Record<string, unknown>;

const events = { service: 'events' } as const;
const arn = (name: string) => `arn:aws:events:${testRegion}:${testAccount}:event-bus/${name}`;
const refusal = (code: string, message: string): RefusedCall => ({ status: 400, code, message });
const missing = (name: string) =>
  refusal('ResourceNotFoundException', `Event bus ${name} does not exist.`);
const invalid = (message: string) => refusal('ValidationException', message);
const permission = { Action: 'events:PutEvents', Principal: '111122223333', StatementId: 'one' };

async function startWithBus(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  const Tags = [{ Key: 'team', Value: 'risk' }];
  await app.ok('CreateEventBus', { Name: 'ml', Description: 'of models', Tags }, events);
  await newEntries(app);
  return app;
}

describe('is refused', () => {
  const policyReason = (reason: string) =>
    invalid(`Parameter Policy is not valid. Reason: ${reason}`);
  const policy = (statement: Json) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const statement = { Effect: 'Allow', Principal: '*', Action: 'events:PutEvents' };
  const refusals: [operation: string, input: Json, expected: RefusedCall][] = [
    [
      'CreateEventBus',
      { Name: 'ml' },
      refusal('ResourceAlreadyExistsException', 'Event bus ml already exists.'),
    ],
    [
      'CreateEventBus',
      { Name: 'default' },
      refusal('ResourceAlreadyExistsException', 'Event bus default already exists.'),
    ],
    ['CreateEventBus', { Name: 'a/b' }, invalid("Event bus name must not contain '/'.")],
    [
      'CreateEventBus',
      { Name: 'aws.partner/a/b', EventSourceName: 'aws.partner/a/b' },
      refusal('ResourceNotFoundException', 'Event source aws.partner/a/b does not exist.'),
    ],
    [
      'CreateEventBus',
      { Name: 'b', Tags: ['a', 'a'].map((Key) => ({ Key, Value: '' })) },
      invalid("Duplicate tag key 'a'."),
    ],
    [
      'CreateEventBus',
      { Name: 'b', KmsKeyIdentifier: 'alias/a' },
      invalid(
        'Parameter KmsKeyIdentifier is not valid. Reason: ' +
          'There is no KMS here; events are kept as the database keeps them.',
      ),
    ],
    [
      'CreateEventBus',
      { Name: 'b b' },
      invalid(
        violated(
          'b b',
          'name',
          'Member must satisfy regular expression pattern: [/\\.\\-_A-Za-z0-9]+',
        ),
      ),
    ],
    ['DescribeEventBus', { Name: 'none' }, missing('none')],
    ['DescribeEventBus', { Name: arn('none') }, missing('none')],
    [
      'DescribeEventBus',
      { Name: arn('ml').replace(testRegion, 'us-east-1') },
      invalid('Parameter EventBusName is not valid. Reason: It is of another region.'),
    ],
    ['UpdateEventBus', { Name: 'none' }, missing('none')],
    ['DeleteEventBus', { Name: 'default' }, invalid('Cannot delete event bus default.')],
    ['PutPermission', { ...permission, EventBusName: 'none' }, missing('none')],
    [
      'PutPermission',
      { ...permission, Action: 'events:PutRule' },
      invalid("Provided value in parameter 'action' is not supported."),
    ],
    [
      'PutPermission',
      { Action: 'events:PutEvents', Principal: '*' },
      invalid('Parameter StatementId is not valid. Reason: StatementId is a required argument.'),
    ],
    [
      'PutPermission',
      { ...permission, Policy: '{}' },
      invalid('Parameter Action is not valid. Reason: It cannot be used with Policy.'),
    ],
    [
      'PutPermission',
      { ...permission, Condition: { Type: 'StringLike', Key: 'aws:PrincipalOrgID', Value: 'o' } },
      invalid(
        'Parameter Condition is not valid. Reason: ' +
          'Only StringEquals of aws:PrincipalOrgID is supported.',
      ),
    ],
    ['PutPermission', { Policy: '{}' }, policyReason('Statement is missing')],
    [
      'PutPermission',
      { Policy: policy({ ...statement, Resource: arn('ml') }) },
      policyReason(
        `Statement 1: Resource '${arn('ml')}' must be ${arn('default')} or begin with ` +
          `arn:aws:events:${testRegion}:${testAccount}:rule/`,
      ),
    ],
    [
      'PutPermission',
      { EventBusName: 'ml', Policy: policy({ ...statement, Action: 's3:*', Resource: arn('ml') }) },
      policyReason("Statement 1: Action 's3:*' is not an action of events"),
    ],
    [
      'PutPermission',
      { Policy: policy({ ...statement, Sid: 'a'.repeat(limits.eventBusPolicyCharactersMax) }) },
      refusal(
        'PolicyLengthExceededException',
        'The policy of an event bus has at most 10240 characters.',
      ),
    ],
    [
      'RemovePermission',
      { EventBusName: 'ml', StatementId: 'one' },
      refusal('ResourceNotFoundException', 'EventBus does not have a policy.'),
    ],
    [
      'RemovePermission',
      { EventBusName: 'ml' },
      invalid('Parameter StatementId is not valid. Reason: StatementId is a required argument.'),
    ],
    [
      'ListEventBuses',
      { Limit: 101 },
      invalid(violated('101', 'limit', 'Member must have value less than or equal to 100')),
    ],
  ];
  for (const [operation, input, expected] of refusals) {
    test(`${operation} ${JSON.stringify(input).slice(0, 80)}`, async (t) => {
      const app = await startWithBus(t);
      const rows = await rowsOf(app, 'event_bus');
      assert.deepEqual(await app.refused(operation, input, events), expected);
      assert.deepEqual(await rowsOf(app, 'event_bus'), rows);
      const entries = await newEntries(app);
      assert.deepEqual(
        entries.map(({ operation: told, error, after }) => [told, error, after]),
        [[operation, `${expected.code}: ${expected.message}`, undefined]],
      );
    });
  }

  test('one bus more than an account may have', async (t) => {
    const app = await startWithBus(t);
    const [{ id: _, tags: __, document: ___, ...row }] = (await rowsOf(app, 'event_bus')) as [Json];
    await app.database.write(async (tx) => {
      for (let n = 1; n < limits.eventBusesPerAccountMax; n += 1) {
        const bus = { ...row, name: `b${n}`, tags: '[]', document: '{}' };
        await insertBus(tx, bus as unknown as Parameters<typeof insertBus>[1]);
      }
    });
    const expected = refusal(
      'LimitExceededException',
      'The requested resource exceeds the maximum number allowed.',
    );
    assert.deepEqual(await app.refused('CreateEventBus', { Name: 'b' }, events), expected);
  });

  test('the deletion of a bus that has rules or archives, until it has none', async (t) => {
    const app = await startWithBus(t);
    const rule = { Name: 'r', EventBusName: 'ml' };
    await app.ok('PutRule', { ...rule, EventPattern: '{"source":["a"]}' }, events);
    assert.deepEqual(
      await app.refused('DeleteEventBus', { Name: 'ml' }, events),
      invalid("EventBus can't be deleted since it has rules."),
    );
    await app.ok('DeleteRule', rule, events);
    const archive = { ArchiveName: 'a', EventSourceArn: arn('ml') };
    await app.ok('CreateArchive', archive, events);
    assert.deepEqual(
      await app.refused('DeleteEventBus', { Name: 'ml' }, events),
      invalid("EventBus can't be deleted since it has rules."),
    );
    await app.ok('DeleteArchive', { ArchiveName: 'a' }, events);
    await app.ok('DeleteEventBus', { Name: 'ml' }, events);
    assert.deepEqual(await app.refused('DescribeEventBus', { Name: 'ml' }, events), missing('ml'));
  });
});

test('a bus is created, described and journaled', async (t) => {
  const app = await startApp(t);
  const given = {
    Description: 'of models',
    DeadLetterConfig: { Arn: `arn:aws:sqs:${testRegion}:${testAccount}:dead` },
    LogConfig: { Level: 'INFO', IncludeDetail: 'FULL' },
  };
  const Tags = [{ Key: 'team', Value: 'risk' }];
  const made = await app.ok('CreateEventBus', { Name: 'ml', ...given, Tags }, events);
  assert.deepEqual(made, { EventBusArn: arn('ml'), ...given });
  const times = { CreationTime: 1772615727.5, LastModifiedTime: 1772615727.5 };
  for (const Name of ['ml', arn('ml')]) {
    const described = await app.ok('DescribeEventBus', { Name }, events);
    assert.deepEqual(described, { Name: 'ml', Arn: arn('ml'), ...given, ...times });
  }
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'CreateEventBus',
      resource: arn('ml'),
      request: { Name: 'ml', ...given, Tags },
      after: { Name: 'ml', ...given, CreationTime: app.clock.now() },
    },
  ]);
});

test('the default bus is there without having been created, and is listed in its place', async (t) => {
  const app = await startApp(t);
  const bus = { Name: 'default', Arn: arn('default') };
  assert.deepEqual(await app.ok('DescribeEventBus', {}, events), bus);
  assert.deepEqual(await rowsOf(app, 'event_bus'), []);
  for (const Name of ['zoo', 'ant', 'def', 'elk']) await app.ok('CreateEventBus', { Name }, events);
  const names: string[][] = [];
  let NextToken: unknown;
  do {
    const input = { Limit: 2, ...(NextToken !== undefined && { NextToken }) };
    const page = await app.ok<{ EventBuses: { Name: string }[]; NextToken?: string }>(
      'ListEventBuses',
      input,
      events,
    );
    names.push(page.EventBuses.map(({ Name }) => Name));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  assert.deepEqual(names, [['ant', 'def'], ['default', 'elk'], ['zoo']]);
  const { EventBuses } = await app.ok<{ EventBuses: { Name: string }[] }>(
    'ListEventBuses',
    { NamePrefix: 'def' },
    events,
  );
  assert.deepEqual(
    EventBuses.map(({ Name }) => Name),
    ['def', 'default'],
  );
});

test('an update replaces what is given; what is empty goes, what is left out stays', async (t) => {
  const app = await startWithBus(t);
  app.clock.advance(1_000);
  const LogConfig = { Level: 'TRACE' };
  const bus = { Name: 'ml', Arn: arn('ml') };
  const updated = await app.ok('UpdateEventBus', { Name: 'ml', LogConfig }, events);
  assert.deepEqual(updated, { ...bus, Description: 'of models', LogConfig });
  const emptied = { Name: 'ml', Description: '', LogConfig: {} };
  assert.deepEqual(await app.ok('UpdateEventBus', emptied, events), bus);
  await app.ok('UpdateEventBus', emptied, events);
  const described = await app.ok('DescribeEventBus', { Name: 'ml' }, events);
  const times = { CreationTime: 1772615727.5, LastModifiedTime: 1772615728.5 };
  assert.deepEqual(described, { ...bus, ...times });
  const entries = await newEntries(app);
  assert.deepEqual(
    entries.map(({ before, after }) => [before, after]),
    [
      [{}, { LogConfig }],
      [{ Description: 'of models', LogConfig }, {}],
    ],
  );
});

test('a bus is deleted once, and again', async (t) => {
  const app = await startWithBus(t);
  await app.ok('DeleteEventBus', { Name: 'ml' }, events);
  await app.ok('DeleteEventBus', { Name: 'ml' }, events);
  assert.deepEqual(await rowsOf(app, 'event_bus'), []);
  const entries = await newEntries(app);
  assert.deepEqual(
    entries.map(({ operation, resource, before }) => [operation, resource, before]),
    [
      [
        'DeleteEventBus',
        arn('ml'),
        {
          Name: 'ml',
          Description: 'of models',
          CreationTime: app.clock.now(),
          LastModifiedTime: app.clock.now(),
          Tags: [{ Key: 'team', Value: 'risk' }],
        },
      ],
    ],
  );
});

test('permissions are put in, replaced by their id and taken out; with the last the policy is gone', async (t) => {
  const app = await startApp(t);
  const read = async (): Promise<unknown> => {
    const { Policy } = await app.ok<{ Policy?: string }>('DescribeEventBus', {}, events);
    return Policy && (JSON.parse(Policy) as unknown);
  };
  const statement = (Sid: string, Principal: unknown, more: Json = {}) => ({
    ...{ Sid, Effect: 'Allow', Principal, Action: 'events:PutEvents', Resource: arn('default') },
    ...more,
  });
  const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });
  const policy = (...Statement: Json[]) => ({ Version: '2012-10-17', Statement });
  await app.ok('PutPermission', permission, events);
  assert.deepEqual(await read(), policy(statement('one', root('111122223333'))));
  const Condition = { Type: 'StringEquals', Key: 'aws:PrincipalOrgID', Value: 'o-1' };
  const org = { ...permission, Principal: '*', StatementId: 'two', Condition };
  await app.ok('PutPermission', org, events);
  await app.ok('PutPermission', { ...permission, Principal: '444455556666' }, events);
  const two = statement('two', '*', {
    Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
  });
  assert.deepEqual(await read(), policy(statement('one', root('444455556666')), two));
  await app.ok('RemovePermission', { StatementId: 'one' }, events);
  assert.deepEqual(await read(), policy(two));
  assert.deepEqual(
    await app.refused('RemovePermission', { StatementId: 'one' }, events),
    refusal('ResourceNotFoundException', 'Statement with the provided id does not exist.'),
  );
  await app.ok('RemovePermission', { StatementId: 'two' }, events);
  assert.equal(await read(), undefined);
  await app.ok('RemovePermission', { RemoveAllPermissions: true }, events);
});

test('a whole policy is given back in the very text that was put, until all of it is removed', async (t) => {
  const app = await startApp(t);
  const Statement = { ...{ Effect: 'Allow', Principal: '*' }, Action: 'events:PutEvents' };
  const Policy = JSON.stringify({ Statement: { ...Statement, Resource: arn('default') } }, null, 1);
  await app.ok('PutPermission', { Policy }, events);
  const described = await app.ok('DescribeEventBus', {}, events);
  assert.equal(described['Policy'], Policy);
  await app.ok('PutPermission', permission, events);
  const { Policy: longer } = await app.ok<{ Policy: string }>('DescribeEventBus', {}, events);
  assert.equal((JSON.parse(longer) as { Statement: unknown[] }).Statement.length, 2);
  await app.ok('RemovePermission', { RemoveAllPermissions: true }, events);
  assert.equal((await app.ok('DescribeEventBus', {}, events))['Policy'], undefined);
});
