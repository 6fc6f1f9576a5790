import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { identityOk, identityRefused } from '../../../tests/support/identity-calls.ts';
import {
  allowing,
  assume,
  credentialsOf,
  makeRole,
  makeUser,
  trusting,
} from '../../../tests/support/identity-scenario.ts';
import { foreignArn, newEntries, otherAccount, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testArn, testRegion } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';
import { checkIntegrity } from '../integrity/check-integrity.ts';
import { operations } from '../operations.ts';
import { isReadOnly } from './trail-event.ts';

type Json = Record<string, unknown>;

interface Told {
  readonly EventId: string;
  readonly EventName: string;
  readonly ReadOnly: string;
  readonly EventTime: number;
  readonly EventSource: string;
  readonly Username?: string;
  readonly AccessKeyId?: string;
  readonly Resources: Json[];
  readonly CloudTrailEvent: string;
}

interface Looked {
  readonly Events: Told[];
  readonly NextToken?: string;
}

const cloudtrail = { service: 'cloudtrail' as const };
const ours = { service: 'imprimatur' as const };
const group = { ModelPackageGroupName: 'Fraud' };
const groupArn = testArn('model-package-group/Fraud');
const version = testArn('model-package/Fraud/1');

/** Looks events up when whatever was read is written down; never too fast. */
async function lookup(app: TestApp, input: Json = {}, options: Json = {}): Promise<Looked> {
  await app.app.reads.flush();
  app.clock.advance(500);
  return app.ok<Looked>('LookupEvents', input, { ...cloudtrail, ...options });
}

async function refusedLookup(app: TestApp, input: Json) {
  app.clock.advance(500);
  return app.refused('LookupEvents', input, cloudtrail);
}

const by = (AttributeKey: string, AttributeValue: string) => ({
  LookupAttributes: [{ AttributeKey, AttributeValue }],
});

async function namesOf(app: TestApp, input: Json = {}, options: Json = {}): Promise<string[]> {
  const { Events } = await lookup(app, input, options);
  return Events.map(({ EventName }) => EventName).filter((name) => name !== 'LookupEvents');
}

function recordOf({ CloudTrailEvent }: Told): Json {
  return JSON.parse(CloudTrailEvent) as Json;
}

/** A group with a version that is approved, and looked at. */
async function startWithHistory(t: TestContext, flags = {}): Promise<TestApp> {
  const app = await startApp(t, flags);
  await app.ok('CreateModelPackageGroup', group);
  app.clock.advance(1_000);
  await app.ok('CreateModelPackage', group);
  app.clock.advance(1_000);
  await app.ok('UpdateModelPackage', {
    ModelPackageArn: version,
    ModelApprovalStatus: 'Approved',
  });
  app.clock.advance(1_000);
  await app.ok('DescribeModelPackage', { ModelPackageName: version });
  app.clock.advance(1_000);
  return app;
}

const story = [
  'DescribeModelPackage',
  'UpdateModelPackage',
  'CreateModelPackage',
  'CreateModelPackageGroup',
];

test('what a call is refused for has the name that CloudTrail gives it', async (t) => {
  const app = await startApp(t);
  const refused = async (input: Json) => (await refusedLookup(app, input)).code;
  const one = by('EventName', 'CreateUser').LookupAttributes;
  const attributes = 'InvalidLookupAttributesException';
  assert.equal(await refused({ LookupAttributes: [...one, ...one] }), attributes);
  assert.equal(await refused(by('Colour', 'red')), attributes);
  assert.equal(await refused(by('EventName', '')), attributes);
  assert.equal(await refused(by('EventName', 'x'.repeat(2_001))), attributes);
  assert.equal(await refused({ StartTime: 2, EndTime: 1 }), 'InvalidTimeRangeException');
  assert.equal(await refused({ MaxResults: 0 }), 'InvalidMaxResultsException');
  assert.equal(await refused({ MaxResults: 51 }), 'InvalidMaxResultsException');
  assert.equal(await refused({ EventCategory: 'data' }), 'InvalidEventCategoryException');
  assert.equal(await refused({ NextToken: 'x' }), 'InvalidNextTokenException');
  assert.deepEqual((await lookup(app, { EventCategory: 'insight' })).Events, []);
});

