import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { identityOk, identityRefused } from '../../../tests/support/identity-calls.ts';
import { newEntries, rowsOf, startApp, violated } from '../../../tests/support/scenario.ts';
import { testAccount } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';

type Json = Record<string, unknown>;

const arn = (name: string) => `arn:aws:iam::${testAccount}:user/${name}`;

async function createUser(app: TestApp, UserName: string, more: Json = {}): Promise<Json> {
  const { User } = await identityOk<{ User: Json }>(app, 'CreateUser', { UserName, ...more });
  return User;
}

/** Refused; every row as it was, and an entry of the refusal alone. */
async function assertRefused(
  app: TestApp,
  operation: string,
  input: Json,
  expected: { status: number; code: string; message: string },
): Promise<void> {
  const rows = await rowsOf(app, 'iam_user');
  await newEntries(app);
  assert.deepEqual(await identityRefused(app, operation, input), expected);
  assert.deepEqual(await rowsOf(app, 'iam_user'), rows);
  const entries = await newEntries(app);
  assert.deepEqual(
    entries.map((entry) => [entry.operation, entry.error, entry.after, entry.events]),
    [[operation, `${expected.code}: ${expected.message}`, undefined, undefined]],
  );
}

const missing = (name: string) => ({
  status: 404,
  code: 'NoSuchEntity',
  message: `The user with name ${name} cannot be found.`,
});
const duplicates = {
  status: 400,
  code: 'InvalidInput',
  message: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
};
const tooMany = {
  status: 409,
  code: 'LimitExceeded',
  message: 'The number of tags has reached the maximum limit.',
};
const invalid = (message: string) => ({ status: 400, code: 'ValidationError', message });
const manyTags = Array.from({ length: 50 }, (_, n) => ({ Key: `k${n}`, Value: '' }));

describe('is refused', () => {
  const refusals: [operation: string, input: Json, expected: ReturnType<typeof missing>][] = [
    ['CreateUser', {}, invalid(violated(null, 'userName', 'Member must not be null'))],
    [
      'CreateUser',
      { UserName: 'a b' },
      invalid(
        violated('a b', 'userName', 'Member must satisfy regular expression pattern: [\\w+=,.@-]+'),
      ),
    ],
    [
      'CreateUser',
      { UserName: 'ANA', Path: '/x/' },
      { status: 409, code: 'EntityAlreadyExists', message: 'User with name ANA already exists.' },
    ],
    [
      'CreateUser',
      {
        UserName: 'b',
        Tags: [
          { Key: 'a', Value: '' },
          { Key: 'A', Value: '' },
        ],
      },
      duplicates,
    ],
    [
      'CreateUser',
      { UserName: 'b', Tags: [{ Key: 'aws:x', Value: '' }] },
      { ...duplicates, message: "Tag key 'aws:x' may not begin with 'aws:'." },
    ],
    [
      'CreateUser',
      { UserName: 'b', PermissionsBoundary: 'arn:aws:iam::aws:policy/None' },
      {
        ...missing(''),
        message: 'Scope ARN: arn:aws:iam::aws:policy/None does not exist or is not attachable.',
      },
    ],
    ['GetUser', { UserName: 'nobody' }, missing('nobody')],
    ['DeleteUser', { UserName: 'nobody' }, missing('nobody')],
    ['UpdateUser', { UserName: 'nobody' }, missing('nobody')],
    [
      'UpdateUser',
      { UserName: 'ana', NewUserName: 'Bob' },
      { status: 409, code: 'EntityAlreadyExists', message: 'User with name Bob already exists.' },
    ],
    ['TagUser', { UserName: 'nobody', Tags: [] }, missing('nobody')],
    [
      'TagUser',
      {
        UserName: 'ana',
        Tags: [
          { Key: 'a', Value: '' },
          { Key: 'A', Value: '' },
        ],
      },
      duplicates,
    ],
    ['TagUser', { UserName: 'ana', Tags: manyTags }, tooMany],
    ['UntagUser', { UserName: 'nobody', TagKeys: ['a'] }, missing('nobody')],
    ['ListUserTags', { UserName: 'nobody' }, missing('nobody')],
    [
      'ListUsers',
      { Marker: 'garbled' },
      invalid('Invalid pagination token: Marker does not belong to this query.'),
    ],
    [
      'ListUsers',
      { MaxItems: 1001 },
      invalid(violated('1001', 'maxItems', 'Member must have value less than or equal to 1000')),
    ],
  ];
  for (const [operation, input, expected] of refusals) {
    test(`${operation} ${JSON.stringify(input).slice(0, 80)}`, async (t) => {
      const app = await startApp(t);
      await createUser(app, 'ana', { Tags: [{ Key: 'team', Value: 'risk' }] });
      await createUser(app, 'bob');
      await assertRefused(app, operation, input, expected);
    });
  }

  test('what no service knows', async (t) => {
    const app = await startApp(t);
    const form = 'Action=MakeCoffee&Version=2010-05-08';
    const { status, body } = await app.sendForm(form, { region: 'us-east-1', service: 'iam' });
    assert.equal(status, 400);
    assert.match(
      body,
      /<Code>InvalidAction<.*Could not find operation MakeCoffee for version 2010/,
    );
  });

  test('a form that nobody signed', async (t) => {
    const app = await startApp(t);
    const request = {
      path: '/',
      query: '',
      headersDistinct: {},
      requestId: 'r',
      sourceIp: '::1',
      isSecure: false,
    };
    const answer = await app.app.handle({
      ...request,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from('Action=GetUser&Version=2010-05-08'),
    });
    assert.equal(answer.status, 403);
    assert.match(answer.body, /<Code>MissingAuthenticationToken<.*>Request is missing Auth/);
  });
});

