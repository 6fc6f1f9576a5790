import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { identityOk, identityRefused } from '../../../tests/support/identity-calls.ts';
import {
  allowing,
  assume,
  makeManagedPolicy,
  makeRole,
  makeUser,
  policyOf,
  trusting,
} from '../../../tests/support/identity-scenario.ts';
import type { SessionAnswer } from '../../../tests/support/identity-scenario.ts';
import { newEntries, otherAccount, rowsOf, startApp } from '../../../tests/support/scenario.ts';
import { testAccount } from '../../../tests/support/test-app.ts';
import type { RefusedCall, TestApp } from '../../../tests/support/test-app.ts';
import { readIdentityRevision } from '../access/identity-revision-store.ts';

type Json = Record<string, unknown>;
type User = Awaited<ReturnType<typeof makeUser>>;

const roleArn = (name: string, account = testAccount) => `arn:aws:iam::${account}:role/${name}`;
const userArn = (name: string) => `arn:aws:iam::${testAccount}:user/${name}`;

/** A user ana, whom the role deploy names, and who may assume whatever trusts the account. */
async function startWithAna(t: TestContext): Promise<{ app: TestApp; ana: User }> {
  const app = await startApp(t);
  const ana = await makeUser(app, 'ana', allowing('sts:*'));
  await makeRole(app, 'deploy', trusting(ana.arn), { MaxSessionDuration: 7200 });
  await newEntries(app);
  return { app, ana };
}

function refused(app: TestApp, { credentials }: User, input: Json): Promise<RefusedCall> {
  const whole = { RoleArn: roleArn('deploy'), RoleSessionName: 'ci', ...input };
  return identityRefused(app, 'AssumeRole', whole, { credentials });
}

function denied(arn: string, resource: string, action = 'sts:AssumeRole'): RefusedCall {
  const message = `User: ${arn} is not authorized to perform: ${action} on resource: ${resource}`;
  return { status: 403, code: 'AccessDenied', message };
}

test('a session is made and journaled without its secrets; no row is kept', async (t) => {
  const { app, ana } = await startWithAna(t);
  const [role] = await rowsOf(app, 'iam_role');
  const before = await app.database.read(readIdentityRevision);
  const input = { RoleArn: roleArn('deploy'), RoleSessionName: 'ana@lab', ExternalId: 'x-1' };
  const { credentials } = ana;
  const answer = await identityOk<SessionAnswer & Json>(app, 'AssumeRole', input, { credentials });
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials;
  assert.match(AccessKeyId, /^ASIA[A-Z2-7]{16}$/);
  assert.equal(SecretAccessKey.length, 40);
  assert.match(SessionToken, /^[\w.-]{1,1024}$/);
  assert.equal(Expiration, '2026-03-04T10:15:27Z');
  const user = {
    AssumedRoleId: `${String(role!['id'])}:ana@lab`,
    Arn: `arn:aws:sts::${testAccount}:assumed-role/deploy/ana@lab`,
  };
  assert.deepEqual(answer, { Credentials: answer.Credentials, AssumedRoleUser: user });
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'AssumeRole',
      resource: roleArn('deploy'),
      request: input,
      after: {
        Credentials: { AccessKeyId, Expiration: Date.parse(Expiration) },
        AssumedRoleUser: user,
      },
    },
  ]);
  const kept = JSON.stringify([await app.journal(), await rowsOf(app, 'access_key')]);
  assert.ok(!kept.includes(SecretAccessKey) && !kept.includes(SessionToken));
  assert.equal(await app.database.read(readIdentityRevision), before);
});

