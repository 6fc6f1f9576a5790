import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, newEntries, startApp, violated } from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';

const arn = testArn('model-package-group/Fraud');
const missingArn = testArn('model-package-group/missing');
const shortArn = testArn('model-package-group/f');
const ResourcePolicy = `{ "Version": "2012-10-17",\n  "Statement": {"Effect": "Allow",
  "Principal": "*", "Action": "sagemaker:DescribeModelPackageGroup", "Resource": "${arn}" } }`;

test('GetModelPackageGroupPolicy is refused: an ARN in the place of the name', async (t) => {
  await assertRefused(
    await startApp(t),
    'GetModelPackageGroupPolicy',
    { ModelPackageGroupName: shortArn },
    {
      message: violated(
        shortArn,
        'modelPackageGroupName',
        'Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}',
      ),
    },
  );
});

test('GetModelPackageGroupPolicy is refused: a group that does not exist', async (t) => {
  await assertRefused(
    await startApp(t),
    'GetModelPackageGroupPolicy',
    { ModelPackageGroupName: 'missing' },
    { message: `Cannot find Model Package Group: ${missingArn}`, resource: missingArn },
  );
});

test('GetModelPackageGroupPolicy is refused: a group without a policy', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  await assertRefused(
    app,
    'GetModelPackageGroupPolicy',
    { ModelPackageGroupName: 'fraud' },
    {
      message: `Cannot find resource policy for: ${arn}`,
      resource: arn,
    },
  );
});

for (const ModelPackageGroupName of ['Fraud', 'fraud']) {
  test(`the policy of '${ModelPackageGroupName}' is answered as it was put`, async (t) => {
    const app = await startApp(t);
    await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
    const put = { ModelPackageGroupName: 'Fraud', ResourcePolicy };
    await app.ok('PutModelPackageGroupPolicy', put);
    await newEntries(app);
    assert.deepEqual(await app.ok('GetModelPackageGroupPolicy', { ModelPackageGroupName }), {
      ResourcePolicy,
    });
    assert.deepEqual(await newEntries(app), []);
  });
}
