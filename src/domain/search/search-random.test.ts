import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type {
  Filter,
  SearchExpression,
  SearchRequest,
  SearchResponse,
  Tag,
} from '../../contracts/sagemaker.gen.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { openSqlite } from '../../store/sqlite-database.ts';
import type { ModelPackageRow } from '../../store/tables.ts';
import { insertGroup } from '../model-package-groups/model-package-group-store.ts';
import {
  deletePackage,
  insertPackage,
  updatePackage,
} from '../model-packages/model-package-store.ts';
import type { Call } from '../call.ts';
import type { OperationContext } from '../operation.ts';
import { modelPackageGroupProperties } from './search-properties.ts';
import { replaceSearchProperties } from './search-property-store.ts';
import { search } from './search.ts';

const scope = { accountId: '123456789012', region: 'eu-west-1' };
const arnOf = (rest: string): string =>
  `arn:aws:sagemaker:${scope.region}:${scope.accountId}:${rest}`;

/** A group or package as the test knows it: what it was made from, and the record it should give. */
interface Known {
  readonly id: number;
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** Dotted paths to values, as a search sees them; written apart from the code under test. */
  readonly values: Map<string, (string | number)[]>;
  readonly containers: Map<string, string>[];
  readonly arn: string;
}

interface World {
  readonly database: Database;
  readonly packages: Known[];
  readonly groups: Known[];
}

interface GroupSeed {
  createdAt: number;
  tags: Record<string, string>;
}

interface PackageSeed {
  group: number | null;
  alias: boolean;
  createdAt: number;
  modifiedAfter: number | null;
  approval: string;
  status: string;
  tags: Record<string, string>;
  metadata: Record<string, string>;
  stage: string | null;
  images: string[];
  deleted: boolean;
}

const letter = fc.constantFrom('a', 'b', 'c');
const keyed = fc.dictionary(fc.constantFrom('k', 'k.2', 'm'), letter, {
  maxKeys: 3,
  noNullPrototype: true,
});
const time = fc.integer({ min: 1, max: 6 }).map((n) => n * 1000);

const groupSeed: fc.Arbitrary<GroupSeed> = fc.record({ createdAt: time, tags: keyed });
const packageSeed: fc.Arbitrary<PackageSeed> = fc.record({
  group: fc.option(fc.nat(2), { freq: 6 }),
  alias: fc.boolean(),
  createdAt: time,
  modifiedAfter: fc.option(time),
  approval: fc.constantFrom('Approved', 'Rejected', 'PendingManualApproval'),
  status: fc.constantFrom('Completed', 'Completed', 'Failed'),
  tags: keyed,
  metadata: keyed,
  stage: fc.option(fc.constantFrom('Dev', 'Prod')),
  images: fc.array(letter, { maxLength: 2 }),
  deleted: fc.boolean(),
});

const tagsOf = (tags: Record<string, string>): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

async function addGroup(tx: Transaction, seed: GroupSeed, n: number): Promise<Known> {
  const name = `g${n}`;
  const tags = tagsOf(seed.tags);
  const id = await insertGroup(tx, {
    account_id: scope.accountId,
    region: scope.region,
    name,
    created_at: seed.createdAt,
    tags: JSON.stringify(tags),
    document: '{"CreatedBy":{}}',
  });
  const properties = modelPackageGroupProperties(tags);
  const owner = { ...scope, resource: 'ModelPackageGroup' as const, resourceId: id };
  await replaceSearchProperties(tx, owner, undefined, { modifiedAt: seed.createdAt, properties });
  const arn = arnOf(`model-package-group/${name}`);
  const values = new Map<string, (string | number)[]>([
    ['ModelPackageGroupName', [name]],
    ['ModelPackageGroupArn', [arn]],
    ['CreationTime', [seed.createdAt]],
    ['ModelPackageGroupStatus', ['Completed']],
  ]);
  for (const [key, value] of Object.entries(seed.tags)) values.set(`Tags.${key}`, [value]);
  return { id, createdAt: seed.createdAt, modifiedAt: seed.createdAt, values, containers: [], arn };
}

