/** Who may do what with EventBridge: identity policies, bus policies, and roles that are passed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { makeUser, policyOf } from '../../../tests/support/identity-scenario.ts';
import { otherAccount, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import type { SigningCredentials } from '../../server/sigv4-sign.ts';

type Json = Record<string, unknown>;

const events = { service: 'events' } as const;
const arn = (resource: string) => `arn:aws:events:${testRegion}:${testAccount}:${resource}`;
const bus = arn('event-bus/ml');
const EventPattern = '{"source":["ci"]}';
const entry = { Source: 'ci', DetailType: 'Build', Detail: '{}' };
const role = (name: string) => `arn:aws:iam::${testAccount}:role/${name}`;
const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });

/** What comes of a call: `ok`, or the text of the refusal. */
async function tryOut(
  app: TestApp,
  credentials: SigningCredentials,
  operation: string,
  input: Json,
): Promise<string> {
  const { status, body } = await app.send(operation, input, { ...events, credentials });
  if (status === 200) return 'ok';
  const { __type: code, message } = JSON.parse(body) as { __type: string; message: string };
  return code === 'AccessDeniedException' ? message : `${code}: ${message}`;
}

async function startWithUser(
  t: TestContext,
  ...statements: Json[]
): Promise<{ app: TestApp; ana: SigningCredentials }> {
  const app = await startApp(t);
  const Statement = statements.map((one) => ({ Effect: 'Allow', Resource: '*', ...one }));
  const policy = JSON.stringify({ Version: '2012-10-17', Statement });
  const { credentials: ana } = await makeUser(app, 'ana', policy);
  await app.ok('CreateEventBus', { Name: 'ml' }, events);
  await app.ok('PutRule', { Name: 'r', EventBusName: 'ml', EventPattern }, events);
  return { app, ana };
}

const denied = (action: string, resource: string) =>
  `User: arn:aws:iam::${testAccount}:user/ana is not authorized to perform: ${action} on ` +
  `resource: ${resource} because no identity-based policy allows the ${action} action`;

test('a user may do with buses and rules what its policy says of their ARNs', async (t) => {
  const { app, ana } = await startWithUser(
    t,
    { Action: 'events:PutRule', Resource: arn('rule/ml/team-*') },
    { Action: 'events:PutEvents', Resource: bus },
    { Action: ['events:ListRules', 'events:ListEventBuses', 'events:TestEventPattern'] },
  );
  const put = (Name: string, EventBusName: string) =>
    tryOut(app, ana, 'PutRule', { Name, EventBusName, EventPattern });
  assert.equal(await put('team-a', 'ml'), 'ok');
  assert.equal(await put('a', 'ml'), denied('events:PutRule', arn('rule/ml/a')));
  assert.equal(await put('team-a', 'default'), denied('events:PutRule', arn('rule/team-a')));
  const send = (...names: string[]) => {
    const Entries = names.map((EventBusName) => ({ ...entry, EventBusName }));
    return tryOut(app, ana, 'PutEvents', { Entries });
  };
  assert.equal(await send('ml', bus), 'ok');
  const ofDefault = denied('events:PutEvents', arn('event-bus/default'));
  assert.equal(await send('ml', 'default'), ofDefault);
  const spoilt = { Entries: [{ Source: 'aws.x' }] };
  assert.equal(await tryOut(app, ana, 'PutEvents', spoilt), ofDefault);
  assert.equal(await tryOut(app, ana, 'ListRules', { EventBusName: bus }), 'ok');
  const described = denied('events:DescribeEventBus', bus);
  assert.equal(await tryOut(app, ana, 'DescribeEventBus', { Name: 'ml' }), described);
  const none = denied('events:DescribeEventBus', arn('event-bus/none'));
  assert.equal(await tryOut(app, ana, 'DescribeEventBus', { Name: 'none' }), none);
});

