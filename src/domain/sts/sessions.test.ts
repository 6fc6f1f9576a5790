import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { identityOk, identityRefused } from '../../../tests/support/identity-calls.ts';
import {
  allowing,
  assume,
  credentialsOf,
  makeManagedPolicy,
  makeRole,
  makeUser,
  policyOf,
  putPolicy,
  trusting,
} from '../../../tests/support/identity-scenario.ts';
import type {
  SessionAnswer,
  SessionCredentials,
} from '../../../tests/support/identity-scenario.ts';
import { eventually, newEntries, otherAccount, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import type { SigningCredentials } from '../../server/sigv4-sign.ts';

type Json = Record<string, unknown>;

const RoleArn = `arn:aws:iam::${testAccount}:role/ml/deploy`;
const sessionArn = `arn:aws:sts::${testAccount}:assumed-role/deploy/ci`;
const hour = 3_600_000;
const group = { ModelPackageGroupName: 'Fraud' };

/** A user ana whom the role deploy trusts, which may do everything in SageMaker. */
async function startWithRole(t: TestContext, more: Json = {}) {
  const app = await startApp(t);
  const ana = await makeUser(app, 'ana', allowing('sts:AssumeRole'));
  const policy = allowing('sagemaker:*');
  const role = await makeRole(app, 'deploy', trusting(ana.arn), { Path: '/ml/', policy, ...more });
  return { app, ana, role };
}

function whoAmI(app: TestApp, credentials: SigningCredentials): Promise<Json> {
  return identityOk(app, 'GetCallerIdentity', {}, { credentials });
}

const unknown = {
  status: 400,
  code: 'UnrecognizedClientException',
  message: 'The security token included in the request is invalid.',
};

async function assertUnknown(app: TestApp, credentials: SigningCredentials): Promise<void> {
  assert.deepEqual(await app.refused('ListModelPackageGroups', {}, { credentials }), unknown);
}

/** The reason why a session may not do something. */
async function reason(
  app: TestApp,
  operation: string,
  input: Json,
  credentials: SigningCredentials,
): Promise<string> {
  const { code, message } = await app.refused(operation, input, { credentials });
  assert.equal(code, 'AccessDeniedException', message);
  return message.replace(/^.* (?=because|with an)/, '');
}

test('a session does what its role may, and is told as who did it', async (t) => {
  const { app, ana, role } = await startWithRole(t);
  const credentials = await assume(app, RoleArn, ana.credentials, { SourceIdentity: 'ana' });
  await newEntries(app);
  assert.deepEqual(await whoAmI(app, credentials), {
    UserId: `${role.id}:ci`,
    Account: testAccount,
    Arn: sessionArn,
  });
  await app.ok('CreateModelPackageGroup', group, { credentials });
  const made = await app.ok<{ CreatedBy: unknown }>('DescribeModelPackageGroup', group);
  assert.deepEqual(made.CreatedBy, {
    IamIdentity: { Arn: sessionArn, PrincipalId: `${role.id}:ci`, SourceIdentity: 'ana' },
  });
  const [entry] = (await app.journal()).slice(-1);
  assert.deepEqual(
    [entry!.operation, entry!.principal_arn, entry!.access_key_id, entry!.document['session']],
    [
      'CreateModelPackageGroup',
      sessionArn,
      credentials.accessKeyId,
      {
        issuedAt: Math.floor(app.clock.now() / 1000) * 1000,
        name: 'ci',
        sourceIdentity: 'ana',
        role: { id: role.id, arn: RoleArn, name: 'deploy' },
      },
    ],
  );
  const denied = await identityRefused(app, 'ListUsers', {}, { credentials });
  assert.equal(denied.code, 'AccessDenied');
  assert.match(denied.message, new RegExp(`^User: ${sessionArn} is not authorized`));
});

test('the use of a role is written down, once a minute', async (t) => {
  const { app, ana } = await startWithRole(t);
  const credentials = await assume(app, RoleArn, ana.credentials);
  const shows = (LastUsedDate: string, Region: string) =>
    eventually(async () => {
      const { Role } = await identityOk<{ Role: Json }>(app, 'GetRole', { RoleName: 'deploy' });
      assert.deepEqual(Role['RoleLastUsed'], { LastUsedDate, Region });
    });
  const wireTime = () => new Date(app.clock.now()).toISOString().replace(/\..*/, 'Z');
  const first = wireTime();
  await app.ok('ListModelPackageGroups', {}, { credentials });
  await shows(first, 'eu-west-1');
  app.clock.advance(59_000);
  await app.ok('ListModelPackageGroups', {}, { credentials });
  app.clock.advance(1_000);
  const second = wireTime();
  await app.ok('ListModelPackageGroups', {}, { credentials, region: 'us-east-1' });
  await shows(second, 'us-east-1');
});

describe('what limits a session', () => {
  test('the policy that it was made with', async (t) => {
    const { app, ana } = await startWithRole(t);
    const Policy = allowing('sagemaker:List*', 's3:*');
    const credentials = await assume(app, RoleArn, ana.credentials, { Policy });
    await app.ok('ListModelPackageGroups', {}, { credentials });
    assert.equal(
      await reason(app, 'CreateModelPackageGroup', group, credentials),
      'because no session policy allows the sagemaker:CreateModelPackageGroup action',
    );
    const free = await assume(app, RoleArn, ana.credentials);
    await app.ok('CreateModelPackageGroup', group, { credentials: free });
  });

  test('managed policies; one that is gone allows nothing', async (t) => {
    const { app, ana } = await startWithRole(t);
    const arn = await makeManagedPolicy(app, 'Creating', allowing('sagemaker:Create*'));
    const credentials = await assume(app, RoleArn, ana.credentials, { PolicyArns: [{ arn }] });
    await app.ok('CreateModelPackageGroup', group, { credentials });
    assert.match(await reason(app, 'DeleteModelPackageGroup', group, credentials), /session poli/);
    await identityOk(app, 'DeletePolicy', { PolicyArn: arn });
    const other = { ModelPackageGroupName: 'Other' };
    assert.match(await reason(app, 'CreateModelPackageGroup', other, credentials), /session poli/);
  });

  test('its role’s boundary, from the moment that it is set', async (t) => {
    const { app, ana } = await startWithRole(t);
    const credentials = await assume(app, RoleArn, ana.credentials);
    await app.ok('CreateModelPackageGroup', group, { credentials });
    const PermissionsBoundary = await makeManagedPolicy(app, 'Limit', allowing('sagemaker:List*'));
    const RoleName = RoleArn.slice(RoleArn.lastIndexOf('/') + 1);
    await identityOk(app, 'PutRolePermissionsBoundary', { RoleName, PermissionsBoundary });
    assert.equal(
      await reason(app, 'DeleteModelPackageGroup', group, credentials),
      'because no permissions boundary allows the sagemaker:DeleteModelPackageGroup action',
    );
    await app.ok('ListModelPackageGroups', {}, { credentials });
  });

  test('its role’s policies as they are now', async (t) => {
    const { app, ana } = await startWithRole(t);
    const credentials = await assume(app, RoleArn, ana.credentials);
    await app.ok('CreateModelPackageGroup', group, { credentials });
    const Action = 'sagemaker:Delete*';
    const RoleName = RoleArn.slice(RoleArn.lastIndexOf('/') + 1);
    await putPolicy(app, { RoleName }, policyOf({ Effect: 'Deny', Action, Resource: '*' }));
    assert.equal(
      await reason(app, 'DeleteModelPackageGroup', group, credentials),
      'with an explicit deny in an identity-based policy',
    );
  });

  test('tags: the session’s own before its role’s, whatever the case of their keys', async (t) => {
    const policy = policyOf({
      Action: 'sagemaker:*',
      Resource: testArn(`model-package-group/\${aws:PrincipalTag/team}-*`),
    });
    const Tags = [{ Key: 'Team', Value: 'risk' }];
    const { app, ana } = await startWithRole(t, { policy, Tags });
    const create = (name: string) => ({ ModelPackageGroupName: name });
    const plain = await assume(app, RoleArn, ana.credentials);
    await app.ok('CreateModelPackageGroup', create('risk-1'), { credentials: plain });
    assert.match(
      await reason(app, 'CreateModelPackageGroup', create('fraud-1'), plain),
      /identity/,
    );
    const own = { Tags: [{ Key: 'team', Value: 'fraud' }] };
    const tagged = await assume(app, RoleArn, ana.credentials, own);
    await app.ok('CreateModelPackageGroup', create('fraud-1'), { credentials: tagged });
    assert.match(
      await reason(app, 'CreateModelPackageGroup', create('risk-2'), tagged),
      /identity/,
    );
  });

  test('conditions on how it came about', async (t) => {
    const policy = policyOf({
      Action: 'sagemaker:*',
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:SourceIdentity': 'ana' },
        Bool: { 'aws:MultiFactorAuthPresent': 'false' },
        DateGreaterThan: { 'aws:TokenIssueTime': '2026-03-04T10:00:00Z' },
      },
    });
    const { app, ana } = await startWithRole(t, { policy });
    const early = await assume(app, RoleArn, ana.credentials, { SourceIdentity: 'ana' });
    assert.match(await reason(app, 'ListModelPackageGroups', {}, early), /identity-based/);
    app.clock.advance(hour);
    const late = await assume(app, RoleArn, ana.credentials, { SourceIdentity: 'ana' });
    await app.ok('ListModelPackageGroups', {}, { credentials: late });
    const unnamed = await assume(app, RoleArn, ana.credentials);
    assert.match(await reason(app, 'ListModelPackageGroups', {}, unnamed), /identity-based/);
  });

  test('its tags along a chain of roles', async (t) => {
    const { app, ana } = await startWithRole(t);
    const policy = policyOf({
      Action: 'sagemaker:*',
      Resource: testArn(`model-package-group/\${aws:PrincipalTag/team}`),
    });
    const { arn } = await makeRole(app, 'second', trusting(RoleArn), { policy });
    const given = { Tags: [{ Key: 'team', Value: 'risk' }], TransitiveTagKeys: ['team'] };
    const first = await assume(app, RoleArn, ana.credentials, given);
    const second = await assume(app, arn, first);
    const risk = { ModelPackageGroupName: 'risk' };
    await app.ok('CreateModelPackageGroup', risk, { credentials: second });
    assert.match(await reason(app, 'CreateModelPackageGroup', group, second), /identity-based/);
    const third = await makeRole(app, 'third', trusting(arn), { policy });
    await app.ok('DescribeModelPackageGroup', risk, {
      credentials: await assume(app, third.arn, second),
    });
  });
});

