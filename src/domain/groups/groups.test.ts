import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { identityOk, identityRefused } from '../../../tests/support/identity-calls.ts';
import { newEntries, rowsOf, startApp } from '../../../tests/support/scenario.ts';
import { testAccount } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';

type Json = Record<string, unknown>;

const arn = (name: string) => `arn:aws:iam::${testAccount}:group/${name}`;
const member = { GroupName: 'Risk', UserName: 'ana' };

/** The group Risk with ana in it, and bob beside it. */
async function startWithGroup(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await identityOk(app, 'CreateGroup', { GroupName: 'Risk', Path: '/lab/' });
  await identityOk(app, 'CreateGroup', { GroupName: 'empty' });
  for (const UserName of ['ana', 'bob']) await identityOk(app, 'CreateUser', { UserName });
  await identityOk(app, 'AddUserToGroup', member);
  await newEntries(app);
  return app;
}

async function namesOf(app: TestApp, operation: string, input: Json): Promise<[string[], unknown]> {
  const page = await identityOk(app, operation, input);
  const items = (page['Groups'] ?? page['Users']) as Json[];
  return [items.map((one) => String(one['GroupName'] ?? one['UserName'])), page['IsTruncated']];
}

describe('is refused', () => {
  const missing = (text: string) => ({ status: 404, code: 'NoSuchEntity', message: text });
  const noGroup = missing('The group with name x cannot be found.');
  const noUser = missing('The user with name x cannot be found.');
  const taken = {
    status: 409,
    code: 'EntityAlreadyExists',
    message: 'Group with name RISK already exists.',
  };
  const inUse = {
    status: 409,
    code: 'DeleteConflict',
    message: 'Cannot delete entity, must remove users from group first.',
  };
  const refusals: [operation: string, input: Json, expected: typeof taken][] = [
    ['CreateGroup', { GroupName: 'RISK' }, taken],
    ['UpdateGroup', { GroupName: 'empty', NewGroupName: 'RISK' }, taken],
    ['UpdateGroup', { GroupName: 'x' }, noGroup],
    ['GetGroup', { GroupName: 'x' }, noGroup],
    ['DeleteGroup', { GroupName: 'x' }, noGroup],
    ['DeleteGroup', { GroupName: 'Risk' }, inUse],
    ['DeleteUser', { UserName: 'ana' }, inUse],
    ['AddUserToGroup', { GroupName: 'x', UserName: 'ana' }, noGroup],
    ['AddUserToGroup', { GroupName: 'Risk', UserName: 'x' }, noUser],
    ['RemoveUserFromGroup', { GroupName: 'Risk', UserName: 'x' }, noUser],
    [
      'RemoveUserFromGroup',
      { GroupName: 'Risk', UserName: 'bob' },
      missing('User bob is not in group Risk.'),
    ],
    ['ListGroupsForUser', { UserName: 'x' }, noUser],
  ];
  for (const [operation, input, expected] of refusals) {
    test(`${operation} ${JSON.stringify(input)}`, async (t) => {
      const app = await startWithGroup(t);
      const rows = [await rowsOf(app, 'iam_group'), await rowsOf(app, 'iam_group_member')];
      assert.deepEqual(await identityRefused(app, operation, input), expected);
      const after = [await rowsOf(app, 'iam_group'), await rowsOf(app, 'iam_group_member')];
      assert.deepEqual(after, rows);
      const told = (await newEntries(app)).map((entry) => [entry.operation, entry.error]);
      assert.deepEqual(told, [[operation, `${expected.code}: ${expected.message}`]]);
    });
  }

  test('an eleventh group of a user', async (t) => {
    const app = await startWithGroup(t);
    for (let number = 1; number < limits.groupsPerUserMax; number += 1) {
      await identityOk(app, 'CreateGroup', { GroupName: `g${number}` });
      await identityOk(app, 'AddUserToGroup', { GroupName: `g${number}`, UserName: 'ana' });
    }
    const more = { GroupName: 'empty', UserName: 'ana' };
    assert.deepEqual(await identityRefused(app, 'AddUserToGroup', more), {
      status: 409,
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for GroupsPerUser: 10',
    });
  });
});

