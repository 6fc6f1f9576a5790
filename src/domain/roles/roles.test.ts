import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { identityOk, identityRefused } from '../../../tests/support/identity-calls.ts';
import { allowing, putPolicy, trusting } from '../../../tests/support/identity-scenario.ts';
import { newEntries, rowsOf, startApp } from '../../../tests/support/scenario.ts';
import { testAccount } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';
import { insertRole } from './role-store.ts';

type Json = Record<string, unknown>;

const arn = (name: string) => `arn:aws:iam::${testAccount}:role/${name}`;
const trust = trusting(testAccount);
const missing = (name: string) => ({
  status: 404,
  code: 'NoSuchEntity',
  message: `The role with name ${name} cannot be found.`,
});
const malformed = (message: string) => ({ status: 400, code: 'MalformedPolicyDocument', message });

async function createRole(app: TestApp, RoleName: string, more: Json = {}): Promise<Json> {
  const input = { RoleName, AssumeRolePolicyDocument: trust, ...more };
  return (await identityOk<{ Role: Json }>(app, 'CreateRole', input)).Role;
}

async function startWithRole(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await createRole(app, 'deploy', { Tags: [{ Key: 'team', Value: 'risk' }] });
  await newEntries(app);
  return app;
}

describe('is refused', () => {
  const AssumeRolePolicyDocument = trust;
  const refusals: [operation: string, input: Json, expected: ReturnType<typeof missing>][] = [
    [
      'CreateRole',
      { RoleName: 'DEPLOY', AssumeRolePolicyDocument, Path: '/x/' },
      {
        status: 409,
        code: 'EntityAlreadyExists',
        message: 'Role with name DEPLOY already exists.',
      },
    ],
    [
      'CreateRole',
      { RoleName: 'b', AssumeRolePolicyDocument: '{' },
      malformed('This policy contains invalid Json'),
    ],
    [
      'CreateRole',
      { RoleName: 'b', AssumeRolePolicyDocument: allowing('sts:AssumeRole') },
      malformed('Missing required field Principal'),
    ],
    [
      'CreateRole',
      { RoleName: 'b', AssumeRolePolicyDocument: trusting('*', { Action: 'iam:GetRole' }) },
      malformed('AssumeRole policy may only specify STS AssumeRole actions.'),
    ],
    [
      'CreateRole',
      { RoleName: 'b', AssumeRolePolicyDocument, PermissionsBoundary: `${arn('b')}-none` },
      {
        ...missing(''),
        message: `Scope ARN: ${arn('b')}-none does not exist or is not attachable.`,
      },
    ],
    [
      'CreateRole',
      {
        RoleName: 'b',
        AssumeRolePolicyDocument,
        Tags: [
          { Key: 'a', Value: '' },
          { Key: 'A', Value: '' },
        ],
      },
      {
        status: 400,
        code: 'InvalidInput',
        message: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      },
    ],
    ['GetRole', { RoleName: 'none' }, missing('none')],
    ['UpdateRole', { RoleName: 'none' }, missing('none')],
    ['UpdateRoleDescription', { RoleName: 'none', Description: '' }, missing('none')],
    ['UpdateAssumeRolePolicy', { RoleName: 'none', PolicyDocument: trust }, missing('none')],
    [
      'UpdateAssumeRolePolicy',
      { RoleName: 'deploy', PolicyDocument: '[]' },
      malformed('Syntax errors in policy.'),
    ],
    ['DeleteRole', { RoleName: 'none' }, missing('none')],
    ['TagRole', { RoleName: 'none', Tags: [] }, missing('none')],
    ['UntagRole', { RoleName: 'none', TagKeys: [] }, missing('none')],
    ['ListRoleTags', { RoleName: 'none' }, missing('none')],
    ['ListInstanceProfilesForRole', { RoleName: 'none' }, missing('none')],
  ];
  for (const [operation, input, expected] of refusals) {
    test(`${operation} ${JSON.stringify(input).slice(0, 80)}`, async (t) => {
      const app = await startWithRole(t);
      const rows = await rowsOf(app, 'iam_role');
      assert.deepEqual(await identityRefused(app, operation, input), expected);
      assert.deepEqual(await rowsOf(app, 'iam_role'), rows);
      const entries = await newEntries(app);
      assert.deepEqual(
        entries.map(({ operation: told, error, after }) => [told, error, after]),
        [[operation, `${expected.code}: ${expected.message}`, undefined]],
      );
    });
  }

  test('a session longer than AWS has any', async (t) => {
    const app = await startWithRole(t);
    const input = { RoleName: 'deploy', MaxSessionDuration: 43_201 };
    const { code } = await identityRefused(app, 'UpdateRole', input);
    assert.equal(code, 'ValidationError');
  });

  test('the deletion of a role that has policies', async (t) => {
    const app = await startWithRole(t);
    const RoleName = 'deploy';
    const conflict = (message: string) => ({ status: 409, code: 'DeleteConflict', message });
    await putPolicy(app, { RoleName }, allowing('*'));
    assert.deepEqual(
      await identityRefused(app, 'DeleteRole', { RoleName }),
      conflict('Cannot delete entity, must delete policies first.'),
    );
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await identityOk(app, 'AttachRolePolicy', { RoleName, PolicyArn });
    assert.deepEqual(
      await identityRefused(app, 'DeleteRole', { RoleName }),
      conflict('Cannot delete entity, must detach all policies first.'),
    );
  });

  test('one role more than an account may have', async (t) => {
    const app = await startWithRole(t);
    const [{ tags: _, name: __, id: ___, ...row }] = (await rowsOf(app, 'iam_role')) as [Json];
    await app.database.write(async (tx) => {
      for (let n = 1; n < limits.rolesPerAccountMax; n += 1) {
        const named = { ...row, name: `r${n}`, id: `AROA${n}`, tags: '[]' };
        await insertRole(tx, named as unknown as Parameters<typeof insertRole>[1]);
      }
    });
    const input = { RoleName: 'b', AssumeRolePolicyDocument };
    assert.deepEqual(await identityRefused(app, 'CreateRole', input), {
      status: 409,
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for RolesPerAccount: 1000',
    });
  });
});

