/** A clock that jumps: the order of creation is the order of versions, whatever the clock says. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { testArn, TestApp } from '../support/test-app.ts';
import { Random } from './random.ts';

interface Summary {
  ModelPackageVersion: number;
  CreationTime: number;
}

const hour = 3_600_000;
const group = 'jumpy';

async function listVersions(app: TestApp, input: object): Promise<Summary[]> {
  const summaries: Summary[] = [];
  let NextToken: string | undefined;
  do {
    const page = await app.ok<{ ModelPackageSummaryList: Summary[]; NextToken?: string }>(
      'ListModelPackages',
      { ModelPackageGroupName: group, ...input, ...(NextToken !== undefined && { NextToken }) },
    );
    summaries.push(...page.ModelPackageSummaryList);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return summaries;
}

const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e6));

test(`versions keep their order when the clock jumps, CRASH_SEED=${seed}`, async () => {
  const app = await TestApp.start();
  const random = new Random(seed);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: group });
  const jumps = [0, -hour, hour, -48 * hour, 1, -1, 0];
  for (let step = 0; step < 60; step += 1) {
    app.clock.advance(random.pick(jumps)!);
    const made = await app.ok('CreateModelPackage', { ModelPackageGroupName: group });
    assert.equal(made['ModelPackageArn'], testArn(`model-package/${group}/${step + 1}`));
  }
  const rising = Array.from({ length: 60 }, (_, index) => index + 1);
  const versions = (list: Summary[]) => list.map((summary) => summary.ModelPackageVersion);
  for (const MaxResults of [100, 7, 1]) {
    const oldestFirst = await listVersions(app, { SortBy: 'CreationTime', MaxResults });
    assert.deepEqual(versions(oldestFirst), rising);
    const newestFirst = await listVersions(app, { SortOrder: 'Descending', MaxResults });
    assert.deepEqual(versions(newestFirst), rising.toReversed());
    const byName = await listVersions(app, { SortBy: 'Name', MaxResults });
    assert.deepEqual(versions(byName), rising);
    const times = oldestFirst.map(({ CreationTime }) => CreationTime);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
      'a creation time runs backwards',
    );
  }
  await app.close();
});

test('the newest approved version is the one created last, in lists and in searches', async () => {
  const app = await TestApp.start();
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: group });
  for (const jump of [0, -hour, 2 * hour, -3 * hour]) {
    app.clock.advance(jump);
    await app.ok('CreateModelPackage', {
      ModelPackageGroupName: group,
      ModelApprovalStatus: 'Approved',
    });
  }
  const newest = await app.ok<{ ModelPackageSummaryList: Summary[] }>('ListModelPackages', {
    ModelPackageGroupName: group,
    ModelApprovalStatus: 'Approved',
    SortBy: 'CreationTime',
    SortOrder: 'Descending',
    MaxResults: 1,
  });
  assert.equal(newest.ModelPackageSummaryList[0]!.ModelPackageVersion, 4);
  const found = await app.ok<{ Results: { ModelPackage: Summary }[] }>('Search', {
    Resource: 'ModelPackage',
    SortBy: 'CreationTime',
    SortOrder: 'Descending',
  });
  const versions = found.Results.map(({ ModelPackage }) => ModelPackage.ModelPackageVersion);
  assert.deepEqual(versions, [4, 3, 2, 1]);
  await app.close();
});

test('a change made by a clock gone back does not look older than the one before', async () => {
  const app = await TestApp.start();
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: group });
  await app.ok('CreateModelPackage', { ModelPackageGroupName: group });
  const ModelPackageArn = testArn(`model-package/${group}/1`);
  let last = 0;
  for (const [index, jump] of [-hour, hour, -2 * hour, 3 * hour, -1].entries()) {
    app.clock.advance(jump);
    const ApprovalDescription = `change ${index}`;
    await app.ok('UpdateModelPackage', { ModelPackageArn, ApprovalDescription });
    const described = await app.ok('DescribeModelPackage', { ModelPackageName: `${group}/1` });
    const modified = described['LastModifiedTime'] as number;
    assert.ok(modified >= last, `change ${index}: ${modified} after ${last}`);
    assert.ok(modified >= (described['CreationTime'] as number), 'changed before it was made');
    assert.equal(described['ApprovalDescription'], ApprovalDescription);
    last = modified;
  }
  const history = await app.ok<{ Entries: { Request: string }[] }>(
    'ListResourceHistory',
    { ResourceArn: ModelPackageArn },
    { service: 'imprimatur' },
  );
  const told = history.Entries.map(
    ({ Request }) => (JSON.parse(Request) as { ApprovalDescription?: string }).ApprovalDescription,
  );
  const expected = ['change 4', 'change 3', 'change 2', 'change 1', 'change 0', undefined];
  assert.deepEqual(told, expected, 'the history is not told newest first');
  await app.close();
});

test('a registration sent again after the clock went back finds its version', async () => {
  const app = await TestApp.start();
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: group });
  const input = { ModelPackageGroupName: group, ClientToken: 'one-token' };
  const first = await app.ok('CreateModelPackage', input);
  app.clock.advance(-hour);
  assert.deepEqual(await app.ok('CreateModelPackage', input), first);
  assert.equal((await listVersions(app, {})).length, 1);
  await app.close();
});
