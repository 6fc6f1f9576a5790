import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { unversioned, wholeVersion } from '../../../tests/support/samples.ts';
import { assertRefused, newEntries, pagesOf, startApp } from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import type {
  Filter,
  SearchExpression,
  SearchRecord,
  SearchRequest,
  SearchResponse,
} from '../../contracts/sagemaker.gen.ts';
import { formatPageToken, parsePageToken } from '../../kernel/page-token.ts';
import type { ModelPackageRow } from '../../store/tables.ts';
import { insertPackage } from '../model-packages/model-package-store.ts';

const specification = { Containers: [{ Image: 'registry.example.com/m:1' }] };

interface Version {
  ModelApprovalStatus?: string;
  CustomerMetadataProperties?: Record<string, string>;
  ModelLifeCycle?: { Stage: string; StageStatus: string };
  Tags?: { Key: string; Value: string }[];
  ModelPackageName?: string;
  ModelPackageDescription?: string;
}

async function addGroup(app: TestApp, name: string, tags: Record<string, string> = {}) {
  app.clock.advance(1000);
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: name, Tags });
}

async function addVersion(app: TestApp, group: string, version: Version = {}): Promise<string> {
  app.clock.advance(1000);
  const { ModelPackageArn } = await app.ok('CreateModelPackage', {
    ModelPackageGroupName: group,
    InferenceSpecification: specification,
    ...version,
  });
  return ModelPackageArn as string;
}

type Asked = Omit<Partial<SearchRequest>, 'SearchExpression'> & { Filters?: Filter[] };

function ask(app: TestApp, { Filters, ...input }: Asked): Promise<SearchResponse> {
  const expression = Filters && { SearchExpression: { Filters } };
  return app.ok('Search', { Resource: 'ModelPackage', ...input, ...expression });
}

const equals = (Name: string, Value: string): Filter => ({ Name, Operator: 'Equals', Value });

