import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupEvent } from '../../../tests/support/group-event.ts';
import {
  assertRefused,
  newEntries,
  rowsOf,
  startApp,
  violated,
} from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';

const arn = testArn('model-package-group/Fraud');
const missingArn = testArn('model-package-group/missing');
const shortArn = testArn('model-package-group/f');
const ResourcePolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: '*',
    Action: 'sagemaker:DescribeModelPackageGroup',
    Resource: arn,
  },
});

test('DeleteModelPackageGroupPolicy is refused: an ARN in the place of the name', async (t) => {
  await assertRefused(
    await startApp(t),
    'DeleteModelPackageGroupPolicy',
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

test('DeleteModelPackageGroupPolicy is refused: a group that does not exist', async (t) => {
  await assertRefused(
    await startApp(t),
    'DeleteModelPackageGroupPolicy',
    { ModelPackageGroupName: 'missing' },
    { message: `Cannot find Model Package Group: ${missingArn}`, resource: missingArn },
  );
});

test('a policy goes once; a second deletion is refused', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  await app.ok('PutModelPackageGroupPolicy', { ModelPackageGroupName: 'Fraud', ResourcePolicy });
  await newEntries(app);

  const input = { ModelPackageGroupName: 'fraud' };
  const answer = await app.send('DeleteModelPackageGroupPolicy', input);
  assert.deepEqual([answer.status, answer.body], [200, '']);
  const [row] = await rowsOf(app, 'model_package_group');
  assert.equal(row!['policy'], null);
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'DeleteModelPackageGroupPolicy',
      resource: arn,
      request: input,
      before: { ResourcePolicy },
      events: [groupEvent('Fraud', 'PolicyDeleted')],
    },
  ]);

  await assertRefused(app, 'DeleteModelPackageGroupPolicy', input, {
    message: `Cannot find resource policy for: ${arn}`,
    resource: arn,
  });
});