describe('a session ends', () => {
  test('when its time is over', async (t) => {
    const { app, ana } = await startWithRole(t);
    const credentials = await assume(app, RoleArn, ana.credentials, { DurationSeconds: 900 });
    app.clock.advance(900_000 - 1_000);
    await app.ok('ListModelPackageGroups', {}, { credentials });
    app.clock.advance(2_000);
    await newEntries(app);
    assert.deepEqual(await app.refused('ListModelPackageGroups', {}, { credentials }), {
      status: 400,
      code: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
    });
    assert.deepEqual(await identityRefused(app, 'ListUsers', {}, { credentials }), {
      status: 403,
      code: 'ExpiredToken',
      message: 'The security token included in the request is expired',
    });
    assert.deepEqual(await newEntries(app), []);
  });

  test('with its role, even if one of the same name comes after it', async (t) => {
    const { app, ana } = await startWithRole(t, { policy: undefined });
    const credentials = await assume(app, RoleArn, ana.credentials);
    await whoAmI(app, credentials);
    await identityOk(app, 'DeleteRole', { RoleName: 'deploy' });
    await assertUnknown(app, credentials);
    await makeRole(app, 'deploy', trusting(ana.arn), { Path: '/ml/' });
    await assertUnknown(app, credentials);
    await whoAmI(app, await assume(app, RoleArn, ana.credentials));
  });

  test('on other servers a second later, and is known to them from the start', async (t) => {
    const { app, ana } = await startWithRole(t, { policy: undefined });
    const other = await app.beside({});
    const credentials = await assume(app, RoleArn, ana.credentials);
    assert.equal((await whoAmI(other, credentials))['Arn'], sessionArn);
    await identityOk(app, 'DeleteRole', { RoleName: 'deploy' });
    app.clock.advance(1_000);
    await assertUnknown(other, credentials);
  });
});