test('more than two calls a second are throttled, and not journaled', async (t) => {
  const app = await startApp(t);
  for (let call = 0; call < 2; call += 1) await app.ok('LookupEvents', {}, cloudtrail);
  const { code } = await app.refused('LookupEvents', {}, cloudtrail);
  assert.equal(code, 'ThrottlingException');
  assert.deepEqual(await newEntries(app), []);
  await app.ok('LookupEvents', {}, { ...cloudtrail, region: 'eu-west-2' });
});

test('changes and reads are told together, the newest first', async (t) => {
  const app = await startWithHistory(t);
  assert.deepEqual(await namesOf(app), story);
  const { Events } = await lookup(app);
  const lookups = Events.filter(({ EventName }) => EventName === 'LookupEvents');
  assert.deepEqual(lookups.length, 1, 'looking things up is a read as well');
  const [, update] = Events.filter(({ EventName }) => EventName !== 'LookupEvents');
  const { CloudTrailEvent: _, EventId: id, ...told } = update!;
  assert.deepEqual(told, {
    EventName: 'UpdateModelPackage',
    ReadOnly: 'false',
    AccessKeyId: app.app.rootAccessKey.accessKeyId,
    EventTime: Date.parse('2026-03-04T09:15:29Z') / 1000,
    EventSource: 'sagemaker.amazonaws.com',
    Username: 'root',
    Resources: [version, 'Fraud/1'].map((ResourceName) => ({
      ResourceType: 'AWS::SageMaker::ModelPackage',
      ResourceName,
    })),
  });
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('the record has what CloudTrail tells of a change', async (t) => {
  const app = await startWithHistory(t);
  const { Events } = await lookup(app, by('EventName', 'UpdateModelPackage'));
  assert.deepEqual(recordOf(Events[0]!), {
    eventVersion: '1.11',
    userIdentity: {
      type: 'Root',
      principalId: testAccount,
      arn: `arn:aws:iam::${testAccount}:root`,
      accountId: testAccount,
      accessKeyId: app.app.rootAccessKey.accessKeyId,
    },
    eventTime: '2026-03-04T09:15:29Z',
    eventSource: 'sagemaker.amazonaws.com',
    eventName: 'UpdateModelPackage',
    awsRegion: testRegion,
    sourceIPAddress: '127.0.0.1',
    userAgent: 'imprimatur-tests',
    requestParameters: { modelPackageArn: version, modelApprovalStatus: 'Approved' },
    responseElements: { modelPackageArn: version },
    requestID: '00000000-0000-4000-8000-000000000003',
    eventID: Events[0]!.EventId,
    readOnly: false,
    resources: [{ accountId: testAccount, type: 'AWS::SageMaker::ModelPackage', ARN: version }],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: testAccount,
    eventCategory: 'Management',
  });
});

test('the record of a read has what was asked for and nothing that was answered', async (t) => {
  const app = await startWithHistory(t);
  const { Events } = await lookup(app, by('EventName', 'DescribeModelPackage'));
  const record = recordOf(Events[0]!);
  assert.equal(Events[0]!.ReadOnly, 'true');
  assert.deepEqual(
    [record['requestParameters'], record['responseElements'], record['readOnly']],
    [{ modelPackageName: version }, null, true],
  );
  assert.equal(record['requestID'], '00000000-0000-4000-8000-000000000004');
  assert.ok(!('additionalEventData' in record), 'nothing of sampling where each is recorded');
});

test('each attribute finds what has it, exactly', async (t) => {
  const app = await startWithHistory(t);
  const find = (key: string, value: string) => namesOf(app, by(key, value));
  const { Events } = await lookup(app);
  for (const { EventId, EventName } of Events) {
    if (EventName !== 'LookupEvents') assert.deepEqual(await find('EventId', EventId), [EventName]);
  }
  assert.deepEqual(await find('EventId', '00000000-0000-4000-8000-000000000003'), []);
  assert.deepEqual(await find('EventId', 'what'), []);
  assert.deepEqual(await find('EventName', 'CreateModelPackage'), ['CreateModelPackage']);
  assert.deepEqual(await find('EventName', 'createmodelpackage'), []);
  assert.deepEqual(await find('ReadOnly', 'true'), story.slice(0, 1));
  assert.deepEqual(await find('ReadOnly', 'false'), story.slice(1));
  assert.deepEqual(await find('ReadOnly', 'maybe'), []);
  assert.deepEqual(await find('Username', 'root'), story);
  assert.deepEqual(await find('Username', 'ana'), []);
  assert.deepEqual(await find('ResourceType', 'AWS::SageMaker::ModelPackageGroup'), [story[3]]);
  assert.deepEqual(await find('ResourceName', version), story.slice(0, 3));
  assert.deepEqual(await find('ResourceName', 'Fraud/1'), story.slice(0, 3));
  assert.deepEqual(await find('ResourceName', 'Fraud'), [story[3]]);
  assert.deepEqual(await find('ResourceName', groupArn), [story[3]]);
  assert.deepEqual(await find('ResourceName', 'fraud'), []);
  assert.deepEqual(await find('EventSource', 'sagemaker.amazonaws.com'), story);
  assert.deepEqual(await find('EventSource', 'iam.amazonaws.com'), []);
  assert.deepEqual(await find('AccessKeyId', app.app.rootAccessKey.accessKeyId), story);
  assert.deepEqual(await find('AccessKeyId', 'AKIAIOSFODNN7EXAMPLE'), []);
});

test('both ends of a time are included, in whole seconds; what is too old is not told', async (t) => {
  const app = await startWithHistory(t);
  const at = (seconds: number) => Date.parse('2026-03-04T09:15:27Z') / 1000 + seconds;
  const between = (StartTime: number, EndTime: number) => namesOf(app, { StartTime, EndTime });
  assert.deepEqual(await between(at(0), at(0)), ['CreateModelPackageGroup']);
  assert.deepEqual(await between(at(1), at(2)), ['UpdateModelPackage', 'CreateModelPackage']);
  assert.deepEqual(await between(at(4), at(5)), []);
  const version1 = by('ResourceName', version);
  assert.deepEqual(await namesOf(app, { ...version1, EndTime: at(1) }), ['CreateModelPackage']);
  app.clock.time = (at(1) + limits.lookupDaysMax * 24 * 60 * 60) * 1000;
  assert.deepEqual(await namesOf(app), story.slice(0, 3));
  assert.deepEqual(await namesOf(app, { StartTime: 0 }), story.slice(0, 2));
});

test('pages go through everything once, and take a token of the same query alone', async (t) => {
  const app = await startWithHistory(t);
  for (let tag = 0; tag < 7; tag += 1) {
    const Tags = [{ Key: `k${tag}`, Value: '' }];
    await app.ok('AddTags', { ResourceArn: groupArn, Tags });
    await app.ok('ListTags', { ResourceArn: groupArn });
  }
  const seen: string[] = [];
  const EndTime = app.clock.now() / 1000;
  let page: Looked = { Events: [] };
  do {
    const { NextToken } = page;
    page = await lookup(app, { MaxResults: 5, EndTime, ...(NextToken && { NextToken }) });
    seen.push(...page.Events.map(({ EventId }) => EventId));
    if (page.NextToken) assert.equal(page.Events.length, 5);
  } while (page.NextToken !== undefined);
  assert.deepEqual([seen.length, new Set(seen).size], [18, 18]);
  const whole = await lookup(app, { EndTime });
  assert.deepEqual(
    whole.Events.map(({ EventId }) => EventId),
    seen,
  );
  const { NextToken } = await lookup(app, { MaxResults: 5, EndTime });
  for (const other of [{}, { EndTime, ...by('ReadOnly', 'true') }]) {
    const { code } = await refusedLookup(app, { MaxResults: 5, NextToken, ...other });
    assert.equal(code, 'InvalidNextTokenException');
  }
  const exact = await lookup(app, { MaxResults: 1, ...by('EventName', 'UpdateModelPackage') });
  assert.deepEqual([exact.Events.length, exact.NextToken], [1, undefined]);
});

test('one call looks at so many records at most, and the next goes on there', async (t) => {
  const app = await startWithHistory(t);
  const rows = limits.lookupRowsMax + 10;
  const [first] = (await app.journal()).map(({ document, seq: _, ...row }) => ({
    ...row,
    operation: 'AddTags',
    at: row.at + 1_000,
    document: JSON.stringify(document),
  }));
  await app.database.write(async (tx) => {
    for (let row = 0; row < rows; row += 1_000) {
      const values = Array.from({ length: Math.min(1_000, rows - row) }, () => first!);
      await tx.rows(tx.sql.insertInto('journal').values(values));
    }
  });
  const name = by('EventName', 'CreateModelPackageGroup');
  const before = await lookup(app, name);
  assert.deepEqual(before.Events, []);
  const rest = await lookup(app, { ...name, NextToken: before.NextToken });
  assert.deepEqual(rest.Events.length, 1);
  assert.equal(rest.NextToken, undefined);
});

test('a refused read is told once, by its error', async (t) => {
  const app = await startWithHistory(t);
  const missing = testArn('model-package/Fraud/9');
  await app.refused('DescribeModelPackage', { ModelPackageName: missing });
  const { Events } = await lookup(app, by('ResourceName', missing));
  assert.deepEqual(
    Events.map(({ ReadOnly }) => ReadOnly),
    ['true'],
  );
  const record = recordOf(Events[0]!);
  assert.deepEqual(
    [record['errorCode'], record['requestParameters'], record['responseElements']],
    ['ValidationException', { modelPackageName: missing }, null],
  );
  await app.refused('DescribeModelPackage', {
    ModelPackageName: foreignArn('model-package/Fraud/1'),
  });
  const denied = recordOf((await lookup(app, { MaxResults: 1 })).Events[0]!);
  assert.equal(denied['errorCode'], 'AccessDenied');
});

test('what IAM does is told in the one region of what has none', async (t) => {
  const app = await startApp(t);
  const { User } = await identityOk<{ User: Json }>(app, 'CreateUser', {
    UserName: 'ana',
    Path: '/risk/',
  });
  await identityOk(app, 'CreateAccessKey', { UserName: 'ana' });
  assert.deepEqual(await namesOf(app), []);
  const global = { region: 'us-east-1' };
  for (const name of ['ana', String(User['Arn'])]) {
    const { Events } = await lookup(app, by('ResourceName', name), global);
    const [key, user] = Events.map(recordOf);
    assert.deepEqual(user!['requestParameters'], { userName: 'ana', path: '/risk/' });
    assert.deepEqual(user!['responseElements'], {
      user: {
        path: '/risk/',
        userName: 'ana',
        userId: User['UserId'],
        arn: User['Arn'],
        createDate: '2026-03-04T09:15:27Z',
      },
    });
    const { accessKey } = key!['responseElements'] as { accessKey: Json };
    assert.deepEqual(Object.keys(accessKey).sort(), [
      'accessKeyId',
      'createDate',
      'status',
      'userName',
    ]);
  }
});

test('what a user did is told of the user; their denied calls too', async (t) => {
  const app = await startApp(t);
  const { User } = await identityOk<{ User: Json }>(app, 'CreateUser', { UserName: 'ana' });
  const { AccessKey } = await identityOk<{ AccessKey: Record<string, string> }>(
    app,
    'CreateAccessKey',
    { UserName: 'ana' },
  );
  const credentials = {
    accessKeyId: AccessKey['AccessKeyId']!,
    secretAccessKey: AccessKey['SecretAccessKey']!,
  };
  await identityRefused(app, 'ListUsers', {}, { credentials });
  await identityOk(app, 'GetCallerIdentity', {}, { credentials });
  const global = { region: 'us-east-1' };
  for (const attribute of [by('Username', 'ana'), by('AccessKeyId', credentials.accessKeyId)]) {
    const { Events } = await lookup(app, attribute, global);
    assert.deepEqual(
      Events.map(({ EventName, Username }) => [EventName, Username]),
      [
        ['ListUsers', 'ana'],
        ['GetCallerIdentity', 'ana'],
      ],
    );
    assert.deepEqual(recordOf(Events[0]!)['userIdentity'], {
      type: 'IAMUser',
      principalId: User['UserId'],
      arn: User['Arn'],
      accountId: testAccount,
      accessKeyId: credentials.accessKeyId,
      userName: 'ana',
    });
  }
  app.clock.advance(500);
  const { code } = await app.refused('LookupEvents', {}, { ...cloudtrail, credentials });
  assert.equal(code, 'AccessDeniedException');
});

test('what a session did is told of the session, with the role behind it', async (t) => {
  const app = await startApp(t);
  const ana = await makeUser(app, 'ana');
  const role = await makeRole(app, 'Approver', trusting(ana.arn), {
    policy: allowing('sagemaker:*'),
    Path: '/risk/',
  });
  const named = { RoleSessionName: 'release-7', SourceIdentity: 'ana' };
  const credentials = await assume(app, role.arn, ana.credentials, named);
  const [assumed] = (await lookup(app, by('EventName', 'AssumeRole'), { region: 'us-east-1' }))
    .Events;
  assert.deepEqual(recordOf(assumed!)['responseElements'], {
    credentials: { accessKeyId: credentials.accessKeyId, expiration: '2026-03-04T10:15:27Z' },
    assumedRoleUser: {
      assumedRoleId: `${role.id}:release-7`,
      arn: `arn:aws:sts::${testAccount}:assumed-role/Approver/release-7`,
    },
  });
  app.clock.advance(60_000);
  await app.ok('CreateModelPackageGroup', group, { credentials });
  await app.ok('DescribeModelPackageGroup', group, { credentials });
  await app.refused('ListResourceHistory', { ResourceArn: groupArn }, { ...ours, credentials });
  const RoleName = 'Approver';
  await identityOk(app, 'DeleteRolePolicy', { RoleName, PolicyName: 'own' });
  await identityOk(app, 'DeleteRole', { RoleName });
  for (const attribute of [
    by('Username', 'release-7'),
    by('AccessKeyId', credentials.accessKeyId),
  ]) {
    const { Events } = await lookup(app, attribute);
    assert.deepEqual(Events.map(({ EventName }) => EventName).toSorted(), [
      'CreateModelPackageGroup',
      'DescribeModelPackageGroup',
      'ListResourceHistory',
    ]);
    for (const event of Events) {
      assert.equal(event.Username, 'release-7');
      assert.deepEqual(recordOf(event)['userIdentity'], {
        type: 'AssumedRole',
        principalId: `${role.id}:release-7`,
        arn: `arn:aws:sts::${testAccount}:assumed-role/Approver/release-7`,
        accountId: testAccount,
        accessKeyId: credentials.accessKeyId,
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            principalId: role.id,
            arn: role.arn,
            accountId: testAccount,
            userName: 'Approver',
          },
          attributes: { creationDate: '2026-03-04T09:15:27Z', mfaAuthenticated: 'false' },
          sourceIdentity: 'ana',
        },
      });
    }
  }
});