test('a user is created, shown and journaled; its id is of AWS’s form', async (t) => {
  const app = await startApp(t);
  const Tags = [{ Key: 'Team', Value: 'Risk = Ä' }];
  const user = await createUser(app, 'Ana.B', { Path: '/lab/', Tags });
  assert.match(String(user['UserId']), /^AIDA[A-Z2-7]{17}$/);
  assert.deepEqual(user, {
    Path: '/lab/',
    UserName: 'Ana.B',
    UserId: user['UserId'],
    Arn: arn('lab/Ana.B'),
    CreateDate: '2026-03-04T09:15:27Z',
    Tags,
  });
  assert.deepEqual(await identityOk(app, 'GetUser', { UserName: 'Ana.B' }), { User: user });
  assert.deepEqual(await identityOk(app, 'GetUser', { UserName: 'ANA.B' }), { User: user });
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'CreateUser',
      resource: arn('lab/Ana.B'),
      request: { UserName: 'Ana.B', Path: '/lab/', Tags },
      after: { UserId: user['UserId'], Path: '/lab/', CreateDate: app.clock.now() },
    },
  ]);
  const entries = await app.ok<{ Entries: Json[] }>(
    'ListResourceHistory',
    { ResourceArn: arn('lab/Ana.B') },
    { service: 'imprimatur' },
  );
  assert.deepEqual(
    entries.Entries.map(({ EventName, EventSource }) => [EventName, EventSource]),
    [['CreateUser', 'iam.amazonaws.com']],
  );
});

test('root sees itself where no user is named', async (t) => {
  const app = await startApp(t);
  assert.deepEqual(await identityOk(app, 'GetUser'), {
    User: { UserId: testAccount, Arn: `arn:aws:iam::${testAccount}:root` },
  });
});

test('a renamed user keeps its id; the same again changes nothing', async (t) => {
  const app = await startApp(t);
  const { UserId } = await createUser(app, 'ana');
  await newEntries(app);
  const change = { UserName: 'ana', NewUserName: 'Anna', NewPath: '/x/' };
  assert.equal(await identityOk(app, 'UpdateUser', change), undefined);
  const { User } = await identityOk<{ User: Json }>(app, 'GetUser', { UserName: 'Anna' });
  assert.deepEqual([User['UserId'], User['Arn']], [UserId, arn('x/Anna')]);
  await identityOk(app, 'UpdateUser', { UserName: 'anna', NewUserName: 'Anna', NewPath: '/x/' });
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'UpdateUser',
      resource: arn('ana'),
      request: change,
      before: { UserName: 'ana', Path: '/', Arn: arn('ana') },
      after: { UserName: 'Anna', Path: '/x/', Arn: arn('x/Anna') },
    },
  ]);
});