test('a group is created, shown with its users, and journaled', async (t) => {
  const app = await startApp(t);
  const { Group } = await identityOk<{ Group: Json }>(app, 'CreateGroup', {
    GroupName: 'Risk',
    Path: '/lab/',
  });
  const GroupId = String(Group['GroupId']);
  assert.match(GroupId, /^AGPA[A-Z2-7]{17}$/);
  const CreateDate = '2026-03-04T09:15:27Z';
  assert.deepEqual(Group, {
    ...{ Path: '/lab/', GroupName: 'Risk', GroupId, Arn: arn('lab/Risk'), CreateDate },
  });
  const shown = await identityOk(app, 'GetGroup', { GroupName: 'risk' });
  assert.deepEqual(shown, { Group, Users: [], IsTruncated: false });
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'CreateGroup',
      resource: arn('lab/Risk'),
      request: { GroupName: 'Risk', Path: '/lab/' },
      after: { GroupId, Path: '/lab/', CreateDate: app.clock.now() },
    },
  ]);
});

test('users join and leave; doing so twice changes nothing or is refused', async (t) => {
  const app = await startWithGroup(t);
  await identityOk(app, 'AddUserToGroup', member);
  await identityOk(app, 'AddUserToGroup', { GroupName: 'Risk', UserName: 'bob' });
  const risk = { GroupName: 'Risk' };
  assert.deepEqual(await namesOf(app, 'GetGroup', risk), [['ana', 'bob'], false]);
  assert.deepEqual(await namesOf(app, 'GetGroup', { ...risk, MaxItems: 1 }), [['ana'], true]);
  assert.deepEqual(await namesOf(app, 'ListGroupsForUser', { UserName: 'bob' }), [['Risk'], false]);
  await identityOk(app, 'RemoveUserFromGroup', member);
  assert.deepEqual(await namesOf(app, 'GetGroup', risk), [['bob'], false]);
  assert.deepEqual(await namesOf(app, 'ListGroupsForUser', { UserName: 'ana' }), [[], false]);
  await identityOk(app, 'DeleteUser', { UserName: 'ana' });
  const entries = await newEntries(app);
  assert.deepEqual(entries.map(({ operation, resource }) => [operation, resource]).slice(0, 2), [
    ['AddUserToGroup', arn('lab/Risk')],
    ['RemoveUserFromGroup', arn('lab/Risk')],
  ]);
});

test('a renamed group keeps its id and its users', async (t) => {
  const app = await startWithGroup(t);
  await identityOk(app, 'UpdateGroup', { GroupName: 'Risk', NewGroupName: 'risks', NewPath: '/' });
  assert.deepEqual(await namesOf(app, 'GetGroup', { GroupName: 'risks' }), [['ana'], false]);
  const [entry] = await newEntries(app);
  assert.deepEqual(
    [entry?.before, entry?.after],
    [
      { GroupName: 'Risk', Path: '/lab/', Arn: arn('lab/Risk') },
      { GroupName: 'risks', Path: '/', Arn: arn('risks') },
    ],
  );
});

test('groups are listed by name under a path, and an empty one is deleted', async (t) => {
  const app = await startWithGroup(t);
  assert.deepEqual(await namesOf(app, 'ListGroups', {}), [['empty', 'Risk'], false]);
  assert.deepEqual(await namesOf(app, 'ListGroups', { PathPrefix: '/lab/' }), [['Risk'], false]);
  assert.deepEqual(await namesOf(app, 'ListGroups', { MaxItems: 1 }), [['empty'], true]);
  await identityOk(app, 'DeleteGroup', { GroupName: 'EMPTY' });
  assert.deepEqual(await namesOf(app, 'ListGroups', {}), [['Risk'], false]);
});