describe('is not known', () => {
  const forgeries: [string, (own: SessionCredentials) => SigningCredentials][] = [
    ['a temporary key without its token', ({ sessionToken: _, ...rest }) => rest],
    ['a token that is none', (own) => ({ ...own, sessionToken: 'FwoGZXIvYXdzE' })],
    ['an empty token', (own) => ({ ...own, sessionToken: '' })],
    [
      'a token with a character changed',
      (own) => ({
        ...own,
        sessionToken: own.sessionToken.replace(/.{9}$/, (end) =>
          end.startsWith('A') ? `B${end.slice(1)}` : `A${end.slice(1)}`,
        ),
      }),
    ],
    ['a token with more at its end', (own) => ({ ...own, sessionToken: `${own.sessionToken}A` })],
    [
      'a token under another encryption key',
      (own) => ({ ...own, sessionToken: own.sessionToken.replace(/^.{16}/, '0'.repeat(16)) }),
    ],
    ['a token beyond all bounds', (own) => ({ ...own, sessionToken: 'A'.repeat(20_000) })],
    ['another key’s id', (own) => ({ ...own, accessKeyId: 'ASIAAAAAAAAAAAAAAAAA' })],
  ];
  for (const [what, forge] of forgeries) {
    for (const isKnown of [false, true]) {
      test(`${what}${isKnown ? ', while the session is in use' : ''}`, async (t) => {
        const { app, ana } = await startWithRole(t);
        const credentials = await assume(app, RoleArn, ana.credentials);
        if (isKnown) await whoAmI(app, credentials);
        await newEntries(app);
        await assertUnknown(app, forge(credentials));
        assert.deepEqual(await newEntries(app), []);
        await whoAmI(app, credentials);
      });
    }
  }

  test('a long-lived key with a token, be it a good one', async (t) => {
    const { app, ana } = await startWithRole(t);
    const { sessionToken } = await assume(app, RoleArn, ana.credentials);
    await assertUnknown(app, { ...ana.credentials, sessionToken });
    await assertUnknown(app, { ...app.app.rootAccessKey, sessionToken });
  });

  test('a session with another’s secret', async (t) => {
    const { app, ana } = await startWithRole(t);
    const one = await assume(app, RoleArn, ana.credentials);
    const { secretAccessKey } = await assume(app, RoleArn, ana.credentials);
    const credentials = { ...one, secretAccessKey };
    const { code } = await app.refused('ListModelPackageGroups', {}, { credentials });
    assert.equal(code, 'InvalidSignatureException');
  });

  test('a session of a role that another registry has, be its encryption key the same', async (t) => {
    const { app, ana } = await startWithRole(t);
    const elsewhere = await startApp(t);
    await makeUser(elsewhere, 'ana');
    await assertUnknown(elsewhere, await assume(app, RoleArn, ana.credentials));
  });
});

