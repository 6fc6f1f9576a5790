import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  deniedText,
  foreignArn,
  newEntries,
  refusalOf,
  startApp,
  testCall,
} from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';
import { requireAccess } from './require-access.ts';

for (const resource of [
  '*',
  testArn('model-package-group/Fraud'),
  testArn('model-package/Fraud/*'),
  testArn('model-package/Fraud/1', 'us-east-1'),
]) {
  test(`a root user may do everything within its account: ${resource}`, () => {
    assert.equal(
      refusalOf(() => requireAccess(testCall(), resource)),
      undefined,
    );
  });
}

const foreign = foreignArn('model-package/Fraud/1');

test("a root user may do nothing to another account's resources", () => {
  assert.equal(
    refusalOf(() => requireAccess(testCall({ operation: 'DeleteModelPackage' }), foreign)),
    `denied: ${deniedText('sagemaker:DeleteModelPackage', foreign)}`,
  );
});

test('the action that was denied is named by its service', () => {
  const call = testCall({ service: 'imprimatur', operation: 'ListResourceHistory' });
  assert.equal(
    refusalOf(() => requireAccess(call, foreign)),
    `denied: ${deniedText('imprimatur:ListResourceHistory', foreign)}`,
  );
});

test('a denied call is answered as AWS does, and its entry names the resource', async (t) => {
  const app = await startApp(t);
  const error = await app.refused('DescribeModelPackage', { ModelPackageName: foreign });
  const message = deniedText('sagemaker:DescribeModelPackage', foreign);
  assert.deepEqual(error, { status: 400, code: 'AccessDeniedException', message });
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'DescribeModelPackage',
      resource: foreign,
      request: { ModelPackageName: foreign },
      error: `AccessDeniedException: ${message}`,
    },
  ]);
});

test('whether a resource of another account exists is not told', async (t) => {
  const app = await startApp(t);
  const stranger = await app.beside({ accountId: '999999999999' });
  await stranger.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  const texts = [];
  for (const name of ['Fraud', 'missing']) {
    const arn = foreignArn(`model-package-group/${name}`);
    const error = await app.refused('DescribeModelPackageGroup', { ModelPackageGroupName: arn });
    texts.push(error.message.replaceAll(name, 'X'));
  }
  assert.equal(texts[0], texts[1]);
});
