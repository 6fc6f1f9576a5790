import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { unversioned } from '../../../tests/support/samples.ts';
import {
  assertRefused,
  deniedText,
  foreignArn,
  newEntries,
  otherAccount,
  pagesOf,
  startApp,
  violated,
} from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';

type Json = Record<string, unknown>;
interface Summary {
  ModelPackageArn: string;
}

/** `Fraud/3` of a summary's ARN. */
const nameOf = ({ ModelPackageArn: arn }: Summary) => arn.split(':model-package/')[1]!;

async function listed(app: TestApp, input: Json = {}, options = {}): Promise<string[]> {
  const { ModelPackageSummaryList: list } = await app.ok<{ ModelPackageSummaryList: Summary[] }>(
    'ListModelPackages',
    input,
    options,
  );
  return list.map(nameOf);
}

/** Registers versions of groups, and unversioned packages, each `[name, seconds since the last]`. */
async function register(app: TestApp, ...names: (string | number)[]): Promise<void> {
  for (const name of names) {
    if (typeof name === 'number') {
      app.clock.advance(name * 1000);
    } else if (name.startsWith('group:')) {
      await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: name.slice(6) });
    } else if (name.startsWith('solo:')) {
      await app.ok('CreateModelPackage', { ...unversioned, ModelPackageName: name.slice(5) });
    } else {
      await app.ok('CreateModelPackage', { ModelPackageGroupName: name });
    }
  }
}

// --- Refused ---

const foreign = foreignArn('model-package-group/Fraud');

const refusals: [title: string, input: Json, message: string][] = [
  [
    'a page of none',
    { MaxResults: 0 },
    violated('0', 'maxResults', 'Member must have value greater than or equal to 1'),
  ],
  [
    'a page of 101',
    { MaxResults: 101 },
    violated('101', 'maxResults', 'Member must have value less than or equal to 100'),
  ],
  [
    'a type in capitals, as the documentation prints it',
    { ModelPackageType: 'VERSIONED' },
    violated(
      'VERSIONED',
      'modelPackageType',
      'Member must satisfy enum value set: [Versioned, Unversioned, Both]',
    ),
  ],
  [
    'a part of a name with a dot',
    { NameContains: 'a.b' },
    violated(
      'a.b',
      'nameContains',
      'Member must satisfy regular expression pattern: [a-zA-Z0-9\\-]+',
    ),
  ],
];

for (const [title, input, message] of refusals) {
  test(`ListModelPackages is refused: ${title}`, async (t) => {
    await assertRefused(await startApp(t), 'ListModelPackages', input, { message });
  });
}

test('ListModelPackages is refused in strict mode: the status Archived', async (t) => {
  await assertRefused(
    await startApp(t, { strictAws: true }),
    'ListModelPackages',
    { ModelApprovalStatus: 'Archived' },
    {
      message: violated(
        'Archived',
        'modelApprovalStatus',
        'Member must satisfy enum value set: [Approved, Rejected, PendingManualApproval]',
      ),
    },
  );
});

test('ListModelPackages is refused: the ARN of a group in another region', async (t) => {
  await assertRefused(
    await startApp(t),
    'ListModelPackages',
    { ModelPackageGroupName: testArn('model-package-group/Fraud', 'us-east-1') },
    { message: 'ARN should be scoped to correct region: eu-west-1' },
  );
});

test("ListModelPackages is refused: another account's group", async (t) => {
  await assertRefused(
    await startApp(t),
    'ListModelPackages',
    { ModelPackageGroupName: foreign },
    {
      code: 'AccessDeniedException',
      message: deniedText('sagemaker:ListModelPackages', foreign),
      resource: foreign,
    },
  );
});

const badToken = 'Invalid pagination token: NextToken does not belong to this query.';

for (const [title, change] of Object.entries({
  'of another group': { ModelPackageGroupName: 'Credit' },
  'of another order': { SortOrder: 'Descending' },
  'of another sort': { SortBy: 'Name' },
  'of another status': { ModelApprovalStatus: 'Approved' },
  'of another type': { ModelPackageType: 'Versioned' },
  'of another time': { CreationTimeAfter: 1 },
  'that is garbled': { NextToken: 'garbled' },
})) {
  test(`ListModelPackages is refused: a token ${title}`, async (t) => {
    const app = await startApp(t);
    await register(app, 'group:Fraud', 'group:Credit', 'Fraud', 'Fraud');
    const input = { ModelPackageGroupName: 'Fraud', MaxResults: 1 };
    const { NextToken } = await app.ok('ListModelPackages', input);
    const changed: Json = { ...input, NextToken, ...change };
    await assertRefused(app, 'ListModelPackages', changed, {
      message: badToken,
      resource: testArn(`model-package-group/${String(changed['ModelPackageGroupName'])}`),
    });
  });
}

