import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { identityOk, identityRefused } from '../../../tests/support/identity-calls.ts';
import {
  assertRefused,
  newEntries,
  otherAccount,
  rowsOf,
  startApp,
  violated,
} from '../../../tests/support/scenario.ts';
import { credentialsOf as sessionOf } from '../../../tests/support/identity-scenario.ts';
import type { SessionAnswer } from '../../../tests/support/identity-scenario.ts';
import { testAccount } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';

const service = 'imprimatur';
const accountArn = `arn:aws:imprimatur::${testAccount}:account/${otherAccount}`;

interface RootAccessKey {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
}

function credentialsOf({ RootAccessKey: key }: { RootAccessKey: RootAccessKey }) {
  return { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
}

/** Makes the other account; answers its root user's credentials. */
async function createOther(app: TestApp, AccountId = otherAccount) {
  const input = { AccountId, Name: 'risk' };
  return credentialsOf(await app.ok('CreateAccount', input, { service }));
}

async function listed(app: TestApp, input: Record<string, unknown> = {}) {
  return app.ok<{ Accounts: { AccountId: string }[]; NextToken?: string }>('ListAccounts', input, {
    service,
  });
}

describe('is refused', () => {
  const gone = `The account ${otherAccount} does not exist.`;
  const refusals: [string, Record<string, unknown>, string, string?][] = [
    [
      'CreateAccount',
      { Name: 'a', AccountId: '12345678901x' },
      violated(
        '12345678901x',
        'accountId',
        'Member must satisfy regular expression pattern: [0-9]{12}',
      ),
      'none',
    ],
    [
      'CreateAccount',
      { Name: 'a', AccountId: testAccount },
      `The account ${testAccount} already exists.`,
    ],
    ['DescribeAccount', { AccountId: otherAccount }, gone],
    ['UpdateAccount', { AccountId: otherAccount, Name: 'b' }, gone],
    ['CreateRootAccessKey', { AccountId: otherAccount }, gone],
    [
      'UpdateAccount',
      { AccountId: testAccount, Status: 'Disabled' },
      `The account ${testAccount} is the operator's and cannot be disabled.`,
    ],
  ];
  for (const [operation, input, message, resource] of refusals) {
    test(`${operation} ${JSON.stringify(input)}`, async (t) => {
      const named = `arn:aws:imprimatur::${testAccount}:account/${String(input['AccountId'])}`;
      const concerned = resource === undefined ? { resource: named } : {};
      const expected = { message, ...concerned };
      await assertRefused(await startApp(t), operation, input, expected, { service });
    });
  }

  test('an account whose number is taken', async (t) => {
    const app = await startApp(t);
    await createOther(app);
    const input = { AccountId: otherAccount, Name: 'again' };
    const message = `The account ${otherAccount} already exists.`;
    await assertRefused(
      app,
      'CreateAccount',
      input,
      { message, resource: accountArn },
      { service },
    );
  });

  test('whoever is not of the account of the configuration, whatever they may there', async (t) => {
    const app = await startApp(t);
    const credentials = await createOther(app);
    const own = { AccountId: otherAccount };
    const calls: [string, Record<string, unknown>][] = [
      ['CreateAccount', { Name: 'x' }],
      ['ListAccounts', {}],
      ['DescribeAccount', own],
      ['UpdateAccount', { ...own, Name: 'x' }],
      ['CreateRootAccessKey', { ...own, ReplaceExisting: true }],
    ];
    const keys = async () => (await rowsOf(app, 'access_key')).map(({ id }) => id);
    const rows = [await rowsOf(app, 'account'), await keys()];
    for (const [operation, input] of calls) {
      const { code, message } = await app.refused(operation, input, { service, credentials });
      assert.equal(code, 'AccessDeniedException');
      assert.match(message, new RegExp(`imprimatur:${operation} on resource: \\S+:account/`));
    }
    assert.deepEqual([await rowsOf(app, 'account'), await keys()], rows);
  });

  test('a user of the operator whom no policy allows it', async (t) => {
    const app = await startApp(t);
    await identityOk(app, 'CreateUser', { UserName: 'ana' });
    const { AccessKey } = await identityOk<{ AccessKey: RootAccessKey }>(app, 'CreateAccessKey', {
      UserName: 'ana',
    });
    const credentials = credentialsOf({ RootAccessKey: AccessKey });
    const { code } = await app.refused('ListAccounts', {}, { service, credentials });
    assert.equal(code, 'AccessDeniedException');
  });
});

test('an account is made with a key, whose secret is nowhere but in the answer', async (t) => {
  const app = await startApp(t);
  const input = { AccountId: otherAccount, Name: 'risk' };
  const made = await app.ok<{ RootAccessKey: RootAccessKey }>('CreateAccount', input, { service });
  const { AccessKeyId, SecretAccessKey } = made.RootAccessKey;
  const CreationTime = app.clock.now();
  const Account = { ...input, Status: 'Active', IsOperator: false };
  assert.deepEqual(made, {
    Account: { ...Account, CreationTime: CreationTime / 1000 },
    RootAccessKey: { AccessKeyId, SecretAccessKey },
  });
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'CreateAccount',
      resource: accountArn,
      request: input,
      after: { ...Account, CreationTime, AccessKeyId },
    },
  ]);
  const kept = JSON.stringify([await app.journal(), await rowsOf(app, 'access_key')]);
  assert.ok(!kept.includes(SecretAccessKey));
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
  assert.deepEqual(await identityOk(app, 'GetCallerIdentity', {}, { credentials }), {
    UserId: otherAccount,
    Account: otherAccount,
    Arn: `arn:aws:iam::${otherAccount}:root`,
  });
});

