/** Every operation, called in one account on what is another's: it must be as if it were not there. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { linkServices } from '../../src/app.ts';
import type { SigningCredentials } from '../../src/server/sigv4-sign.ts';
import { identityOk, sendForm } from '../support/identity-calls.ts';
import { otherAccount, rowsOf, startApp } from '../support/scenario.ts';
import { testAccount, testArn } from '../support/test-app.ts';
import type { TestApp } from '../support/test-app.ts';

type Json = Record<string, unknown>;

/** What the owner's things are called; nothing else is called so. */
const name = 'Zebra';
/** What nothing is called. */
const absent = 'Zilch';
const group = testArn(`model-package-group/${name}`);
const version = testArn(`model-package/${name}/1`);
const unversioned = testArn(`model-package/${name}-alone`);
const userArn = `arn:aws:iam::${testAccount}:user/${name}`;
const tags = [{ Key: `${name}-key`, Value: name }];
const inference = { Containers: [{ Image: 'i' }] };

interface Owned {
  readonly app: TestApp;
  readonly stranger: SigningCredentials;
  readonly keyId: string;
}

/** A registry with something of every kind in one account, and another account. */
async function startOwned(t: TestContext): Promise<Owned> {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: name, Tags: tags });
  const registration = { InferenceSpecification: inference, ClientToken: name };
  await app.ok('CreateModelPackage', {
    ...registration,
    ModelPackageGroupName: name,
    CustomerMetadataProperties: { [`${name}-metric`]: name },
  });
  await app.ok('CreateModelPackage', {
    ModelPackageName: `${name}-alone`,
    InferenceSpecification: inference,
  });
  const ResourcePolicy = policy(group);
  await app.ok('PutModelPackageGroupPolicy', { ModelPackageGroupName: name, ResourcePolicy });
  await identityOk(app, 'CreateUser', { UserName: name, Tags: tags });
  await identityOk(app, 'CreateGroup', { GroupName: name });
  await identityOk(app, 'CreateGroup', { GroupName: `${name}-empty` });
  await identityOk(app, 'AddUserToGroup', { GroupName: name, UserName: name });
  const key = await identityOk<{ AccessKey: { AccessKeyId: string } }>(app, 'CreateAccessKey', {
    UserName: name,
  });
  const made = await app.ok<{ RootAccessKey: { AccessKeyId: string; SecretAccessKey: string } }>(
    'CreateAccount',
    { AccountId: otherAccount, Name: 'stranger' },
    { service: 'imprimatur' },
  );
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = made.RootAccessKey;
  const stranger = { accessKeyId, secretAccessKey };
  return { app, stranger, keyId: key.AccessKey.AccessKeyId };
}