// --- Which packages ---

test('an empty list is a list, without a token', async (t) => {
  const app = await startApp(t);
  const { body } = await app.send('ListModelPackages', {});
  assert.equal(body, '{"ModelPackageSummaryList":[]}');
});

for (const ModelPackageGroupName of ['missing', testArn('model-package-group/missing')]) {
  test(`a group that does not exist has no versions: '${ModelPackageGroupName}'`, async (t) => {
    const app = await startApp(t);
    await register(app, 'group:Fraud', 'Fraud', 'solo:missing');
    assert.deepEqual(await listed(app, { ModelPackageGroupName }), []);
    assert.equal((await newEntries(app)).length, 3);
  });
}

const types: [input: Json, names: string[]][] = [
  [{}, ['Solo', 'Other']],
  [{ ModelPackageType: 'Unversioned' }, ['Solo', 'Other']],
  [{ ModelPackageType: 'Versioned' }, ['Fraud/1', 'Credit/1', 'Fraud/2']],
  [{ ModelPackageType: 'Both' }, ['Fraud/1', 'Solo', 'Credit/1', 'Fraud/2', 'Other']],
  [{ ModelPackageGroupName: 'Fraud' }, ['Fraud/1', 'Fraud/2']],
  [{ ModelPackageGroupName: 'Fraud', ModelPackageType: 'Versioned' }, ['Fraud/1', 'Fraud/2']],
  [{ ModelPackageGroupName: 'Fraud', ModelPackageType: 'Both' }, ['Fraud/1', 'Fraud/2']],
  [{ ModelPackageGroupName: 'Fraud', ModelPackageType: 'Unversioned' }, []],
  [{ ModelPackageGroupName: 'fraud' }, ['Fraud/1', 'Fraud/2']],
  [{ ModelPackageGroupName: testArn('model-package-group/Fraud') }, ['Fraud/1', 'Fraud/2']],
  [{ ModelPackageGroupName: testArn('model-package-group/FRAUD') }, ['Fraud/1', 'Fraud/2']],
];

for (const [input, names] of types) {
  test(`${JSON.stringify(input)} lists ${names.join(', ') || 'nothing'}`, async (t) => {
    const app = await startApp(t);
    await register(app, 'group:Fraud', 'group:Credit');
    await register(app, 'Fraud', 1, 'solo:Solo', 1, 'Credit', 1, 'Fraud', 1, 'solo:Other');
    await newEntries(app);
    assert.deepEqual(await listed(app, input), names);
    assert.deepEqual(await newEntries(app), []);
  });
}

test('packages of other accounts and regions are not listed', async (t) => {
  const app = await startApp(t);
  const stranger = await app.beside({ accountId: otherAccount });
  const east = { region: 'us-east-1' };
  await register(app, 'group:Fraud', 'Fraud', 'solo:Solo');
  await register(stranger, 'group:Fraud', 'Fraud', 'Fraud', 'solo:Theirs');
  await app.ok('CreateModelPackage', { ...unversioned, ModelPackageName: 'East' }, east);
  for (const SortBy of ['CreationTime', 'Name']) {
    assert.deepEqual(await listed(app, { ModelPackageType: 'Both', SortBy }), ['Fraud/1', 'Solo']);
    assert.deepEqual(await listed(app, { ModelPackageType: 'Both', SortBy }, east), ['East']);
  }
  assert.deepEqual(await listed(app, { ModelPackageGroupName: 'Fraud' }), ['Fraud/1']);
});

// --- What is shown ---

async function startWithRichVersion(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await register(app, 'group:Fraud', 'Fraud');
  await app.ok('CreateModelPackage', {
    ModelPackageGroupName: 'Fraud',
    ModelPackageName: 'champion',
    ModelPackageDescription: 'weekly',
    ModelApprovalStatus: 'Approved',
    ModelPackageRegistrationType: 'Registered',
    ModelLifeCycle: { Stage: 'Production', StageStatus: 'Active' },
    CustomerMetadataProperties: { owner: 'ana' },
    InferenceSpecification: { Containers: [{}] },
  });
  await app.ok('CreateModelPackage', { ...unversioned, ModelPackageDescription: '' });
  return app;
}