describe('is refused', () => {
  const invalid = (message: string, code = 'ValidationError') => ({ status: 400, code, message });
  const tag = (Key: string, Value = '') => ({ Key, Value });
  const base = { status: 400 };
  const refusals: [string, Json, RefusedCall][] = [
    [
      'a name that is no ARN',
      { RoleArn: 'role/deploy-to-production' },
      invalid('role/deploy-to-production is invalid'),
    ],
    ['the ARN of a user', { RoleArn: userArn('ana') }, invalid(`${userArn('ana')} is invalid`)],
    [
      'a role that is not there',
      { RoleArn: roleArn('none') },
      denied(userArn('ana'), roleArn('none')),
    ],
    [
      'a role in another spelling',
      { RoleArn: roleArn('Deploy') },
      denied(userArn('ana'), roleArn('Deploy')),
    ],
    [
      'a role under another path',
      { RoleArn: roleArn('x/deploy') },
      denied(userArn('ana'), roleArn('x/deploy')),
    ],
    [
      'a session longer than the role has any',
      { DurationSeconds: 7201 },
      invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'),
    ],
    [
      'a transitive tag that is none',
      { Tags: [tag('a')], TransitiveTagKeys: ['b'] },
      invalid(
        'The specified transitive tag key must be included in the requested tags.',
        'InvalidParameterValue',
      ),
    ],
    [
      'tags of one key',
      { Tags: [tag('a'), tag('A')] },
      invalid(
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
        'InvalidParameterValue',
      ),
    ],
    [
      'a policy that is none',
      { Policy: '{"Version":"2012-10-17"}' },
      {
        ...base,
        code: 'MalformedPolicyDocument',
        message: 'Syntax errors in policy.',
      },
    ],
    [
      'a policy that is too large',
      {
        Policy: policyOf({
          Action: 's3:*',
          Resource: `arn:aws:s3:::${'x'.repeat(4000)}`,
        }),
      },
      {
        ...base,
        code: 'PackedPolicyTooLarge',
        message: 'Packed policy consumes 201% of allotted space, please use smaller policy.',
      },
    ],
    [
      'a managed policy that is not there',
      {
        PolicyArns: [{ arn: `arn:aws:iam::${testAccount}:policy/none` }],
      },
      invalid(
        `The session policy arn:aws:iam::${testAccount}:policy/none is no managed policy of the ` +
          `account ${testAccount}.`,
      ),
    ],
    [
      'a second factor',
      { SerialNumber: `${userArn('ana')}-mfa`, TokenCode: '123456' },
      {
        status: 403,
        code: 'AccessDenied',
        message:
          'MultiFactorAuthentication failed, unable to validate MFA code. Please verify your MFA ' +
          'serial number is valid and associated with this user.',
      },
    ],
    [
      'a context of another provider',
      {
        ProvidedContexts: [{ ProviderArn: roleArn('provider'), ContextAssertion: 'abcd' }],
      },
      invalid('ProvidedContexts is not supported: there is no provider of contexts here.'),
    ],
  ];
  for (const [what, input, expected] of refusals) {
    test(what, async (t) => {
      const { app, ana } = await startWithAna(t);
      assert.deepEqual(await refused(app, ana, input), expected);
      const entries = await newEntries(app);
      assert.deepEqual(
        entries.map(({ operation, error, after }) => [operation, error, after]),
        [['AssumeRole', `${expected.code}: ${expected.message}`, undefined]],
      );
    });
  }

  test('tags that fill more than their room', async (t) => {
    const { app, ana } = await startWithAna(t);
    // What looks random cannot be packed.
    const noise = (n: number) =>
      hash('sha512', `${n}`, 'base64') + hash('sha512', `${n}x`, 'base64');
    const Tags = Array.from({ length: 50 }, (_, n) => tag(`k${n}`, noise(n)));
    const { code, message } = await refused(app, ana, { Tags });
    assert.equal(code, 'PackedPolicyTooLarge', message);
    assert.match(message, /^Packed size of session tags consumes 1\d\d% of allotted space\.$/);
  });

  test('root', async (t) => {
    const { app } = await startWithAna(t);
    const input = { RoleArn: roleArn('deploy'), RoleSessionName: 'root' };
    assert.deepEqual(await identityRefused(app, 'AssumeRole', input), {
      status: 403,
      code: 'AccessDenied',
      message: 'Roles may not be assumed by root accounts.',
    });
    const [entry] = await newEntries(app);
    assert.equal(entry!.resource, roleArn('deploy'));
  });
});

