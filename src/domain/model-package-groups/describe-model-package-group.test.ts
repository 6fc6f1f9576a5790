import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertRefused,
  deniedText,
  foreignArn,
  newEntries,
  startApp,
  testUser,
  violated,
} from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';

const missingArn = testArn('model-package-group/missing');
const otherRegion = testArn('model-package-group/Fraud', 'us-east-1');
const packageArn = testArn('model-package/Fraud');
const foreign = foreignArn('model-package-group/Fraud');

const refusals: [
  title: string,
  reference: string,
  expected: { message: string; resource?: string; code?: string },
][] = [
  [
    'a malformed name',
    'fraud_eu',
    {
      message: violated(
        'fraud_eu',
        'modelPackageGroupName',
        'Member must satisfy regular expression pattern: ' +
          '(arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:[a-z\\-]*\\/)?' +
          '([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)',
      ),
    },
  ],
  [
    'a name that no group has: the text shows the full ARN',
    'missing',
    { message: `ModelPackageGroup ${missingArn} does not exist.`, resource: missingArn },
  ],
  [
    'an ARN that no group has',
    missingArn,
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
      message: deniedText('sagemaker:DescribeModelPackageGroup', foreign),
      resource: foreign,
    },
  ],
];

for (const [title, ModelPackageGroupName, expected] of refusals) {
  test(`DescribeModelPackageGroup is refused: ${title}`, async (t) => {
    const app = await startApp(t);
    await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
    await assertRefused(app, 'DescribeModelPackageGroup', { ModelPackageGroupName }, expected);
  });
}

test('DescribeModelPackageGroup is refused in the region where the group is not', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  const arn = testArn('model-package-group/Fraud', 'us-east-1');
  await assertRefused(
    app,
    'DescribeModelPackageGroup',
    { ModelPackageGroupName: 'Fraud' },
    { message: `ModelPackageGroup ${arn} does not exist.`, resource: arn },
    { region: 'us-east-1' },
  );
});

const references = [
  'Fraud',
  'fraud',
  'FRAUD',
  testArn('model-package-group/Fraud'),
  testArn('model-package-group/fraud'),
];

for (const ModelPackageGroupName of references) {
  test(`'${ModelPackageGroupName}' is the group Fraud, in its own spelling`, async (t) => {
    const app = await startApp(t);
    await app.ok('CreateModelPackageGroup', {
      ModelPackageGroupName: 'Fraud',
      ModelPackageGroupDescription: 'cards',
      ManagedConfiguration: { ManagedStorageType: 'Restricted' },
      Tags: [{ Key: 'team', Value: 'risk' }],
    });
    await newEntries(app);
    assert.deepEqual(await app.ok('DescribeModelPackageGroup', { ModelPackageGroupName }), {
      ModelPackageGroupName: 'Fraud',
      ModelPackageGroupArn: testArn('model-package-group/Fraud'),
      CreationTime: 1772615727.5,
      ModelPackageGroupStatus: 'Completed',
      CreatedBy: testUser,
      ModelPackageGroupDescription: 'cards',
      ManagedConfiguration: { ManagedStorageType: 'Restricted' },
    });
    assert.deepEqual(await newEntries(app), []);
  });
}