const plain = {
  ModelPackageGroupName: 'Fraud',
  ModelPackageVersion: 1,
  ModelPackageArn: testArn('model-package/Fraud/1'),
  CreationTime: 1772615727.5,
  ModelPackageStatus: 'Completed',
  ModelApprovalStatus: 'PendingManualApproval',
};
const rich = {
  ...plain,
  ModelPackageVersion: 2,
  ModelPackageArn: testArn('model-package/Fraud/2'),
  ModelPackageDescription: 'weekly',
  ModelApprovalStatus: 'Approved',
  ModelLifeCycle: { Stage: 'Production', StageStatus: 'Active' },
  ModelPackageRegistrationType: 'Registered',
};
const solo = {
  ModelPackageName: 'Solo',
  ModelPackageArn: testArn('model-package/Solo'),
  ModelPackageDescription: '',
  CreationTime: 1772615727.5,
  ModelPackageStatus: 'Completed',
};

test('summaries show description, approval, life cycle and registration type', async (t) => {
  const app = await startWithRichVersion(t);
  assert.deepEqual(await app.ok('ListModelPackages', { ModelPackageType: 'Both' }), {
    ModelPackageSummaryList: [
      { ...plain, ModelPackageName: 'Fraud/1' },
      { ...rich, ModelPackageName: 'champion' },
      solo,
    ],
  });
});

test('strict mode leaves the names of versions out, as AWS does', async (t) => {
  const app = await (await startWithRichVersion(t)).beside({ strictAws: true });
  assert.deepEqual(await app.ok('ListModelPackages', { ModelPackageType: 'Both' }), {
    ModelPackageSummaryList: [plain, rich, solo],
  });
});

// --- Order ---

const byTime = ['Beta/1', 'alpha', 'Beta/2', 'Alpha/1', 'beta', 'Beta/3', 'Zeta'];
const byName = ['alpha', 'Alpha/1', 'beta', 'Beta/1', 'Beta/2', 'Beta/3', 'Zeta'];

/** Groups and unversioned packages of the same names, made in the order of `byTime`. */
async function startWithMixedNames(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await register(app, 'group:Alpha', 'group:Beta', 'Beta', 'solo:alpha', 1, 'Beta', 'Alpha');
  await register(app, 1, 'solo:beta', 'Beta', 'solo:Zeta');
  return app;
}

for (const [SortBy, order] of [
  ['CreationTime', byTime],
  ['Name', byName],
] as const) {
  for (const SortOrder of ['Ascending', 'Descending']) {
    const names = SortOrder === 'Ascending' ? order : [...order].reverse();
    for (const ModelPackageType of ['Both', 'Versioned', 'Unversioned']) {
      const expected = names.filter(
        (name) =>
          ModelPackageType === 'Both' || name.includes('/') === (ModelPackageType === 'Versioned'),
      );
      test(`${ModelPackageType} by ${SortBy}, ${SortOrder}, in pages of any size`, async (t) => {
        const app = await startWithMixedNames(t);
        const input = { SortBy, SortOrder, ModelPackageType };
        assert.deepEqual(await listed(app, input), expected);
        for (const MaxResults of [1, 2, 3, 7]) {
          const pages = await pagesOf<Summary>(
            app,
            'ListModelPackages',
            { ...input, MaxResults },
            'ModelPackageSummaryList',
          );
          assert.deepEqual(pages.flat().map(nameOf), expected);
        }
      });
    }
  }
}

test('the default order is by creation, the oldest first', async (t) => {
  const app = await startWithMixedNames(t);
  assert.deepEqual(await listed(app, { ModelPackageType: 'Both' }), byTime);
});

test('versions are ordered as numbers, by name and by time, in both directions', async (t) => {
  const app = await startApp(t);
  await register(app, 'group:Fraud', ...Array.from({ length: 12 }, () => 'Fraud'));
  const ascending = Array.from({ length: 12 }, (_, i) => `Fraud/${i + 1}`);
  for (const SortBy of ['Name', 'CreationTime']) {
    for (const group of [{ ModelPackageGroupName: 'Fraud' }, { ModelPackageType: 'Versioned' }]) {
      const input = { ...group, SortBy };
      assert.deepEqual(await listed(app, input), ascending);
      const descending = await listed(app, { ...input, SortOrder: 'Descending' });
      assert.deepEqual(descending, [...ascending].reverse());
    }
  }
});

// --- Filters ---

