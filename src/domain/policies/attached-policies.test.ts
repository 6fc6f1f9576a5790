import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { identityOk, identityRefused, policyOf } from '../../../tests/support/identity-calls.ts';
import { describing, holders, startWithHolders } from '../../../tests/support/policy-holders.ts';
import { newEntries, rowsOf } from '../../../tests/support/scenario.ts';
import { testAccount } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';

type Json = Record<string, unknown>;

const arn = (name: string) => `arn:aws:iam::${testAccount}:policy/${name}`;
const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';
const read = arn('lab/Read');

async function createPolicy(app: TestApp, PolicyName: string, Path = '/'): Promise<void> {
  const PolicyDocument = policyOf(describing);
  await identityOk(app, 'CreatePolicy', { PolicyName, Path, PolicyDocument });
}

async function usesOf(app: TestApp, PolicyArn: string): Promise<unknown[]> {
  const { Policy } = await identityOk<{ Policy: Json }>(app, 'GetPolicy', { PolicyArn });
  return [Policy['AttachmentCount'], Policy['PermissionsBoundaryUsageCount']];
}

for (const { noun, named, arn: resource } of holders) {
  const kind = noun.toLowerCase();

  test(`policies are attached to a ${kind}, listed and detached`, async (t) => {
    const app = await startWithHolders(t);
    await createPolicy(app, 'Read', '/lab/');
    await newEntries(app);
    for (const PolicyArn of [read, admin, read]) {
      await identityOk(app, `Attach${noun}Policy`, { ...named, PolicyArn });
    }
    const list = (input: Json = {}) =>
      identityOk<{ AttachedPolicies: Json[] } & Json>(app, `ListAttached${noun}Policies`, {
        ...named,
        ...input,
      });
    const views = [
      { PolicyName: 'AdministratorAccess', PolicyArn: admin },
      { PolicyName: 'Read', PolicyArn: read },
    ];
    const { AttachedPolicies: attached } = await list();
    assert.deepEqual(
      attached.toSorted((one, other) =>
        String(one['PolicyName']) < String(other['PolicyName']) ? -1 : 1,
      ),
      views,
    );
    assert.deepEqual((await list({ PathPrefix: '/lab/' })).AttachedPolicies, [views[1]]);
    const first = await list({ MaxItems: 1 });
    const last = await list({ MaxItems: 1, Marker: first['Marker'] });
    assert.deepEqual([...first.AttachedPolicies, ...last.AttachedPolicies], attached);
    assert.deepEqual(await usesOf(app, read), [1, 0]);
    assert.deepEqual(await usesOf(app, admin), [1, 0]);
    for (const PolicyArn of [read, admin]) {
      await identityOk(app, `Detach${noun}Policy`, { ...named, PolicyArn });
    }
    assert.deepEqual(await rowsOf(app, 'iam_attached_policy'), []);
    assert.deepEqual(await usesOf(app, read), [0, 0]);
    assert.deepEqual(
      (await newEntries(app)).map((entry) => [
        ...[entry.operation, entry.resource, entry.before, entry.after],
      ]),
      [
        [`Attach${noun}Policy`, resource, undefined, { PolicyArn: read }],
        [`Attach${noun}Policy`, resource, undefined, { PolicyArn: admin }],
        [`Detach${noun}Policy`, resource, { PolicyArn: read }, undefined],
        [`Detach${noun}Policy`, resource, { PolicyArn: admin }, undefined],
      ],
    );
  });

  test(`a ${kind} has ten managed policies at most`, async (t) => {
    const app = await startWithHolders(t);
    for (let number = 0; number < limits.policiesPerHolderMax; number += 1) {
      await createPolicy(app, `p${number}`);
      const PolicyArn = arn(`p${number}`);
      await identityOk(app, `Attach${noun}Policy`, { ...named, PolicyArn });
    }
    await identityOk(app, `Attach${noun}Policy`, { ...named, PolicyArn: arn('p0') });
    assert.deepEqual(
      await identityRefused(app, `Attach${noun}Policy`, { ...named, PolicyArn: admin }),
      {
        status: 409,
        code: 'LimitExceeded',
        message: `Cannot exceed quota for PoliciesPer${noun}: 10`,
      },
    );
  });

  describe(`is refused for a ${kind}`, () => {
    const missing = (message: string) => ({ status: 404, code: 'NoSuchEntity', message });
    const [member] = Object.keys(named);
    const nobody = { [member!]: 'x' };
    const noHolder = missing(`The ${kind} with name x cannot be found.`);
    const cases: [operation: string, input: Json, expected: typeof noHolder][] = [
      [`Attach${noun}Policy`, { ...nobody, PolicyArn: read }, noHolder],
      [`Detach${noun}Policy`, { ...nobody, PolicyArn: read }, noHolder],
      [`ListAttached${noun}Policies`, nobody, noHolder],
      [
        `Attach${noun}Policy`,
        { ...named, PolicyArn: arn('None') },
        missing(`Policy ${arn('None')} does not exist or is not attachable.`),
      ],
      [
        `Detach${noun}Policy`,
        { ...named, PolicyArn: read },
        missing(`Policy ${read} was not found.`),
      ],
      [
        `Attach${noun}Policy`,
        { ...named, PolicyArn: 'arn:aws:s3:::policy/Read' },
        { status: 400, code: 'ValidationError', message: 'Invalid ARN:  Could not be parsed!' },
      ],
    ];
    for (const [operation, input, expected] of cases) {
      test(`${operation} ${JSON.stringify(input)}`, async (t) => {
        const app = await startWithHolders(t);
        await createPolicy(app, 'Read', '/lab/');
        await newEntries(app);
        assert.deepEqual(await identityRefused(app, operation, input), expected);
        assert.deepEqual(await rowsOf(app, 'iam_attached_policy'), []);
        const told = (await newEntries(app)).map((entry) => [entry.operation, entry.error]);
        assert.deepEqual(told, [[operation, `${expected.code}: ${expected.message}`]]);
      });
    }
  });
}