test('a role is created, shown and journaled; its trust policy is percent-encoded', async (t) => {
  const app = await startApp(t);
  const Tags = [{ Key: 'team', Value: 'risk' }];
  const more = { Path: '/ml/', Description: 'Brings models out', MaxSessionDuration: 7200, Tags };
  const role = await createRole(app, 'Deploy', more);
  assert.match(String(role['RoleId']), /^AROA[A-Z2-7]{17}$/);
  const document = String(role['AssumeRolePolicyDocument']);
  assert.match(document, /^%7B%22Version%22%3A%222012-10-17%22%2C/);
  assert.equal(decodeURIComponent(document), trust);
  assert.deepEqual(role, {
    Path: '/ml/',
    RoleName: 'Deploy',
    RoleId: role['RoleId'],
    Arn: arn('ml/Deploy'),
    CreateDate: '2026-03-04T09:15:27Z',
    AssumeRolePolicyDocument: document,
    Description: 'Brings models out',
    MaxSessionDuration: 7200,
    Tags,
  });
  const shown = await identityOk(app, 'GetRole', { RoleName: 'DEPLOY' });
  assert.deepEqual(shown, { Role: { ...role, RoleLastUsed: {} } });
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'CreateRole',
      resource: arn('ml/Deploy'),
      request: { RoleName: 'Deploy', AssumeRolePolicyDocument: trust, ...more },
      after: {
        RoleId: role['RoleId'],
        Path: '/ml/',
        CreateDate: app.clock.now(),
        MaxSessionDuration: 7200,
      },
    },
  ]);
});

test('what an update leaves out stays; the same again changes nothing', async (t) => {
  const app = await startWithRole(t);
  const RoleName = 'deploy';
  await identityOk(app, 'UpdateRole', { RoleName, Description: 'one' });
  await identityOk(app, 'UpdateRole', { RoleName, MaxSessionDuration: 43_200 });
  await identityOk(app, 'UpdateRole', { RoleName, MaxSessionDuration: 43_200 });
  const { Role } = await identityOk<{ Role: Json }>(app, 'UpdateRoleDescription', {
    RoleName,
    Description: 'two',
  });
  assert.deepEqual([Role['Description'], Role['MaxSessionDuration']], ['two', 43_200]);
  const PolicyDocument = trusting(`arn:aws:iam::${testAccount}:root`);
  await identityOk(app, 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument });
  const changes = (await newEntries(app)).map(({ operation, resource, before, after }) => [
    operation,
    resource,
    before,
    after,
  ]);
  assert.deepEqual(changes, [
    ['UpdateRole', arn('deploy'), {}, { Description: 'one' }],
    ['UpdateRole', arn('deploy'), { MaxSessionDuration: 3600 }, { MaxSessionDuration: 43_200 }],
    ['UpdateRoleDescription', arn('deploy'), { Description: 'one' }, { Description: 'two' }],
    [
      'UpdateAssumeRolePolicy',
      arn('deploy'),
      { AssumeRolePolicyDocument: trust },
      { AssumeRolePolicyDocument: PolicyDocument },
    ],
  ]);
});