/** What follows the type in the ARNs of the results. */
function named({ Results }: SearchResponse): string[] {
  return Results!.map((record) => {
    const arn =
      record.ModelPackage?.ModelPackageArn ?? record.ModelPackageGroup?.ModelPackageGroupArn;
    return arn!.replace(/^.*:model-package(-group)?\//, '');
  });
}

async function found(app: TestApp, input: Asked): Promise<string[]> {
  return named(await ask(app, input));
}

async function hits(app: TestApp, input: Asked): Promise<[number, string]> {
  const { TotalHits } = await ask(app, { MaxResults: 1, ...input });
  return [TotalHits!.Value!, TotalHits!.Relation!];
}

// Refusals.

const refusals: [title: string, input: Record<string, unknown>, message: string | RegExp][] = [
  [
    'a resource outside the enum',
    { Resource: 'Nonsense' },
    /^1 validation error detected: Value 'Nonsense' at 'resource' failed/,
  ],
  [
    'an unknown property',
    { Resource: 'ModelPackage', SearchExpression: { Filters: [{ Name: 'Nope', Value: '1' }] } },
    'Unknown property name: Nope',
  ],
  [
    'a property that groups lack',
    {
      Resource: 'ModelPackageGroup',
      SearchExpression: { Filters: [{ Name: 'LastModifiedTime' }] },
    },
    'Unknown property name: LastModifiedTime',
  ],
  [
    'an unknown property, also where no result could be',
    {
      Resource: 'ModelPackage',
      CrossAccountFilterOption: 'CrossAccount',
      SearchExpression: { Filters: [{ Name: 'Nope' }] },
    },
    'Unknown property name: Nope',
  ],
  [
    'an unknown property to sort by',
    { Resource: 'ModelPackage', SortBy: 'Nope' },
    'Unknown property name: Nope',
  ],
  [
    'a structure to sort by',
    { Resource: 'ModelPackage', SortBy: 'ModelLifeCycle' },
    "Results cannot be sorted by 'ModelLifeCycle', which is a structure property.",
  ],
  [
    'two Contains',
    {
      Resource: 'ModelPackage',
      SearchExpression: {
        Filters: [
          { Name: 'ModelPackageName', Operator: 'Contains', Value: 'a' },
          { Name: 'ModelPackageName', Operator: 'Contains', Value: 'b' },
        ],
      },
    },
    "'CONTAINS' operator usage limit of 1 exceeded.",
  ],
  [
    'an expression with nothing in it, whatever the resource',
    { Resource: 'Endpoint', SearchExpression: { Operator: 'Or' } },
    'A SearchExpression must have at least one filter, nested filter or subexpression.',
  ],
  [
    'a visibility condition on no tag',
    { Resource: 'ModelPackage', VisibilityConditions: [{ Key: 'team', Value: 'a' }] },
    "Key 'team' of a visibility condition must be 'Tags.<key>'.",
  ],
  [
    'a visibility condition without a value',
    { Resource: 'ModelPackage', VisibilityConditions: [{ Key: 'Tags.team' }] },
    'A visibility condition must have a key and a value.',
  ],
  [
    'a garbled token',
    { Resource: 'ModelPackage', NextToken: 'abc' },
    'Invalid pagination token: NextToken does not belong to this query.',
  ],
  [
    'a token for a resource that has no pages',
    { Resource: 'Endpoint', NextToken: 'abc' },
    'Invalid pagination token: NextToken does not belong to this query.',
  ],
];

for (const [title, input, message] of refusals) {
  test(`Search is refused: ${title}`, async (t) => {
    const read = typeof message === 'string';
    const expected = { message, ...(read && { resource: '*' }) };
    await assertRefused(await startApp(t), 'Search', input, expected);
  });
}

// Records.

test('a version is found as Describe shows it, with its tags and without ManagedStorageType', async (t) => {
  const app = await startApp(t);
  await addGroup(app, 'Fraud', { team: 'risk', cost: '1' });
  const { ModelPackageArn } = await app.ok('CreateModelPackage', {
    ...wholeVersion,
    Tags: [{ Key: 'team', Value: 'own' }],
  });
  const { ManagedStorageType, ...described } = await app.ok('DescribeModelPackage', {
    ModelPackageName: ModelPackageArn,
  });
  assert.equal(ManagedStorageType, 'Restricted');
  await newEntries(app);
  assert.deepEqual(await ask(app, {}), {
    Results: [
      {
        ModelPackage: {
          ...described,
          Tags: [
            { Key: 'team', Value: 'own' },
            { Key: 'cost', Value: '1' },
          ],
        },
      },
    ],
    TotalHits: { Value: 1, Relation: 'EqualTo' },
  });
  assert.deepEqual(await newEntries(app), [], 'a search leaves no entry');
});

test('a group is found with its tags and without ManagedConfiguration', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', {
    ModelPackageGroupName: 'Fraud',
    ModelPackageGroupDescription: 'cards',
    ManagedConfiguration: { ManagedStorageType: 'Restricted' },
    Tags: [{ Key: 'team', Value: 'risk' }],
  });
  const described = await app.ok('DescribeModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  const { ManagedConfiguration: _, ...members } = described;
  const { Results } = await ask(app, {
    Resource: 'ModelPackageGroup',
    Filters: [equals('ModelPackageGroupName', 'Fraud')],
  });
  assert.deepEqual(Results, [
    { ModelPackageGroup: { ...members, Tags: [{ Key: 'team', Value: 'risk' }] } },
  ]);
});

test('an unversioned package is found by its name and its own tags', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackage', { ...unversioned, Tags: [{ Key: 'k', Value: 'v' }] });
  for (const filter of [
    equals('ModelPackageName', 'Solo'),
    equals('ModelPackageArn', testArn('model-package/Solo')),
    equals('Tags.k', 'v'),
    { Name: 'ModelPackageVersion', Operator: 'NotExists' as const },
  ]) {
    assert.deepEqual(await found(app, { Filters: [filter] }), ['Solo'], filter.Name);
  }
  assert.deepEqual(await found(app, { Filters: [equals('ModelPackageGroupName', 'Solo')] }), []);
});

