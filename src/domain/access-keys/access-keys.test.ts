import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { identityOk, identityRefused } from '../../../tests/support/identity-calls.ts';
import { eventually, newEntries, rowsOf, startApp } from '../../../tests/support/scenario.ts';
import { testAccount } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const arn = `arn:aws:iam::${testAccount}:user/ana`;
const invalidToken = {
  status: 403,
  code: 'InvalidClientTokenId',
  message: 'The security token included in the request is invalid.',
};

async function startWithUser(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await identityOk(app, 'CreateUser', { UserName: 'ana' });
  await newEntries(app);
  return app;
}

async function createKey(app: TestApp): Promise<Credentials> {
  const { AccessKey } = await identityOk<{ AccessKey: Record<string, string> }>(
    app,
    'CreateAccessKey',
    { UserName: 'ana' },
  );
  const { AccessKeyId, SecretAccessKey } = AccessKey;
  return { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey! };
}

function whoAmI(app: TestApp, credentials: Credentials): Promise<Record<string, unknown>> {
  return identityOk(app, 'GetCallerIdentity', {}, { credentials });
}

async function lastUse(app: TestApp, AccessKeyId: string): Promise<Record<string, unknown>> {
  const found = await identityOk(app, 'GetAccessKeyLastUsed', { AccessKeyId });
  return found['AccessKeyLastUsed'] as Record<string, unknown>;
}

describe('is refused', () => {
  const nobody = {
    status: 404,
    code: 'NoSuchEntity',
    message: 'The user with name x cannot be found.',
  };
  const noKey = {
    status: 404,
    code: 'NoSuchEntity',
    message: 'The Access Key with id AKIAAAAAAAAAAAAAAAAA cannot be found.',
  };
  const AccessKeyId = 'AKIAAAAAAAAAAAAAAAAA';
  const refusals = [
    ['CreateAccessKey', { UserName: 'x' }, nobody],
    ['ListAccessKeys', { UserName: 'x' }, nobody],
    ['UpdateAccessKey', { UserName: 'ana', AccessKeyId, Status: 'Active' }, noKey],
    ['DeleteAccessKey', { UserName: 'ana', AccessKeyId }, noKey],
    ['GetAccessKeyLastUsed', { AccessKeyId }, noKey],
    [
      'UpdateAccessKey',
      { UserName: 'ana', AccessKeyId, Status: 'Expired' },
      {
        status: 400,
        code: 'ValidationError',
        message:
          "1 validation error detected: Value 'Expired' at 'status' failed to satisfy constraint: " +
          'Member must satisfy enum value set: [Active, Inactive]',
      },
    ],
  ] as const;
  for (const [operation, input, expected] of refusals) {
    test(`${operation} ${JSON.stringify(input)}`, async (t) => {
      const app = await startWithUser(t);
      assert.deepEqual(await identityRefused(app, operation, input), expected);
      assert.deepEqual(await rowsOf(app, 'access_key'), []);
      const entries = (await newEntries(app)).map(({ error }) => error);
      assert.deepEqual(entries, [`${expected.code}: ${expected.message}`]);
    });
  }

  test('a third key', async (t) => {
    const app = await startWithUser(t);
    await createKey(app);
    await createKey(app);
    assert.deepEqual(await identityRefused(app, 'CreateAccessKey', { UserName: 'ana' }), {
      status: 409,
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for AccessKeysPerUser: 2',
    });
  });

  test('the deletion of a user who has a key', async (t) => {
    const app = await startWithUser(t);
    await createKey(app);
    assert.deepEqual(await identityRefused(app, 'DeleteUser', { UserName: 'ana' }), {
      status: 409,
      code: 'DeleteConflict',
      message: 'Cannot delete entity, must delete access keys first.',
    });
  });
});