test('who has a policy is listed by kind, path and use, page by page', async (t) => {
  const app = await startWithHolders(t);
  await createPolicy(app, 'Read', '/lab/');
  for (const { noun, named } of holders) {
    await identityOk(app, `Attach${noun}Policy`, { ...named, PolicyArn: read });
  }
  await identityOk(app, 'CreateUser', { UserName: 'bob', PermissionsBoundary: read });
  await identityOk(app, 'CreateUser', { UserName: 'cy' });
  await identityOk(app, 'PutUserPermissionsBoundary', {
    ...{ UserName: 'ana', PermissionsBoundary: read },
  });
  await identityOk(app, 'PutRolePermissionsBoundary', {
    ...{ RoleName: 'deploy', PermissionsBoundary: read },
  });
  assert.deepEqual(await usesOf(app, read), [3, 3]);
  const list = async (input: Json = {}) => {
    const answer = await identityOk<Record<string, Json[]> & Json>(app, 'ListEntitiesForPolicy', {
      PolicyArn: read,
      ...input,
    });
    const { PolicyGroups, PolicyRoles, PolicyUsers, Marker } = answer;
    const names = [
      ...PolicyGroups!.map((one) => one['GroupName']),
      ...PolicyRoles!.map((one) => one['RoleName']),
      ...PolicyUsers!.map((one) => one['UserName']),
    ];
    return { names: names.join(' '), Marker };
  };
  const named = async (input: Json) => (await list(input)).names;
  assert.equal(await named({}), 'risk deploy ana bob');
  assert.equal(await named({ EntityFilter: 'User' }), 'ana bob');
  assert.equal(await named({ EntityFilter: 'Role' }), 'deploy');
  assert.equal(await named({ EntityFilter: 'Group' }), 'risk');
  assert.equal(await named({ EntityFilter: 'LocalManagedPolicy' }), '');
  assert.equal(await named({ PathPrefix: '/lab/' }), 'risk deploy ana');
  assert.equal(await named({ PolicyUsageFilter: 'PermissionsPolicy' }), 'risk deploy ana');
  assert.equal(await named({ PolicyUsageFilter: 'PermissionsBoundary' }), 'deploy ana bob');
  const first = await list({ MaxItems: 3 });
  const last = await list({ MaxItems: 3, Marker: first.Marker });
  assert.deepEqual([first.names, last.names, last.Marker], ['risk deploy ana', 'bob', undefined]);
});