describe('trust', () => {
  test('a role that names its caller needs nobody else; the account must add its own', async (t) => {
    const app = await startApp(t);
    const bob = await makeUser(app, 'bob');
    await makeRole(app, 'named', trusting(bob.arn));
    await makeRole(app, 'delegated', trusting(testAccount));
    const { arn: somebodyElse } = await makeUser(app, 'somebody-else');
    await makeRole(app, 'closed', trusting(somebodyElse));
    await assume(app, roleArn('named'), bob.credentials);
    for (const name of ['delegated', 'closed', 'none']) {
      const RoleArn = roleArn(name);
      assert.deepEqual(await refused(app, bob, { RoleArn }), denied(bob.arn, RoleArn));
    }
    const ana = await makeUser(app, 'ana', allowing('sts:AssumeRole'));
    await assume(app, roleArn('delegated'), ana.credentials);
    const RoleArn = roleArn('closed');
    assert.deepEqual(await refused(app, ana, { RoleArn }), denied(ana.arn, RoleArn));
  });

  test('what the trust policy denies is denied to whom it names', async (t) => {
    const { app, ana } = await startWithAna(t);
    const deny = { Effect: 'Deny', Principal: '*', Action: 'sts:*' };
    const Statement = [{ Effect: 'Allow', Principal: { AWS: ana.arn }, Action: 'sts:*' }, deny];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    const RoleName = 'deploy';
    await identityOk(app, 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument });
    const { message } = await refused(app, ana, {});
    assert.match(message, / with an explicit deny in the role trust policy$/);
  });

  test('its conditions ask for what the session is asked for with', async (t) => {
    const { app, ana } = await startWithAna(t);
    const Condition = {
      StringEquals: {
        'sts:ExternalId': 'x-1',
        'sts:RoleSessionName': `\${aws:username}`,
        'aws:RequestTag/team': 'risk',
      },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'], 'sts:TransitiveTagKeys': ['team'] },
      StringLike: { 'sts:SourceIdentity': 'a*' },
    };
    await makeRole(app, 'picky', trusting(ana.arn, { Condition }));
    const RoleArn = roleArn('picky');
    const good = {
      RoleSessionName: 'ana',
      ExternalId: 'x-1',
      SourceIdentity: 'ana',
      Tags: [{ Key: 'team', Value: 'risk' }],
      TransitiveTagKeys: ['team'],
    };
    await assume(app, RoleArn, ana.credentials, good);
    const bad: Json[] = [
      { ExternalId: 'x-2' },
      { RoleSessionName: 'bob' },
      { SourceIdentity: 'bob' },
      { Tags: [{ Key: 'team', Value: 'fraud' }] },
      { Tags: [...good.Tags, { Key: 'more', Value: '' }] },
    ];
    for (const change of bad) {
      const error = await refused(app, ana, { RoleArn, ...good, ...change });
      assert.deepEqual(error, denied(ana.arn, RoleArn), JSON.stringify(change));
    }
  });

  test('tags and a source identity have to be allowed by name', async (t) => {
    const { app, ana } = await startWithAna(t);
    await makeRole(app, 'plain', trusting(ana.arn, { Action: 'sts:AssumeRole' }));
    const RoleArn = roleArn('plain');
    await assume(app, RoleArn, ana.credentials);
    const tagged = await refused(app, ana, { RoleArn, Tags: [{ Key: 'a', Value: '' }] });
    assert.deepEqual(tagged, denied(ana.arn, RoleArn, 'sts:TagSession'));
    const named = await refused(app, ana, { RoleArn, SourceIdentity: 'ana' });
    assert.deepEqual(named, denied(ana.arn, RoleArn, 'sts:SetSourceIdentity'));
  });

  test('another account’s role and one’s own policies both must allow', async (t) => {
    const { app, ana } = await startWithAna(t);
    const other = await app.beside({ accountId: otherAccount });
    const bob = await makeUser(app, 'bob');
    await makeRole(other, 'shared', trusting([ana.arn, bob.arn]), { Path: '/x/' });
    await makeRole(other, 'closed', trusting(otherAccount));
    const RoleArn = roleArn('x/shared', otherAccount);
    const credentials = await assume(app, RoleArn, ana.credentials);
    const identity = await identityOk(app, 'GetCallerIdentity', {}, { credentials });
    assert.equal(identity['Arn'], `arn:aws:sts::${otherAccount}:assumed-role/shared/ci`);
    assert.equal(identity['Account'], otherAccount);
    assert.deepEqual(await refused(app, bob, { RoleArn }), denied(bob.arn, RoleArn));
    const closed = { RoleArn: roleArn('closed', otherAccount) };
    assert.deepEqual(await refused(app, ana, closed), denied(ana.arn, closed.RoleArn));
  });
});