/** Fraud/1 to Fraud/4, one a second, with four statuses. */
async function startWithStatuses(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await register(app, 'group:Fraud');
  for (const status of ['Approved', 'Rejected', 'PendingManualApproval', 'Approved']) {
    await app.ok('CreateModelPackage', {
      ModelPackageGroupName: 'Fraud',
      ModelApprovalStatus: status,
    });
    app.clock.advance(1_000);
  }
  await app.ok('UpdateModelPackage', {
    ModelPackageName: 'Fraud/4',
    ModelApprovalStatus: 'Archived',
  });
  return app;
}

const first = 1772615727.5;
const filters: [input: Json, names: string[]][] = [
  [{ ModelApprovalStatus: 'Approved' }, ['Fraud/1']],
  [{ ModelApprovalStatus: 'Rejected' }, ['Fraud/2']],
  [{ ModelApprovalStatus: 'PendingManualApproval' }, ['Fraud/3']],
  [{ ModelApprovalStatus: 'Archived' }, ['Fraud/4']],
  [{ CreationTimeAfter: first }, ['Fraud/2', 'Fraud/3', 'Fraud/4']],
  [{ CreationTimeAfter: Math.trunc(first) }, ['Fraud/1', 'Fraud/2', 'Fraud/3', 'Fraud/4']],
  [{ CreationTimeBefore: first + 1 }, ['Fraud/1']],
  [{ CreationTimeAfter: first, CreationTimeBefore: first + 3 }, ['Fraud/2', 'Fraud/3']],
  [{ CreationTimeAfter: '2026-03-04T09:15:29Z' }, ['Fraud/3', 'Fraud/4']],
  [{ NameContains: 'RAU' }, ['Fraud/1', 'Fraud/2', 'Fraud/3', 'Fraud/4']],
  [{ NameContains: 'credit' }, []],
  [{ NameContains: 'raud', ModelApprovalStatus: 'Rejected' }, ['Fraud/2']],
  [{ ModelApprovalStatus: 'Approved', CreationTimeAfter: first }, []],
];

for (const scope of [{ ModelPackageGroupName: 'Fraud' }, { ModelPackageType: 'Versioned' }]) {
  for (const [filter, names] of filters) {
    const input = { ...scope, ...filter };
    test(`${JSON.stringify(input)} leaves ${names.join(', ') || 'nothing'}`, async (t) => {
      const app = await startWithStatuses(t);
      assert.deepEqual(await listed(app, input), names);
      assert.deepEqual(await listed(app, { ...input, SortBy: 'Name' }), names);
    });
  }
}

test('NameContains matches the names of unversioned packages, whatever their case', async (t) => {
  const app = await startApp(t);
  await register(app, 'solo:Fraud-EU', 'solo:credit-eu', 'solo:fraud');
  assert.deepEqual(await listed(app, { NameContains: 'FRAUD' }), ['Fraud-EU', 'fraud']);
  assert.deepEqual(await listed(app, { NameContains: 't-e' }), ['credit-eu']);
});

test('an approval filter leaves unversioned packages out that have no status', async (t) => {
  const app = await startApp(t);
  await register(app, 'solo:plain');
  const approved = { ...unversioned, ModelPackageName: 'sent', ModelApprovalStatus: 'Approved' };
  await app.ok('CreateModelPackage', approved);
  assert.deepEqual(await listed(app, { ModelApprovalStatus: 'Approved' }), ['sent']);
});

// --- The idiom for the newest approved version ---

async function newestApproved(app: TestApp): Promise<string[]> {
  return listed(app, {
    ModelPackageGroupName: 'Fraud',
    ModelApprovalStatus: 'Approved',
    SortBy: 'CreationTime',
    SortOrder: 'Descending',
    MaxResults: 1,
  });
}

for (const milliseconds of [0, 1, -5_000]) {
  test(`the newest approved version, when the clock moves by ${milliseconds} ms`, async (t) => {
    const app = await startApp(t);
    await register(app, 'group:Fraud');
    for (const status of ['Approved', 'Approved', 'Approved', 'Rejected']) {
      await app.ok('CreateModelPackage', {
        ModelPackageGroupName: 'Fraud',
        ModelApprovalStatus: status,
      });
      app.clock.advance(milliseconds);
    }
    assert.deepEqual(await newestApproved(app), ['Fraud/3']);
    await app.ok('DeleteModelPackage', { ModelPackageName: 'Fraud/3' });
    assert.deepEqual(await newestApproved(app), ['Fraud/2']);
  });
}

// --- Pages ---