test('a rule or a bus that is made with tags is tagged by leave', async (t) => {
  const { app, ana } = await startWithUser(t, {
    Action: ['events:PutRule', 'events:CreateEventBus'],
  });
  const Tags = [{ Key: 'a', Value: 'b' }];
  const rule = { Name: 'n', EventPattern };
  const ofRule = denied('events:TagResource', arn('rule/n'));
  assert.equal(await tryOut(app, ana, 'PutRule', { ...rule, Tags }), ofRule);
  assert.equal(await tryOut(app, ana, 'PutRule', rule), 'ok');
  const ofBus = denied('events:TagResource', arn('event-bus/n'));
  assert.equal(await tryOut(app, ana, 'CreateEventBus', { Name: 'n', Tags }), ofBus);
});

test('tags of a rule and of a request are conditions', async (t) => {
  const { app, ana } = await startWithUser(
    t,
    {
      Action: 'events:*',
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'risk' } },
    },
    {
      Action: ['events:PutRule', 'events:TagResource'],
      Condition: { StringEquals: { 'aws:RequestTag/team': 'risk' } },
    },
  );
  const Tags = [{ Key: 'team', Value: 'risk' }];
  const disable = () => tryOut(app, ana, 'DisableRule', { Name: 'n' });
  const refused = denied('events:DisableRule', arn('rule/n'));
  await app.ok('PutRule', { Name: 'n', EventPattern }, events);
  assert.equal(await disable(), refused);
  await app.ok('DeleteRule', { Name: 'n' }, events);
  assert.equal(await tryOut(app, ana, 'PutRule', { Name: 'n', EventPattern, Tags }), 'ok');
  assert.equal(await disable(), 'ok');
});

describe('conditions', () => {
  test('hold of the pattern that a rule gets, and of nothing but texts in it', async (t) => {
    const { app, ana } = await startWithUser(t, {
      Action: 'events:PutRule',
      Condition: {
        'ForAllValues:StringEquals': { 'events:source': ['ci', 'cd'], 'events:detail-type': ['B'] },
        Null: { 'events:source': 'false', 'events:detail-type': 'false' },
      },
    });
    const refused = denied('events:PutRule', arn('rule/n'));
    const put = (pattern: Json) =>
      tryOut(app, ana, 'PutRule', { Name: 'n', EventPattern: JSON.stringify(pattern) });
    const type = { 'detail-type': ['B'] };
    assert.equal(await put({ source: ['ci', 'cd'], ...type }), 'ok');
    assert.equal(await put({ source: ['ci', 'x'], ...type }), refused);
    assert.equal(await put({ source: ['ci', { prefix: '' }], ...type }), refused);
    assert.equal(await put({ source: ['ci'] }), refused);
    assert.equal(await put({ $or: [{ source: ['ci'] }, { source: ['cd'] }], ...type }), refused);
    assert.equal(await tryOut(app, ana, 'PutRule', { Name: 'n', EventPattern: '{' }), refused);
  });

  test('hold of each event that is put', async (t) => {
    const { app, ana } = await startWithUser(t, {
      Action: 'events:PutEvents',
      Condition: {
        StringEquals: { 'events:source': 'ci', 'events:eventBusInvocation': 'false' },
        StringLike: { 'events:detail-type': 'Bui*' },
      },
    });
    const put = (...Entries: Json[]) => tryOut(app, ana, 'PutEvents', { Entries });
    const refused = denied('events:PutEvents', arn('event-bus/default'));
    assert.equal(await put(entry, { ...entry, DetailType: 'Built' }), 'ok');
    assert.equal(await put(entry, { ...entry, Source: 'cd' }), refused);
    assert.equal(await put({ ...entry, DetailType: 'Deploy' }), refused);
  });

  test('hold of the targets that a rule gets', async (t) => {
    const { app, ana } = await startWithUser(t, {
      Action: 'events:PutTargets',
      Condition: { 'ForAllValues:ArnLike': { 'events:TargetArn': arn('event-bus/m*') } },
    });
    const put = (...arns: string[]) => {
      const Targets = arns.map((Arn, n) => ({ Id: `t${n}`, Arn }));
      return tryOut(app, ana, 'PutTargets', { Rule: 'r', EventBusName: 'ml', Targets });
    };
    assert.equal(await put(bus), 'ok');
    const refused = denied('events:PutTargets', arn('rule/ml/r'));
    assert.equal(await put(bus, arn('event-bus/default')), refused);
  });
});