test('resources that the registry does not hold give an empty answer', async (t) => {
  const app = await startApp(t);
  const empty = { Results: [], TotalHits: { Value: 0, Relation: 'EqualTo' } };
  const contains: Filter = { Name: 'Whatever.Property', Operator: 'Contains', Value: '1' };
  const Filters = [contains, contains];
  assert.deepEqual(await ask(app, { Resource: 'TrainingJob', Filters, SortBy: 'Other' }), empty);
  await addGroup(app, 'Fraud');
  await addVersion(app, 'Fraud');
  assert.deepEqual(await ask(app, { CrossAccountFilterOption: 'CrossAccount' }), empty);
  assert.equal((await found(app, { CrossAccountFilterOption: 'SameAccount' })).length, 1);
});

test('nothing is found in another account or region', async (t) => {
  const app = await startApp(t);
  await addGroup(app, 'Fraud', { k: 'v' });
  await addVersion(app, 'Fraud', { CustomerMetadataProperties: { k: 'v' } });
  const other = await app.beside({ accountId: '999999999999' });
  for (const Filters of [
    [equals('CustomerMetadataProperties.k', 'v')],
    [equals('Tags.k', 'v')],
    [equals('ModelPackageName', 'Fraud/1')],
    [equals('ModelPackageArn', testArn('model-package/Fraud/1'))],
    [{ Name: 'ModelPackageArn' }],
  ]) {
    const input = { Resource: 'ModelPackage', SearchExpression: { Filters } };
    for (const answer of [
      await app.ok<SearchResponse>('Search', input, { region: 'us-east-1' }),
      await other.ok<SearchResponse>('Search', input),
    ]) {
      assert.deepEqual(named(answer), []);
      assert.deepEqual(answer.TotalHits, { Value: 0, Relation: 'EqualTo' });
    }
  }
});

// Names.

test('a version has its alias or <group>/<version> for a name; in strict mode its group', async (t) => {
  const app = await startApp(t);
  await addGroup(app, 'Fraud');
  await addVersion(app, 'Fraud');
  await addVersion(app, 'Fraud', { ModelPackageName: 'champion' });
  const byName = (Value: string, Operator: 'Equals' | 'Contains' = 'Equals') => ({
    Filters: [{ Name: 'ModelPackageName', Operator, Value }],
  });
  assert.deepEqual(await found(app, byName('Fraud/1')), ['Fraud/1']);
  assert.deepEqual(await found(app, byName('champion')), ['Fraud/2']);
  assert.deepEqual(await found(app, byName('Fraud/2')), []);
  assert.deepEqual(await found(app, byName('Fraud')), []);
  assert.deepEqual(await found(app, byName('amp', 'Contains')), ['Fraud/2']);
  const strict = await app.beside({ strictAws: true });
  assert.deepEqual(await found(strict, byName('Fraud')), ['Fraud/2', 'Fraud/1']);
  assert.deepEqual(await found(strict, byName('rau', 'Contains')), ['Fraud/2', 'Fraud/1']);
  assert.deepEqual(await found(strict, byName('champion')), []);
});

// Tags of groups.

async function startTagged(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await addGroup(app, 'A', { k: 'x' });
  await addGroup(app, 'B', { k: 'y' });
  await addGroup(app, 'C');
  await addVersion(app, 'A');
  await addVersion(app, 'B', { Tags: [{ Key: 'k', Value: 'x' }] });
  await addVersion(app, 'C', { Tags: [{ Key: 'k', Value: 'x' }] });
  await addVersion(app, 'A', { Tags: [{ Key: 'k', Value: 'z' }] });
  await addVersion(app, 'C');
  return app;
}

test('a version has the tags of its group, its own winning', async (t) => {
  const app = await startTagged(t);
  const byTag = (Value: string) => ({ Filters: [equals('Tags.k', Value)] });
  assert.deepEqual(await found(app, byTag('x')), ['C/1', 'B/1', 'A/1']);
  assert.deepEqual(await found(app, byTag('y')), []);
  assert.deepEqual(await found(app, byTag('z')), ['A/2']);
  assert.deepEqual(await hits(app, byTag('x')), [3, 'EqualTo']);
  const lacking = { Filters: [{ Name: 'Tags.k', Operator: 'NotExists' as const }] };
  assert.deepEqual(await found(app, lacking), ['C/2']);
});

