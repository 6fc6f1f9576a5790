import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { unversioned, wholeVersion } from '../../../tests/support/samples.ts';
import {
  assertRefused,
  deniedText,
  foreignArn,
  newEntries,
  rowsOf,
  searchPropertiesOf,
  startApp,
  testUser,
} from '../../../tests/support/scenario.ts';
import type { ExpectedRefusal } from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';

const versionOne = testArn('model-package/Fraud/1');
const solo = testArn('model-package/Solo');
const createdAt = Date.parse('2026-03-04T09:15:27.500Z');

/** What of Describe is in an event. */
function eventMembers(described: Record<string, unknown>): Record<string, unknown> {
  const { ModelCard: _card, CreatedBy: _by, ...members } = described;
  return members;
}

/** The group Fraud with version 1, which has the alias Champion, and the unversioned Solo. */
async function startWithPackages(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  await app.ok('CreateModelPackage', { ...wholeVersion, ModelPackageName: 'Champion' });
  await app.ok('CreateModelPackage', unversioned);
  await newEntries(app);
  return app;
}

function missing(arn: string): ExpectedRefusal {
  return { message: `ModelPackage ${arn} does not exist.`, resource: arn };
}

const foreign = foreignArn('model-package/Fraud/1');
const groupArn = testArn('model-package-group/Fraud');
const refusals: [title: string, reference: string, expected: ExpectedRefusal][] = [
  ['a name that no package has', 'missing', missing(testArn('model-package/missing'))],
  ["a group's bare name", 'Fraud', missing(testArn('model-package/Fraud'))],
  ['a number that no version has', 'Fraud/2', missing(testArn('model-package/Fraud/2'))],
  ['the ARN of a group', groupArn, { message: `ModelPackage ${groupArn} does not exist.` }],
  [
    'an ARN of another region',
    testArn('model-package/Fraud/1', 'us-east-1'),
    { message: 'ARN should be scoped to correct region: eu-west-1' },
  ],
  [
    "another account's version",
    foreign,
    {
      code: 'AccessDeniedException',
      message: deniedText('sagemaker:DeleteModelPackage', foreign),
      resource: foreign,
    },
  ],
];

for (const [title, ModelPackageName, expected] of refusals) {
  test(`DeleteModelPackage is refused: ${title}`, async (t) => {
    const app = await startWithPackages(t);
    await assertRefused(app, 'DeleteModelPackage', { ModelPackageName }, expected);
  });
}

for (const reference of ['Champion', testArn('model-package/champion')]) {
  test(`DeleteModelPackage is refused in strict mode: the alias '${reference}'`, async (t) => {
    const strict = await (await startWithPackages(t)).beside({ strictAws: true });
    const arn = reference === 'Champion' ? testArn('model-package/Champion') : reference;
    const input = { ModelPackageName: reference };
    await assertRefused(strict, 'DeleteModelPackage', input, missing(arn));
  });
}

for (const reference of [
  'Fraud/1',
  'fraud/1',
  versionOne,
  testArn('model-package/fraud/1'),
  'Champion',
  'champion',
  testArn('model-package/Champion'),
]) {
  test(`'${reference}' goes, with its alias; its entry holds the whole`, async (t) => {
    const app = await startWithPackages(t);
    const described = await app.ok('DescribeModelPackage', { ModelPackageName: reference });
    const answer = await app.send('DeleteModelPackage', { ModelPackageName: reference });
    assert.deepEqual([answer.status, answer.body], [200, '']);

    const packages = await rowsOf(app, 'model_package');
    assert.deepEqual(
      packages.map((row) => row['name']),
      ['Solo'],
    );
    const names = await rowsOf(app, 'model_package_name');
    assert.deepEqual(
      names.map((row) => row['name_key']),
      ['solo'],
    );
    assert.deepEqual(await searchPropertiesOf(app), []);
    assert.deepEqual(await newEntries(app), [
      {
        operation: 'DeleteModelPackage',
        resource: versionOne,
        request: { ModelPackageName: reference },
        // The journal counts time in milliseconds.
        before: { ...described, CreationTime: createdAt, Tags: [] },
        events: [
          {
            source: 'aws.sagemaker',
            detailType: 'SageMaker Model Package State Change',
            resources: [versionOne],
            detail: {
              ...eventMembers(described),
              ModelPackageName: 'Fraud/1',
              CreationTime: createdAt,
              ModelPackageStatus: 'Deleting',
            },
          },
        ],
      },
    ]);
    await assertRefused(
      app,
      'DeleteModelPackage',
      { ModelPackageName: versionOne },
      {
        message: `ModelPackage ${versionOne} does not exist.`,
        resource: versionOne,
      },
    );
  });
}

