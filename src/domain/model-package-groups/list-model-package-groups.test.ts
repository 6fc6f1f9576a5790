import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertRefused,
  newEntries,
  otherAccount,
  pagesOf,
  startApp,
  violated,
} from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';

interface Summary {
  ModelPackageGroupName: string;
}

async function createGroups(app: TestApp, ...names: string[]): Promise<void> {
  for (const name of names) {
    await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: name });
  }
}

/** The names of the groups that a list call answers, in its order. */
async function listed(app: TestApp, input = {}, options = {}): Promise<string[]> {
  const { ModelPackageGroupSummaryList: list } = await app.ok<{
    ModelPackageGroupSummaryList: Summary[];
  }>('ListModelPackageGroups', input, options);
  return list.map((group) => group.ModelPackageGroupName);
}

const refusals: [title: string, input: Record<string, unknown>, message: string][] = [
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
    'a part of a name with an underscore',
    { NameContains: 'a_b' },
    violated(
      'a_b',
      'nameContains',
      'Member must satisfy regular expression pattern: [a-zA-Z0-9\\-]+',
    ),
  ],
  [
    'an order that does not exist',
    { SortBy: 'Status' },
    violated('Status', 'sortBy', 'Member must satisfy enum value set: [Name, CreationTime]'),
  ],
];

for (const [title, input, message] of refusals) {
  test(`ListModelPackageGroups is refused: ${title}`, async (t) => {
    await assertRefused(await startApp(t), 'ListModelPackageGroups', input, { message });
  });
}

for (const [title, change] of Object.entries({
  'with another filter': { NameContains: 'a' },
  'in another order': { SortOrder: 'Descending' },
  'sorted by something else': { SortBy: 'Name' },
  'for shared groups': { CrossAccountFilterOption: 'CrossAccount' },
})) {
  test(`ListModelPackageGroups is refused: a token of another query, ${title}`, async (t) => {
    const app = await startApp(t);
    await createGroups(app, 'a1', 'a2');
    const { NextToken } = await app.ok('ListModelPackageGroups', { MaxResults: 1 });
    await assertRefused(
      app,
      'ListModelPackageGroups',
      { MaxResults: 1, NextToken, ...change },
      {
        message: 'Invalid pagination token: NextToken does not belong to this query.',
        resource: '*',
      },
    );
  });
}

test('ListModelPackageGroups is refused: a token that is garbled', async (t) => {
  await assertRefused(
    await startApp(t),
    'ListModelPackageGroups',
    { NextToken: 'garbled' },
    {
      message: 'Invalid pagination token: NextToken does not belong to this query.',
      resource: '*',
    },
  );
});

test('ListModelPackageGroups is refused: a token of another region', async (t) => {
  const app = await startApp(t);
  await createGroups(app, 'a1', 'a2');
  const { NextToken } = await app.ok('ListModelPackageGroups', { MaxResults: 1 });
  const error = await app.refused(
    'ListModelPackageGroups',
    { MaxResults: 1, NextToken },
    { region: 'us-east-1' },
  );
  assert.equal(error.code, 'ValidationException');
});

test('without groups the list is empty and there is no token', async (t) => {
  const app = await startApp(t);
  const answer = await app.send('ListModelPackageGroups', {});
  assert.equal(answer.body, '{"ModelPackageGroupSummaryList":[]}');
  assert.deepEqual(await newEntries(app), []);
});

test('a summary has the members of Describe without who created the group', async (t) => {
  const app = await startApp(t);
  await createGroups(app, 'plain');
  await app.ok('CreateModelPackageGroup', {
    ModelPackageGroupName: 'Rich',
    ModelPackageGroupDescription: 'cards',
    ManagedConfiguration: { ManagedStorageType: 'Restricted' },
    Tags: [{ Key: 'team', Value: 'risk' }],
  });
  assert.deepEqual(await app.ok('ListModelPackageGroups'), {
    ModelPackageGroupSummaryList: [
      {
        ModelPackageGroupName: 'plain',
        ModelPackageGroupArn: testArn('model-package-group/plain'),
        CreationTime: 1772615727.5,
        ModelPackageGroupStatus: 'Completed',
      },
      {
        ModelPackageGroupName: 'Rich',
        ModelPackageGroupArn: testArn('model-package-group/Rich'),
        CreationTime: 1772615727.5,
        ModelPackageGroupStatus: 'Completed',
        ModelPackageGroupDescription: 'cards',
        ManagedConfiguration: { ManagedStorageType: 'Restricted' },
      },
    ],
  });
});

test('groups of other accounts and regions are not listed, nor are shared ones yet', async (t) => {
  const app = await startApp(t);
  const stranger = await app.beside({ accountId: otherAccount });
  await createGroups(app, 'mine');
  await createGroups(stranger, 'theirs');
  await app.ok(
    'CreateModelPackageGroup',
    { ModelPackageGroupName: 'elsewhere' },
    { region: 'us-east-1' },
  );
  assert.deepEqual(await listed(app), ['mine']);
  assert.deepEqual(await listed(app, {}, { region: 'us-east-1' }), ['elsewhere']);
  assert.deepEqual(await listed(app, { CrossAccountFilterOption: 'SameAccount' }), ['mine']);
  assert.deepEqual(await listed(app, { CrossAccountFilterOption: 'CrossAccount' }), []);
});

