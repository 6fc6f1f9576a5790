import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  identityOk,
  identityRefused,
  newUser,
  policyOf,
  readDocument,
} from '../../../tests/support/identity-calls.ts';
import { describing } from '../../../tests/support/policy-holders.ts';
import { newEntries, rowsOf, startApp } from '../../../tests/support/scenario.ts';
import { testAccount } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';

type Json = Record<string, unknown>;

const arn = (name: string) => `arn:aws:iam::${testAccount}:policy/${name}`;
const aws = (name: string) => `arn:aws:iam::aws:policy/${name}`;
const PolicyDocument = policyOf(describing);
const PolicyArn = arn('lab/Read');
const now = '2026-03-04T09:15:27Z';

/** Creates a policy and answers it. */
async function createPolicy(app: TestApp, PolicyName: string, more: Json = {}): Promise<Json> {
  const input = { PolicyName, PolicyDocument, ...more };
  return (await identityOk<{ Policy: Json }>(app, 'CreatePolicy', input)).Policy;
}

test('a policy is created, shown and journaled; its id is of AWS’s form', async (t) => {
  const app = await startApp(t);
  const Tags = [{ Key: 'team', Value: 'risk' }];
  const input = { PolicyName: 'Read', Path: '/lab/', Description: 'Reads.', PolicyDocument, Tags };
  const { Policy } = await identityOk<{ Policy: Json }>(app, 'CreatePolicy', input);
  const { PolicyId } = Policy;
  assert.match(String(PolicyId), /^ANPA[A-Z2-7]{17}$/);
  const view = {
    PolicyName: 'Read',
    PolicyId,
    Arn: PolicyArn,
    Path: '/lab/',
    DefaultVersionId: 'v1',
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: now,
    UpdateDate: now,
  };
  assert.deepEqual(Policy, { ...view, Tags });
  assert.deepEqual(await identityOk(app, 'GetPolicy', { PolicyArn }), {
    Policy: { ...view, Description: 'Reads.', Tags },
  });
  const { PolicyVersion } = await identityOk<{ PolicyVersion: Json }>(app, 'GetPolicyVersion', {
    PolicyArn,
    VersionId: 'v1',
  });
  assert.deepEqual(readDocument(PolicyVersion['Document']), JSON.parse(PolicyDocument));
  assert.deepEqual(
    { ...PolicyVersion, Document: '' },
    { Document: '', VersionId: 'v1', IsDefaultVersion: true, CreateDate: now },
  );
  const CreateDate = app.clock.now();
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'CreatePolicy',
      resource: PolicyArn,
      request: input,
      after: { PolicyId, Path: '/lab/', CreateDate, DefaultVersionId: 'v1' },
    },
  ]);
});

test('versions are numbered on, one is in force, and there are five at most', async (t) => {
  const app = await startApp(t);
  await createPolicy(app, 'Read', { Path: '/lab/' });
  app.clock.advance(60_000);
  const create = (more: Json = {}) =>
    identityOk<{ PolicyVersion: Json }>(app, 'CreatePolicyVersion', {
      ...{ PolicyArn, PolicyDocument },
      ...more,
    });
  assert.deepEqual(await create(), {
    PolicyVersion: { VersionId: 'v2', IsDefaultVersion: false, CreateDate: '2026-03-04T09:16:27Z' },
  });
  const third = await create({ SetAsDefault: true });
  assert.deepEqual(third.PolicyVersion['IsDefaultVersion'], true);
  await create();
  await create();
  assert.deepEqual(
    await identityRefused(app, 'CreatePolicyVersion', { PolicyArn, PolicyDocument }),
    {
      status: 409,
      code: 'LimitExceeded',
      message:
        'A managed policy can have up to 5 versions. Before you create a new version, you must ' +
        'delete an existing version.',
    },
  );
  await identityOk(app, 'DeletePolicyVersion', { PolicyArn, VersionId: 'v5' });
  assert.equal((await create()).PolicyVersion['VersionId'], 'v6');
  await identityOk(app, 'SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v2' });
  const first = await identityOk(app, 'ListPolicyVersions', { PolicyArn, MaxItems: 2 });
  const { Marker } = first;
  const last = await identityOk(app, 'ListPolicyVersions', { PolicyArn, Marker });
  assert.deepEqual(
    [...(first['Versions'] as Json[]), ...(last['Versions'] as Json[])].map((version) => [
      version['VersionId'],
      version['IsDefaultVersion'],
      version['Document'],
    ]),
    [
      ['v6', false, undefined],
      ['v4', false, undefined],
      ['v3', false, undefined],
      ['v2', true, undefined],
      ['v1', false, undefined],
    ],
  );
  const { Policy } = await identityOk<{ Policy: Json }>(app, 'GetPolicy', { PolicyArn });
  const { DefaultVersionId, UpdateDate, CreateDate } = Policy;
  assert.deepEqual(
    { DefaultVersionId, UpdateDate, CreateDate },
    { DefaultVersionId: 'v2', UpdateDate: '2026-03-04T09:16:27Z', CreateDate: now },
  );
});

