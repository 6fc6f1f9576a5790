import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupEvent } from '../../../tests/support/group-event.ts';
import {
  assertRefused,
  newEntries,
  otherAccount,
  rowsOf,
  startApp,
  violated,
} from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';

const arn = testArn('model-package-group/Fraud');
const missingArn = testArn('model-package-group/missing');
const shortArn = testArn('model-package-group/f');

/** A policy that shares the group with another account, as text; `change` replaces members. */
function policy(change: Record<string, unknown> = {}): string {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${otherAccount}:root` },
    Action: ['sagemaker:DescribeModelPackage', 'sagemaker:ListModelPackages'],
    Resource: [arn, testArn('model-package/Fraud/*')],
    ...change,
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2);
}

const contractRefusals: [title: string, input: Record<string, unknown>, message: string][] = [
  [
    'without a policy',
    { ModelPackageGroupName: 'Fraud' },
    violated(null, 'resourcePolicy', 'Member must not be null'),
  ],
  [
    'an ARN in the place of the name: only the owner sets policies',
    { ModelPackageGroupName: shortArn, ResourcePolicy: policy() },
    violated(
      shortArn,
      'modelPackageGroupName',
      'Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}',
    ),
  ],
  [
    'an empty policy',
    { ModelPackageGroupName: 'Fraud', ResourcePolicy: '' },
    violated('', 'resourcePolicy', 'Member must have length greater than or equal to 1'),
  ],
];

for (const [title, input, message] of contractRefusals) {
  test(`PutModelPackageGroupPolicy is refused: ${title}`, async (t) => {
    await assertRefused(await startApp(t), 'PutModelPackageGroupPolicy', input, { message });
  });
}

test('PutModelPackageGroupPolicy is refused: a policy of 20481 characters', async (t) => {
  const input = { ModelPackageGroupName: 'Fraud', ResourcePolicy: policy().padEnd(20481) };
  await assertRefused(await startApp(t), 'PutModelPackageGroupPolicy', input, {
    message: /failed to satisfy constraint: Member must have length less than or equal to 20480$/,
  });
});

test('PutModelPackageGroupPolicy is refused: a group that does not exist', async (t) => {
  await assertRefused(
    await startApp(t),
    'PutModelPackageGroupPolicy',
    { ModelPackageGroupName: 'missing', ResourcePolicy: policy() },
    { message: `Cannot find Model Package Group: ${missingArn}`, resource: missingArn },
  );
});

// What else makes a policy bad is model-package-group-policy.test.ts's to tell.
const badPolicies: [title: string, text: string, message: string | RegExp][] = [
  ['text that is not JSON', 'allow all', /^Invalid policy provided: /],
  ['JSON that is no object', '[]', /^Invalid policy provided: /],
  ['no statement', '{"Version":"2012-10-17"}', /^Invalid policy provided: /],
  ['no principal', policy({ Principal: undefined }), /^Invalid policy provided: /],
  ['an action of another service', policy({ Action: 's3:*' }), /^Invalid policy provided: /],
  [
    'a resource of another group',
    policy({ Resource: testArn('model-package-group/other') }),
    /^Invalid policy provided: /,
  ],
  [
    'a principal twice',
    policy({ Principal: { AWS: [otherAccount, otherAccount] } }),
    /^Invalid policy provided: Duplicate principal/,
  ],
];

for (const [title, ResourcePolicy, message] of badPolicies) {
  test(`PutModelPackageGroupPolicy is refused: ${title}`, async (t) => {
    const app = await startApp(t);
    await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
    const input = { ModelPackageGroupName: 'Fraud', ResourcePolicy };
    await assertRefused(app, 'PutModelPackageGroupPolicy', input, { message, resource: arn });
  });
}

test('a policy is kept to the letter, line breaks included', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  await newEntries(app);
  const input = { ModelPackageGroupName: 'fraud', ResourcePolicy: policy() };
  assert.match(input.ResourcePolicy, /\n/);
  assert.deepEqual(await app.ok('PutModelPackageGroupPolicy', input), {
    ModelPackageGroupArn: arn,
  });
  const [row] = await rowsOf(app, 'model_package_group');
  assert.equal(row!['policy'], input.ResourcePolicy);
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'PutModelPackageGroupPolicy',
      resource: arn,
      request: input,
      after: { ResourcePolicy: input.ResourcePolicy },
      events: [groupEvent('Fraud', 'PolicyPut')],
    },
  ]);
});

test('a second policy replaces the whole of the first', async (t) => {
  const app = await startApp(t);
  const group = { ModelPackageGroupName: 'Fraud' };
  const [first, second] = [policy(), policy({ Principal: '*' })];
  await app.ok('CreateModelPackageGroup', group);
  await app.ok('PutModelPackageGroupPolicy', { ...group, ResourcePolicy: first });
  await newEntries(app);
  await app.ok('PutModelPackageGroupPolicy', { ...group, ResourcePolicy: second });
  assert.deepEqual(await app.ok('GetModelPackageGroupPolicy', group), { ResourcePolicy: second });
  const [entry] = await newEntries(app);
  assert.deepEqual(
    [entry!.before, entry!.after],
    [{ ResourcePolicy: first }, { ResourcePolicy: second }],
  );
});

const principals: [title: string, principal: unknown][] = [
  ['everyone', '*'],
  ['an account by its number', { AWS: otherAccount }],
  ['an account by its root', { AWS: `arn:aws:iam::${otherAccount}:root` }],
  ['several', { AWS: [otherAccount, '888888888888'] }],
];

for (const [title, Principal] of principals) {
  test(`a policy may name as principal: ${title}`, async (t) => {
    const app = await startApp(t);
    await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
    const input = { ModelPackageGroupName: 'Fraud', ResourcePolicy: policy({ Principal }) };
    await app.ok('PutModelPackageGroupPolicy', input);
  });
}