function rowOf(
  seed: PackageSeed,
  n: number,
  groups: readonly Known[],
): Omit<ModelPackageRow, 'id'> {
  const group = seed.group === null ? undefined : groups[seed.group];
  const document = {
    CustomerMetadataProperties: seed.metadata,
    ...(seed.stage && { ModelLifeCycle: { Stage: seed.stage, StageStatus: 'On' } }),
    InferenceSpecification: {
      Containers: seed.images.map((Image, i) => ({ Image, Framework: i === 0 ? 'a' : 'b' })),
    },
  };
  return {
    account_id: scope.accountId,
    region: scope.region,
    type: group ? 'Versioned' : 'Unversioned',
    group_id: group?.id ?? null,
    name: group ? String(group.values.get('ModelPackageGroupName')![0]) : `u${n}`,
    version: group ? n + 1 : null,
    alias: group && seed.alias ? `alias${n}` : null,
    approval_status: group ? seed.approval : null,
    status: seed.status,
    created_at: seed.createdAt,
    last_modified_at: null,
    modified_at: seed.createdAt,
    client_token: null,
    request_hash: null,
    tags: JSON.stringify(tagsOf(seed.tags)),
    document: JSON.stringify(document),
  };
}

/** Adds a package; a seed with a modification time changes everything on the way there. */
async function addPackage(
  tx: Transaction,
  seed: PackageSeed,
  n: number,
  groups: readonly Known[],
): Promise<ModelPackageRow> {
  const row = rowOf(seed, n, groups);
  if (seed.modifiedAfter === null) return insertPackage(tx, row);
  const other = { ...seed, tags: { k: 'z' }, metadata: { m: 'z', k: 'a' }, stage: 'Test' };
  const first = rowOf(other, n, groups);
  const before = await insertPackage(tx, {
    ...first,
    approval_status: first.approval_status && 'Rejected',
  });
  const modifiedAt = seed.createdAt + seed.modifiedAfter;
  const after = { ...row, id: before.id, last_modified_at: modifiedAt, modified_at: modifiedAt };
  await updatePackage(tx, before, after);
  return after;
}

function knownPackage(
  seed: PackageSeed,
  row: ModelPackageRow,
  groups: readonly GroupSeed[],
  strictAws: boolean,
): Known {
  const versioned = row.version !== null;
  const arn = arnOf(`model-package/${row.name}${versioned ? `/${row.version}` : ''}`);
  const name = versioned && !strictAws ? (row.alias ?? `${row.name}/${row.version}`) : row.name;
  const own = strictAws && versioned ? {} : seed.tags;
  const tags = { ...(versioned ? groups[seed.group!]!.tags : {}), ...own };
  const values = new Map<string, (string | number)[]>([
    ['ModelPackageName', [name]],
    ['ModelPackageArn', [arn]],
    ['ModelPackageStatus', [row.status]],
    ['CreationTime', [row.created_at]],
    ['InferenceSpecification.Containers.Image', seed.images],
  ]);
  if (versioned) {
    values.set('ModelPackageGroupName', [row.name]);
    values.set('ModelPackageVersion', [row.version!]);
    values.set('ModelApprovalStatus', [row.approval_status!]);
  }
  if (row.last_modified_at !== null) values.set('LastModifiedTime', [row.last_modified_at]);
  if (seed.stage) values.set('ModelLifeCycle.Stage', [seed.stage]);
  for (const [key, value] of Object.entries(tags)) values.set(`Tags.${key}`, [value]);
  for (const [key, value] of Object.entries(seed.metadata)) {
    values.set(`CustomerMetadataProperties.${key}`, [value]);
  }
  const containers = seed.images.map(
    (image, i) =>
      new Map([
        ['InferenceSpecification.Containers.Image', image],
        ['InferenceSpecification.Containers.Framework', i === 0 ? 'a' : 'b'],
      ]),
  );
  return {
    id: row.id,
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
    values,
    containers,
    arn,
  };
}

