import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { unversioned } from '../../../tests/support/samples.ts';
import {
  assertRefused,
  deniedText,
  foreignArn,
  newEntries,
  startApp,
  violated,
} from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';

type Json = Record<string, unknown>;

const specification = { Containers: [{ Image: 'registry.example.com/fraud:1' }] };
const version = (number: number) => testArn(`model-package/Fraud/${number}`);
const solo = testArn('model-package/Solo');

/** Version 1 of Fraud has everything a summary shows, 2 the least, 3 no specification. */
async function startWithPackages(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  const group = { ModelPackageGroupName: 'Fraud' };
  await app.ok('CreateModelPackageGroup', group);
  await app.ok('CreateModelPackage', {
    ...group,
    InferenceSpecification: specification,
    ModelPackageDescription: 'weekly',
    ModelApprovalStatus: 'Approved',
    ModelPackageRegistrationType: 'Registered',
    ModelLifeCycle: { Stage: 'Staging', StageStatus: 'Active' },
    CustomerMetadataProperties: { owner: 'ana' },
  });
  await app.ok('CreateModelPackage', { ...group, InferenceSpecification: specification });
  await app.ok('CreateModelPackage', { ...group, SourceUri: 's3://runs/3' });
  await app.ok('CreateModelPackage', unversioned);
  await newEntries(app);
  return app;
}

const fullSummary = {
  ModelPackageGroupName: 'Fraud',
  ModelPackageVersion: 1,
  ModelPackageArn: version(1),
  ModelPackageDescription: 'weekly',
  CreationTime: 1772615727.5,
  InferenceSpecification: specification,
  ModelPackageStatus: 'Completed',
  ModelApprovalStatus: 'Approved',
  ModelPackageRegistrationType: 'Registered',
};
const plainSummary = {
  ModelPackageGroupName: 'Fraud',
  ModelPackageVersion: 2,
  ModelPackageArn: version(2),
  CreationTime: 1772615727.5,
  InferenceSpecification: specification,
  ModelPackageStatus: 'Completed',
  ModelApprovalStatus: 'PendingManualApproval',
};

const refusals: [title: string, input: Json, message: string][] = [
  ['no list', {}, violated(null, 'modelPackageArnList', 'Member must not be null')],
  [
    'an empty list',
    { ModelPackageArnList: [] },
    violated(
      undefined,
      'modelPackageArnList',
      'Member must have length greater than or equal to 1',
    ),
  ],
  [
    '101 ARNs',
    { ModelPackageArnList: Array.from({ length: 101 }, (_, i) => version(i + 1)) },
    violated(undefined, 'modelPackageArnList', 'Member must have length less than or equal to 100'),
  ],
  [
    'a name in the place of an ARN',
    { ModelPackageArnList: [version(1), 'Fraud/1'] },
    violated(
      'Fraud/1',
      'modelPackageArnList.2.member',
      'Member must satisfy regular expression pattern: ' +
        'arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]{9,16}:[0-9]{12}:model-package/[\\S]{1,2048}',
    ),
  ],
];

for (const [title, input, message] of refusals) {
  test(`BatchDescribeModelPackage is refused: ${title}`, async (t) => {
    await assertRefused(await startApp(t), 'BatchDescribeModelPackage', input, { message });
  });
}

test('versions are summarized; metadata and life cycle are not part of it', async (t) => {
  const app = await startWithPackages(t);
  const ModelPackageArnList = [version(1), version(2)];
  assert.deepEqual(await app.ok('BatchDescribeModelPackage', { ModelPackageArnList }), {
    ModelPackageSummaries: { [version(1)]: fullSummary, [version(2)]: plainSummary },
    BatchDescribeModelPackageErrorMap: {},
  });
  assert.deepEqual(await newEntries(app), []);
});

const errors: [title: string, arn: string, code: string, response: string][] = [
  [
    'a version that does not exist',
    version(99),
    'ValidationException',
    `ModelPackage ${version(99)} does not exist.`,
  ],
  ['an unversioned package', solo, 'ValidationException', `ModelPackage ${solo} is not versioned.`],
  [
    'a version without an inference specification, which a summary requires',
    version(3),
    'ValidationException',
    `ModelPackage ${version(3)} has no InferenceSpecification, which this summary requires; ` +
      'use DescribeModelPackage.',
  ],
  [
    'an ARN of another region',
    testArn('model-package/Fraud/1', 'us-east-1'),
    'ValidationException',
    'ARN should be scoped to correct region: eu-west-1',
  ],
  [
    "another account's version",
    foreignArn('model-package/Fraud/1'),
    'AccessDeniedException',
    deniedText('sagemaker:BatchDescribeModelPackage', foreignArn('model-package/Fraud/1')),
  ],
];

for (const [title, arn, ErrorCode, ErrorResponse] of errors) {
  test(`one item fails alone: ${title}`, async (t) => {
    const app = await startWithPackages(t);
    const ModelPackageArnList = [arn, version(2)];
    assert.deepEqual(await app.ok('BatchDescribeModelPackage', { ModelPackageArnList }), {
      ModelPackageSummaries: { [version(2)]: plainSummary },
      BatchDescribeModelPackageErrorMap: { [arn]: { ErrorCode, ErrorResponse } },
    });
    assert.deepEqual(await newEntries(app), []);
  });
}

test('keys are spelt as the caller spells them; what is named twice is answered once', async (t) => {
  const app = await startWithPackages(t);
  const lowerCased = testArn('model-package/fraud/2');
  const ModelPackageArnList = [version(2), lowerCased, version(2), lowerCased];
  assert.deepEqual(await app.ok('BatchDescribeModelPackage', { ModelPackageArnList }), {
    ModelPackageSummaries: { [version(2)]: plainSummary, [lowerCased]: plainSummary },
    BatchDescribeModelPackageErrorMap: {},
  });
});

test('a hundred ARNs are answered at once', async (t) => {
  const app = await startWithPackages(t);
  const ModelPackageArnList = Array.from({ length: 100 }, (_, i) => version(i + 1));
  const answer = await app.ok<Record<string, Json>>('BatchDescribeModelPackage', {
    ModelPackageArnList,
  });
  assert.equal(Object.keys(answer['ModelPackageSummaries']!).length, 2);
  assert.equal(Object.keys(answer['BatchDescribeModelPackageErrorMap']!).length, 98);
});

test('strict mode knows no alias here either', async (t) => {
  const app = await startWithPackages(t);
  await app.ok('CreateModelPackage', {
    ModelPackageGroupName: 'Fraud',
    ModelPackageName: 'champion',
    InferenceSpecification: specification,
  });
  const alias = testArn('model-package/champion');
  const strict = await app.beside({ strictAws: true });
  const input = { ModelPackageArnList: [alias] };
  assert.deepEqual(await strict.ok('BatchDescribeModelPackage', input), {
    ModelPackageSummaries: {},
    BatchDescribeModelPackageErrorMap: {
      [alias]: {
        ErrorCode: 'ValidationException',
        ErrorResponse: `ModelPackage ${alias} does not exist.`,
      },
    },
  });
});