describe('a role is handed to EventBridge by leave', () => {
  test('with a rule and with a target', async (t) => {
    const { app, ana } = await startWithUser(
      t,
      { Action: ['events:PutRule', 'events:PutTargets'] },
      {
        Action: 'iam:PassRole',
        Resource: role('deliver-*'),
        Condition: { StringEquals: { 'iam:PassedToService': 'events.amazonaws.com' } },
      },
    );
    const rule = (name: string) =>
      tryOut(app, ana, 'PutRule', { Name: 'n', EventPattern, RoleArn: role(name) });
    const target = (name: string) => {
      const Targets = [{ Id: 'a', Arn: bus, RoleArn: role(name) }];
      return tryOut(app, ana, 'PutTargets', { Rule: 'r', EventBusName: 'ml', Targets });
    };
    for (const call of [rule, target]) {
      assert.equal(await call('deliver-a'), 'ok');
      assert.equal(await call('admin'), denied('iam:PassRole', role('admin')));
    }
  });

  test('which one for another service is not', async (t) => {
    const { app, ana } = await startWithUser(
      t,
      { Action: 'events:PutRule' },
      {
        Action: 'iam:PassRole',
        Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
      },
    );
    const put = tryOut(app, ana, 'PutRule', { Name: 'n', EventPattern, RoleArn: role('a') });
    assert.equal(await put, denied('iam:PassRole', role('a')));
  });
});

