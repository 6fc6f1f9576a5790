import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupEvent } from '../../../tests/support/group-event.ts';
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
import { testArn } from '../../../tests/support/test-app.ts';

const arn = testArn('model-package-group/Fraud');
const missingArn = testArn('model-package-group/missing');
const otherRegion = testArn('model-package-group/Fraud', 'us-east-1');
const packageArn = testArn('model-package/Fraud');
const foreign = foreignArn('model-package-group/Fraud');
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { AWS: '999999999999' },
    Action: 'sagemaker:DescribeModelPackageGroup',
    Resource: arn,
  },
});

const refusals: [
  title: string,
  reference: string,
  expected: { message: string; resource?: string; code?: string },
][] = [
  [
    'a name that no group has',
    'missing',
    { message: `ModelPackageGroup ${missingArn} does not exist.`, resource: missingArn },
  ],
  [
    'an ARN of another region',
    otherRegion,
    { message: 'ARN should be scoped to correct region: eu-west-1' },
  ],
  [
    'an ARN of a package',
    packageArn,
    { message: `ModelPackageGroup ${packageArn} does not exist.` },
  ],
  [
    "another account's group",
    foreign,
    {
      code: 'AccessDeniedException',
      message: deniedText('sagemaker:DeleteModelPackageGroup', foreign),
      resource: foreign,
    },
  ],
];

for (const [title, ModelPackageGroupName, expected] of refusals) {
  test(`DeleteModelPackageGroup is refused: ${title}`, async (t) => {
    const app = await startApp(t);
    await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
    await assertRefused(app, 'DeleteModelPackageGroup', { ModelPackageGroupName }, expected);
  });
}

test('DeleteModelPackageGroup is refused while the group has versions', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  await app.ok('CreateModelPackage', { ModelPackageGroupName: 'Fraud' });
  await assertRefused(
    app,
    'DeleteModelPackageGroup',
    { ModelPackageGroupName: 'fraud' },
    {
      code: 'ConflictException',
      message: `ModelPackageGroup ${arn} cannot be deleted because it contains model packages.`,
      resource: arn,
    },
  );
});

test('a second deletion is refused', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  await app.ok('DeleteModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  await assertRefused(
    app,
    'DeleteModelPackageGroup',
    { ModelPackageGroupName: 'Fraud' },
    { message: `ModelPackageGroup ${arn} does not exist.`, resource: arn },
  );
});

for (const reference of ['Fraud', 'fraud', arn, testArn('model-package-group/fraud')]) {
  test(`'${reference}' goes, with its tags and its policy`, async (t) => {
    const app = await startApp(t);
    await app.ok('CreateModelPackageGroup', {
      ModelPackageGroupName: 'Fraud',
      ModelPackageGroupDescription: 'cards',
      Tags: [{ Key: 'team', Value: 'risk' }],
    });
    await app.ok('PutModelPackageGroupPolicy', {
      ModelPackageGroupName: 'Fraud',
      ResourcePolicy: policy,
    });
    await newEntries(app);
    const answer = await app.send('DeleteModelPackageGroup', { ModelPackageGroupName: reference });
    assert.deepEqual([answer.status, answer.body], [200, '']);
    assert.deepEqual(await rowsOf(app, 'model_package_group'), []);
    assert.deepEqual(await searchPropertiesOf(app), []);
    const [first, ...others] = await newEntries(app);
    const { before: _, ...entry } = first!;
    assert.deepEqual(others, []);
    assert.deepEqual(entry, {
      operation: 'DeleteModelPackageGroup',
      resource: arn,
      request: { ModelPackageGroupName: reference },
      events: [
        groupEvent('Fraud', 'Deleted', {
          ModelPackageGroupStatus: 'Deleting',
          ModelPackageGroupDescription: 'cards',
          Tags: { team: 'risk' },
        }),
      ],
    });
    await app.invalid(
      'DescribeModelPackageGroup',
      { ModelPackageGroupName: 'Fraud' },
      `ModelPackageGroup ${arn} does not exist.`,
    );
  });
}

test('the entry of a deletion holds the whole group, so that it can be made again', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', {
    ModelPackageGroupName: 'Fraud',
    ModelPackageGroupDescription: 'cards',
    ManagedConfiguration: { ManagedStorageType: 'Restricted' },
    Tags: [{ Key: 'team', Value: 'risk' }],
  });
  await app.ok('PutModelPackageGroupPolicy', {
    ModelPackageGroupName: 'Fraud',
    ResourcePolicy: policy,
  });
  await app.ok('DeleteModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  const entry = (await newEntries(app)).at(-1)!;
  assert.deepEqual(entry.before, {
    ModelPackageGroupName: 'Fraud',
    ModelPackageGroupArn: arn,
    ModelPackageGroupDescription: 'cards',
    ModelPackageGroupStatus: 'Completed',
    ManagedConfiguration: { ManagedStorageType: 'Restricted' },
    CreationTime: Date.parse('2026-03-04T09:15:27.500Z'),
    CreatedBy: testUser,
    Tags: [{ Key: 'team', Value: 'risk' }],
    ResourcePolicy: policy,
  });
});

test('the group can go as soon as its last version has gone', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  await app.ok('CreateModelPackage', { ModelPackageGroupName: 'Fraud' });
  await app.ok('DeleteModelPackage', { ModelPackageName: testArn('model-package/Fraud/1') });
  await app.ok('DeleteModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  assert.deepEqual(await rowsOf(app, 'model_package_group'), []);
});

test('a group made again has nothing of the one before: versions restart at 1', async (t) => {
  const app = await startApp(t);
  const group = { ModelPackageGroupName: 'Fraud' };
  await app.ok('CreateModelPackageGroup', { ...group, Tags: [{ Key: 'team', Value: 'risk' }] });
  await app.ok('PutModelPackageGroupPolicy', { ...group, ResourcePolicy: policy });
  await app.ok('CreateModelPackage', group);
  await app.ok('CreateModelPackage', group);
  await app.ok('DeleteModelPackage', { ModelPackageName: 'Fraud/1' });
  await app.ok('DeleteModelPackage', { ModelPackageName: 'Fraud/2' });
  await app.ok('DeleteModelPackageGroup', group);

  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'FRAUD' });
  assert.deepEqual(await app.ok('CreateModelPackage', group), {
    ModelPackageArn: testArn('model-package/FRAUD/1'),
  });
  assert.deepEqual(
    await app.ok('ListTags', { ResourceArn: testArn('model-package-group/FRAUD') }),
    { Tags: [] },
  );
  await app.invalid(
    'GetModelPackageGroupPolicy',
    { ModelPackageGroupName: 'FRAUD' },
    `Cannot find resource policy for: ${testArn('model-package-group/FRAUD')}`,
  );
});

test('a group of the same name in another region stays', async (t) => {
  const app = await startApp(t);
  const input = { ModelPackageGroupName: 'Fraud' };
  await app.ok('CreateModelPackageGroup', input);
  await app.ok('CreateModelPackageGroup', input, { region: 'us-east-1' });
  await app.ok('DeleteModelPackageGroup', input);
  const regions = (await rowsOf(app, 'model_package_group')).map(({ region }) => region);
  assert.deepEqual(regions, ['us-east-1']);
});