describe('a chain of roles', () => {
  async function startChain(t: TestContext) {
    const { app, ana } = await startWithAna(t);
    const first = roleArn('first');
    await makeRole(app, 'first', trusting(ana.arn), { MaxSessionDuration: 43_200 });
    const second = await makeRole(app, 'second', trusting(first), { MaxSessionDuration: 43_200 });
    const given = {
      DurationSeconds: 43_200,
      SourceIdentity: 'ana',
      Tags: [
        { Key: 'Team', Value: 'risk' },
        { Key: 'stage', Value: 'dev' },
      ],
      TransitiveTagKeys: ['team'],
    };
    const credentials = await assume(app, first, ana.credentials, given);
    await newEntries(app);
    return { app, credentials, RoleArn: second.arn };
  }
  const sessionArn = `arn:aws:sts::${testAccount}:assumed-role/first/ci`;

  test('lasts an hour at most, however long its roles’ sessions may', async (t) => {
    const { app, credentials, RoleArn } = await startChain(t);
    const input = { RoleArn, RoleSessionName: 'ci', DurationSeconds: 3601 };
    const error = await identityRefused(app, 'AssumeRole', input, { credentials });
    assert.deepEqual(
      [error.code, error.message],
      [
        'ValidationError',
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role ' +
          'chaining',
      ],
    );
    await assume(app, RoleArn, credentials, { DurationSeconds: 3600 });
  });

  test('hands transitive tags and the source identity on, which nobody can change', async (t) => {
    const { app, credentials, RoleArn } = await startChain(t);
    const input = { RoleArn, RoleSessionName: 'two' };
    const answer = await identityOk(app, 'AssumeRole', input, { credentials });
    assert.equal(answer['SourceIdentity'], 'ana');
    assert.ok(Number(answer['PackedPolicySize']) > 0);
    const conflicting = { ...input, Tags: [{ Key: 'TEAM', Value: 'x' }] };
    const error = await identityRefused(app, 'AssumeRole', conflicting, { credentials });
    assert.deepEqual(
      [error.code, error.message],
      [
        'InvalidParameterValue',
        "One of the specified transitive tag keys can't be set because it conflicts with a " +
          'transitive tag key from the calling session.',
      ],
    );
    const renamed = { ...input, SourceIdentity: 'bob' };
    const kept = await identityRefused(app, 'AssumeRole', renamed, { credentials });
    assert.equal(kept.message, "The calling session's SourceIdentity cannot be changed.");
    const [entry] = (await app.journal()).slice(-3);
    assert.deepEqual(entry!.document['session'], {
      issuedAt: Date.parse('2026-03-04T09:15:27Z'),
      name: 'ci',
      sourceIdentity: 'ana',
      role: {
        id: String((await rowsOf(app, 'iam_role')).find(({ name }) => name === 'first')!['id']),
        arn: roleArn('first'),
        name: 'first',
      },
    });
    assert.equal(entry!.principal_arn, sessionArn);
    assert.equal(entry!.access_key_id, credentials.accessKeyId);
  });

  test('hands on a tag with its value, in whatever case the tag was called transitive', async (t) => {
    const { app, credentials, RoleArn } = await startChain(t);
    const denied = {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/team': 'risk' } },
    };
    const Statement = [{ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' }];
    const keep = async (statements: Json[]) =>
      identityOk(app, 'PutRolePolicy', {
        ...{ RoleName: 'second', PolicyName: 'list' },
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
      });
    await keep(Statement);
    const session = await assume(app, RoleArn, credentials);
    await identityOk(app, 'ListUsers', {}, { credentials: session });
    await keep([...Statement, denied]);
    const { message } = await identityRefused(app, 'ListUsers', {}, { credentials: session });
    assert.match(message, / with an explicit deny in an identity-based policy$/);
  });

  test('needs each role’s leave for what it hands on', async (t) => {
    const { app, credentials } = await startChain(t);
    const narrow = { Action: 'sts:AssumeRole' };
    const { arn: RoleArn } = await makeRole(app, 'narrow', trusting(roleArn('first'), narrow));
    const input = { RoleArn, RoleSessionName: 'ci' };
    assert.deepEqual(
      await identityRefused(app, 'AssumeRole', input, { credentials }),
      denied(sessionArn, RoleArn, 'sts:TagSession'),
    );
  });
});

test('managed policies limit a session, those of the account and AWS’s', async (t) => {
  const { app, ana } = await startWithAna(t);
  await makeManagedPolicy(app, 'Reading', allowing('sagemaker:List*'));
  const PolicyArns = [
    { arn: `arn:aws:iam::${testAccount}:policy/lab/Reading` },
    { arn: 'arn:aws:iam::aws:policy/AmazonSageMakerReadOnly' },
  ];
  const input = { RoleArn: roleArn('deploy'), RoleSessionName: 'ci', PolicyArns };
  const { credentials } = ana;
  const answer = await identityOk(app, 'AssumeRole', input, { credentials });
  const percent = Number(answer['PackedPolicySize']);
  assert.ok(percent >= 1 && percent <= 5, String(percent));
});