test('what a user did with temporary credentials is told of the user', async (t) => {
  const app = await startApp(t);
  const ana = await makeUser(app, 'ana', allowing('sagemaker:*'));
  const as = { credentials: ana.credentials };
  const credentials = credentialsOf(await identityOk(app, 'GetSessionToken', {}, as));
  await app.ok('CreateModelPackageGroup', group, { credentials });
  const { Events } = await lookup(app, by('EventName', 'CreateModelPackageGroup'));
  assert.equal(Events[0]!.Username, 'ana');
  assert.deepEqual(recordOf(Events[0]!)['userIdentity'], {
    type: 'IAMUser',
    principalId: ana.id,
    arn: ana.arn,
    accountId: testAccount,
    accessKeyId: credentials.accessKeyId,
    sessionContext: {
      attributes: { creationDate: '2026-03-04T09:15:27Z', mfaAuthenticated: 'false' },
    },
    userName: 'ana',
  });
});

/** A group of another account, to whose versions the test account may do everything. */
async function startShared(t: TestContext): Promise<{ app: TestApp; owner: TestApp }> {
  const app = await startApp(t);
  const owner = await app.beside({ accountId: otherAccount });
  await owner.ok('CreateModelPackageGroup', group);
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS: testAccount },
    Action: 'sagemaker:*',
    Resource: foreignArn('model-package/Fraud/*'),
  };
  const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement });
  await owner.ok('PutModelPackageGroupPolicy', { ...group, ResourcePolicy });
  return { app, owner };
}

