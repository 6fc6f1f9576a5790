import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  identityOk,
  identityRefused,
  newUser,
  policyOf,
} from '../../../tests/support/identity-calls.ts';
import type { CalledAs } from '../../../tests/support/identity-calls.ts';
import { newEntries, startApp } from '../../../tests/support/scenario.ts';
import { testAccount } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';

type Json = Record<string, unknown>;

const iam = (resource: string) => `arn:aws:iam::${testAccount}:${resource}`;
const allow = (Action: string | string[], Resource: string, Condition: Json = {}) => ({
  ...{ Effect: 'Allow', Action, Resource, Condition },
});

/** A registry whose user boss manages IAM as far as these statements say. */
async function startWithBoss(
  t: TestContext,
  ...statements: readonly object[]
): Promise<{ app: TestApp; boss: CalledAs }> {
  const app = await startApp(t);
  return { app, boss: { credentials: await newUser(app, 'boss', ...statements) } };
}

/** Refused for want of a policy that allows the action on the resource. */
async function assertDenied(
  app: TestApp,
  [operation, input, as]: [operation: string, input: Json, as: CalledAs],
  resource: string,
): Promise<void> {
  assert.deepEqual(await identityRefused(app, operation, input, as), {
    status: 403,
    code: 'AccessDenied',
    message:
      `User: ${iam('user/boss')} is not authorized to perform: iam:${operation} on resource: ` +
      `${resource} because no identity-based policy allows the iam:${operation} action`,
  });
}

test('who renames or moves a user or a group needs leave for the new ARN too', async (t) => {
  const { app, boss } = await startWithBoss(
    t,
    allow('iam:*', iam('user/lab/*')),
    allow('iam:*', iam('group/lab/*')),
  );
  await identityOk(app, 'CreateUser', { UserName: 'ana', Path: '/lab/' }, boss);
  await identityOk(app, 'CreateGroup', { GroupName: 'team', Path: '/lab/' }, boss);
  const user = { UserName: 'ana', NewUserName: 'chief', NewPath: '/board/' };
  await assertDenied(app, ['UpdateUser', user, boss], iam('user/board/chief'));
  const group = { GroupName: 'team', NewPath: '/board/' };
  await assertDenied(app, ['UpdateGroup', group, boss], iam('group/board/team'));
  await identityOk(app, 'UpdateUser', { UserName: 'ana', NewPath: '/lab/b/' }, boss);
  await identityOk(app, 'UpdateGroup', { GroupName: 'team', NewGroupName: 'crew' }, boss);
});

test('rights go by the path that a user has, not by the one that a caller might expect', async (t) => {
  const { app, boss } = await startWithBoss(t, allow('iam:*', iam('user/lab/*')));
  const lab = { UserName: 'ana', Path: '/lab/' };
  await identityOk(app, 'CreateUser', lab, boss);
  await assertDenied(app, ['CreateUser', { UserName: 'bob' }, boss], iam('user/bob'));
  await identityOk(app, 'CreateUser', { UserName: 'bob' });
  const calls: [operation: string, input: Json][] = [
    ['GetUser', {}],
    ['CreateAccessKey', {}],
    ['ListAccessKeys', {}],
    ['TagUser', { Tags: [] }],
    ['ListGroupsForUser', {}],
    ['ListUserPolicies', {}],
  ];
  for (const [operation, input] of calls) {
    await identityOk(app, operation, { UserName: 'ana', ...input }, boss);
    const other = { UserName: 'bob', ...input };
    await assertDenied(app, [operation, other, boss], iam('user/bob'));
  }
  await newEntries(app);
  await assertDenied(app, ['DeleteUser', { UserName: 'BOB' }, boss], iam('user/bob'));
  const [entry] = await newEntries(app);
  assert.equal(entry?.resource, iam('user/bob'));
  await assertDenied(app, ['DeleteUser', { UserName: 'nobody' }, boss], iam('user/nobody'));
});

test('rights go by the path of a group and of a policy', async (t) => {
  const { app, boss } = await startWithBoss(
    t,
    allow('iam:*', iam('group/lab/*')),
    allow('iam:*', iam('policy/lab/*')),
  );
  const PolicyDocument = policyOf(allow('sagemaker:List*', '*'));
  const lab = { PolicyName: 'Read', Path: '/lab/', PolicyDocument };
  await identityOk(app, 'CreatePolicy', lab, boss);
  await identityOk(app, 'CreateGroup', { GroupName: 'risk', Path: '/lab/' }, boss);
  await identityOk(app, 'CreateGroup', { GroupName: 'ops' });
  const PolicyArn = iam('policy/lab/Read');
  await identityOk(app, 'AttachGroupPolicy', { GroupName: 'risk', PolicyArn }, boss);
  const attach = { GroupName: 'ops', PolicyArn };
  await assertDenied(app, ['AttachGroupPolicy', attach, boss], iam('group/ops'));
  await identityOk(app, 'GetPolicy', { PolicyArn }, boss);
  const other = iam('policy/Read');
  await assertDenied(app, ['DeletePolicy', { PolicyArn: other }, boss], other);
});