test('a key signs for its user, and its secret is nowhere but in the answer', async (t) => {
  const app = await startWithUser(t);
  const { accessKeyId, secretAccessKey } = await createKey(app);
  assert.match(accessKeyId, /^AKIA[A-Z2-7]{16}$/);
  assert.equal(secretAccessKey.length, 40);
  const identity = await whoAmI(app, { accessKeyId, secretAccessKey });
  const [user] = await rowsOf(app, 'iam_user');
  assert.deepEqual(identity, { UserId: user!['id'], Account: testAccount, Arn: arn });
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'CreateAccessKey',
      resource: arn,
      request: { UserName: 'ana' },
      after: { AccessKeyId: accessKeyId, Status: 'Active', CreateDate: app.clock.now() },
    },
  ]);
  const kept = JSON.stringify([await app.journal(), await rowsOf(app, 'access_key')]);
  assert.ok(!kept.includes(secretAccessKey));
  const [key] = await rowsOf(app, 'access_key');
  assert.match(String(key!['secret_key_id']), /^[0-9a-f]{16}$/);
});

test('a wrong secret, or an id that nobody has, is refused', async (t) => {
  const app = await startWithUser(t);
  const key = await createKey(app);
  const wrong = { credentials: { ...key, secretAccessKey: 'wrong' } };
  const refused = await identityRefused(app, 'GetCallerIdentity', {}, wrong);
  assert.deepEqual([refused.status, refused.code], [403, 'SignatureDoesNotMatch']);
  for (const accessKeyId of ['AKIAAAAAAAAAAAAAAAAA', 'AKIA', 'AKIA%27or']) {
    const credentials = { ...key, accessKeyId };
    const error = await identityRefused(app, 'GetCallerIdentity', {}, { credentials });
    assert.deepEqual(error, invalidToken);
  }
});

test('a user whom no policy allows anything may do nothing, and each attempt is journaled', async (t) => {
  const app = await startWithUser(t);
  const credentials = await createKey(app);
  await newEntries(app);
  const denied = (action: string, resource: string) =>
    `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ` +
    `because no identity-based policy allows the ${action} action`;
  const users = `arn:aws:iam::${testAccount}:user/`;
  assert.deepEqual(await identityRefused(app, 'ListUsers', {}, { credentials }), {
    status: 403,
    code: 'AccessDenied',
    message: denied('iam:ListUsers', users),
  });
  const group = { ModelPackageGroupName: 'Fraud' };
  const { code, message } = await app.refused('CreateModelPackageGroup', group, { credentials });
  const groupArn = `arn:aws:sagemaker:eu-west-1:${testAccount}:model-package-group/Fraud`;
  assert.equal(code, 'AccessDeniedException');
  assert.equal(message, denied('sagemaker:CreateModelPackageGroup', groupArn));
  for (const input of [{}, { UserName: 'ana' }]) {
    const own = await identityRefused(app, 'CreateAccessKey', input, { credentials });
    assert.equal(own.message, denied('iam:CreateAccessKey', arn));
  }
  assert.deepEqual(
    (await newEntries(app)).map(({ operation, error }) => [operation, error?.slice(0, 12)]),
    [
      ['ListUsers', 'AccessDenied'],
      ['CreateModelPackageGroup', 'AccessDenied'],
      ['CreateAccessKey', 'AccessDenied'],
      ['CreateAccessKey', 'AccessDenied'],
    ],
  );
  const [entry] = (await app.journal()).slice(-1);
  assert.deepEqual([entry!.principal_arn, entry!.access_key_id], [arn, credentials.accessKeyId]);
});

test('keys are listed without their secrets', async (t) => {
  const app = await startWithUser(t);
  const ids = [await createKey(app), await createKey(app)].map((key) => key.accessKeyId).sort();
  const key = { UserName: 'ana', Status: 'Active', CreateDate: '2026-03-04T09:15:27Z' };
  assert.deepEqual(await identityOk(app, 'ListAccessKeys', { UserName: 'ana' }), {
    AccessKeyMetadata: ids.map((AccessKeyId) => ({ ...key, AccessKeyId })),
    IsTruncated: false,
  });
});