async function buildWorld(
  groupSeeds: GroupSeed[],
  packageSeeds: PackageSeed[],
  strictAws: boolean,
): Promise<World> {
  const database = await openSqlite(':memory:');
  const groups: Known[] = [];
  const packages: Known[] = [];
  await database.write(async (tx) => {
    for (const [n, seed] of groupSeeds.entries()) groups.push(await addGroup(tx, seed, n));
    for (const [n, seed] of packageSeeds.entries()) {
      const row = await addPackage(tx, seed, n, groups);
      if (seed.deleted && n % 4 === 0) await deletePackage(tx, row);
      else packages.push(knownPackage(seed, row, groupSeeds, strictAws));
    }
  });
  return { database, packages, groups };
}

// Expressions.

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

const textValue = fc.constantFrom('a', 'b', 'c', 'z', 'a,b', 'b, c', 'd');
const textNames: Record<string, fc.Arbitrary<string>> = {
  'Tags.k': textValue,
  'Tags.k.2': textValue,
  'Tags.m': textValue,
  'CustomerMetadataProperties.k': textValue,
  'CustomerMetadataProperties.m': textValue,
  'InferenceSpecification.Containers.Image': textValue,
  ModelPackageGroupName: fc.constantFrom('g0', 'g1', 'g0,g2', 'g'),
  ModelPackageName: fc.constantFrom('g0', 'g0/1', 'u3', 'alias2', 'g1/2,u4', 'u', 'alias1,g0'),
  ModelPackageArn: fc.constantFrom(
    arnOf('model-package/g0/1'),
    arnOf('model-package/u1'),
    `${arnOf('model-package/g1/2')},${arnOf('model-package/g0/3')}`,
    'arn:aws:sagemaker:us-east-1:123456789012:model-package/g0/1',
    'g0/1',
  ),
  ModelApprovalStatus: fc.constantFrom('Approved', 'Rejected', 'Approved,Rejected'),
  ModelPackageStatus: fc.constantFrom('Completed', 'Failed', 'Completed,Failed'),
  'ModelLifeCycle.Stage': fc.constantFrom('Dev', 'Prod', 'Prod,Dev', 'Test'),
};
const groupTextNames: Record<string, fc.Arbitrary<string>> = {
  'Tags.k': textValue,
  'Tags.k.2': textValue,
  ModelPackageGroupName: fc.constantFrom('g0', 'G0', 'g0,g2', 'g'),
  ModelPackageGroupArn: fc.constantFrom(arnOf('model-package-group/g1'), arnOf('model-package/g1')),
};

const numberOperators = [
  'Equals',
  'NotEquals',
  'GreaterThan',
  'GreaterThanOrEqualTo',
  'LessThan',
  'LessThanOrEqualTo',
] as const;

