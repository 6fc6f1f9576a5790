import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  cardContent,
  unversioned,
  validation,
  wholeVersion,
} from '../../../tests/support/samples.ts';
import {
  assertRefused,
  deniedText,
  foreignArn,
  newEntries,
  otherAccount,
  startApp,
  testUser,
  violated,
} from '../../../tests/support/scenario.ts';
import type { ExpectedRefusal } from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';

type Json = Record<string, unknown>;

const versionOne = testArn('model-package/Fraud/1');
const solo = testArn('model-package/Solo');
const createdAt = 1772615727.5;

/** The group Fraud with version 1, which has the alias Champion, and the unversioned Solo. */
async function startWithPackages(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  await app.ok('CreateModelPackage', {
    ModelPackageGroupName: 'Fraud',
    ModelPackageName: 'Champion',
  });
  await app.ok('CreateModelPackage', unversioned);
  await newEntries(app);
  return app;
}

function missing(arn: string): ExpectedRefusal {
  return { message: `ModelPackage ${arn} does not exist.`, resource: arn };
}

const versionedPattern =
  'Member must satisfy regular expression pattern: ' +
  '(arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:[a-z\\-]*\\/)?' +
  '([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)(\\/[0-9]{1,9})?';
const otherType = testArn('model-package-group/Fraud');
const foreign = foreignArn('model-package/Fraud/1');

const refusals: [title: string, reference: string, expected: ExpectedRefusal][] = [
  [
    'a malformed name',
    'fraud_1',
    { message: violated('fraud_1', 'modelPackageName', versionedPattern) },
  ],
  [
    'a version of ten digits',
    'Fraud/1234567890',
    { message: violated('Fraud/1234567890', 'modelPackageName', versionedPattern) },
  ],
  [
    'a name that no package has: the text shows the full ARN',
    'missing',
    missing(testArn('model-package/missing')),
  ],
  ['a number that no version has', 'Fraud/2', missing(testArn('model-package/Fraud/2'))],
  [
    'an ARN that no version has',
    testArn('model-package/Fraud/2'),
    missing(testArn('model-package/Fraud/2')),
  ],
  ['the number 0', 'Fraud/0', missing(testArn('model-package/Fraud/0'))],
  [
    "a group's bare name, which is never its latest version",
    'Fraud',
    missing(testArn('model-package/Fraud')),
  ],
  [
    'a number after the name of an unversioned package',
    'Solo/1',
    missing(testArn('model-package/Solo/1')),
  ],
  ['a number after an alias', 'Champion/1', missing(testArn('model-package/Champion/1'))],
  [
    'an ARN of another region',
    testArn('model-package/Fraud/1', 'us-east-1'),
    { message: 'ARN should be scoped to correct region: eu-west-1' },
  ],
  ['the ARN of a group', otherType, { message: `ModelPackage ${otherType} does not exist.` }],
  [
    "another account's version",
    foreign,
    {
      code: 'AccessDeniedException',
      message: deniedText('sagemaker:DescribeModelPackage', foreign),
      resource: foreign,
    },
  ],
];

for (const [title, ModelPackageName, expected] of refusals) {
  test(`DescribeModelPackage is refused: ${title}`, async (t) => {
    const app = await startWithPackages(t);
    await assertRefused(app, 'DescribeModelPackage', { ModelPackageName }, expected);
  });
}

test('DescribeModelPackage is refused: data that it cannot include', async (t) => {
  await assertRefused(
    await startWithPackages(t),
    'DescribeModelPackage',
    { ModelPackageName: versionOne, IncludedData: 'Some' },
    {
      message: violated(
        'Some',
        'includedData',
        'Member must satisfy enum value set: [AllData, MetadataOnly]',
      ),
    },
  );
});

for (const reference of ['Champion', testArn('model-package/Champion')]) {
  test(`DescribeModelPackage is refused in strict mode: the alias '${reference}'`, async (t) => {
    const strict = await (await startWithPackages(t)).beside({ strictAws: true });
    await assertRefused(
      strict,
      'DescribeModelPackage',
      { ModelPackageName: reference },
      missing(testArn('model-package/Champion')),
    );
  });
}

test('names live in an account and a region', async (t) => {
  const app = await startWithPackages(t);
  const stranger = await app.beside({ accountId: otherAccount });
  const arn = foreignArn('model-package/Fraud/1');
  await stranger.invalid(
    'DescribeModelPackage',
    { ModelPackageName: 'Fraud/1' },
    `ModelPackage ${arn} does not exist.`,
  );
  const error = await app.refused(
    'DescribeModelPackage',
    { ModelPackageName: 'Solo' },
    { region: 'us-east-1' },
  );
  const elsewhere = testArn('model-package/Solo', 'us-east-1');
  assert.equal(error.message, `ModelPackage ${elsewhere} does not exist.`);
});

const references: [reference: string, arn: string][] = [
  ['Fraud/1', versionOne],
  ['fraud/1', versionOne],
  ['FRAUD/1', versionOne],
  [versionOne, versionOne],
  [testArn('model-package/fraud/1'), versionOne],
  ['Champion', versionOne],
  ['champion', versionOne],
  [testArn('model-package/CHAMPION'), versionOne],
  ['Solo', solo],
  ['SOLO', solo],
  [solo, solo],
  [testArn('model-package/solo'), solo],
];