test('a page holds 100 packages unless fewer are asked for', async (t) => {
  const app = await startApp(t);
  await register(app, 'group:Fraud', ...Array.from({ length: 101 }, () => 'Fraud'));
  const { ModelPackageSummaryList: list, NextToken } = await app.ok<{
    ModelPackageSummaryList: Summary[];
    NextToken: string;
  }>('ListModelPackages', { ModelPackageGroupName: 'Fraud' });
  assert.equal(list.length, 100);
  const rest = { ModelPackageGroupName: 'Fraud', NextToken };
  assert.deepEqual(await listed(app, rest), ['Fraud/101']);
  assert.deepEqual((await app.ok('ListModelPackages', rest))['NextToken'], undefined);
});

/** What a listing should find, told without the product. */
interface Made {
  readonly name: string;
  readonly group: string | undefined;
  readonly status: string;
  readonly createdAt: number;
}

async function make120(app: TestApp): Promise<Made[]> {
  await register(app, 'group:Fraud', 'group:Credit');
  const made: Made[] = [];
  for (let i = 0; i < 120; i += 1) {
    const group = [undefined, 'Fraud', 'Credit'][i % 3];
    const status = ['Approved', 'Rejected', 'PendingManualApproval'][(i % 5) % 3]!;
    const { ModelPackageArn: arn } = await app.ok<{ ModelPackageArn: string }>(
      'CreateModelPackage',
      {
        ...(group ? { ModelPackageGroupName: group } : unversioned),
        ...(!group && { ModelPackageName: `risk-${i}` }),
        ModelApprovalStatus: status,
      },
    );
    made.push({
      name: nameOf({ ModelPackageArn: arn }),
      group,
      status,
      createdAt: app.clock.now() / 1000,
    });
    if (i % 4 === 0) app.clock.advance(1_000);
  }
  return made;
}

type Wanted = [input: Json, isWanted: (one: Made) => boolean];

const scopes: Wanted[] = [
  [{ ModelPackageGroupName: 'Fraud' }, ({ group }) => group === 'Fraud'],
  [{ ModelPackageType: 'Versioned' }, ({ group }) => group !== undefined],
  [{ ModelPackageType: 'Unversioned' }, ({ group }) => group === undefined],
  [{ ModelPackageType: 'Both' }, () => true],
];
const narrowings: Wanted[] = [
  [{}, () => true],
  [{ ModelApprovalStatus: 'Approved' }, ({ status }) => status === 'Approved'],
  [{ ModelApprovalStatus: 'Rejected' }, ({ status }) => status === 'Rejected'],
  [{ NameContains: 'R' }, ({ name }) => /r/i.test(name)],
  [
    { CreationTimeAfter: first + 10, CreationTimeBefore: first + 25 },
    ({ createdAt }) => createdAt > first + 10 && createdAt < first + 25,
  ],
];

test('120 packages in pages of 7 under every filter: full pages, none missing or twice', async (t) => {
  const app = await startApp(t);
  const made = await make120(app);
  for (const SortBy of ['CreationTime', 'Name']) {
    for (const SortOrder of ['Ascending', 'Descending']) {
      for (const [scope, isInScope] of scopes) {
        for (const [filter, isLeft] of narrowings) {
          const input = { SortBy, SortOrder, ...scope, ...filter };
          const pages = await pagesOf<Summary>(
            app,
            'ListModelPackages',
            { ...input, MaxResults: 7 },
            'ModelPackageSummaryList',
          );
          const names = pages.flat().map(nameOf);
          const wanted = made.filter((one) => isInScope(one) && isLeft(one));
          assert.deepEqual(
            [...names].sort(),
            wanted.map(({ name }) => name).sort(),
            JSON.stringify(input),
          );
        }
      }
    }
  }
});

test('an empty token is none', async (t) => {
  const app = await startApp(t);
  await register(app, 'solo:Solo');
  assert.deepEqual(await listed(app, { NextToken: '' }), ['Solo']);
});

test('versions that come and go between pages neither repeat nor hide others', async (t) => {
  const app = await startApp(t);
  await register(app, 'group:Fraud', 'Fraud', 'Fraud', 'Fraud', 'Fraud');
  const group = { ModelPackageGroupName: 'Fraud' };
  const { NextToken } = await app.ok('ListModelPackages', { ...group, MaxResults: 2 });
  await app.ok('DeleteModelPackage', { ModelPackageName: 'Fraud/2' });
  await app.ok('DeleteModelPackage', { ModelPackageName: 'Fraud/3' });
  await register(app, 'Fraud');
  assert.deepEqual(await listed(app, { ...group, NextToken }), ['Fraud/4', 'Fraud/5']);
});