test('in strict mode versions have the tags of their group alone', async (t) => {
  const app = await startTagged(t);
  const strict = await app.beside({ strictAws: true });
  const byTag = (Value: string) => ({ Filters: [equals('Tags.k', Value)] });
  assert.deepEqual(await found(strict, byTag('x')), ['A/2', 'A/1']);
  assert.deepEqual(await found(strict, byTag('y')), ['B/1']);
  assert.deepEqual(await found(strict, byTag('z')), []);
  assert.deepEqual(await hits(strict, byTag('x')), [2, 'EqualTo']);
  assert.deepEqual(await hits(strict, byTag('z')), [0, 'EqualTo']);
});

test('in strict mode own tags of unversioned packages count', async (t) => {
  const app = await startApp(t);
  await addGroup(app, 'A');
  const Tags = [{ Key: 'k', Value: 'x' }];
  await addVersion(app, 'A', { Tags });
  for (const ModelPackageName of ['Solo', 'Duo']) {
    await app.ok('CreateModelPackage', { ...unversioned, ModelPackageName, Tags });
  }
  const strict = await app.beside({ strictAws: true });
  const Filters = [equals('Tags.k', 'x')];
  assert.deepEqual((await found(strict, { Filters })).sort(), ['Duo', 'Solo']);
  assert.deepEqual(await hits(strict, { Filters }), [2, 'EqualTo']);
  assert.deepEqual(await hits(app, { Filters }), [3, 'EqualTo']);
});

test('a change of tags is found at once', async (t) => {
  const app = await startTagged(t);
  const byTag = (Value: string) => ({ Filters: [equals('Tags.k', Value)] });
  const group = testArn('model-package-group/C');
  await app.ok('AddTags', { ResourceArn: group, Tags: [{ Key: 'k', Value: 'y' }] });
  assert.deepEqual(await found(app, byTag('y')), ['C/2']);
  assert.deepEqual(await found(app, { Resource: 'ModelPackageGroup', ...byTag('y') }), ['C', 'B']);
  await app.ok('DeleteTags', { ResourceArn: group, TagKeys: ['k'] });
  assert.deepEqual(await found(app, byTag('y')), []);
  assert.deepEqual(await found(app, { Resource: 'ModelPackageGroup', ...byTag('y') }), ['B']);
});

test('visibility conditions keep what lacks the tag', async (t) => {
  const app = await startTagged(t);
  const visible = (Value: string, Filters?: Filter[]) =>
    found(app, { VisibilityConditions: [{ Key: 'Tags.k', Value }], ...(Filters && { Filters }) });
  assert.deepEqual(await visible('x'), ['C/2', 'C/1', 'B/1', 'A/1']);
  assert.deepEqual(await visible('z'), ['C/2', 'A/2']);
  assert.deepEqual(await visible('none', [equals('ModelPackageGroupName', 'C')]), ['C/2']);
  assert.deepEqual(await hits(app, { VisibilityConditions: [{ Key: 'Tags.k', Value: 'x' }] }), [
    4,
    'EqualTo',
  ]);
});

// Order.

test('results come by the time of their last modification, the latest first', async (t) => {
  const app = await startApp(t);
  await addGroup(app, 'Fraud');
  const first = await addVersion(app, 'Fraud');
  await addVersion(app, 'Fraud');
  await addVersion(app, 'Fraud');
  app.clock.advance(1000);
  await app.ok('UpdateModelPackage', { ModelPackageArn: first, ModelApprovalStatus: 'Approved' });
  assert.deepEqual(await found(app, {}), ['Fraud/1', 'Fraud/3', 'Fraud/2']);
  const ascending = ['Fraud/2', 'Fraud/3', 'Fraud/1'];
  assert.deepEqual(await found(app, { SortOrder: 'Ascending' }), ascending);
  assert.deepEqual(
    await found(app, { SortBy: 'LastModifiedTime', SortOrder: 'Ascending' }),
    ascending,
  );
  assert.deepEqual(await found(app, { SortBy: 'CreationTime' }), ['Fraud/3', 'Fraud/2', 'Fraud/1']);
});

test('results of the same time come by age', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  for (let n = 1; n <= 3; n += 1) {
    await app.ok('CreateModelPackage', {
      ModelPackageGroupName: 'Fraud',
      InferenceSpecification: specification,
    });
  }
  assert.deepEqual(await found(app, {}), ['Fraud/3', 'Fraud/2', 'Fraud/1']);
  assert.deepEqual(await found(app, { SortOrder: 'Ascending' }), ['Fraud/1', 'Fraud/2', 'Fraud/3']);
});

