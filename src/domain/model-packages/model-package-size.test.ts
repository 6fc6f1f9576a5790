import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { TestApp, testArn } from '../../../tests/support/test-app.ts';

const app = await TestApp.start();
after(() => app.close());
const mebi = 1024 * 1024;

/** A specification of about a number of characters. */
function specification(name: string, characters: number): Record<string, unknown> {
  const type = 't'.repeat(200);
  const count = Math.floor(characters / (type.length + 3));
  const SupportedContentTypes = Array.from({ length: count }, () => type);
  return { Name: name, Containers: [{ Image: 'registry/x:1' }], SupportedContentTypes };
}

test('updates grow a package up to a limit, and a review never fails for it', async () => {
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'large' });
  const input = { ModelPackageGroupName: 'large', Domain: 'd'.repeat(3.9 * mebi) };
  const { ModelPackageArn } = await app.ok('CreateModelPackage', input);
  const grow = (name: string, characters: number) => ({
    ModelPackageArn,
    AdditionalInferenceSpecificationsToAdd: [specification(name, characters)],
  });
  await app.ok('UpdateModelPackage', grow('first', 3.9 * mebi));
  await app.invalid(
    'UpdateModelPackage',
    grow('second', mebi),
    /characters large; at most 8388608/,
  );
  await app.ok('UpdateModelPackage', grow('third', 0.19 * mebi));
  await app.ok('UpdateModelPackage', {
    ModelPackageArn,
    ModelApprovalStatus: 'Approved',
    ApprovalDescription: 'a'.repeat(1024),
  });
});

test('a batch has room for so much; what does not fit can be asked for again', async () => {
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'batch' });
  const { Name: _, ...InferenceSpecification } = specification('', 3.5 * mebi);
  for (let index = 0; index < 3; index += 1) {
    await app.ok('CreateModelPackage', { ModelPackageGroupName: 'batch', InferenceSpecification });
  }
  const ModelPackageArnList = [1, 2, 3].map((version) => testArn(`model-package/batch/${version}`));
  const answer = await app.ok<{
    ModelPackageSummaries: object;
    BatchDescribeModelPackageErrorMap: Record<string, { ErrorCode: string }>;
  }>('BatchDescribeModelPackage', { ModelPackageArnList });
  assert.deepEqual(Object.keys(answer.ModelPackageSummaries), ModelPackageArnList.slice(0, 2));
  const error = answer.BatchDescribeModelPackageErrorMap[ModelPackageArnList[2]!];
  assert.equal(error?.ErrorCode, 'ResourceLimitExceeded');
});

test('a page of large results ends early, and the next goes on', async () => {
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'pages' });
  const count = 24;
  for (let index = 0; index < count; index += 1) {
    const Domain = 'd'.repeat(0.5 * mebi);
    await app.ok('CreateModelPackage', { ModelPackageGroupName: 'pages', Domain });
    app.clock.advance(1);
  }
  const query = {
    Resource: 'ModelPackage',
    SearchExpression: { Filters: [{ Name: 'ModelPackageGroupName', Value: 'pages' }] },
    SortOrder: 'Ascending',
  };
  const found: unknown[] = [];
  let pages = 0;
  for (let NextToken: string | undefined = ''; NextToken !== undefined; pages += 1) {
    const page: { Results: { ModelPackage: { ModelPackageArn: string } }[]; NextToken?: string } =
      await app.ok('Search', { ...query, NextToken });
    assert.ok(page.Results.length > 0);
    found.push(...page.Results.map((result) => result.ModelPackage.ModelPackageArn));
    ({ NextToken } = page);
  }
  const arns = Array.from({ length: count }, (_, i) => testArn(`model-package/pages/${i + 1}`));
  assert.deepEqual(found, arns);
  assert.equal(pages, 2);
});