function textFilter(names: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<Filter> {
  return fc.constantFrom(...Object.keys(names)).chain((Name) =>
    fc.oneof(
      { weight: 5, arbitrary: names[Name]!.map((Value) => ({ Name, Value })) },
      fc
        .tuple(fc.constantFrom('Equals', 'NotEquals', 'In', 'In'), names[Name]!)
        .map(([Operator, Value]) => ({ Name, Operator, Value })),
      fc.constantFrom('Exists', 'NotExists').map((Operator) => ({ Name, Operator })),
    ),
  );
}

const numberFilter: fc.Arbitrary<Filter> = fc
  .tuple(
    fc.constantFrom('CreationTime', 'LastModifiedTime', 'ModelPackageVersion'),
    fc.constantFrom(...numberOperators),
    fc.integer({ min: 0, max: 12 }),
  )
  .map(([Name, Operator, n]) => ({
    Name,
    Operator,
    Value: Name === 'ModelPackageVersion' ? String(n) : iso(n * 1000),
  }));

const containerFilter: fc.Arbitrary<Filter> = fc
  .tuple(fc.constantFrom('Image', 'Framework'), fc.constantFrom('Equals', 'NotEquals'), textValue)
  .map(([name, Operator, Value]) => ({
    Name: `InferenceSpecification.Containers.${name}`,
    Operator: Operator as 'Equals',
    Value,
  }));

const { expression: packageExpression } = fc.letrec<{ expression: SearchExpression }>((tie) => ({
  expression: expressions(
    fc.oneof(textFilter(textNames), textFilter(textNames), numberFilter),
    tie,
  ),
}));
const { expression: groupExpression } = fc.letrec<{ expression: SearchExpression }>((tie) => ({
  expression: expressions(
    fc.oneof(
      textFilter(groupTextNames),
      numberFilter.map((filter) => ({ ...filter, Name: 'CreationTime', Value: iso(3000) })),
    ),
    tie,
    false,
  ),
}));

function expressions(
  filter: fc.Arbitrary<Filter>,
  tie: (name: 'expression') => fc.Arbitrary<SearchExpression>,
  nested = true,
): fc.Arbitrary<SearchExpression> {
  const Operator = fc.constantFrom('And', 'Or', undefined);
  const Filters = fc.array(filter, { minLength: 1, maxLength: 3 });
  const flat = fc.record({ Filters, Operator });
  const withNested = fc.record({
    Filters: fc.option(Filters, { nil: undefined }),
    NestedFilters: fc.tuple(
      fc.array(containerFilter, { minLength: 1, maxLength: 2 }).map((inner) => ({
        NestedPropertyName: 'InferenceSpecification.Containers',
        Filters: inner,
      })),
    ),
    Operator,
  });
  const deeper = fc.record({
    Filters: fc.option(Filters, { nil: undefined }),
    SubExpressions: fc.array(tie('expression'), { minLength: 1, maxLength: 2 }),
    Operator,
  });
  const kinds = nested ? [flat, withNested, deeper] : [flat, deeper];
  return fc
    .oneof({ maxDepth: 3, withCrossShrink: true }, ...(kinds as fc.Arbitrary<SearchExpression>[]))
    .map(withoutUndefined);
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as T;
}

// What should come out, worked out the slow way.

function filterFits(values: readonly (string | number)[], filter: Filter): boolean {
  const { Value } = filter;
  const operator = filter.Operator ?? (Value === undefined ? 'Exists' : 'Equals');
  const operand = (value: string | number): string | number => {
    if (typeof value === 'string') return Value!;
    return Value!.includes('T') ? Date.parse(Value!) : Number(Value);
  };
  const some = (test: (value: string | number) => boolean): boolean => values.some(test);
  switch (operator) {
    case 'Exists':
      return values.length > 0;
    case 'NotExists':
      return values.length === 0;
    case 'Equals':
      return some((value) => value === operand(value));
    case 'NotEquals':
      return !some((value) => value === operand(value));
    case 'GreaterThan':
      return some((value) => value > operand(value));
    case 'GreaterThanOrEqualTo':
      return some((value) => value >= operand(value));
    case 'LessThan':
      return some((value) => value < operand(value));
    case 'LessThanOrEqualTo':
      return some((value) => value <= operand(value));
    case 'Contains':
      return some((value) => String(value).includes(Value!));
    case 'In':
      return some((value) => Value!.split(/ *, */).includes(String(value)));
  }
}

function fits(known: Known, expression: SearchExpression): boolean {
  const parts = [
    ...(expression.Filters ?? []).map((filter) =>
      filterFits(known.values.get(filter.Name) ?? [], filter),
    ),
    ...(expression.NestedFilters ?? []).map(({ Filters }) =>
      known.containers.some((container) =>
        Filters.every((filter) => filterFits([container.get(filter.Name)!], filter)),
      ),
    ),
    ...(expression.SubExpressions ?? []).map((inner) => fits(known, inner)),
  ];
  return expression.Operator === 'Or' ? parts.includes(true) : !parts.includes(false);
}

function expected(known: readonly Known[], request: SearchRequest): string[] {
  const { SearchExpression: expression, VisibilityConditions: visibility = [], SortBy } = request;
  const sign = request.SortOrder === 'Ascending' ? 1 : -1;
  const sortValue = (one: Known): string | number | undefined =>
    SortBy === undefined || SortBy === 'LastModifiedTime'
      ? one.modifiedAt
      : one.values.get(SortBy)?.[0];
  return known
    .filter((one) => !expression || fits(one, expression))
    .filter((one) =>
      visibility.every(({ Key, Value }) => (one.values.get(Key!)?.[0] ?? Value) === Value),
    )
    .toSorted((a, b) => {
      const [x, y] = [sortValue(a), sortValue(b)];
      if (x === undefined || y === undefined) {
        if (x !== y) return x === undefined ? 1 : -1;
        return sign * (a.id - b.id);
      }
      if (x !== y) return x < y ? -sign : sign;
      return sign * (a.id - b.id);
    })
    .map(({ arn }) => arn);
}

async function runSearch(
  database: Database,
  input: SearchRequest,
  strictAws: boolean,
): Promise<SearchResponse> {
  const call = { ...scope, partition: 'aws', strictAws } as Call;
  const run = (tx: Transaction): Promise<unknown> =>
    search.run(input, { tx, call } as OperationContext);
  return (await database.read(run)) as SearchResponse;
}

/** All pages of a search; checks what must hold of each. */
async function allPages(
  world: World,
  request: SearchRequest,
  strictAws: boolean,
): Promise<string[]> {
  const total = expected(
    request.Resource === 'ModelPackage' ? world.packages : world.groups,
    request,
  ).length;
  const found: string[] = [];
  const tokens = new Set<string>();
  let NextToken: string | undefined = '';
  while (NextToken !== undefined) {
    const page: SearchResponse = await runSearch(
      world.database,
      { ...request, NextToken },
      strictAws,
    );
    for (const { ModelPackage, ModelPackageGroup } of page.Results!) {
      found.push((ModelPackage?.ModelPackageArn ?? ModelPackageGroup?.ModelPackageGroupArn)!);
    }
    const { Value, Relation } = page.TotalHits!;
    assert.ok(Value! >= found.length, 'TotalHits counts what was returned');
    if (Relation === 'EqualTo') assert.equal(Value, total, 'an exact TotalHits is right');
    else assert.ok(Value! <= total, 'TotalHits is at least right');
    if (total <= 1000) assert.equal(Relation, 'EqualTo', 'few hits are counted exactly');
    NextToken = page.NextToken;
    if (NextToken === undefined) break;
    assert.equal(page.Results!.length, request.MaxResults, 'a page before the last is full');
    assert.ok(!tokens.has(NextToken), 'a token comes once');
    tokens.add(NextToken);
  }
  return found;
}

const packageSorts = [
  undefined,
  undefined,
  'LastModifiedTime',
  'CreationTime',
  'CreationTime',
  'ModelPackageName',
  'ModelPackageVersion',
  'ModelPackageGroupName',
  'ModelLifeCycle.Stage',
  'CustomerMetadataProperties.k',
  'Tags.k',
];
const groupSorts = [
  undefined,
  'CreationTime',
  'LastModifiedTime',
  'ModelPackageGroupName',
  'Tags.k',
];

const visibility = fc.option(
  fc
    .array(fc.tuple(fc.constantFrom('Tags.k', 'Tags.m'), letter), { minLength: 1, maxLength: 2 })
    .map((pairs) => pairs.map(([Key, Value]) => ({ Key, Value }))),
  { nil: undefined, freq: 5 },
);

function requests(
  Resource: 'ModelPackage' | 'ModelPackageGroup',
  expression: fc.Arbitrary<SearchExpression>,
  sorts: (string | undefined)[],
): fc.Arbitrary<SearchRequest> {
  return fc
    .record({
      Resource: fc.constant(Resource),
      SearchExpression: fc.option(expression, { nil: undefined, freq: 10 }),
      SortBy: fc.constantFrom(...sorts),
      SortOrder: fc.constantFrom('Ascending', 'Descending', undefined),
      MaxResults: fc.integer({ min: 1, max: 7 }),
      VisibilityConditions: visibility,
    })
    .map((request) => withoutUndefined(request) as SearchRequest);
}

/** What the index answers by itself, which counts without looking at records. */
const indexed: fc.Arbitrary<SearchExpression> = fc.record({
  Filters: fc.array(
    fc
      .oneof(
        fc.tuple(fc.constantFrom('Tags.k', 'CustomerMetadataProperties.k'), textValue),
        fc.tuple(fc.constant('ModelApprovalStatus'), textNames['ModelApprovalStatus']!),
        fc.tuple(fc.constant('ModelLifeCycle.Stage'), textNames['ModelLifeCycle.Stage']!),
      )
      .map(([Name, Value]) => ({ Name, Operator: 'In' as const, Value })),
    { minLength: 1, maxLength: 2 },
  ),
  Operator: fc.constantFrom('And', 'Or'),
});

const packageRequest = requests('ModelPackage', fc.oneof(packageExpression, indexed), packageSorts);
const groupRequest = requests('ModelPackageGroup', groupExpression, groupSorts);

test('pages of any search are what evaluating every record gives', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(groupSeed, { minLength: 3, maxLength: 6 }),
      fc.array(packageSeed, { maxLength: 40, size: 'max' }),
      fc.boolean(),
      fc.array(fc.oneof({ weight: 5, arbitrary: packageRequest }, groupRequest), {
        minLength: 30,
        maxLength: 30,
      }),
      async (groupSeeds, packageSeeds, strictAws, searches) => {
        const world = await buildWorld(groupSeeds, packageSeeds, strictAws);
        for (const request of searches) {
          const known = request.Resource === 'ModelPackage' ? world.packages : world.groups;
          assert.deepEqual(
            await allPages(world, request, strictAws),
            expected(known, request),
            JSON.stringify(request),
          );
        }
        await world.database.close();
      },
    ),
    { numRuns: 40 },
  );
});

