import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  identityOk,
  identityRefused,
  readDocument,
} from '../../../tests/support/identity-calls.ts';
import {
  allowing,
  assume,
  makeRole,
  makeUser,
  policyOf,
  trusting,
} from '../../../tests/support/identity-scenario.ts';
import { newEntries, otherAccount, rowsOf, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';

type Json = Record<string, unknown>;

const RoleName = 'deploy';
const deployArn = `arn:aws:iam::${testAccount}:role/${RoleName}`;
const group = { ModelPackageGroupName: 'Fraud' };
const groupArn = testArn('model-package-group/Fraud');

function groupPolicy(AWS: string | string[], more: Json = {}): string {
  const Action = 'sagemaker:DescribeModelPackageGroup';
  return policyOf({ Principal: { AWS }, Action, Resource: groupArn, ...more });
}

/** Deletes a user and makes another of the same name; answers the credentials of that one. */
async function replaceUser(app: TestApp, UserName: string, as = {}) {
  const { AccessKeyMetadata: keys } = await identityOk<{
    AccessKeyMetadata: { AccessKeyId: string }[];
  }>(app, 'ListAccessKeys', { UserName }, as);
  for (const { AccessKeyId } of keys) {
    await identityOk(app, 'DeleteAccessKey', { UserName, AccessKeyId }, as);
  }
  await identityOk(app, 'DeleteUser', { UserName }, as);
  return makeUser(app, UserName, undefined, as);
}

/** Whom the role trusts, as GetRole tells it. */
async function trusted(app: TestApp): Promise<unknown> {
  const { Role } = await identityOk<{ Role: Json }>(app, 'GetRole', { RoleName });
  const { Statement } = readDocument(Role['AssumeRolePolicyDocument']) as { Statement: Json };
  return (Statement['Principal'] as Json)['AWS'];
}

/** Whom the group's policy names, as GetModelPackageGroupPolicy tells it. */
async function letIn(app: TestApp): Promise<unknown> {
  const { ResourcePolicy } = await app.ok<{ ResourcePolicy: string }>(
    'GetModelPackageGroupPolicy',
    group,
  );
  const { Statement } = JSON.parse(ResourcePolicy) as { Statement: { Principal: Json } };
  return Statement.Principal['AWS'];
}

async function startWithGroup(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', group);
  return app;
}

describe('who comes back under a name is somebody else', () => {
  test('a user whom a role trusted', async (t) => {
    const app = await startApp(t);
    const ana = await makeUser(app, 'ana');
    await makeRole(app, RoleName, trusting(ana.arn));
    assert.equal(await trusted(app), ana.arn);
    await assume(app, deployArn, ana.credentials);

    const { credentials } = await replaceUser(app, 'ana');
    const input = { RoleArn: deployArn, RoleSessionName: 'ci' };
    const { code } = await identityRefused(app, 'AssumeRole', input, { credentials });
    assert.equal(code, 'AccessDenied');
    assert.equal(await trusted(app), ana.id);
  });

  test('a role, and a session of one', async (t) => {
    const app = await startWithGroup(t);
    const ana = await makeUser(app, 'ana', allowing('sts:AssumeRole'));
    const role = await makeRole(app, RoleName, trusting(testAccount), { Path: '/ci/' });
    const session = `arn:aws:sts::${testAccount}:assumed-role/${RoleName}/ci`;
    const named = [role.arn, session];
    for (const [index, arn] of named.entries()) {
      const ResourcePolicy = groupPolicy(arn);
      await app.ok('PutModelPackageGroupPolicy', { ...group, ResourcePolicy });
      assert.equal(await letIn(app), arn, String(index));
      const credentials = await assume(app, role.arn, ana.credentials);
      await app.ok('DescribeModelPackageGroup', group, { credentials });
    }
    await identityOk(app, 'DeleteRole', { RoleName });
    const again = await makeRole(app, RoleName, trusting(testAccount), { Path: '/ci/' });
    assert.equal(again.arn, role.arn);
    const credentials = await assume(app, again.arn, ana.credentials);
    const { code } = await app.refused('DescribeModelPackageGroup', group, { credentials });
    assert.equal(code, 'AccessDeniedException');
    assert.equal(await letIn(app), `${role.id}:ci`);
  });

  test('whom a policy denied is not the one who comes back', async (t) => {
    const app = await startWithGroup(t);
    const ana = await makeUser(app, 'ana', allowing('sagemaker:*'));
    const ResourcePolicy = groupPolicy(ana.arn, { Effect: 'Deny' });
    await app.ok('PutModelPackageGroupPolicy', { ...group, ResourcePolicy });
    await app.refused('DescribeModelPackageGroup', group, ana);
    await identityOk(app, 'DeleteUserPolicy', { UserName: 'ana', PolicyName: 'own' });
    const { credentials } = await replaceUser(app, 'ana');
    const { message } = await app.refused('DescribeModelPackageGroup', group, { credentials });
    assert.match(message, /no identity-based policy allows/);
  });

  test('a user of another account', async (t) => {
    const app = await startWithGroup(t);
    const { RootAccessKey: key } = await app.ok<{
      RootAccessKey: { AccessKeyId: string; SecretAccessKey: string };
    }>('CreateAccount', { AccountId: otherAccount, Name: 'risk' }, { service: 'imprimatur' });
    const root = { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
    const as = { credentials: root };
    const bob = await makeUser(app, 'bob', allowing('sagemaker:*'), as);
    const ResourcePolicy = groupPolicy(bob.arn);
    await app.ok('PutModelPackageGroupPolicy', { ...group, ResourcePolicy });
    const [shared] = await rowsOf(app, 'shared_group');
    assert.equal(shared!['account_id'], otherAccount);
    const byArn = { ModelPackageGroupName: groupArn };
    await app.ok('DescribeModelPackageGroup', byArn, bob);
    const { Statement } = JSON.parse(allowing('sagemaker:*')) as { Statement: Json };
    await identityOk(app, 'DeleteUserPolicy', { UserName: 'bob', PolicyName: 'own' }, as);
    const { credentials } = await replaceUser(app, 'bob', as);
    const PolicyDocument = policyOf(Statement);
    const own = { UserName: 'bob', PolicyName: 'own', PolicyDocument };
    await identityOk(app, 'PutUserPolicy', own, as);
    const { code } = await app.refused('DescribeModelPackageGroup', byArn, { credentials });
    assert.equal(code, 'AccessDeniedException');
    assert.equal(await letIn(app), bob.id);
  });
});

test('a user who is renamed stays the one who is trusted', async (t) => {
  const app = await startApp(t);
  const ana = await makeUser(app, 'ana');
  await makeRole(app, RoleName, trusting(ana.arn));
  await identityOk(app, 'UpdateUser', { UserName: 'ana', NewUserName: 'anna' });
  assert.equal(await trusted(app), ana.arn.replace(/ana$/, 'anna'));
  await assume(app, deployArn, ana.credentials);
  await makeUser(app, 'ana');
  assert.equal(await trusted(app), ana.arn.replace(/ana$/, 'anna'));
});

test('but for principals a policy stays as it was written, and is told so everywhere', async (t) => {
  const app = await startWithGroup(t);
  const ana = await makeUser(app, 'ana');
  const text = `{ "Version" : "2012-10-17",
    "Statement": [{ "Effect": "Deny", "Principal": { "AWS": [ "${otherAccount}", "${ana.arn}" ] },
      "Action": "sagemaker:DescribeModelPackageGroup", "Resource": "${groupArn}",
      "Condition": { "ArnLike": { "aws:PrincipalArn": "${ana.arn}" } } },
      {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::${testAccount}:user\\/ana"},
      "Action":"sagemaker:*","Resource":"${groupArn}"}]}`;
  await newEntries(app);
  await app.ok('PutModelPackageGroupPolicy', { ...group, ResourcePolicy: text });
  const [row] = await rowsOf(app, 'model_package_group');
  const kept = `${testAccount}:${ana.id}`;
  const stored = text
    .replace(`"${ana.arn}" ]`, `"${kept}" ]`)
    .replace(`"arn:aws:iam::${testAccount}:user\\/ana"`, `"${kept}"`);
  assert.equal(row!['policy'], stored);
  const [entry] = await newEntries(app);
  assert.deepEqual(entry!.request, { ...group, ResourcePolicy: text });
  assert.deepEqual(entry!.after, { ResourcePolicy: stored });

  const shown = text.replace('user\\/ana', 'user/ana');
  const answer = await app.ok('GetModelPackageGroupPolicy', group);
  assert.deepEqual(answer, { ResourcePolicy: shown });
  const then = { ...group, AsOfSequence: 1_000 };
  const past = await app.ok<{ ResourcePolicy: string }>('DescribeModelPackageGroupAsOf', then, {
    service: 'imprimatur',
  });
  assert.equal(past.ResourcePolicy, shown);
});

describe('who is not there cannot be named', () => {
  const userArn = (name: string) => `arn:aws:iam::${testAccount}:user/${name}`;
  const strangers = [
    userArn('nobody'),
    userArn('Ana'),
    userArn('lab/ana'),
    userArn('ana').replace('arn:aws:', 'arn:aws-cn:'),
    `arn:aws:iam::${testAccount}:role/ana`,
    `arn:aws:sts::${testAccount}:assumed-role/nobody/ci`,
    `arn:aws:iam::${otherAccount}:user/ana`,
    'AIDAQQQQQQQQQQQQQQQQQ',
    'AROAQQQQQQQQQQQQQQQQQ:ci',
    `${testAccount}:AIDAQQQQQQQQQQQQQQQQQ`,
  ];
  for (const stranger of strangers) {
    test(stranger, async (t) => {
      const app = await startWithGroup(t);
      await makeUser(app, 'ana');
      const reason = `Invalid principal in policy: "AWS":"${stranger}"`;
      const refusal = { status: 400, code: 'MalformedPolicyDocument', message: reason };
      const AssumeRolePolicyDocument = trusting([testAccount, stranger]);
      const role = { RoleName, AssumeRolePolicyDocument };
      assert.deepEqual(await identityRefused(app, 'CreateRole', role), refusal);
      await makeRole(app, RoleName, trusting(testAccount));
      const update = { RoleName, PolicyDocument: AssumeRolePolicyDocument };
      assert.deepEqual(await identityRefused(app, 'UpdateAssumeRolePolicy', update), refusal);
      const ResourcePolicy = groupPolicy(stranger);
      const { message } = await app.refused('PutModelPackageGroupPolicy', {
        ...group,
        ResourcePolicy,
      });
      assert.equal(message, `Invalid policy provided: ${reason}`);
    });
  }
});

test('a policy with a unique id may be put again while that one lives', async (t) => {
  const app = await startApp(t);
  const ana = await makeUser(app, 'ana');
  await makeRole(app, RoleName, trusting(ana.id));
  assert.equal(await trusted(app), ana.arn);
  await assume(app, deployArn, ana.credentials);
  const { Roles } = await identityOk<{ Roles: Json[] }>(app, 'ListRoles');
  assert.deepEqual(
    Roles.map((role) => readDocument(role['AssumeRolePolicyDocument'])),
    [JSON.parse(trusting(ana.arn))],
  );
  const { RoleDetailList: details } = await identityOk<{ RoleDetailList: Json[] }>(
    app,
    'GetAccountAuthorizationDetails',
  );
  const [detail] = details;
  const document = readDocument(detail!['AssumeRolePolicyDocument']);
  assert.deepEqual(document, JSON.parse(trusting(ana.arn)));
});
