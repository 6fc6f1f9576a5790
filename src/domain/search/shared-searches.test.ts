import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { newUser } from '../../../tests/support/identity-calls.ts';
import { ramOk } from '../../../tests/support/ram-calls.ts';
import { otherAccount, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';

type Json = Record<string, unknown>;

const thirdAccount = '888888888888';
const describing = ['sagemaker:DescribeModelPackageGroup', 'sagemaker:DescribeModelPackage'];

/** A guest, and two accounts of which one shares with it what the tests say. */
async function startThree(t: TestContext) {
  const owner = await startApp(t);
  return {
    owner,
    guest: await owner.beside({ accountId: otherAccount }),
    third: await owner.beside({ accountId: thirdAccount }),
  };
}

async function createVersions(app: TestApp, group: string, count: number): Promise<void> {
  const named = { ModelPackageGroupName: group };
  await app.ok('CreateModelPackageGroup', { ...named, Tags: [{ Key: 'of', Value: group }] });
  for (let n = 1; n <= count; n += 1) {
    app.clock.advance(1_000);
    const CustomerMetadataProperties = { half: n % 2 === 0 ? 'even' : 'odd' };
    await app.ok('CreateModelPackage', { ...named, CustomerMetadataProperties });
  }
}

async function share(
  app: TestApp,
  group: string,
  { accountId = testAccount, actions = describing, more = [] as Json[] } = {},
): Promise<void> {
  const arn = `arn:aws:sagemaker:eu-west-1:${accountId}`;
  const Resource = [`${arn}:model-package-group/${group}`, `${arn}:model-package/${group}/*`];
  const Principal = { AWS: otherAccount };
  const Statement = [{ Effect: 'Allow', Principal, Action: actions, Resource }, ...more];
  const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement });
  await app.ok('PutModelPackageGroupPolicy', { ModelPackageGroupName: group, ResourcePolicy });
}

interface Found {
  Results: Record<string, Record<string, unknown>>[];
  TotalHits: { Value: number; Relation: string };
  NextToken?: string;
}

async function search(app: TestApp, input: Json = {}, options = {}): Promise<Found> {
  const query = { Resource: 'ModelPackage', CrossAccountFilterOption: 'CrossAccount', ...input };
  return app.ok<Found>('Search', query, options);
}

