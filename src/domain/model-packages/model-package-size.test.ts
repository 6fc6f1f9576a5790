import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { TestApp, testArn } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';

const app = await TestApp.start();
after(() => app.close());
await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'large' });

const most = limits.documentCharactersMax;

test('a package whose members are too large together is refused, at creation and later', async () => {
  const input = { ModelPackageGroupName: 'large', Domain: 'd'.repeat(most), Task: 't' };
  await app.invalid('CreateModelPackage', input, /^A model package may have at most 524288 char/);
  const { ModelPackageArn } = await app.ok('CreateModelPackage', {
    ...input,
    Domain: 'd'.repeat(most - 2000),
  });
  const more = Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => [`key${index}`, 'v'.repeat(256)]),
  );
  const update = { ModelPackageArn, CustomerMetadataProperties: more };
  await app.invalid('UpdateModelPackage', update, /at most 524288 characters/);
  const described = await app.ok('DescribeModelPackage', { ModelPackageName: ModelPackageArn });
  assert.equal('CustomerMetadataProperties' in described, false);
});

test('a page of large results ends early, and the next goes on', async () => {
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'pages' });
  const count = 24;
  for (let index = 0; index < count; index += 1) {
    const Domain = 'd'.repeat(most - 2000);
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
