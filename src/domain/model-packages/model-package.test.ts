import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf, testCall } from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';
import { modelPackageArn, modelPackageName, resolvePackage } from './model-package.ts';

const own = { accountId: '123456789012', region: 'eu-west-1' };

const references: [given: string, name: string, version: number | undefined, arn: string][] = [
  ['Fraud', 'Fraud', undefined, testArn('model-package/Fraud')],
  ['Fraud/3', 'Fraud', 3, testArn('model-package/Fraud/3')],
  ['Fraud/999999999', 'Fraud', 999_999_999, testArn('model-package/Fraud/999999999')],
  [testArn('model-package/Fraud'), 'Fraud', undefined, testArn('model-package/Fraud')],
  [testArn('model-package/Fraud/3'), 'Fraud', 3, testArn('model-package/Fraud/3')],
  // Numbers that no version has are no versions, so nothing is found under them.
  ['Fraud/0', 'Fraud/0', undefined, testArn('model-package/Fraud/0')],
  ['Fraud/03', 'Fraud/03', undefined, testArn('model-package/Fraud/03')],
  [testArn('model-package/Fraud/1/2'), 'Fraud/1', 2, testArn('model-package/Fraud/1/2')],
];

for (const [given, name, version, arn] of references) {
  test(`'${given}' means ${version === undefined ? name : `version ${version} of ${name}`}`, () => {
    assert.deepEqual(resolvePackage(given, testCall()), { ...own, name, version, arn });
  });
}

test('an ARN keeps its account, its region must be that of the call', () => {
  const foreign = 'arn:aws:sagemaker:eu-west-1:999999999999:model-package/Fraud/3';
  assert.equal(resolvePackage(foreign, testCall()).accountId, '999999999999');
  assert.equal(
    refusalOf(() => resolvePackage(testArn('model-package/Fraud/3', 'us-east-1'), testCall())),
    'invalid: ARN should be scoped to correct region: eu-west-1',
  );
});

for (const arn of [
  testArn('model-package-group/Fraud'),
  testArn('model-card/Fraud'),
  'arn:aws:s3:eu-west-1:123456789012:model-package/Fraud',
]) {
  test(`'${arn}' is the ARN of no package`, () => {
    assert.equal(
      refusalOf(() => resolvePackage(arn, testCall())),
      `missing: ModelPackage ${arn} does not exist.`,
    );
  });
}

const facts = { account_id: '123456789012', region: 'eu-west-1', name: 'Fraud' };

test('the ARN of a version ends with its number', () => {
  const versioned = { ...facts, version: 3 };
  assert.equal(modelPackageArn(versioned, 'aws'), testArn('model-package/Fraud/3'));
  assert.equal(modelPackageArn({ ...facts, version: null }, 'aws'), testArn('model-package/Fraud'));
});

const names: [
  version: number | null,
  alias: string | null,
  free: string,
  strict: string | undefined,
][] = [
  [null, null, 'Fraud', 'Fraud'],
  [3, null, 'Fraud/3', undefined],
  [3, 'champion', 'champion', undefined],
];

for (const [version, alias, free, strict] of names) {
  test(`ModelPackageName of version ${version} with the alias ${alias}`, () => {
    const row = { name: 'Fraud', version, alias };
    assert.equal(modelPackageName(row, { strictAws: false }), free);
    assert.equal(modelPackageName(row, { strictAws: true }), strict);
  });
}