describe("another account's bus", () => {
  interface Shared {
    readonly app: TestApp;
    /** The other account's root, and a user of it who may do all by its own account's word. */
    readonly guest: SigningCredentials;
    readonly gus: SigningCredentials;
  }

  async function startShared(t: TestContext, ...Statement: Json[]): Promise<Shared> {
    const app = await startApp(t);
    const { RootAccessKey: key } = await app.ok<{
      RootAccessKey: { AccessKeyId: string; SecretAccessKey: string };
    }>('CreateAccount', { AccountId: otherAccount, Name: 'guest' }, { service: 'imprimatur' });
    const guest = { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
    const allowed = policyOf({ Action: 'events:PutEvents', Resource: '*' });
    const { credentials: gus } = await makeUser(app, 'gus', allowed, { credentials: guest });
    await app.ok('CreateEventBus', { Name: 'ml' }, events);
    if (Statement.length > 0) {
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
      await app.ok('PutPermission', { EventBusName: 'ml', Policy }, events);
    }
    return { app, guest, gus };
  }

  const sending = { Entries: [{ ...entry, EventBusName: bus }] };

  test('takes events from whom both accounts let', async (t) => {
    const { app, guest, gus } = await startShared(t);
    const refused = /because no resource-based policy allows the events:PutEvents action$/;
    for (const who of [guest, gus]) {
      assert.match(await tryOut(app, who, 'PutEvents', sending), refused);
    }
    const permission = {
      ...{ EventBusName: 'ml', StatementId: 'guest' },
      ...{ Action: 'events:PutEvents', Principal: otherAccount },
    };
    await app.ok('PutPermission', permission, events);
    for (const who of [guest, gus]) {
      assert.equal(await tryOut(app, who, 'PutEvents', sending), 'ok');
    }
    const { credentials: eve } = await makeUser(app, 'eve', undefined, { credentials: guest });
    assert.match(
      await tryOut(app, eve, 'PutEvents', sending),
      /because no identity-based policy allows the events:PutEvents action$/,
    );
    const rows = await app.database.read((tx) =>
      tx.rows(tx.sql.selectFrom('event_outbox').select(['account_id', 'bus_name', 'body'])),
    );
    assert.deepEqual(
      rows.map(({ body, ...place }) => [place, (JSON.parse(body!) as Json)['account']]),
      [guest, gus].map(() => [{ account_id: testAccount, bus_name: 'ml' }, otherAccount]),
    );
    const own = (await app.journal()).filter(({ operation }) => operation === 'PutEvents');
    const made = own.filter(({ error_code: code }) => code === null);
    assert.deepEqual(
      made.map((one) => [one.account_id, one.caller_account_id]),
      [guest, gus].map(() => [testAccount, otherAccount]),
    );
  });

  test('is told of no events but its own', async (t) => {
    const { app, guest } = await startShared(t, {
      ...{ Effect: 'Allow', Principal: root(otherAccount), Action: 'events:PutEvents' },
      Resource: bus,
    });
    const Entries = [
      { ...entry, EventBusName: bus },
      { ...entry, Source: 'private' },
    ];
    assert.equal(await tryOut(app, guest, 'PutEvents', { Entries }), 'ok');
    const made = (await app.journal()).filter(({ operation }) => operation === 'PutEvents');
    assert.deepEqual(
      made.map((one) => [one.account_id, one.caller_account_id, one.resource_arn]),
      [[otherAccount, null, '*']],
    );
  });

  test('has rules of guests, who manage only those that they made', async (t) => {
    const own = { StringEqualsIfExists: { 'events:creatorAccount': otherAccount } };
    const { app, guest } = await startShared(t, {
      ...{ Effect: 'Allow', Principal: root(otherAccount), Action: 'events:*' },
      ...{ Resource: arn('rule/ml/*'), Condition: own },
    });
    const rule = { Name: 'mine', EventBusName: bus };
    assert.equal(await tryOut(app, guest, 'PutRule', { ...rule, EventPattern }), 'ok');
    await app.ok('PutRule', { Name: 'theirs', EventBusName: 'ml', EventPattern }, events);
    assert.equal(await tryOut(app, guest, 'DisableRule', rule), 'ok');
    const theirs = { Name: 'theirs', EventBusName: bus };
    const refused = await tryOut(app, guest, 'DisableRule', theirs);
    assert.match(refused, /because no resource-based policy allows the events:DisableRule action$/);
    assert.match(await tryOut(app, guest, 'ListRules', { EventBusName: bus }), /not authorized/);
    const described = await app.ok('DescribeRule', { Name: 'mine', EventBusName: 'ml' }, events);
    assert.equal(described['CreatedBy'], otherAccount);
  });

  test('cannot lock out its own root, whatever its policy says', async (t) => {
    const { app } = await startShared(t, {
      ...{ Effect: 'Deny', Principal: '*', Action: 'events:*' },
      Resource: [bus, arn('rule/ml/*')],
    });
    const { rootAccessKey } = app.app;
    const own = { Entries: [{ ...entry, EventBusName: 'ml' }] };
    const refused = await tryOut(app, rootAccessKey, 'PutEvents', own);
    assert.match(refused, /with an explicit deny in a resource-based policy$/);
    const removal = { EventBusName: 'ml', RemoveAllPermissions: true };
    assert.equal(await tryOut(app, rootAccessKey, 'RemovePermission', removal), 'ok');
    assert.equal(await tryOut(app, rootAccessKey, 'PutEvents', own), 'ok');
  });
});

test('a policy names a user of its own account for as long as that one is there', async (t) => {
  const { app, ana } = await startWithUser(t, { Action: 's3:*' });
  const AWS = `arn:aws:iam::${testAccount}:user/ana`;
  const policy = (principal: string) => {
    const Statement = {
      Effect: 'Allow',
      Principal: { AWS: principal },
      Action: 'events:PutEvents',
    };
    return JSON.stringify({ Statement: { ...Statement, Resource: bus } });
  };
  const Policy = policy(AWS);
  await app.ok('PutPermission', { EventBusName: 'ml', Policy }, events);
  const described = await app.ok('DescribeEventBus', { Name: 'ml' }, events);
  assert.equal(described['Policy'], Policy);
  const own = { Entries: [{ ...entry, EventBusName: 'ml' }] };
  assert.equal(await tryOut(app, ana, 'PutEvents', own), 'ok');
  const nobody = { EventBusName: 'ml', Policy: policy(`${AWS}-none`) };
  const { message } = await app.refused('PutPermission', nobody, events);
  assert.match(message, /^Parameter Policy is not valid\. Reason: .*ana-none/);
});