test('results that lack the property to sort by come last in either direction', async (t) => {
  const app = await startApp(t);
  await addGroup(app, 'Fraud');
  await addVersion(app, 'Fraud', { ModelPackageDescription: 'b' });
  await addVersion(app, 'Fraud');
  await addVersion(app, 'Fraud', { ModelPackageDescription: 'c' });
  await addVersion(app, 'Fraud', { ModelPackageDescription: 'a' });
  await addVersion(app, 'Fraud');
  const sorted = (SortOrder: 'Ascending' | 'Descending') =>
    pagesOf<SearchRecord>(
      app,
      'Search',
      { Resource: 'ModelPackage', SortBy: 'ModelPackageDescription', SortOrder, MaxResults: 2 },
      'Results',
    );
  const order = async (direction: 'Ascending' | 'Descending') =>
    named({ Results: (await sorted(direction)).flat() }).map((name) => name.slice('Fraud/'.length));
  assert.deepEqual(await order('Ascending'), ['4', '1', '3', '2', '5']);
  assert.deepEqual(await order('Descending'), ['3', '1', '4', '5', '2']);
});

test('texts that differ only far behind count as the same, and the token stays short', async (t) => {
  const app = await startApp(t);
  await addGroup(app, 'Fraud');
  const long = '\u{1f600}'.repeat(500);
  for (const end of ['b', 'a']) {
    await addVersion(app, 'Fraud', {
      CustomerMetadataProperties: { k: 'v' },
      ModelPackageDescription: long + end,
    });
  }
  const page = await ask(app, {
    SortBy: 'ModelPackageDescription',
    SortOrder: 'Ascending',
    MaxResults: 1,
  });
  assert.deepEqual(named(page), ['Fraud/1']);
  assert.ok(page.NextToken!.length < 8192);
});

// Pages.

test('a token belongs to its query, its account and its region', async (t) => {
  const app = await startApp(t);
  await addGroup(app, 'Fraud');
  for (let n = 0; n < 3; n += 1) await addVersion(app, 'Fraud');
  const query = { Resource: 'ModelPackage' as const, MaxResults: 1 };
  const { NextToken = '' } = await ask(app, query);
  assert.deepEqual(await found(app, { ...query, MaxResults: 2, NextToken }), [
    'Fraud/2',
    'Fraud/1',
  ]);
  assert.deepEqual(await found(app, { ...query, NextToken: '' }), ['Fraud/3']);
  const message = 'Invalid pagination token: NextToken does not belong to this query.';
  for (const change of [
    { SortOrder: 'Ascending' },
    { SortBy: 'CreationTime' },
    { Resource: 'ModelPackageGroup' },
    { SearchExpression: { Filters: [{ Name: 'ModelPackageVersion' }] } },
    { VisibilityConditions: [{ Key: 'Tags.a', Value: 'b' }] },
  ]) {
    await app.invalid('Search', { ...query, ...change, NextToken }, message);
  }
  const elsewhere = await app.refused('Search', { ...query, NextToken }, { region: 'us-east-1' });
  assert.equal(elsewhere.message, message);
  // A token's content is the caller's to change; it must not break the statement.
  const binding = ['Search', '123456789012', 'eu-west-1', { Resource: 'ModelPackage' }];
  const kinds = Array.from({ length: 6 }, () => 'number' as const);
  const position = [...parsePageToken(NextToken, binding, kinds)!];
  position[2] = 1.5;
  await app.invalid('Search', { ...query, NextToken: formatPageToken(position, binding) }, message);
});