test("a change of another account's resource is told to both, the caller's name to one", async (t) => {
  const { app, owner } = await startShared(t);
  app.clock.advance(1_000);
  const shared = { ModelPackageGroupName: foreignArn('model-package-group/Fraud') };
  const foreign = foreignArn('model-package/Fraud/1');
  assert.deepEqual(await app.ok('CreateModelPackage', shared), { ModelPackageArn: foreign });
  await app.ok('DescribeModelPackage', { ModelPackageName: foreign });
  await app.app.reads.flush();
  const both = ['DescribeModelPackage', 'CreateModelPackage'];
  assert.deepEqual((await namesOf(app)).sort(), both.toSorted());
  assert.deepEqual((await namesOf(app, by('ResourceName', foreign))).sort(), both.toSorted());
  assert.deepEqual((await namesOf(owner, by('ResourceName', 'Fraud/1'))).sort(), both.toSorted());
  const create = by('EventName', 'CreateModelPackage');
  const [callers] = (await lookup(app, create)).Events;
  const [owners] = (await lookup(owner, create)).Events;
  const one = recordOf(callers!);
  const other = recordOf(owners!);
  assert.equal(one['sharedEventID'], other['sharedEventID']);
  assert.notEqual(one['eventID'], other['eventID']);
  assert.deepEqual(
    [one['recipientAccountId'], other['recipientAccountId']],
    [testAccount, otherAccount],
  );
  assert.equal((one['userIdentity'] as Json)['type'], 'Root');
  assert.deepEqual(other['userIdentity'], {
    type: 'AWSAccount',
    principalId: testAccount,
    accountId: testAccount,
  });
  assert.deepEqual([owners!.Username, owners!.AccessKeyId], [undefined, undefined]);
  for (const [who, event] of [
    [app, callers!],
    [owner, owners!],
  ] as const) {
    const found = (await lookup(who, by('EventId', event.EventId))).Events;
    assert.deepEqual(
      found.map(({ EventId }) => EventId),
      [event.EventId],
    );
  }
  assert.deepEqual(await namesOf(app, by('EventId', owners!.EventId)), []);
  const key = by('AccessKeyId', app.app.rootAccessKey.accessKeyId);
  assert.deepEqual((await namesOf(app, key)).sort(), both.toSorted());
  assert.deepEqual(await namesOf(owner, key), []);
  assert.deepEqual((await lookup(owner, by('Username', 'root'))).Events.length > 0, true);
});

