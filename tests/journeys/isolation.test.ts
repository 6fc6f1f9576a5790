/** Every operation, called in one account on what is another's: it must be as if it were not there. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { linkServices } from '../../src/app.ts';
import type { SigningCredentials } from '../../src/server/sigv4-sign.ts';
import { operations } from '../../src/domain/operations.ts';
import { insertRole } from '../../src/domain/roles/role-store.ts';
import { identityOk, policyOf, sendForm } from '../support/identity-calls.ts';
import { describing } from '../support/policy-holders.ts';
import { otherAccount, rowsOf } from '../support/scenario.ts';
import { TestApp, testAccount, testArn } from '../support/test-app.ts';

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
async function startOwned(): Promise<Owned> {
  const app = await TestApp.start();
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
  await addPolicies(app);
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

/** A role, and policies of every kind for all who can have them. */
async function addPolicies(app: TestApp): Promise<void> {
  await app.database.write((tx) =>
    insertRole(tx, {
      account_id: testAccount,
      name,
      id: `AROA${name.toUpperCase()}`,
      path: '/',
      created_at: app.clock.now(),
      description: name,
      max_session_seconds: 3600,
      trust_policy: policyOf(describing),
      boundary_policy_id: null,
      tags: '[]',
      last_used_at: null,
      last_used_region: null,
    }),
  );
  await identityOk(app, 'CreatePolicy', { PolicyName: name, PolicyDocument, Tags: tags });
  await identityOk(app, 'CreatePolicyVersion', { ...ofPolicy, PolicyDocument, SetAsDefault: true });
  for (const [noun, holder] of Object.entries(holders)) {
    await identityOk(app, `Put${noun}Policy`, { ...holder, ...ofInline, PolicyDocument });
    await identityOk(app, `Attach${noun}Policy`, { ...holder, ...ofPolicy });
    if (noun === 'Group') continue;
    const PermissionsBoundary = ofPolicy.PolicyArn;
    await identityOk(app, `Put${noun}PermissionsBoundary`, { ...holder, PermissionsBoundary });
  }
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
const holders = { User: { UserName: name }, Group: { GroupName: name }, Role: { RoleName: name } };
type Noun = keyof typeof holders;
const { User: ofUser, Group: ofGroup } = holders;
const PolicyDocument = policyOf(describing);
const ofPolicy = { PolicyArn: `arn:aws:iam::${testAccount}:policy/${name}` };
const ofInline = { PolicyName: name };

/** The operations on the policies of users, groups or roles. */
function policyAttempts(noun: Noun): Record<string, () => Json[]> {
  const holder = holders[noun];
  return {
    [`Put${noun}Policy`]: () => [{ ...holder, ...ofInline, PolicyDocument }],
    [`Get${noun}Policy`]: () => [{ ...holder, ...ofInline }],
    [`List${noun}Policies`]: () => [holder],
    [`Delete${noun}Policy`]: () => [{ ...holder, ...ofInline }],
    [`Attach${noun}Policy`]: () => [{ ...holder, ...ofPolicy }],
    [`Detach${noun}Policy`]: () => [{ ...holder, ...ofPolicy }],
    [`ListAttached${noun}Policies`]: () => [holder],
    ...(noun !== 'Group' && {
      [`Put${noun}PermissionsBoundary`]: () => [
        { ...holder, PermissionsBoundary: ofPolicy.PolicyArn },
      ],
      [`Delete${noun}PermissionsBoundary`]: () => [holder],
    }),
  };
}

/** How each operation is tried on what is another account's; the owner's own call succeeds. */
const attempts: Readonly<Record<string, (keyId: string) => Json[]>> = {
  CreateModelPackageGroup: () => [{ ModelPackageGroupName: `${name}-new`, Tags: tags }],
  DescribeModelPackageGroup: () => groupNames,
  ListModelPackageGroups: () => [
    {},
    { NameContains: name },
    { CrossAccountFilterOption: 'CrossAccount' },
  ],
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
  ...policyAttempts('User'),
  ...policyAttempts('Group'),
  ...policyAttempts('Role'),
  CreatePolicy: () => [{ PolicyName: `${name}-new`, PolicyDocument, Tags: tags }],
  GetPolicy: () => [ofPolicy],
  ListPolicies: () => [{ Scope: 'Local' }, { OnlyAttached: true }],
  DeletePolicy: () => [ofPolicy],
  CreatePolicyVersion: () => [{ ...ofPolicy, PolicyDocument }],
  GetPolicyVersion: () => [{ ...ofPolicy, VersionId: 'v1' }],
  ListPolicyVersions: () => [ofPolicy],
  SetDefaultPolicyVersion: () => [{ ...ofPolicy, VersionId: 'v1' }],
  DeletePolicyVersion: () => [{ ...ofPolicy, VersionId: 'v1' }],
  TagPolicy: () => [{ ...ofPolicy, Tags: [{ Key: 'k', Value: 'v' }] }],
  UntagPolicy: () => [{ ...ofPolicy, TagKeys: [`${name}-key`] }],
  ListPolicyTags: () => [ofPolicy],
  ListEntitiesForPolicy: () => [ofPolicy],
  GetAccountAuthorizationDetails: () => [{}],
  GetAccountSummary: () => [{}],
  ListAccountAliases: () => [{}],
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
    .replaceAll(/AKIA[A-Z2-7]{16}|AIDA\w+|AGPA\w+|ANPA\w+/g, 'ID')
    .replaceAll(/<SecretAccessKey>[^<]*/g, '');
}

const ownTables = [
  'model_package_group',
  'model_package',
  'model_package_name',
  'iam_user',
  'iam_group',
  'iam_group_member',
  'iam_inline_policy',
  'iam_policy',
  'iam_policy_version',
  'iam_attached_policy',
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

  let owned: Owned;
  before(async () => {
    owned = await startOwned();
  });
  after(() => owned.app.close());

  // What a stranger makes is called like the owner's and listed for the stranger: so it comes last.
  const names = Object.keys(attempts).toSorted((a, b) => Number(isMaking(a)) - Number(isMaking(b)));
  for (const operation of names) {
    test(operation, async () => {
      const { app, stranger, keyId } = owned;
      // Of calls that are refused for being too many nothing would be learnt.
      app.clock.advance(60_000);
      const rows = await ownersRows(app);
      for (const input of attempts[operation]!(keyId)) {
        const answer = await call(app, operation, input, stranger);
        const nothing = aboutAbsent(input, keyId);
        const told = await call(app, operation, nothing, stranger);
        assert.doesNotMatch(answer.body, /Throttling/);
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

function isMaking(operation: string): boolean {
  return operation.startsWith('Create');
}

describe('each of these calls reaches something where its owner makes it', () => {
  // What is deleted must be empty: the owner is told so, which is as good.
  const empty = new Set(['DeleteModelPackageGroup', 'DeleteUser', 'DeletePolicy']);
  let shared: Owned;
  before(async () => {
    shared = await startOwned();
  });
  after(() => shared.app.close());

  for (const { contract, effect } of operations) {
    const { operation } = contract;
    test(operation, async (t) => {
      const { app, keyId } = effect === 'read' ? shared : await startOwned();
      if (effect !== 'read') t.after(() => app.close());
      app.clock.advance(60_000);
      const statuses: number[] = [];
      for (const input of attempts[operation]!(keyId)) {
        statuses.push((await call(app, operation, input)).status);
      }
      const wanted = empty.has(operation) ? [400, 409] : [200];
      assert.ok(
        statuses.some((status) => wanted.includes(status)),
        statuses.join(),
      );
    });
  }
});

test("an owner's tokens lead another account nowhere", async (t) => {
  const { app, stranger } = await startOwned();
  t.after(() => app.close());
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