test('an inactive key is refused at once, and an active one taken again', async (t) => {
  const app = await startWithUser(t);
  const credentials = await createKey(app);
  await whoAmI(app, credentials);
  await newEntries(app);
  const change = { UserName: 'ana', AccessKeyId: credentials.accessKeyId };
  await identityOk(app, 'UpdateAccessKey', { ...change, Status: 'Inactive' });
  await identityOk(app, 'UpdateAccessKey', { ...change, Status: 'Inactive' });
  const refused = await identityRefused(app, 'GetCallerIdentity', {}, { credentials });
  assert.deepEqual(refused, invalidToken);
  const stranger = { credentials: { ...credentials, secretAccessKey: 'wrong' } };
  assert.deepEqual(await identityRefused(app, 'GetCallerIdentity', {}, stranger), invalidToken);
  await identityOk(app, 'UpdateAccessKey', { ...change, Status: 'Active' });
  await whoAmI(app, credentials);
  const { AccessKeyId } = change;
  assert.deepEqual(
    (await newEntries(app)).map(({ operation, before, after, error }) => [
      operation,
      before ?? error,
      after,
    ]),
    [
      ['UpdateAccessKey', { AccessKeyId, Status: 'Active' }, { AccessKeyId, Status: 'Inactive' }],
      ['GetCallerIdentity', `InvalidClientTokenId: ${invalidToken.message}`, undefined],
      ['UpdateAccessKey', { AccessKeyId, Status: 'Inactive' }, { AccessKeyId, Status: 'Active' }],
    ],
  );
});

test('a deleted key is refused at once', async (t) => {
  const app = await startWithUser(t);
  const credentials = await createKey(app);
  await whoAmI(app, credentials);
  await newEntries(app);
  const { accessKeyId: AccessKeyId } = credentials;
  await identityOk(app, 'DeleteAccessKey', { UserName: 'ana', AccessKeyId });
  const refused = await identityRefused(app, 'GetCallerIdentity', {}, { credentials });
  assert.deepEqual(refused, invalidToken);
  assert.deepEqual(await rowsOf(app, 'access_key'), []);
  const [entry] = await newEntries(app);
  const before = { AccessKeyId, Status: 'Active', CreateDate: app.clock.now() };
  assert.deepEqual([entry?.operation, entry?.before], ['DeleteAccessKey', before]);
  await identityOk(app, 'DeleteUser', { UserName: 'ana' });
});

test('another server learns of a change within a second', async (t) => {
  const app = await startWithUser(t);
  const credentials = await createKey(app);
  const other = await app.beside({});
  await whoAmI(other, credentials);
  const change = { UserName: 'ana', AccessKeyId: credentials.accessKeyId, Status: 'Inactive' };
  await identityOk(app, 'UpdateAccessKey', change);
  await whoAmI(other, credentials);
  app.clock.advance(limits.accessKeysTrustedMilliseconds);
  const refused = await identityRefused(other, 'GetCallerIdentity', {}, { credentials });
  assert.deepEqual(refused, invalidToken);
});

test('a renamed user calls under the new name at once', async (t) => {
  const app = await startWithUser(t);
  const credentials = await createKey(app);
  await whoAmI(app, credentials);
  await identityOk(app, 'UpdateUser', { UserName: 'ana', NewUserName: 'anna' });
  assert.equal((await whoAmI(app, credentials))['Arn'], arn.replace(/ana$/, 'anna'));
});

test('the last use of a key is told, to the minute', async (t) => {
  const app = await startWithUser(t);
  const key = await createKey(app);
  const never = { ServiceName: 'N/A', Region: 'N/A' };
  assert.deepEqual(await lastUse(app, key.accessKeyId), never);
  await whoAmI(app, key);
  const used = { ServiceName: 'sts', Region: 'us-east-1', LastUsedDate: '2026-03-04T09:15:27Z' };
  await eventually(async () => assert.deepEqual(await lastUse(app, key.accessKeyId), used));
  app.clock.advance((limits.lastUsedSeconds - 1) * 1000);
  await whoAmI(app, key);
  app.clock.advance(1000);
  await app.refused('Search', { Resource: 'ModelPackage' }, { credentials: key });
  const later = {
    ServiceName: 'sagemaker',
    Region: 'eu-west-1',
    LastUsedDate: '2026-03-04T09:16:27Z',
  };
  await eventually(async () => assert.deepEqual(await lastUse(app, key.accessKeyId), later));
});