test('its root user does everything in it, and users of the same name are two', async (t) => {
  const app = await startApp(t);
  const credentials = await createOther(app);
  for (const as of [{}, { credentials }]) {
    await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' }, as);
    await identityOk(app, 'CreateUser', { UserName: 'ana' }, as);
  }
  const groups = await rowsOf(app, 'model_package_group');
  assert.deepEqual(
    groups.map((group) => group['account_id']),
    [testAccount, otherAccount],
  );
  const { User } = await identityOk<{ User: Record<string, unknown> }>(
    app,
    'GetUser',
    { UserName: 'ana' },
    { credentials },
  );
  assert.equal(User['Arn'], `arn:aws:iam::${otherAccount}:user/ana`);
});

test('accounts are listed by number, page by page, the operator among them', async (t) => {
  const app = await startApp(t);
  await createOther(app);
  await createOther(app, '000000000001');
  const operator = {
    AccountId: testAccount,
    Name: 'operator',
    Status: 'Active',
    IsOperator: true,
  };
  const all = ['000000000001', testAccount, otherAccount];
  const { Accounts } = await listed(app);
  assert.deepEqual(Accounts[1], operator);
  assert.deepEqual(
    Accounts.map(({ AccountId }) => AccountId),
    all,
  );
  const seen: string[] = [];
  let page = await listed(app, { MaxResults: 1 });
  for (;;) {
    assert.equal(page.Accounts.length, 1);
    seen.push(page.Accounts[0]!.AccountId);
    if (page.NextToken === undefined) break;
    page = await listed(app, { MaxResults: 1, NextToken: page.NextToken });
  }
  assert.deepEqual(seen, all);
  const described = await app.ok('DescribeAccount', { AccountId: testAccount }, { service });
  assert.deepEqual(described, { Account: operator });
});

test('a number is drawn where none is given', async (t) => {
  const app = await startApp(t);
  const made = await app.ok<{ Account: { AccountId: string } }>(
    'CreateAccount',
    { Name: 'x' },
    { service },
  );
  assert.match(made.Account.AccountId, /^[1-9]\d{11}$/);
});

test('a disabled account signs nothing, by root, user nor session, until it is enabled', async (t) => {
  const app = await startApp(t);
  const root = await createOther(app);
  await identityOk(app, 'CreateUser', { UserName: 'ana' }, { credentials: root });
  const { AccessKey } = await identityOk<{ AccessKey: RootAccessKey }>(
    app,
    'CreateAccessKey',
    { UserName: 'ana' },
    { credentials: root },
  );
  const user = credentialsOf({ RootAccessKey: AccessKey });
  const ofUser = { credentials: user };
  const session = sessionOf(await identityOk<SessionAnswer>(app, 'GetSessionToken', {}, ofUser));
  const beside = await app.beside({});
  await identityOk(beside, 'GetCallerIdentity', {}, { credentials: root });
  const set = (Status: string) =>
    app.ok('UpdateAccount', { AccountId: otherAccount, Status }, { service });
  await newEntries(app);
  await set('Disabled');
  const [entry] = await newEntries(app);
  assert.deepEqual(
    [entry!.resource, (entry!.after as Record<string, unknown>)['Status']],
    [accountArn, 'Disabled'],
  );
  for (const credentials of [root, user, session]) {
    const refused = await identityRefused(app, 'GetCallerIdentity', {}, { credentials });
    assert.deepEqual([refused.status, refused.code], [403, 'InvalidClientTokenId']);
  }
  app.clock.advance(limits.accessKeysTrustedMilliseconds);
  await identityRefused(beside, 'GetCallerIdentity', {}, { credentials: root });
  assert.equal((await rowsOf(app, 'iam_user')).length, 1);
  await set('Active');
  for (const credentials of [root, user, session]) {
    await identityOk(app, 'GetCallerIdentity', {}, { credentials });
  }
  await newEntries(app);
  await set('Active');
  assert.deepEqual(await newEntries(app), []);
});