test('changes of versions and tags are journaled, and what changes nothing is not', async (t) => {
  const app = await startApp(t);
  await createPolicy(app, 'Read', { Path: '/lab/' });
  await newEntries(app);
  await identityOk(app, 'CreatePolicyVersion', { PolicyArn, PolicyDocument });
  for (let time = 0; time < 2; time += 1) {
    await identityOk(app, 'SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v2' });
  }
  await identityOk(app, 'DeletePolicyVersion', { PolicyArn, VersionId: 'v1' });
  const Tags = [{ Key: 'Team', Value: 'risk' }];
  await identityOk(app, 'TagPolicy', { PolicyArn, Tags });
  await identityOk(app, 'TagPolicy', { PolicyArn, Tags });
  assert.deepEqual(await identityOk(app, 'ListPolicyTags', { PolicyArn }), {
    Tags,
    IsTruncated: false,
  });
  await identityOk(app, 'UntagPolicy', { PolicyArn, TagKeys: ['team'] });
  await identityOk(app, 'DeletePolicy', { PolicyArn });
  const entries = await newEntries(app);
  const CreateDate = app.clock.now();
  const { PolicyId } = entries.at(-1)!.before as Json;
  assert.deepEqual(
    entries.map(({ operation, before, after }) => [operation, before, after]),
    [
      [
        'CreatePolicyVersion',
        { DefaultVersionId: 'v1' },
        { VersionId: 'v2', DefaultVersionId: 'v1' },
      ],
      ['SetDefaultPolicyVersion', { DefaultVersionId: 'v1' }, { DefaultVersionId: 'v2' }],
      ['DeletePolicyVersion', { VersionId: 'v1', Document: PolicyDocument, CreateDate }, undefined],
      ['TagPolicy', { Tags: [] }, { Tags }],
      ['UntagPolicy', { Tags }, { Tags: [] }],
      [
        'DeletePolicy',
        {
          ...{ PolicyId, Path: '/lab/', CreateDate, DefaultVersionId: 'v2' },
          Document: PolicyDocument,
        },
        undefined,
      ],
    ],
  );
  assert.ok(entries.every(({ resource }) => resource === PolicyArn));
  assert.deepEqual(await rowsOf(app, 'iam_policy_version'), []);
});

