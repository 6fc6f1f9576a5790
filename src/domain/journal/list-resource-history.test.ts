import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { HistoryEntry } from '../../contracts/imprimatur.ts';
import { cardContent } from '../../../tests/support/samples.ts';
import {
  assertRefused,
  deniedText,
  foreignArn,
  newEntries,
  otherAccount,
  startApp,
  violated,
} from '../../../tests/support/scenario.ts';
import type { ExpectedRefusal } from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';

type Json = Record<string, unknown>;
interface History {
  readonly Entries: HistoryEntry[];
  readonly NextToken?: string;
}

const ours = { service: 'imprimatur' } as const;
const group = { ModelPackageGroupName: 'Fraud' };
const groupArn = testArn('model-package-group/Fraud');
const version = testArn('model-package/Fraud/1');

function history(app: TestApp, ResourceArn: string, input: Json = {}): Promise<History> {
  return app.ok<History>('ListResourceHistory', { ResourceArn, ...input }, ours);
}

/** What happened to a resource, newest first, as operations; a refused one has a `!`. */
async function storyOf(app: TestApp, arn: string): Promise<string[]> {
  const { Entries } = await history(app, arn);
  return Entries.map(({ EventName, ErrorCode }) => EventName + (ErrorCode ? '!' : ''));
}

async function startWithVersion(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', group);
  await app.ok('CreateModelPackage', { ...group, ModelPackageName: 'champion' });
  return app;
}

// --- Refused ---

const foreign = foreignArn('model-package-group/Fraud');
const otherRegion = testArn('model-package-group/Fraud', 'us-east-1');

const refusals: [title: string, input: Json, expected: ExpectedRefusal][] = [
  ['no resource', {}, { message: violated(null, 'resourceArn', 'Member must not be null') }],
  [
    'a name in the place of the ARN',
    { ResourceArn: 'Fraud' },
    {
      message: violated(
        'Fraud',
        'resourceArn',
        'Member must satisfy regular expression pattern: ' +
          'arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+',
      ),
    },
  ],
  [
    'a page of 101',
    { ResourceArn: groupArn, MaxResults: 101 },
    { message: violated('101', 'maxResults', 'Member must have value less than or equal to 100') },
  ],
  [
    'a token that is garbled',
    { ResourceArn: groupArn, NextToken: 'garbled' },
    {
      message: 'Invalid pagination token: NextToken does not belong to this query.',
      resource: groupArn,
    },
  ],
  [
    'an ARN of another region, whose journal is there',
    { ResourceArn: otherRegion },
    { message: 'ARN should be scoped to correct region: eu-west-1', resource: otherRegion },
  ],
  [
    "another account's resource",
    { ResourceArn: foreign },
    {
      code: 'AccessDeniedException',
      message: deniedText('imprimatur:ListResourceHistory', foreign),
      resource: foreign,
    },
  ],
];

for (const [title, input, expected] of refusals) {
  test(`ListResourceHistory is refused: ${title}`, async (t) => {
    await assertRefused(await startApp(t), 'ListResourceHistory', input, expected, ours);
  });
}

test('ListResourceHistory is refused: a token of another resource', async (t) => {
  const app = await startWithVersion(t);
  await app.ok('DeleteModelPackage', { ModelPackageName: version });
  const { NextToken } = await history(app, version, { MaxResults: 1 });
  const error = await app.refused(
    'ListResourceHistory',
    { ResourceArn: groupArn, NextToken },
    ours,
  );
  assert.equal(error.message, 'Invalid pagination token: NextToken does not belong to this query.');
});

// --- What is told ---

test('a resource of which nothing is known has no history', async (t) => {
  const app = await startApp(t);
  assert.deepEqual(await history(app, groupArn), { Entries: [] });
});

test('an entry tells who did what from where, the request and the change', async (t) => {
  const app = await startWithVersion(t);
  app.clock.advance(1_000);
  const input = { ModelPackageArn: version, ModelApprovalStatus: 'Approved' };
  await app.ok('UpdateModelPackage', input);
  await newEntries(app);
  const {
    Entries: [newest],
  } = await history(app, version);
  const { EventId, Request, Before, After, ...told } = newest!;
  assert.deepEqual(told, {
    Sequence: 3,
    EventTime: 1772615728.5,
    EventSource: 'sagemaker.amazonaws.com',
    EventName: 'UpdateModelPackage',
    PrincipalArn: 'arn:aws:iam::123456789012:root',
    AccessKeyId: app.app.rootAccessKey.accessKeyId,
    SourceIPAddress: '127.0.0.1',
    UserAgent: 'imprimatur-tests',
    RequestId: '00000000-0000-4000-8000-000000000003',
  });
  assert.match(EventId, /^[0-9a-f-]{36}$/);
  assert.deepEqual(JSON.parse(Request!), input);
  assert.deepEqual(JSON.parse(Before!), { ModelApprovalStatus: 'PendingManualApproval' });
  assert.deepEqual(JSON.parse(After!), { ModelApprovalStatus: 'Approved' });
  // Looking back is a read: it leaves no entry of its own.
  assert.deepEqual(await newEntries(app), []);
});

test('a creation has no before, a deletion no after, a refusal neither', async (t) => {
  const app = await startWithVersion(t);
  const group2 = { ModelPackageGroupName: 'fraud' };
  await app.refused('CreateModelPackageGroup', group2);
  await app.ok('DeleteModelPackage', { ModelPackageName: version });
  await app.ok('DeleteModelPackageGroup', group);
  const { Entries } = await history(app, groupArn);
  assert.equal(Entries.length, 3);
  const [deletion, refusal, creation] = Entries as [HistoryEntry, HistoryEntry, HistoryEntry];
  assert.ok('Before' in deletion && !('After' in deletion));
  assert.ok(!('Before' in refusal) && !('After' in refusal));
  assert.ok(!('Before' in creation) && 'After' in creation);
  assert.equal(refusal.ErrorCode, 'ValidationException');
  assert.equal(refusal.ErrorMessage, `Model Package Group already exists: ${groupArn}`);
  assert.deepEqual(JSON.parse(refusal.Request!), group2);
});