test('a root access key is replaced, or made beside the other, two at most', async (t) => {
  const app = await startApp(t);
  const first = await createOther(app);
  const create = (input = {}) =>
    app.ok<{ RootAccessKey: RootAccessKey }>(
      'CreateRootAccessKey',
      { AccountId: otherAccount, ...input },
      { service },
    );
  const second = credentialsOf(await create());
  const third = await app.refused('CreateRootAccessKey', { AccountId: otherAccount }, { service });
  assert.equal(third.code, 'ResourceLimitExceeded');
  await identityOk(app, 'GetCallerIdentity', {}, { credentials: first });
  const fourth = credentialsOf(await create({ ReplaceExisting: true }));
  for (const credentials of [first, second]) {
    await identityRefused(app, 'GetCallerIdentity', {}, { credentials });
  }
  await identityOk(app, 'GetCallerIdentity', {}, { credentials: fourth });
});

test('a root user manages its own keys by IAM without naming a user', async (t) => {
  const app = await startApp(t);
  const credentials = await createOther(app);
  const { AccessKey } = await identityOk<{ AccessKey: RootAccessKey & { UserName: string } }>(
    app,
    'CreateAccessKey',
    {},
    { credentials },
  );
  assert.equal(AccessKey.UserName, 'root');
  const refused = await identityRefused(app, 'CreateAccessKey', {}, { credentials });
  assert.equal(refused.message, 'Cannot exceed quota for AccessKeysPerUser: 2');
  const { AccessKeyMetadata } = await identityOk<{ AccessKeyMetadata: RootAccessKey[] }>(
    app,
    'ListAccessKeys',
    {},
    { credentials },
  );
  assert.deepEqual(
    new Set(AccessKeyMetadata.map(({ AccessKeyId }) => AccessKeyId)),
    new Set([credentials.accessKeyId, AccessKey.AccessKeyId]),
  );
  const next = credentialsOf({ RootAccessKey: AccessKey });
  const AccessKeyId = credentials.accessKeyId;
  await identityOk(
    app,
    'UpdateAccessKey',
    { AccessKeyId, Status: 'Inactive' },
    { credentials: next },
  );
  await identityRefused(app, 'GetCallerIdentity', {}, { credentials });
  await identityOk(app, 'DeleteAccessKey', { AccessKeyId }, { credentials: next });
  const entries = (await app.journal()).filter(({ account_id }) => account_id === otherAccount);
  const arn = `arn:aws:iam::${otherAccount}:root`;
  assert.deepEqual(
    entries.filter(({ error_code }) => error_code === null).map((entry) => entry.resource_arn),
    [arn, arn, arn],
  );
  const kept = await identityOk(
    app,
    'GetAccessKeyLastUsed',
    { AccessKeyId: next.accessKeyId },
    {
      credentials: next,
    },
  );
  assert.equal(kept['UserName'], 'root');
  const foreign = await identityRefused(app, 'GetAccessKeyLastUsed', {
    AccessKeyId: next.accessKeyId,
  });
  assert.equal(foreign.code, 'NoSuchEntity');
});

test('data of an account that was never made stays, and an account of its number finds it', async (t) => {
  const app = await startApp(t);
  const before = await app.beside({ accountId: otherAccount });
  await before.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Old' });
  assert.deepEqual(
    (await listed(app)).Accounts.map(({ AccountId }) => AccountId),
    [testAccount],
  );
  const credentials = await createOther(app);
  const group = { ModelPackageGroupName: 'Old' };
  await app.ok('DescribeModelPackageGroup', group, { credentials });
  await app.invalid(
    'DescribeModelPackageGroup',
    group,
    /model-package-group\/Old does not exist\.$/,
  );
});

test('the account of the configuration signs, whatever it was under another one', async (t) => {
  const app = await startApp(t);
  const credentials = await createOther(app);
  await app.ok('UpdateAccount', { AccountId: otherAccount, Status: 'Disabled' }, { service });
  const own = await app.beside({ accountId: otherAccount });
  await identityOk(own, 'GetCallerIdentity', {}, { credentials });
  const described = await own.ok<{ Account: Record<string, unknown> }>(
    'DescribeAccount',
    { AccountId: otherAccount },
    { service },
  );
  assert.deepEqual(
    [described.Account['Status'], described.Account['IsOperator']],
    ['Active', true],
  );
});

test('what happened to an account is told in every region', async (t) => {
  const app = await startApp(t);
  await createOther(app);
  for (const region of ['eu-west-1', 'us-east-1']) {
    const history = await app.ok<{ Entries: { EventName: string }[] }>(
      'ListResourceHistory',
      { ResourceArn: accountArn },
      { service, region },
    );
    assert.deepEqual(
      history.Entries.map(({ EventName }) => EventName),
      ['CreateAccount'],
    );
  }
});