test('tags are put, replaced whatever their case, and removed', async (t) => {
  const app = await startWithRole(t);
  const RoleName = 'deploy';
  const Tags = [
    { Key: 'Team', Value: 'fraud' },
    { Key: 'a', Value: '' },
  ];
  await identityOk(app, 'TagRole', { RoleName, Tags });
  await identityOk(app, 'TagRole', { RoleName, Tags });
  const first = await identityOk(app, 'ListRoleTags', { RoleName, MaxItems: 1 });
  const { Marker } = first;
  const rest = await identityOk(app, 'ListRoleTags', { RoleName, MaxItems: 1, Marker });
  assert.deepEqual([first['Tags'], rest], [[Tags[0]], { Tags: [Tags[1]], IsTruncated: false }]);
  await identityOk(app, 'UntagRole', { RoleName, TagKeys: ['TEAM', 'none'] });
  const changes = (await newEntries(app)).map(({ operation, before, after }) => [
    operation,
    before,
    after,
  ]);
  assert.deepEqual(changes, [
    ['TagRole', { Tags: [{ Key: 'team', Value: 'risk' }] }, { Tags }],
    ['UntagRole', { Tags }, { Tags: [Tags[1]] }],
  ]);
});

test('roles are listed by name and path, page by page', async (t) => {
  const app = await startApp(t);
  for (const name of ['b', 'A', 'c']) await createRole(app, name, { Path: '/ml/' });
  await createRole(app, 'z', { Description: 'elsewhere' });
  const input = { PathPrefix: '/ml/', MaxItems: 2 };
  const first = await identityOk<{ Roles: Json[]; Marker: string }>(app, 'ListRoles', input);
  const names = (roles: Json[]) => roles.map(({ RoleName }) => RoleName);
  assert.deepEqual(names(first.Roles), ['A', 'b']);
  const rest = await identityOk<{ Roles: Json[] }>(app, 'ListRoles', {
    ...input,
    Marker: first.Marker,
  });
  assert.deepEqual(names(rest.Roles), ['c']);
  const all = await identityOk<{ Roles: Json[] }>(app, 'ListRoles');
  assert.deepEqual(names(all.Roles), ['A', 'b', 'c', 'z']);
  const other = await app.beside({ accountId: '999999999999' });
  assert.deepEqual(await identityOk(other, 'ListRoles'), { Roles: [], IsTruncated: false });
});

test('a role has no instance profiles', async (t) => {
  const app = await startWithRole(t);
  const listed = await identityOk(app, 'ListInstanceProfilesForRole', { RoleName: 'deploy' });
  assert.deepEqual(listed, { InstanceProfiles: [], IsTruncated: false });
});

test('a deleted role is told once more in the journal, and its name is free', async (t) => {
  const app = await startWithRole(t);
  const [row] = await rowsOf(app, 'iam_role');
  const at = app.clock.now();
  await identityOk(app, 'DeleteRole', { RoleName: 'Deploy' });
  assert.deepEqual(await rowsOf(app, 'iam_role'), []);
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'DeleteRole',
      resource: arn('deploy'),
      request: { RoleName: 'Deploy' },
      before: {
        Path: '/',
        RoleName: 'deploy',
        RoleId: row!['id'],
        Arn: arn('deploy'),
        CreateDate: at,
        AssumeRolePolicyDocument: trust,
        MaxSessionDuration: 3600,
        Tags: [{ Key: 'team', Value: 'risk' }],
      },
    },
  ]);
  const again = await createRole(app, 'deploy');
  assert.notEqual(again['RoleId'], row!['id']);
});