for (const [reference, arn] of references) {
  test(`'${reference}' is ${arn}`, async (t) => {
    const app = await startWithPackages(t);
    const described = await app.ok('DescribeModelPackage', { ModelPackageName: reference });
    assert.equal(described['ModelPackageArn'], arn);
    assert.deepEqual(await newEntries(app), []);
  });
}

// --- What is answered ---

const {
  ModelPackageGroupName: _group,
  ClientToken: _token,
  ValidationSpecification: _validation,
  ...echoed
} = wholeVersion;
const [profile] = validation.ValidationProfiles;
const job = profile!.TransformJobDefinition;
const whole = {
  ...echoed,
  // An unset KmsKeyId comes back as an empty text: the one exception to leaving out what is absent.
  ValidationSpecification: {
    ...validation,
    ValidationProfiles: [
      {
        ...profile,
        TransformJobDefinition: {
          ...job,
          TransformOutput: { ...job.TransformOutput, KmsKeyId: '' },
        },
      },
    ],
  },
  ModelPackageGroupName: 'Fraud',
  ModelPackageVersion: 1,
  ModelPackageArn: versionOne,
  ModelPackageStatus: 'Completed',
  ModelPackageStatusDetails: {
    ValidationStatuses: [{ Name: 'smoke', Status: 'NotStarted' }],
    ImageScanStatuses: [],
  },
  CreationTime: createdAt,
  CreatedBy: testUser,
};

async function startWithWhole(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', {
    ModelPackageGroupName: 'Fraud',
    Tags: [{ Key: 'team', Value: 'risk' }],
  });
  await app.ok('CreateModelPackage', wholeVersion);
  return app;
}

test('every member of a registration comes back; tags and the token do not', async (t) => {
  const app = await startWithWhole(t);
  assert.deepEqual(await app.ok('DescribeModelPackage', { ModelPackageName: versionOne }), {
    ...whole,
    ModelPackageName: 'Fraud/1',
  });
});

test('strict mode leaves the name of a version out, as AWS does', async (t) => {
  const app = await (await startWithWhole(t)).beside({ strictAws: true });
  assert.deepEqual(await app.ok('DescribeModelPackage', { ModelPackageName: versionOne }), whole);
});

test('a version with an alias has it as its name', async (t) => {
  const app = await startWithPackages(t);
  const described = await app.ok('DescribeModelPackage', { ModelPackageName: versionOne });
  assert.equal(described['ModelPackageName'], 'Champion');
  assert.equal(described['ModelPackageArn'], versionOne);
  const strict = await app.beside({ strictAws: true });
  const plain = await strict.ok('DescribeModelPackage', { ModelPackageName: versionOne });
  assert.ok(!('ModelPackageName' in plain));
});

for (const strictAws of [false, true]) {
  test(`an unversioned package has a name, no group or version; strict: ${strictAws}`, async (t) => {
    const app = await startApp(t, { strictAws });
    await app.ok('CreateModelPackage', unversioned);
    assert.deepEqual(await app.ok('DescribeModelPackage', { ModelPackageName: 'Solo' }), {
      ModelPackageName: 'Solo',
      ModelPackageArn: solo,
      CreationTime: createdAt,
      InferenceSpecification: unversioned.InferenceSpecification,
      ModelPackageStatus: 'Completed',
      ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
      CertifyForMarketplace: false,
      SkipModelValidation: 'None',
      CreatedBy: testUser,
    });
  });
}

test('the last change appears with the first update, and who made it', async (t) => {
  const app = await startWithPackages(t);
  const input = { ModelPackageName: versionOne };
  const before = await app.ok('DescribeModelPackage', input);
  assert.ok(!('LastModifiedTime' in before) && !('LastModifiedBy' in before));
  app.clock.advance(1_234);
  await app.ok('UpdateModelPackage', {
    ModelPackageArn: versionOne,
    ModelApprovalStatus: 'Approved',
  });
  const after = await app.ok('DescribeModelPackage', input);
  assert.deepEqual(after, {
    ...before,
    ModelApprovalStatus: 'Approved',
    LastModifiedTime: createdAt + 1.234,
    LastModifiedBy: testUser,
  });
});

const cards: [included: string | undefined, content: unknown][] = [
  [undefined, JSON.parse(cardContent)],
  ['AllData', JSON.parse(cardContent)],
  ['MetadataOnly', { intended_uses: { risk_rating: 'High' } }],
];

for (const [IncludedData, content] of cards) {
  test(`the card with IncludedData ${IncludedData}; all else is the same`, async (t) => {
    const app = await startWithWhole(t);
    const described = await app.ok<typeof whole>('DescribeModelPackage', {
      ModelPackageName: versionOne,
      ...(IncludedData !== undefined && { IncludedData }),
    });
    const { ModelCard: card, ...others } = described;
    assert.equal(card.ModelCardStatus, 'Draft');
    assert.deepEqual(JSON.parse(card.ModelCardContent), content);
    const { ModelCard: _card, ...expected } = whole;
    assert.deepEqual(others, { ...expected, ModelPackageName: 'Fraud/1' });
  });
}

test('MetadataOnly of a version without a card has no card', async (t) => {
  const app = await startWithPackages(t);
  const described: Json = await app.ok('DescribeModelPackage', {
    ModelPackageName: versionOne,
    IncludedData: 'MetadataOnly',
  });
  assert.ok(!('ModelCard' in described));
});