test('who may attach some policies only, and to users with a boundary only', async (t) => {
  const bound = iam('policy/Bound');
  const readOnly = 'arn:aws:iam::aws:policy/AmazonSageMakerReadOnly';
  const bounded = { StringEquals: { 'iam:PermissionsBoundary': bound } };
  const { app, boss } = await startWithBoss(
    t,
    allow(['iam:CreateUser', 'iam:PutUserPolicy'], '*', bounded),
    allow('iam:AttachUserPolicy', '*', { ArnEquals: { 'iam:PolicyARN': readOnly }, ...bounded }),
  );
  const PolicyDocument = policyOf(allow('sagemaker:*', '*'));
  await identityOk(app, 'CreatePolicy', { PolicyName: 'Bound', PolicyDocument });
  await identityOk(app, 'CreateUser', { UserName: 'free' });
  await assertDenied(app, ['CreateUser', { UserName: 'ana' }, boss], iam('user/ana'));
  const create = { UserName: 'ana', PermissionsBoundary: bound };
  await identityOk(app, 'CreateUser', create, boss);
  const inline = { PolicyName: 'p', PolicyDocument };
  await identityOk(app, 'PutUserPolicy', { UserName: 'ana', ...inline }, boss);
  const put = { UserName: 'free', ...inline };
  await assertDenied(app, ['PutUserPolicy', put, boss], iam('user/free'));
  await identityOk(app, 'AttachUserPolicy', { UserName: 'ana', PolicyArn: readOnly }, boss);
  const admin = { UserName: 'ana', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' };
  await assertDenied(app, ['AttachUserPolicy', admin, boss], iam('user/ana'));
  const free = { UserName: 'free', PolicyArn: readOnly };
  await assertDenied(app, ['AttachUserPolicy', free, boss], iam('user/free'));
});

test('who may make and change what bears the tag of a team', async (t) => {
  const { app, boss } = await startWithBoss(
    t,
    allow(['iam:CreateUser', 'iam:TagUser'], '*', {
      StringEquals: { 'aws:RequestTag/team': 'risk' },
    }),
    allow('iam:DeleteUser', '*', { StringEquals: { 'aws:ResourceTag/team': 'risk' } }),
    allow('iam:DeletePolicy', '*', { StringEquals: { 'iam:ResourceTag/team': 'risk' } }),
  );
  const tagged = (team: string) => ({ Tags: [{ Key: 'team', Value: team }] });
  await identityOk(app, 'CreateUser', { UserName: 'ana', ...tagged('risk') }, boss);
  const ops = { UserName: 'bob', ...tagged('ops') };
  await assertDenied(app, ['CreateUser', ops, boss], iam('user/bob'));
  await identityOk(app, 'CreateUser', ops);
  await identityOk(app, 'DeleteUser', { UserName: 'ana' }, boss);
  await assertDenied(app, ['DeleteUser', { UserName: 'bob' }, boss], iam('user/bob'));
  const PolicyDocument = policyOf(allow('sagemaker:*', '*'));
  for (const team of ['risk', 'ops']) {
    await identityOk(app, 'CreatePolicy', { PolicyName: team, PolicyDocument, ...tagged(team) });
  }
  await identityOk(app, 'DeletePolicy', { PolicyArn: iam('policy/risk') }, boss);
  const other = iam('policy/ops');
  await assertDenied(app, ['DeletePolicy', { PolicyArn: other }, boss], other);
});

test('a user manages its own keys where policies name the caller', async (t) => {
  const own = iam(`user/\${aws:username}`);
  const { app, boss } = await startWithBoss(t, allow('iam:*AccessKey*', own));
  const { AccessKey } = await identityOk<{ AccessKey: Json }>(app, 'CreateAccessKey', {}, boss);
  assert.equal(AccessKey['UserName'], 'boss');
  await identityOk(app, 'CreateUser', { UserName: 'ana' });
  const other = { UserName: 'ana' };
  await assertDenied(app, ['CreateAccessKey', other, boss], iam('user/ana'));
});

test('who creates a user, a role or a policy with tags needs leave to tag it', async (t) => {
  const creates = allow(['iam:CreateUser', 'iam:CreateRole', 'iam:CreatePolicy'], '*');
  const team = { StringEquals: { 'aws:RequestTag/team': 'risk' } };
  const { app, boss } = await startWithBoss(t, creates, allow('iam:Tag*', '*', team));
  const PolicyDocument = policyOf(allow('sagemaker:*', '*'));
  const AssumeRolePolicyDocument = policyOf({
    ...{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: testAccount } },
  });
  const calls: [kind: string, input: Json, resource: string][] = [
    ['User', { UserName: 'ana' }, 'user/ana'],
    ['Role', { RoleName: 'deploy', AssumeRolePolicyDocument }, 'role/deploy'],
    ['Policy', { PolicyName: 'all', PolicyDocument }, 'policy/all'],
  ];
  for (const [kind, input, resource] of calls) {
    const tagged = (Value: string) => ({ ...input, Tags: [{ Key: 'team', Value }] });
    const refused = await identityRefused(app, `Create${kind}`, tagged('ops'), boss);
    assert.match(
      refused.message,
      new RegExp(` perform: iam:Tag${kind} on resource: .*${resource} `),
    );
    await identityOk(app, `Create${kind}`, tagged('risk'), boss);
  }
  await identityOk(app, 'CreateUser', { UserName: 'bob' }, boss);
});