test('the story of a version, from its registration to after its end', async (t) => {
  const app = await startWithVersion(t);
  await app.ok('UpdateModelPackage', {
    ModelPackageArn: version,
    ModelApprovalStatus: 'Archived',
  });
  await app.refused('UpdateModelPackage', {
    ModelPackageArn: version,
    ModelApprovalStatus: 'Approved',
  });
  await app.ok('AddTags', { ResourceArn: version, Tags: [{ Key: 'a', Value: 'b' }] });
  await app.ok('DeleteTags', { ResourceArn: version, TagKeys: ['a'] });
  await app.ok('DeleteModelPackage', { ModelPackageName: 'fraud/1' });
  await app.refused('DescribeModelPackage', { ModelPackageName: 'Fraud/1' });
  const story = [
    'DescribeModelPackage!',
    'DeleteModelPackage',
    'DeleteTags',
    'AddTags',
    'UpdateModelPackage!',
    'UpdateModelPackage',
    'CreateModelPackage',
  ];
  assert.deepEqual(await storyOf(app, version), story);
  assert.deepEqual(await storyOf(app, testArn('model-package/FRAUD/1')), story);
  assert.deepEqual(await storyOf(app, groupArn), ['CreateModelPackageGroup']);
});

test("a version's story has what was tried by its alias, too", async (t) => {
  const app = await startWithVersion(t);
  const archive = { ModelPackageName: 'champion', ModelApprovalStatus: 'Archived' };
  await app.ok('UpdateModelPackage', archive);
  await app.refused('UpdateModelPackage', { ...archive, ModelApprovalStatus: 'Approved' });
  assert.deepEqual(await storyOf(app, version), [
    'UpdateModelPackage!',
    'UpdateModelPackage',
    'CreateModelPackage',
  ]);
});

test('the story of a group, its policy and its tags', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', group);
  const ResourcePolicy = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: '*',
      Action: 'sagemaker:DescribeModelPackageGroup',
      Resource: groupArn,
    },
  });
  await app.ok('PutModelPackageGroupPolicy', { ...group, ResourcePolicy });
  await app.ok('DeleteModelPackageGroupPolicy', group);
  await app.refused('GetModelPackageGroupPolicy', group);
  await app.ok('AddTags', {
    ResourceArn: testArn('model-package-group/fraud'),
    Tags: [{ Key: 'a', Value: 'b' }],
  });
  assert.deepEqual(await storyOf(app, groupArn), [
    'AddTags',
    'GetModelPackageGroupPolicy!',
    'DeleteModelPackageGroupPolicy',
    'PutModelPackageGroupPolicy',
    'CreateModelPackageGroup',
  ]);
});

test('what another account did to its group of the same name is not told', async (t) => {
  const app = await startApp(t);
  const stranger = await app.beside({ accountId: otherAccount });
  await app.ok('CreateModelPackageGroup', group);
  await stranger.ok('CreateModelPackageGroup', group);
  await stranger.ok('DeleteModelPackageGroup', group);
  assert.deepEqual(await storyOf(app, groupArn), ['CreateModelPackageGroup']);
});

test("the request hides a card's content; the change tells it to those who may look", async (t) => {
  const app = await startWithVersion(t);
  const ModelCard = { ModelCardContent: cardContent };
  await app.ok('UpdateModelPackage', { ModelPackageArn: version, ModelCard });
  const {
    Entries: [entry],
  } = await history(app, version);
  assert.ok(!entry!.Request!.includes('top-secret-ana'));
  assert.deepEqual(JSON.parse(entry!.After!), { ModelCard });
});

test('strict mode has the operation as well', async (t) => {
  const app = await (await startWithVersion(t)).beside({ strictAws: true });
  assert.deepEqual(await storyOf(app, version), ['CreateModelPackage']);
});

test('pages go back in time; what happens meanwhile does not shift them', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', group);
  const tagged = (Value: string) =>
    app.ok('AddTags', { ResourceArn: groupArn, Tags: [{ Key: 'n', Value }] });
  for (const value of ['1', '2', '3', '4']) await tagged(value);
  const first = await history(app, groupArn, { MaxResults: 2 });
  await tagged('5');
  const second = await history(app, groupArn, { MaxResults: 2, NextToken: first.NextToken });
  const third = await history(app, groupArn, { MaxResults: 2, NextToken: second.NextToken });
  assert.deepEqual(
    [first, second, third].map(({ Entries }) => Entries.map(({ Sequence }) => Sequence)),
    [[5, 4], [3, 2], [1]],
  );
  assert.equal(third.NextToken, undefined);
  const all = await history(app, groupArn, { NextToken: '' });
  assert.equal(all.Entries.length, 6);
});

test('a page holds a hundred entries unless fewer are asked for', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', group);
  for (let i = 0; i < 101; i += 1) {
    await app.ok('AddTags', { ResourceArn: groupArn, Tags: [{ Key: 'n', Value: `${i}` }] });
  }
  const { Entries, NextToken } = await history(app, groupArn);
  assert.equal(Entries.length, 100);
  const rest = await history(app, groupArn, { NextToken });
  assert.deepEqual(
    rest.Entries.map(({ Sequence }) => Sequence),
    [2, 1],
  );
});