test('a policy that somebody has cannot be deleted', async (t) => {
  const app = await startWithHolders(t);
  await createPolicy(app, 'Read', '/lab/');
  const inUse = {
    status: 409,
    code: 'DeleteConflict',
    message: 'Cannot delete a policy attached to entities.',
  };
  const refused = () => identityRefused(app, 'DeletePolicy', { PolicyArn: read });
  for (const { noun, named } of holders) {
    await identityOk(app, `Attach${noun}Policy`, { ...named, PolicyArn: read });
    assert.deepEqual(await refused(), inUse);
    await identityOk(app, `Detach${noun}Policy`, { ...named, PolicyArn: read });
    if (noun === 'Group') continue;
    const put = { ...named, PermissionsBoundary: read };
    await identityOk(app, `Put${noun}PermissionsBoundary`, put);
    assert.deepEqual(await refused(), inUse);
    await identityOk(app, `Delete${noun}PermissionsBoundary`, named);
  }
  await identityOk(app, 'DeletePolicy', { PolicyArn: read });
});

test('a boundary is put, shown, replaced and taken away', async (t) => {
  const app = await startWithHolders(t);
  await createPolicy(app, 'Read', '/lab/');
  await newEntries(app);
  const shown = async (UserName: string) => {
    const { User } = await identityOk<{ User: Json }>(app, 'GetUser', { UserName });
    return User['PermissionsBoundary'];
  };
  const boundary = (PermissionsBoundaryArn: string) => ({
    ...{ PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn },
  });
  assert.equal(await shown('ana'), undefined);
  for (const PermissionsBoundary of [read, read, admin]) {
    await identityOk(app, 'PutUserPermissionsBoundary', { UserName: 'ana', PermissionsBoundary });
    assert.deepEqual(await shown('ana'), boundary(PermissionsBoundary));
  }
  for (let time = 0; time < 2; time += 1) {
    await identityOk(app, 'DeleteUserPermissionsBoundary', { UserName: 'ana' });
    assert.equal(await shown('ana'), undefined);
  }
  const told = (await newEntries(app)).map(({ before, after }) => [before, after]);
  assert.deepEqual(told, [
    [undefined, { PermissionsBoundary: read }],
    [{ PermissionsBoundary: read }, { PermissionsBoundary: admin }],
    [{ PermissionsBoundary: admin }, undefined],
  ]);
  const created = await identityOk<{ User: Json }>(app, 'CreateUser', {
    ...{ UserName: 'bob', PermissionsBoundary: read },
  });
  assert.deepEqual(created.User['PermissionsBoundary'], boundary(read));
  assert.deepEqual(await shown('bob'), boundary(read));
});

test('a boundary that is no policy is refused', async (t) => {
  const app = await startWithHolders(t);
  const none = arn('None');
  const missing = {
    status: 404,
    code: 'NoSuchEntity',
    message: `Scope ARN: ${none} does not exist or is not attachable.`,
  };
  const text = 'no-arn-but-long-enough';
  const invalid = {
    status: 400,
    code: 'ValidationError',
    message: `Value (${text}) for parameter PermissionsBoundary is invalid.`,
  };
  const calls: [operation: string, input: Json][] = [
    ['CreateUser', { UserName: 'bob' }],
    ['PutUserPermissionsBoundary', { UserName: 'ana' }],
    ['PutRolePermissionsBoundary', { RoleName: 'deploy' }],
  ];
  for (const [operation, input] of calls) {
    const put = (PermissionsBoundary: string) =>
      identityRefused(app, operation, { ...input, PermissionsBoundary });
    assert.deepEqual(await put(none), missing);
    assert.deepEqual(await put(text), invalid);
  }
});