test("another account's own records are found by nothing that they have", async (t) => {
  const { app, owner } = await startShared(t);
  const [{ EventId, AccessKeyId, EventTime }] = (await lookup(owner)).Events as [Told];
  assert.ok(EventTime > 0);
  for (const attribute of [
    by('ResourceName', foreignArn('model-package-group/Fraud')),
    by('ResourceName', 'Fraud'),
    by('ResourceType', 'AWS::SageMaker::ModelPackageGroup'),
    by('EventId', EventId),
    by('AccessKeyId', AccessKeyId!),
    by('Username', 'root'),
  ]) {
    assert.deepEqual(await namesOf(app, attribute), [], JSON.stringify(attribute));
    app.clock.advance(1_000);
  }
});

test("a change of another account's resource is in the resource's history, in its account", async (t) => {
  const { app, owner } = await startShared(t);
  const shared = { ModelPackageGroupName: foreignArn('model-package-group/Fraud') };
  const foreign = foreignArn('model-package/Fraud/1');
  await app.ok('CreateModelPackage', shared);
  const { Entries } = await owner.ok<{ Entries: Json[] }>(
    'ListResourceHistory',
    { ResourceArn: foreign },
    { service: 'imprimatur' },
  );
  assert.deepEqual(
    Entries.map(({ EventName }) => EventName),
    ['CreateModelPackage'],
  );
  const entry = (await app.journal()).at(-1)!;
  assert.deepEqual([entry.account_id, entry.caller_account_id], [otherAccount, testAccount]);
  const watch = { partition: 'aws', progress: () => undefined };
  assert.deepEqual((await checkIntegrity(app.database, watch)).findings, []);
});

test("a call that another account refused stays with the caller's", async (t) => {
  const { app, owner } = await startShared(t);
  const groupOf = foreignArn('model-package-group/Fraud');
  await app.refused('DescribeModelPackageGroup', { ModelPackageGroupName: groupOf });
  assert.deepEqual(await namesOf(app), ['DescribeModelPackageGroup']);
  assert.deepEqual(
    (await namesOf(owner)).filter((name) => name === 'DescribeModelPackageGroup'),
    [],
  );
  const entry = (await app.journal()).at(-1)!;
  assert.deepEqual([entry.account_id, entry.caller_account_id], [testAccount, null]);
});

test("an operation's name tells whether it reads", () => {
  for (const { effect, contract } of operations) {
    // STS changes nothing, and leaves an entry of each session that it makes.
    if (contract.service === 'sts') continue;
    assert.equal(isReadOnly(contract.operation), effect === 'read', contract.operation);
  }
});