describe('is refused', () => {
  const missing = (message: string) => ({ status: 404, code: 'NoSuchEntity', message });
  const none = arn('None');
  const noPolicy = missing(`Policy ${none} was not found.`);
  const noVersion = missing(`Policy ${PolicyArn} version v9 does not exist or is not attachable.`);
  const conflict = (message: string) => ({ status: 409, code: 'DeleteConflict', message });
  const unreadable = {
    status: 400,
    code: 'ValidationError',
    message: 'Invalid ARN:  Could not be parsed!',
  };
  const malformed = (message: string) => ({
    ...{ status: 400, code: 'MalformedPolicyDocument', message },
  });
  const refusals: [operation: string, input: Json, expected: typeof noPolicy][] = [
    [
      'CreatePolicy',
      { PolicyName: 'READ', PolicyDocument },
      {
        status: 409,
        code: 'EntityAlreadyExists',
        message: 'A policy called READ already exists. Duplicate names are not allowed.',
      },
    ],
    [
      'CreatePolicy',
      { PolicyName: 'p', PolicyDocument: PolicyDocument.replace('2012', '2008') },
      malformed('Policy document must be version 2012-10-17 or greater.'),
    ],
    [
      'CreatePolicy',
      {
        PolicyName: 'p',
        PolicyDocument: policyOf({ ...describing, Sid: 'a'.repeat(6_144) }),
      },
      { status: 409, code: 'LimitExceeded', message: 'Cannot exceed quota for PolicySize: 6144' },
    ],
    ['GetPolicy', { PolicyArn: none }, noPolicy],
    ['GetPolicy', { PolicyArn: arn('Read') }, missing(`Policy ${arn('Read')} was not found.`)],
    ['GetPolicy', { PolicyArn: 'not-an-arn-but-long-enough' }, unreadable],
    ['GetPolicy', { PolicyArn: `arn:aws:iam::${testAccount}:user/Read` }, unreadable],
    ['GetPolicyVersion', { PolicyArn, VersionId: 'v9' }, noVersion],
    ['SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v9' }, noVersion],
    ['DeletePolicyVersion', { PolicyArn, VersionId: 'v9' }, noVersion],
    [
      'DeletePolicyVersion',
      { PolicyArn, VersionId: 'v1' },
      conflict('Cannot delete the default version of a policy.'),
    ],
    [
      'DeletePolicy',
      { PolicyArn },
      conflict(
        'This policy has more than one version. Before you delete a policy, you must delete the ' +
          "policy's versions. The default version is deleted with the policy.",
      ),
    ],
    ...['DeletePolicy', 'ListPolicyVersions', 'ListPolicyTags', 'ListEntitiesForPolicy'].map(
      (operation): [string, Json, typeof noPolicy] => [operation, { PolicyArn: none }, noPolicy],
    ),
    ['TagPolicy', { PolicyArn: none, Tags: [] }, noPolicy],
    ['UntagPolicy', { PolicyArn: none, TagKeys: [] }, noPolicy],
    ['CreatePolicyVersion', { PolicyArn: none, PolicyDocument }, noPolicy],
  ];
  for (const [operation, input, expected] of refusals) {
    test(`${operation} ${JSON.stringify(input).slice(0, 80)}`, async (t) => {
      const app = await startApp(t);
      await createPolicy(app, 'Read', { Path: '/lab/' });
      await identityOk(app, 'CreatePolicyVersion', { PolicyArn, PolicyDocument });
      const rows = [await rowsOf(app, 'iam_policy'), await rowsOf(app, 'iam_policy_version')];
      await newEntries(app);
      assert.deepEqual(await identityRefused(app, operation, input), expected);
      const after = [await rowsOf(app, 'iam_policy'), await rowsOf(app, 'iam_policy_version')];
      assert.deepEqual(after, rows);
      const told = (await newEntries(app)).map((entry) => [entry.operation, entry.error]);
      assert.deepEqual(told, [[operation, `${expected.code}: ${expected.message}`]]);
    });
  }

  test('a policy more than an account may have', async (t) => {
    const app = await startApp(t);
    const policy = { account_id: testAccount, path: '/', created_at: 0, updated_at: 0, tags: '[]' };
    const rows = Array.from({ length: limits.policiesPerAccountMax }, (_, n) => ({
      ...policy,
      ...{ name: `p${n}`, name_key: `p${n}`, id: `p${n}` },
      ...{ default_version: 1, last_version: 1 },
    }));
    await app.database.write(async (tx) => {
      for (let start = 0; start < rows.length; start += 500) {
        const some = rows.slice(start, start + 500);
        await tx.rows(tx.sql.insertInto('iam_policy').values(some));
      }
    });
    const refused = await identityRefused(app, 'CreatePolicy', { PolicyName: 'p', PolicyDocument });
    assert.deepEqual(refused, {
      status: 409,
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for PoliciesPerAccount: 1500',
    });
  });

  const changes: [operation: string, input: Json][] = [
    ['DeletePolicy', {}],
    ['CreatePolicyVersion', { PolicyDocument }],
    ['SetDefaultPolicyVersion', { VersionId: 'v1' }],
    ['DeletePolicyVersion', { VersionId: 'v1' }],
    ['TagPolicy', { Tags: [] }],
    ['UntagPolicy', { TagKeys: [] }],
  ];
  for (const [operation, input] of changes) {
    test(`${operation} of one of AWS's policies`, async (t) => {
      const app = await startApp(t);
      const resource = aws('AdministratorAccess');
      assert.deepEqual(await identityRefused(app, operation, { PolicyArn: resource, ...input }), {
        status: 403,
        code: 'AccessDenied',
        message:
          `User: arn:aws:iam::${testAccount}:root is not authorized to perform: ` +
          `iam:${operation} on resource: ${resource}`,
      });
    });
  }

  test("another account's policy", async (t) => {
    const app = await startApp(t);
    const other = await app.beside({ accountId: '999999999999' });
    await createPolicy(app, 'Read', { Path: '/lab/' });
    assert.equal((await identityRefused(other, 'GetPolicy', { PolicyArn })).code, 'AccessDenied');
    await identityOk(other, 'CreateUser', { UserName: 'ana' });
    const attach = { UserName: 'ana', PolicyArn };
    assert.deepEqual(await identityRefused(other, 'AttachUserPolicy', attach), {
      status: 404,
      code: 'NoSuchEntity',
      message: `Policy ${PolicyArn} does not exist or is not attachable.`,
    });
  });
});