test('what is deleted between pages is neither missed nor repeated', async (t) => {
  const app = await startApp(t);
  await addGroup(app, 'Fraud');
  for (let n = 0; n < 6; n += 1) await addVersion(app, 'Fraud');
  const first = await ask(app, { MaxResults: 2 });
  assert.deepEqual(named(first), ['Fraud/6', 'Fraud/5']);
  for (const n of [5, 4]) {
    await app.ok('DeleteModelPackage', { ModelPackageName: testArn(`model-package/Fraud/${n}`) });
  }
  const second = await ask(app, { MaxResults: 2, NextToken: first.NextToken! });
  assert.deepEqual(named(second), ['Fraud/3', 'Fraud/2']);
  assert.deepEqual(second.TotalHits, { Value: 6, Relation: 'EqualTo' });
  const third = await ask(app, { MaxResults: 2, NextToken: second.NextToken! });
  assert.deepEqual(named(third), ['Fraud/1']);
  assert.deepEqual(third.TotalHits, { Value: 5, Relation: 'EqualTo' });
  assert.equal(third.NextToken, undefined);
});

// Counting.

async function startCounted(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await addGroup(app, 'A');
  await addGroup(app, 'B');
  const stage = (Stage: string) => ({ Stage, StageStatus: 'On' });
  for (let n = 0; n < 12; n += 1) {
    await addVersion(app, n % 4 === 0 ? 'A' : 'B', {
      ModelApprovalStatus: n % 2 === 0 ? 'Approved' : 'Rejected',
      CustomerMetadataProperties: { k: n % 3 === 0 ? 'a' : 'b' },
      ModelLifeCycle: stage(n < 6 ? 'Dev' : 'Prod'),
    });
  }
  return app;
}

const approved = equals('ModelApprovalStatus', 'Approved');
const isA = equals('CustomerMetadataProperties.k', 'a');
const isB = equals('CustomerMetadataProperties.k', 'b');
const inB = equals('ModelPackageGroupName', 'B');
const prod = equals('ModelLifeCycle.Stage', 'Prod');
const anyStage: Filter = { Name: 'ModelLifeCycle.Stage', Operator: 'In', Value: 'Prod,Dev' };

const counted: [title: string, expression: SearchExpression, total: number][] = [
  ['one indexed condition', { Filters: [approved] }, 6],
  ['two of them', { Filters: [approved, isB] }, 4],
  ['four of them', { Filters: [approved, isB, inB, prod] }, 1],
  [
    'five of them, more than are checked at once',
    { Filters: [approved, isB, inB, prod, equals('ModelLifeCycle.StageStatus', 'Off')] },
    0,
  ],
  ['several values', { Filters: [{ ...anyStage, Value: 'Prod,None,Prod' }] }, 6],
  [
    'a condition and several values, which no entry is checked for',
    { Filters: [approved, { ...anyStage, Value: 'Prod,None' }] },
    3,
  ],
  ['several values and a condition', { Filters: [anyStage, approved] }, 6],
  [
    'several values of two properties',
    { Filters: [anyStage, { ...isA, Operator: 'In', Value: 'a, c' }] },
    4,
  ],
  ['either of two that overlap', { Operator: 'Or', Filters: [approved, isA] }, 8],
  ['either of two that are the same', { Operator: 'Or', Filters: [approved, approved] }, 6],
  [
    'either of a pair and another',
    { Operator: 'Or', Filters: [prod], SubExpressions: [{ Filters: [approved, isA] }] },
    7,
  ],
  [
    'an indexed condition and one that is not',
    { Filters: [approved, { Name: 'ModelPackageVersion', Operator: 'GreaterThan', Value: '2' }] },
    3,
  ],
  [
    'the commonest status, which no index holds',
    { Filters: [equals('ModelPackageStatus', 'Completed')] },
    12,
  ],
  ['a name', { Filters: [equals('ModelPackageName', 'A/1')] }, 1],
];

for (const [title, SearchExpression, total] of counted) {
  test(`TotalHits is right for ${title}`, async (t) => {
    const app = await startCounted(t);
    let page = await app.ok<SearchResponse>('Search', {
      Resource: 'ModelPackage',
      SearchExpression,
      MaxResults: 1,
    });
    let returned = page.Results!.length;
    assert.deepEqual(page.TotalHits, { Value: total, Relation: 'EqualTo' });
    while (page.NextToken !== undefined) {
      const { NextToken } = page;
      page = await app.ok<SearchResponse>('Search', {
        Resource: 'ModelPackage',
        SearchExpression,
        MaxResults: 1,
        NextToken,
      });
      returned += page.Results!.length;
      assert.deepEqual(page.TotalHits, { Value: total, Relation: 'EqualTo' });
    }
    assert.equal(returned, total);
  });
}