test('tags are put, replaced whatever their case, and removed', async (t) => {
  const app = await startApp(t);
  await createUser(app, 'ana', { Tags: [{ Key: 'team', Value: 'risk' }] });
  await newEntries(app);
  const Tags = [
    { Key: 'Team', Value: 'fraud' },
    { Key: 'a', Value: '' },
  ];
  await identityOk(app, 'TagUser', { UserName: 'ana', Tags });
  await identityOk(app, 'TagUser', { UserName: 'ana', Tags });
  const listed = await identityOk(app, 'ListUserTags', { UserName: 'ana' });
  assert.deepEqual(listed, { Tags, IsTruncated: false });
  const first = await identityOk(app, 'ListUserTags', { UserName: 'ana', MaxItems: 1 });
  assert.deepEqual(first['Tags'], [Tags[0]]);
  const Marker = first['Marker'];
  const rest = await identityOk(app, 'ListUserTags', { UserName: 'ana', MaxItems: 1, Marker });
  assert.deepEqual(rest, { Tags: [Tags[1]], IsTruncated: false });
  await identityOk(app, 'UntagUser', { UserName: 'ana', TagKeys: ['TEAM', 'none'] });
  await identityOk(app, 'UntagUser', { UserName: 'ana', TagKeys: ['none'] });
  const changes = (await newEntries(app)).map(({ operation, before, after }) => [
    operation,
    before,
    after,
  ]);
  assert.deepEqual(changes, [
    ['TagUser', { Tags: [{ Key: 'team', Value: 'risk' }] }, { Tags }],
    ['UntagUser', { Tags }, { Tags: [Tags[1]] }],
  ]);
});

test('users are listed by name under a path, page by page', async (t) => {
  const app = await startApp(t);
  for (const name of ['bea', 'Ana', 'cy', 'dan']) {
    await createUser(app, name, { Path: name === 'cy' ? '/Lab/' : '/lab/' });
  }
  const names = async (input: Json): Promise<[string[], unknown, unknown]> => {
    const page = await identityOk<{ Users: Json[]; IsTruncated: boolean; Marker?: string }>(
      app,
      'ListUsers',
      input,
    );
    return [page.Users.map((user) => String(user['UserName'])), page.IsTruncated, page.Marker];
  };
  assert.deepEqual(await names({}), [['Ana', 'bea', 'cy', 'dan'], false, undefined]);
  assert.deepEqual(await names({ PathPrefix: '/lab/' }), [['Ana', 'bea', 'dan'], false, undefined]);
  assert.deepEqual(await names({ PathPrefix: '/l%/' }), [[], false, undefined]);
  const [first, isTruncated, Marker] = await names({ MaxItems: 3 });
  assert.deepEqual([first, isTruncated], [['Ana', 'bea', 'cy'], true]);
  assert.deepEqual(await names({ MaxItems: 3, Marker }), [['dan'], false, undefined]);
});

test('a user without anything is deleted; another of its name is another user', async (t) => {
  const app = await startApp(t);
  const { UserId } = await createUser(app, 'ana');
  assert.equal(await identityOk(app, 'DeleteUser', { UserName: 'ana' }), undefined);
  assert.deepEqual(await rowsOf(app, 'iam_user'), []);
  const again = await createUser(app, 'ana');
  assert.notEqual(again['UserId'], UserId);
  const [, deleted] = await newEntries(app);
  assert.deepEqual([deleted?.operation, deleted?.resource], ['DeleteUser', arn('ana')]);
});

test('accounts do not see each other’s users', async (t) => {
  const app = await startApp(t);
  const other = await app.beside({ accountId: '999999999999' });
  await createUser(other, 'ana');
  assert.equal((await identityRefused(app, 'GetUser', { UserName: 'ana' })).code, 'NoSuchEntity');
  assert.deepEqual((await identityOk(app, 'ListUsers'))['Users'], []);
  await createUser(app, 'ana');
});

test('users have their limit', async (t) => {
  const app = await startApp(t);
  const user = { account_id: testAccount, path: '/', created_at: 0, tags: '[]' };
  const names = Array.from({ length: limits.usersPerAccountMax }, (_, n) => `u${n}`);
  await app.database.write(async (tx) => {
    for (let start = 0; start < names.length; start += 1_000) {
      const rows = names
        .slice(start, start + 1_000)
        .map((name) => ({ ...user, name, name_key: name, id: name }));
      await tx.rows(tx.sql.insertInto('iam_user').values(rows));
    }
  });
  assert.deepEqual(await identityRefused(app, 'CreateUser', { UserName: 'ana' }), {
    status: 409,
    code: 'LimitExceeded',
    message: 'Cannot exceed quota for UsersPerAccount: 5000',
  });
});