test('and so they are when there are more records than one chunk or count takes in', async () => {
  const pick = <T>(values: readonly T[], n: number): T => values[n % values.length]!;
  const groupSeeds = Array.from({ length: 80 }, (_, n) => ({
    createdAt: 1000 * (1 + (n % 7)),
    tags: { k: pick(['a', 'b'], n), m: pick(['a', 'b', 'c', 'd', 'e', 'f'], n) },
  }));
  const packageSeeds = Array.from({ length: 1400 }, (_, n): PackageSeed => {
    return {
      group: n % 80,
      alias: n % 9 === 0,
      createdAt: 1000 * (1 + (n % 900)),
      modifiedAfter: n % 5 === 0 ? 1000 * (n % 13) : null,
      approval: pick(['Approved', 'Rejected', 'Approved'], n),
      status: pick(['Completed', 'Completed', 'Failed'], n),
      tags: n % 11 === 0 ? { k: 'c' } : {},
      metadata: { k: pick(['a', 'b', 'a', 'a', 'c'], n), m: pick(['a', 'b'], n >> 3) },
      stage: pick(['Dev', 'Prod', null], n >> 2),
      images: [pick(['a', 'b', 'c'], n)],
      deleted: false,
    };
  });
  const world = await buildWorld(groupSeeds, packageSeeds, false);
  const large = packageRequest.map((request) => ({ ...request, MaxResults: 97 }));
  await fc.assert(
    fc.asyncProperty(large, async (request) => {
      const want = expected(world.packages, request);
      assert.deepEqual(await foundIn(world, request, want.length), want, JSON.stringify(request));
    }),
    { numRuns: 30 },
  );
  await world.database.close();
});

/** All pages, where TotalHits may stop counting. */
async function foundIn(world: World, request: SearchRequest, total: number): Promise<string[]> {
  const found: string[] = [];
  let NextToken: string | undefined = '';
  while (NextToken !== undefined) {
    const page: SearchResponse = await runSearch(world.database, { ...request, NextToken }, false);
    found.push(...page.Results!.map(({ ModelPackage }) => ModelPackage!.ModelPackageArn!));
    const { Value, Relation } = page.TotalHits!;
    assert.ok(Value! >= found.length && Value! <= total);
    if (Relation === 'EqualTo') assert.equal(Value, total);
    NextToken = page.NextToken;
  }
  return found;
}