test('an unversioned package goes, with its name and its tags', async (t) => {
  const app = await startWithPackages(t);
  await app.ok('AddTags', { ResourceArn: solo, Tags: [{ Key: 'team', Value: 'risk' }] });
  await newEntries(app);
  const answer = await app.send('DeleteModelPackage', { ModelPackageName: 'solo' });
  const members = {
    ModelPackageName: 'Solo',
    ModelPackageArn: solo,
    CreationTime: createdAt,
    InferenceSpecification: unversioned.InferenceSpecification,
    ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
    CertifyForMarketplace: false,
    SkipModelValidation: 'None',
  };
  assert.deepEqual([answer.status, answer.body], [200, '']);
  const names = await rowsOf(app, 'model_package_name');
  assert.deepEqual(
    names.map((row) => row['name_key']),
    ['champion'],
  );
  assert.ok(!(await searchPropertiesOf(app)).some((property) => property.includes('Tags.')));
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'DeleteModelPackage',
      resource: solo,
      request: { ModelPackageName: 'solo' },
      before: {
        ...members,
        ModelPackageStatus: 'Completed',
        CreatedBy: testUser,
        Tags: [{ Key: 'team', Value: 'risk' }],
      },
      events: [
        {
          source: 'aws.sagemaker',
          detailType: 'SageMaker Model Package State Change',
          resources: [solo],
          detail: { ...members, ModelPackageStatus: 'Deleting' },
        },
      ],
    },
  ]);
});

test('in strict mode a deletion has no event: AWS documents none', async (t) => {
  const strict = await (await startWithPackages(t)).beside({ strictAws: true });
  await strict.ok('DeleteModelPackage', { ModelPackageName: versionOne });
  const { operation, events } = (await newEntries(strict)).at(-1)!;
  assert.deepEqual([operation, events], ['DeleteModelPackage', undefined]);
});

test('a deletion is effective on return, for every way to look', async (t) => {
  const app = await startWithPackages(t);
  await app.ok('DeleteModelPackage', { ModelPackageName: versionOne });
  const text = `ModelPackage ${versionOne} does not exist.`;
  await app.invalid('DescribeModelPackage', { ModelPackageName: versionOne }, text);
  await app.invalid('UpdateModelPackage', { ModelPackageArn: versionOne }, text);
  await app.invalid('ListTags', { ResourceArn: versionOne }, 'Resource does not exist.');
  const listed = await app.ok('ListModelPackages', { ModelPackageGroupName: 'Fraud' });
  assert.deepEqual(listed, { ModelPackageSummaryList: [] });
  const found = await app.ok('Search', {
    Resource: 'ModelPackage',
    SearchExpression: { Filters: [{ Name: 'ModelPackageGroupName', Value: 'Fraud' }] },
  });
  assert.deepEqual(found['Results'], []);
});

test('other versions and other regions are left alone', async (t) => {
  const app = await startWithPackages(t);
  const east = { region: 'us-east-1' };
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' }, east);
  await app.ok('CreateModelPackage', { ModelPackageGroupName: 'Fraud' }, east);
  await app.ok('CreateModelPackage', { ModelPackageGroupName: 'Fraud' });
  await app.ok('DeleteModelPackage', { ModelPackageName: 'Fraud/1' });
  await app.ok('DescribeModelPackage', { ModelPackageName: 'Fraud/2' });
  await app.ok('DescribeModelPackage', { ModelPackageName: 'Fraud/1' }, east);
});