describe('GetSessionToken', () => {
  async function tokenOf(app: TestApp, credentials: SigningCredentials, input: Json = {}) {
    return identityOk<SessionAnswer>(app, 'GetSessionToken', input, { credentials });
  }

  test('gives a user credentials that end, without a permission', async (t) => {
    const app = await startApp(t);
    const bob = await makeUser(app, 'bob');
    await makeRole(app, 'deploy', trusting(bob.arn), { Path: '/ml/' });
    await newEntries(app);
    const answer = await tokenOf(app, bob.credentials);
    const { AccessKeyId, Expiration } = answer.Credentials;
    assert.equal(Expiration, '2026-03-04T21:15:27Z');
    assert.deepEqual(await newEntries(app), [
      {
        operation: 'GetSessionToken',
        resource: bob.arn,
        request: {},
        after: { Credentials: { AccessKeyId, Expiration: Date.parse(Expiration) } },
      },
    ]);
    const credentials = credentialsOf(answer);
    assert.equal((await whoAmI(app, credentials))['Arn'], bob.arn);
    assert.match(await reason(app, 'ListModelPackageGroups', {}, credentials), /identity-based/);
    const [entry] = (await app.journal()).slice(-1);
    assert.deepEqual(entry!.document['session'], {
      issuedAt: Date.parse('2026-03-04T09:15:27Z'),
    });
    await putPolicy(app, { UserName: 'bob' }, allowing('*'));
    await app.ok('ListModelPackageGroups', {}, { credentials });
    await assume(app, RoleArn, credentials);
    const invalid = { status: 403, code: 'InvalidClientTokenId', message: unknown.message };
    assert.deepEqual(await identityRefused(app, 'ListUsers', {}, { credentials }), invalid);
    const again = await identityRefused(app, 'GetSessionToken', {}, { credentials });
    assert.equal(again.message, 'Cannot call GetSessionToken with session credentials');
    app.clock.advance(12 * hour);
    const { code } = await app.refused('ListModelPackageGroups', {}, { credentials });
    assert.equal(code, 'ExpiredTokenException');
  });

  test('gives root an hour at most, and only where its key is root’s', async (t) => {
    const app = await startApp(t);
    const input = { DurationSeconds: 7200 };
    const answer = await tokenOf(app, app.app.rootAccessKey, input);
    assert.equal(answer.Credentials.Expiration, '2026-03-04T10:15:27Z');
    const credentials = credentialsOf(answer);
    await app.ok('CreateModelPackageGroup', group, { credentials });
    const renewed = await app.beside({});
    await assertUnknown(renewed, credentials);
    assert.equal((await whoAmI(app, credentials))['Account'], testAccount);
  });

  test('ends with its user', async (t) => {
    const app = await startApp(t);
    const bob = await makeUser(app, 'bob');
    const credentials = credentialsOf(await tokenOf(app, bob.credentials));
    await whoAmI(app, credentials);
    const { accessKeyId: AccessKeyId } = bob.credentials;
    await identityOk(app, 'DeleteAccessKey', { UserName: 'bob', AccessKeyId });
    await whoAmI(app, credentials);
    await identityOk(app, 'DeleteUser', { UserName: 'bob' });
    await assertUnknown(app, credentials);
  });

  test('is not for sessions of roles, nor for a second factor', async (t) => {
    const { app, ana } = await startWithRole(t);
    const credentials = await assume(app, RoleArn, ana.credentials);
    const refused = await identityRefused(app, 'GetSessionToken', {}, { credentials });
    assert.deepEqual(
      [refused.code, refused.message],
      ['AccessDenied', 'Cannot call GetSessionToken with session credentials'],
    );
    const factor = await identityRefused(app, 'GetSessionToken', { TokenCode: '123456' });
    assert.match(factor.message, /^MultiFactorAuthentication failed/);
  });
});

test('GetAccessKeyInfo tells whose account a key is of', async (t) => {
  const { app, ana } = await startWithRole(t);
  const other = await app.beside({ accountId: otherAccount });
  const account = async (AccessKeyId: string, credentials?: SigningCredentials) =>
    identityOk(other, 'GetAccessKeyInfo', { AccessKeyId }, credentials && { credentials });
  assert.deepEqual(await account(ana.credentials.accessKeyId), { Account: testAccount });
  assert.deepEqual(await account(other.app.rootAccessKey.accessKeyId), { Account: otherAccount });
  const AccessKeyId = 'AKIAAAAAAAAAAAAAAAAA';
  assert.deepEqual(await identityRefused(app, 'GetAccessKeyInfo', { AccessKeyId }), {
    status: 400,
    code: 'ValidationError',
    message: `The access key ${AccessKeyId} is not known.`,
  });
});
