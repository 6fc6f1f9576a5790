/** A strict server on data that extensions have made: what AWS does not have is not to be seen. */
import assert from 'node:assert/strict';
import { before, after, describe, test } from 'node:test';
import { TestApp, testArn } from '../support/test-app.ts';

const version = testArn('model-package/Fraud/1');
const alias = testArn('model-package/best');
const gone = `ModelPackage ${alias} does not exist.`;

describe('strict mode on extended data', () => {
  let free: TestApp;
  let strict: TestApp;

  before(async () => {
    free = await TestApp.start();
    await free.ok('CreateModelPackageGroup', {
      ModelPackageGroupName: 'Fraud',
      Tags: [{ Key: 'team', Value: 'risk' }],
    });
    await free.ok('CreateModelPackage', {
      ModelPackageGroupName: 'Fraud',
      ModelPackageName: 'best',
      InferenceSpecification: { Containers: [{ Image: 'i' }] },
      Tags: [
        { Key: 'own', Value: 'x' },
        { Key: 'team', Value: 'fraud' },
      ],
    });
    strict = await free.beside({ strictAws: true });
  });
  after(() => free.close());

  test('knows no aliases', async () => {
    await strict.invalid('DescribeModelPackage', { ModelPackageName: 'best' }, gone);
    await strict.invalid('DescribeModelPackage', { ModelPackageName: alias }, gone);
    await strict.invalid('DeleteModelPackage', { ModelPackageName: 'best' }, gone);
    const approval = { ModelPackageArn: alias, ModelApprovalStatus: 'Approved' };
    await strict.invalid('UpdateModelPackage', approval, gone);
    const clone = { ModelPackageGroupName: 'Fraud', SourceUri: alias };
    await strict.invalid('CreateModelPackage', clone, gone);
    await strict.invalid('ListTags', { ResourceArn: alias }, 'Resource does not exist.');
    const found = await strict.ok('DescribeModelPackage', { ModelPackageName: version });
    assert.ok(!('ModelPackageName' in found));
  });

  test('knows no tags of versions', async () => {
    assert.deepEqual(await strict.ok('ListTags', { ResourceArn: version }), { Tags: [] });
    await strict.ok('DeleteTags', { ResourceArn: version, TagKeys: ['own'] });
    const { Tags: kept } = await free.ok('ListTags', { ResourceArn: version });
    assert.deepEqual(kept, [
      { Key: 'own', Value: 'x' },
      { Key: 'team', Value: 'fraud' },
    ]);
    const search = (Name: string, Value: string) =>
      strict.ok('Search', {
        Resource: 'ModelPackage',
        SearchExpression: { Filters: [{ Name, Value }] },
      });
    assert.deepEqual((await search('Tags.own', 'x'))['Results'], []);
    assert.deepEqual((await search('Tags.team', 'fraud'))['Results'], []);
    assert.equal(((await search('Tags.team', 'risk'))['Results'] as unknown[]).length, 1);
  });
});