// Created in this order: "b" and "B2" at one moment, "c" and "A" at the next, "d" last.
async function fiveGroups(app: TestApp): Promise<void> {
  await createGroups(app, 'b', 'B2');
  app.clock.advance(1_000);
  await createGroups(app, 'c', 'A');
  app.clock.advance(1_000);
  await createGroups(app, 'd');
}

const orders: [input: Record<string, unknown>, names: string[]][] = [
  [{}, ['b', 'B2', 'A', 'c', 'd']],
  [{ SortBy: 'CreationTime', SortOrder: 'Ascending' }, ['b', 'B2', 'A', 'c', 'd']],
  [{ SortOrder: 'Descending' }, ['d', 'c', 'A', 'B2', 'b']],
  [{ SortBy: 'Name' }, ['A', 'b', 'B2', 'c', 'd']],
  [{ SortBy: 'Name', SortOrder: 'Descending' }, ['d', 'c', 'B2', 'b', 'A']],
];

for (const [input, names] of orders) {
  test(`the order of ${JSON.stringify(input)}: ties by name, case apart`, async (t) => {
    const app = await startApp(t);
    await fiveGroups(app);
    assert.deepEqual(await listed(app, input), names);
    for (const MaxResults of [1, 2, 3, 4, 5]) {
      const pages = await pagesOf<Summary>(
        app,
        'ListModelPackageGroups',
        { ...input, MaxResults },
        'ModelPackageGroupSummaryList',
      );
      assert.deepEqual(
        pages.flat().map((group) => group.ModelPackageGroupName),
        names,
      );
    }
  });
}

const first = 1772615727.5;
const filters: [title: string, input: Record<string, unknown>, names: string[]][] = [
  ['created after a time, exclusive', { CreationTimeAfter: first }, ['A', 'c', 'd']],
  ['created after a whole second', { CreationTimeAfter: Math.trunc(first) + 1 }, ['A', 'c', 'd']],
  ['created before a time, exclusive', { CreationTimeBefore: first + 1 }, ['b', 'B2']],
  [
    'created between two times',
    { CreationTimeAfter: first, CreationTimeBefore: first + 2 },
    ['A', 'c'],
  ],
  ['a time as an ISO string', { CreationTimeAfter: '2026-03-04T09:15:28.500Z' }, ['d']],
  ['a part of the name', { NameContains: '2' }, ['B2']],
  ['a part of the name, whatever its case', { NameContains: 'B' }, ['b', 'B2']],
  ['filters are joined by and', { NameContains: 'b', CreationTimeAfter: first }, []],
];

for (const [title, input, names] of filters) {
  test(`a filter: ${title}`, async (t) => {
    const app = await startApp(t);
    await fiveGroups(app);
    assert.deepEqual(await listed(app, input), names);
  });
}

test('a hyphen in NameContains is a hyphen', async (t) => {
  const app = await startApp(t);
  await createGroups(app, 'fraud-eu', 'fraudeu', 'credit-eu');
  assert.deepEqual(await listed(app, { NameContains: 'd-e' }), ['fraud-eu']);
});

test('a page holds 100 groups unless fewer are asked for', async (t) => {
  const app = await startApp(t);
  await createGroups(app, ...Array.from({ length: 101 }, (_, i) => `g${i}`));
  assert.equal((await listed(app)).length, 100);
  const pages = await pagesOf(
    app,
    'ListModelPackageGroups',
    { MaxResults: 7 },
    'ModelPackageGroupSummaryList',
  );
  assert.deepEqual(
    pages.map((page) => page.length),
    [...Array.from({ length: 14 }, () => 7), 3],
  );
});

test('an empty token is none', async (t) => {
  const app = await startApp(t);
  await createGroups(app, 'fraud');
  assert.deepEqual(await listed(app, { NextToken: '' }), ['fraud']);
});

test('the next page may have another size', async (t) => {
  const app = await startApp(t);
  await createGroups(app, 'a', 'b', 'c');
  const { NextToken } = await app.ok('ListModelPackageGroups', { MaxResults: 1 });
  assert.deepEqual(await listed(app, { MaxResults: 5, NextToken }), ['b', 'c']);
});

test('groups that come and go between pages neither repeat nor hide others', async (t) => {
  const app = await startApp(t);
  await createGroups(app, 'b', 'd', 'f');
  const input = { SortBy: 'Name', MaxResults: 1 };
  const { NextToken } = await app.ok('ListModelPackageGroups', input);
  await app.ok('DeleteModelPackageGroup', { ModelPackageGroupName: 'b' });
  await createGroups(app, 'a', 'e');
  assert.deepEqual(await listed(app, { SortBy: 'Name', NextToken }), ['d', 'e', 'f']);
});