function names({ Results }: Found): string[] {
  return Results.map(({ ModelPackage, ModelPackageGroup }) => {
    const arn = (ModelPackage?.['ModelPackageArn'] ??
      ModelPackageGroup?.['ModelPackageGroupArn']) as string;
    return arn
      .split(':')
      .slice(4)
      .join(':')
      .replace(/model-package(?:-group)?\//, '');
  });
}

const of = (accountId: string, ...rest: string[]) => rest.map((name) => `${accountId}:${name}`);

test('what is shared is found with its versions, what is not is not', async (t) => {
  const { owner, guest } = await startThree(t);
  await createVersions(owner, 'Shared', 2);
  await createVersions(owner, 'Secret', 2);
  await createVersions(guest, 'Own', 1);
  await share(owner, 'Shared');
  const found = await search(guest, { SortOrder: 'Ascending' });
  assert.deepEqual(names(found), of(testAccount, 'Shared/1', 'Shared/2'));
  assert.deepEqual(found.TotalHits, { Value: 2, Relation: 'EqualTo' });
  const groups = await search(guest, { Resource: 'ModelPackageGroup' });
  assert.deepEqual(names(groups), of(testAccount, 'Shared'));
  const listed = await guest.ok<{ ModelPackageGroupSummaryList: Json[] }>(
    'ListModelPackageGroups',
    { CrossAccountFilterOption: 'CrossAccount' },
  );
  assert.equal(listed.ModelPackageGroupSummaryList.length, 1);
  assert.deepEqual(names(await search(owner)), []);
  assert.deepEqual(names(await search(guest, {}, { region: 'us-east-1' })), []);
});

describe('conditions hold for what is shared', () => {
  const filters: [title: string, filter: Json, expected: string[]][] = [
    ['metadata', { Name: 'CustomerMetadataProperties.half', Value: 'even' }, ['Shared/2']],
    [
      "a tag of the version's group",
      { Name: 'Tags.of', Value: 'Shared' },
      ['Shared/1', 'Shared/2'],
    ],
    ['a name', { Name: 'ModelPackageName', Value: 'Shared/1' }, ['Shared/1']],
    ['an ARN', { Name: 'ModelPackageArn', Value: testArn('model-package/Shared/2') }, ['Shared/2']],
    ['the name of a group that is not', { Name: 'ModelPackageGroupName', Value: 'Secret' }, []],
  ];
  for (const [title, filter, expected] of filters) {
    test(title, async (t) => {
      const { owner, guest } = await startThree(t);
      await createVersions(owner, 'Shared', 2);
      await createVersions(owner, 'Secret', 2);
      await share(owner, 'Shared');
      const SearchExpression = { Filters: [{ Operator: 'Equals', ...filter }] };
      const found = await search(guest, { SearchExpression, SortOrder: 'Ascending' });
      assert.deepEqual(names(found), of(testAccount, ...expected));
    });
  }
});

test('a version that may not be described is not found, by whichever policy', async (t) => {
  const { owner, guest } = await startThree(t);
  await createVersions(owner, 'Shared', 3);
  const denial = {
    ...{ Effect: 'Deny', Principal: { AWS: otherAccount }, Action: 'sagemaker:Describe*' },
    Resource: testArn('model-package/Shared/2'),
  };
  await share(owner, 'Shared', { more: [denial] });
  const found = await search(guest, { SortOrder: 'Ascending' });
  assert.deepEqual(names(found), of(testAccount, 'Shared/1', 'Shared/3'));
  assert.deepEqual(found.TotalHits, { Value: 2, Relation: 'EqualTo' });
  const credentials = await newUser(
    guest,
    'ana',
    { Effect: 'Allow', Action: ['sagemaker:Search', 'sagemaker:Describe*'], Resource: '*' },
    { ...denial, Principal: undefined, Resource: testArn('model-package/Shared/3') },
  );
  assert.deepEqual(names(await search(guest, {}, { credentials })), of(testAccount, 'Shared/1'));
  const bob = await newUser(guest, 'bob', {
    ...{ Effect: 'Allow', Action: 'sagemaker:Search', Resource: '*' },
  });
  assert.deepEqual(names(await search(guest, {}, { credentials: bob })), []);
});

test('pages go through several owners in one order', async (t) => {
  const { owner, guest, third } = await startThree(t);
  for (const group of ['a', 'b']) {
    await createVersions(owner, group, 2);
    await share(owner, group);
    await createVersions(third, group, 3);
    await share(third, group, { accountId: thirdAccount });
  }
  for (const SortBy of ['CreationTime', 'ModelPackageArn', undefined]) {
    for (const SortOrder of ['Ascending', 'Descending']) {
      const sorted = { ...(SortBy && { SortBy }), SortOrder };
      const whole = await search(guest, sorted);
      assert.equal(whole.TotalHits.Value, 10);
      const paged: string[] = [];
      let NextToken: string | undefined;
      do {
        const page: Found = await search(guest, {
          ...{ ...sorted, MaxResults: 3 },
          ...(NextToken !== undefined && { NextToken }),
        });
        assert.equal(page.TotalHits.Value, 10);
        paged.push(...names(page));
        ({ NextToken } = page);
      } while (NextToken !== undefined);
      assert.deepEqual(paged, names(whole), `${SortBy} ${SortOrder}`);
      assert.equal(new Set(paged).size, 10);
    }
  }
});

test('strict mode finds what a resource share makes known, and nothing else', async (t) => {
  const { owner } = await startThree(t);
  const strict = await owner.beside({ accountId: otherAccount, strictAws: true });
  await createVersions(owner, 'Shared', 1);
  await createVersions(owner, 'Known', 1);
  await share(owner, 'Known');
  await ramOk(owner, 'CreateResourceShare', {
    ...{ name: 'one', principals: [otherAccount] },
    resourceArns: [testArn('model-package-group/Shared')],
  });
  assert.deepEqual(names(await search(strict)), []);
  const { resourceShareInvitations: invitations } = await ramOk<{
    resourceShareInvitations: { resourceShareInvitationArn: string }[];
  }>(strict, 'GetResourceShareInvitations', {});
  const { resourceShareInvitationArn } = invitations[0]!;
  await ramOk(strict, 'AcceptResourceShareInvitation', { resourceShareInvitationArn });
  assert.deepEqual(names(await search(strict)), of(testAccount, 'Shared/1'));
});