test("AWS's policies are readable in every account, by whoever may read", async (t) => {
  const app = await startApp(t);
  const reading = { Effect: 'Allow', Action: 'iam:Get*', Resource: aws('*') };
  const credentials = await newUser(app, 'ana', reading);
  const name = aws('AmazonSageMakerReadOnly');
  for (const as of [{}, { credentials }]) {
    const { Policy } = await identityOk<{ Policy: Json }>(
      ...[app, 'GetPolicy', { PolicyArn: name }, as],
    );
    assert.deepEqual(
      [Policy['PolicyName'], Policy['Arn'], Policy['DefaultVersionId'], Policy['AttachmentCount']],
      ['AmazonSageMakerReadOnly', name, 'v1', 0],
    );
  }
  const { PolicyVersion } = await identityOk<{ PolicyVersion: Json }>(
    ...[app, 'GetPolicyVersion', { PolicyArn: name, VersionId: 'v1' }, { credentials }],
  );
  const document = readDocument(PolicyVersion['Document']) as { Statement: Json[] };
  assert.ok((document.Statement[0]!['Action'] as string[]).includes('sagemaker:List*'));
  const { Versions } = await identityOk<{ Versions: Json[] }>(
    ...[app, 'ListPolicyVersions', { PolicyArn: name }],
  );
  assert.deepEqual(
    Versions.map((version) => [version['VersionId'], version['IsDefaultVersion']]),
    [['v1', true]],
  );
});

test('policies are listed by scope, path and use, page by page', async (t) => {
  const app = await startApp(t);
  for (const name of ['beta', 'Alpha', 'gamma']) {
    await createPolicy(app, name, { Path: name === 'gamma' ? '/' : '/lab/' });
  }
  await identityOk(app, 'CreateUser', {
    ...{ UserName: 'ana', PermissionsBoundary: arn('gamma') },
  });
  await identityOk(app, 'CreateUser', {
    ...{ UserName: 'bob', PermissionsBoundary: aws('AmazonSageMakerReadOnly') },
  });
  await identityOk(app, 'AttachUserPolicy', { UserName: 'ana', PolicyArn: arn('lab/beta') });
  await identityOk(app, 'AttachUserPolicy', {
    ...{ UserName: 'ana', PolicyArn: aws('AdministratorAccess') },
  });
  const names = async (input: Json): Promise<unknown[]> => {
    const page = await identityOk<{ Policies: Json[] }>(app, 'ListPolicies', input);
    return page.Policies.map((policy) => policy['PolicyName']);
  };
  const provided = [
    'AdministratorAccess',
    'AmazonSageMakerFullAccess',
    'AmazonSageMakerModelRegistryFullAccess',
    'AmazonSageMakerReadOnly',
  ];
  const own = ['Alpha', 'beta', 'gamma'];
  assert.deepEqual(await names({}), [...provided, ...own]);
  assert.deepEqual(await names({ Scope: 'AWS' }), provided);
  assert.deepEqual(await names({ Scope: 'Local' }), own);
  assert.deepEqual(await names({ Scope: 'Local', PathPrefix: '/lab/' }), ['Alpha', 'beta']);
  assert.deepEqual(await names({ PathPrefix: '/none/' }), []);
  const used = ['AdministratorAccess', 'AmazonSageMakerReadOnly', 'beta', 'gamma'];
  assert.deepEqual(await names({ OnlyAttached: true }), used);
  assert.deepEqual(await names({ PolicyUsageFilter: 'PermissionsPolicy' }), [
    ...['AdministratorAccess', 'beta'],
  ]);
  assert.deepEqual(await names({ PolicyUsageFilter: 'PermissionsBoundary', OnlyAttached: true }), [
    ...['AmazonSageMakerReadOnly', 'gamma'],
  ]);
  const paged: unknown[] = [];
  let Marker: unknown;
  for (let page = 0; page < 4; page += 1) {
    const input = { MaxItems: 2, ...(Marker !== undefined && { Marker }) };
    const answer = await identityOk<{ Policies: Json[] } & Json>(app, 'ListPolicies', input);
    paged.push(answer.Policies.map((policy) => policy['PolicyName']));
    assert.equal(answer['IsTruncated'], page < 3);
    ({ Marker } = answer);
  }
  assert.deepEqual(paged.flat(), [...provided, ...own]);
});