test('a thousand hits are counted exactly, and no more', async (t) => {
  const app = await startApp(t);
  await addGroup(app, 'Fraud');
  await addVersion(app, 'Fraud', { CustomerMetadataProperties: { k: 'v' } });
  const [row] = await app.database.read((tx) =>
    tx.rows(tx.sql.selectFrom('model_package').selectAll()),
  );
  const copies = (from: number, to: number) =>
    app.database.write(async (tx) => {
      const { id: _, ...rest } = row!;
      for (let version = from; version <= to; version += 1) {
        await insertPackage(tx, { ...rest, version, created_at: version, modified_at: version });
      }
    });
  const searches: Asked[] = [
    {},
    { Filters: [equals('ModelPackageGroupName', 'Fraud')] },
    {
      Filters: [
        equals('CustomerMetadataProperties.k', 'v'),
        equals('ModelPackageGroupName', 'Fraud'),
      ],
    },
    { Filters: [equals('ModelPackageGroupName', 'Fraud')], SortBy: 'CreationTime' },
    { SortBy: 'CreationTime' },
  ];
  await copies(2, 1000);
  for (const input of searches) assert.deepEqual(await hits(app, input), [1000, 'EqualTo']);
  await copies(1001, 1200);
  for (const input of searches) {
    assert.deepEqual(await hits(app, input), [1000, 'GreaterThanOrEqualTo']);
  }
  // Whatever was not counted at first is known at the end.
  let page = await ask(app, {});
  let returned = page.Results!.length;
  while (page.NextToken !== undefined) {
    page = await ask(app, { NextToken: page.NextToken });
    returned += page.Results!.length;
    const exact = page.NextToken === undefined;
    assert.deepEqual(page.TotalHits, {
      Value: exact ? 1200 : Math.max(1000, returned + 1),
      Relation: exact ? 'EqualTo' : 'GreaterThanOrEqualTo',
    });
  }
  assert.equal(returned, 1200);
});

test('a walk by creation does not count what the index would', async (t) => {
  const app = await startApp(t);
  await addGroup(app, 'Fraud');
  await addGroup(app, 'Other');
  await addVersion(app, 'Fraud', { ModelApprovalStatus: 'Approved' });
  await addVersion(app, 'Other', { ModelApprovalStatus: 'Approved' });
  const rows = await app.database.read((tx) =>
    tx.rows(tx.sql.selectFrom('model_package').selectAll().orderBy('id')),
  );
  await app.database.write(async (tx) => {
    const [{ id: _, ...fraud }, { id: __, ...other }] = rows as [ModelPackageRow, ModelPackageRow];
    for (let version = 2; version <= 1100; version += 1) {
      await insertPackage(tx, { ...other, version, created_at: version });
      const approval_status = version <= 50 ? 'Approved' : 'Rejected';
      await insertPackage(tx, { ...fraud, version, approval_status, created_at: version });
    }
  });
  const Filters = [approved, equals('ModelPackageGroupName', 'Fraud')];
  const [value, relation] = await hits(app, {
    Filters,
    SortBy: 'CreationTime',
    SortOrder: 'Ascending',
  });
  assert.ok(value <= 50 && relation === 'GreaterThanOrEqualTo', `${value} ${relation}`);
  assert.deepEqual(await hits(app, { Filters }), [50, 'EqualTo']);
});

test('a long search lets other calls run', async (t) => {
  const app = await startApp(t);
  await addGroup(app, 'Fraud');
  await addVersion(app, 'Fraud');
  const [row] = await app.database.read((tx) =>
    tx.rows(tx.sql.selectFrom('model_package').selectAll()),
  );
  await app.database.write(async (tx) => {
    const { id: _, ...rest } = row!;
    for (let version = 2; version <= 2000; version += 1) {
      await insertPackage(tx, { ...rest, version });
    }
  });
  let turns = 0;
  let searching = true;
  const turn = (): void => {
    turns += 1;
    if (searching) setImmediate(turn);
  };
  setImmediate(turn);
  await ask(app, { Filters: [{ Name: 'ApprovalDescription', Operator: 'Contains', Value: 'x' }] });
  searching = false;
  assert.ok(turns >= 6, `${turns} turns`);
});