/** A policy that lets in a third account. */
function policy(arn: string): string {
  const Principal = { AWS: '111122223333' };
  const Action = 'sagemaker:DescribeModelPackageGroup';
  const Statement = [{ Effect: 'Allow', Principal, Action, Resource: arn }];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

const groupNames = [name, group].map((ModelPackageGroupName) => ({ ModelPackageGroupName }));
const packageNames = [`${name}-alone`, unversioned, version].map((ModelPackageName) => ({
  ModelPackageName,
}));
const taggedArns = [group, version, unversioned].map((ResourceArn) => ({ ResourceArn }));
const ofUser = { UserName: name };
const ofGroup = { GroupName: name };

/** How each operation is tried on what is another account's; the owner's own call succeeds. */
const attempts: Readonly<Record<string, (keyId: string) => Json[]>> = {
  CreateModelPackageGroup: () => [{ ModelPackageGroupName: `${name}-new`, Tags: tags }],
  DescribeModelPackageGroup: () => groupNames,
  ListModelPackageGroups: () => [{}, { NameContains: name }],
  DeleteModelPackageGroup: () => groupNames,
  PutModelPackageGroupPolicy: () => [
    { ModelPackageGroupName: name, ResourcePolicy: policy(group) },
  ],
  GetModelPackageGroupPolicy: () => [{ ModelPackageGroupName: name }],
  DeleteModelPackageGroupPolicy: () => [{ ModelPackageGroupName: name }],
  CreateModelPackage: () => [
    ...groupNames.map((one) => ({ ...one, InferenceSpecification: inference })),
    { ModelPackageName: 'clone', SourceUri: version },
  ],
  DescribeModelPackage: () => packageNames,
  BatchDescribeModelPackage: () => [{ ModelPackageArnList: [version, unversioned] }],
  UpdateModelPackage: () => [{ ModelPackageArn: version, ModelApprovalStatus: 'Approved' }],
  ListModelPackages: () => [{}, { ModelPackageType: 'Both' }, ...groupNames],
  DeleteModelPackage: () => packageNames,
  AddTags: () => taggedArns.map((one) => ({ ...one, Tags: [{ Key: 'k', Value: 'v' }] })),
  ListTags: () => taggedArns,
  DeleteTags: () => taggedArns.map((one) => ({ ...one, TagKeys: [`${name}-key`] })),
  Search: () =>
    ['ModelPackage', 'ModelPackageGroup'].flatMap((Resource) => [
      { Resource },
      { Resource, CrossAccountFilterOption: 'CrossAccount' },
      {
        Resource,
        SearchExpression: {
          Filters: [{ Name: 'ModelPackageGroupName', Operator: 'Contains', Value: name }],
        },
      },
    ]),
  GetSearchSuggestions: () =>
    ['', `CustomerMetadataProperties.${name}`, `Tags.${name}`].map((PropertyNameHint) => ({
      Resource: 'ModelPackage',
      SuggestionQuery: { PropertyNameQuery: { PropertyNameHint } },
    })),
  ListResourceHistory: () => [group, version, userArn].map((ResourceArn) => ({ ResourceArn })),
  CreateUser: () => [{ UserName: `${name}-new`, Tags: tags }],
  GetUser: () => [ofUser],
  ListUsers: () => [{}],
  UpdateUser: () => [{ ...ofUser, NewUserName: 'mine' }],
  DeleteUser: () => [ofUser],
  TagUser: () => [{ ...ofUser, Tags: [{ Key: 'k', Value: 'v' }] }],
  UntagUser: () => [{ ...ofUser, TagKeys: [`${name}-key`] }],
  ListUserTags: () => [ofUser],
  CreateAccessKey: () => [ofUser],
  ListAccessKeys: () => [ofUser],
  UpdateAccessKey: (AccessKeyId) =>
    [{}, ofUser].map((one) => ({ ...one, AccessKeyId, Status: 'Inactive' })),
  DeleteAccessKey: (AccessKeyId) => [{}, ofUser].map((one) => ({ ...one, AccessKeyId })),
  GetAccessKeyLastUsed: (AccessKeyId) => [{ AccessKeyId }],
  CreateGroup: () => [{ GroupName: `${name}-new` }],
  GetGroup: () => [ofGroup],
  ListGroups: () => [{}],
  UpdateGroup: () => [{ ...ofGroup, NewGroupName: 'mine' }],
  DeleteGroup: () => [{ GroupName: `${name}-empty` }],
  AddUserToGroup: () => [{ GroupName: `${name}-empty`, ...ofUser }],
  RemoveUserFromGroup: () => [{ ...ofGroup, ...ofUser }],
  ListGroupsForUser: () => [ofUser],
  GetCallerIdentity: () => [{}],
  CreateAccount: () => [{ Name: 'mine' }],
  DescribeAccount: () => [{ AccountId: testAccount }],
  ListAccounts: () => [{}],
  UpdateAccount: () => [{ AccountId: testAccount, Name: 'mine' }],
  CreateRootAccessKey: () => [{ AccountId: testAccount }],
};

const services = linkServices({ strictAws: false });

/** The answer to a call of any service. */
async function call(
  app: TestApp,
  operation: string,
  input: Json,
  credentials?: SigningCredentials,
): Promise<{ status: number; body: string }> {
  const service = services.find(({ operations }) => operations.has(operation))!;
  const as = credentials && { credentials };
  if (service.data.protocol === 'query') return sendForm(app, operation, input, as ?? {});
  return app.send(operation, input, {
    service: service.data.name as 'sagemaker' | 'imprimatur',
    ...as,
  });
}

/** The same text about something that nobody has; keys that are not there have a form too. */
function aboutAbsent<Value>(value: Value, keyId: string): Value {
  const text = JSON.stringify(value)
    .replaceAll(name, absent)
    .replaceAll(keyId, 'AKIAAAAAAAAAAAAAAAAA');
  return JSON.parse(text) as Value;
}

/** An answer without what differs from call to call. */
function plain(body: string): string {
  return body
    .replaceAll(/<RequestId>[^<]*<\/RequestId>/g, '')
    .replaceAll(/AKIA[A-Z2-7]{16}|AIDA\w+|AGPA\w+/g, 'ID')
    .replaceAll(/<SecretAccessKey>[^<]*/g, '');
}

const ownTables = [
  'model_package_group',
  'model_package',
  'model_package_name',
  'iam_user',
  'iam_group',
  'iam_group_member',
  'account',
] as const;

async function ownersRows(app: TestApp): Promise<unknown[]> {
  const rows = (await Promise.all(ownTables.map((table) => rowsOf(app, table)))).flat();
  return rows.filter((row) => row['account_id'] === testAccount);
}

describe('to another account it is as if nothing were there', () => {
  test('every operation is tried', () => {
    const all = services.flatMap(({ operations }) => [...operations.keys()]);
    const untried = all.filter((operation) => !(operation in attempts));
    assert.deepEqual(untried, [], 'say above how they are tried on what is not theirs');
  });

  for (const [operation, inputsOf] of Object.entries(attempts)) {
    test(operation, async (t) => {
      const { app, stranger, keyId } = await startOwned(t);
      const rows = await ownersRows(app);
      for (const input of inputsOf(keyId)) {
        const answer = await call(app, operation, input, stranger);
        const nothing = aboutAbsent(input, keyId);
        const told = await call(app, operation, nothing, stranger);
        assert.equal(answer.status, told.status, answer.body);
        assert.equal(plain(answer.body.replaceAll(name, absent)), plain(told.body));
        // Some answers repeat what the caller said; they say the same of what is not there.
        if (answer.status !== 200 || JSON.stringify(input).includes(name)) continue;
        assert.doesNotMatch(answer.body, /zebra/i);
      }
      assert.deepEqual(await ownersRows(app), rows);
    });
  }
});

test('each of these calls reaches something where its owner makes it', async (t) => {
  const empty = new Set(['DeleteModelPackageGroup', 'DeleteUser']);
  for (const [operation, inputsOf] of Object.entries(attempts)) {
    const { app, keyId } = await startOwned(t);
    const statuses: number[] = [];
    for (const input of inputsOf(keyId)) {
      statuses.push((await call(app, operation, input)).status);
    }
    // What is deleted must be empty: the owner is told so, which is as good.
    const wanted = empty.has(operation) ? [400, 409] : [200];
    assert.ok(
      statuses.some((status) => wanted.includes(status)),
      `${operation}: ${statuses.join()}`,
    );
  }
});

test("an owner's tokens lead another account nowhere", async (t) => {
  const { app, stranger } = await startOwned(t);
  const lists: [string, Json][] = [
    ['ListModelPackageGroups', {}],
    ['ListModelPackages', { ModelPackageType: 'Both' }],
    ['Search', { Resource: 'ModelPackage' }],
  ];
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: `${name}-2` });
  for (const [operation, filters] of lists) {
    const input = { ...filters, MaxResults: 1 };
    const { NextToken } = await app.ok(operation, input);
    assert.ok(NextToken, operation);
    const credentials = { credentials: stranger };
    const refused = await app.refused(operation, { ...input, NextToken }, credentials);
    assert.match(refused.message, /does not belong to this query/);
  }
  const registration = { InferenceSpecification: inference, ClientToken: name };
  const mine = { ...registration, ModelPackageName: 'mine' };
  const made = await app.ok('CreateModelPackage', mine, { credentials: stranger });
  assert.match(String(made['ModelPackageArn']), new RegExp(`:${otherAccount}:model-package/mine$`));
});
