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
import type { ExpectedRefusal } from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';

const group = testArn('model-package-group/Fraud');
const version = testArn('model-package/Fraud/1');
const solo = testArn('model-package/Solo');
const tag = (Key: string, Value = '') => ({ Key, Value });

/** The group Fraud, its version 1 with the alias champion, and Solo; each has a tag `is`. */
async function startWithTags(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', {
    ModelPackageGroupName: 'Fraud',
    Tags: [tag('is', 'group')],
  });
  await app.ok('CreateModelPackage', {
    ModelPackageGroupName: 'Fraud',
    ModelPackageName: 'champion',
    Tags: [tag('is', 'version')],
  });
  await app.ok('CreateModelPackage', { ...unversioned, Tags: [tag('is', 'solo')] });
  await newEntries(app);
  return app;
}

const foreign = foreignArn('model-package-group/Fraud');
const otherRegion = testArn('model-package-group/Fraud', 'us-east-1');

const refusals: [title: string, input: Record<string, unknown>, expected: ExpectedRefusal][] = [
  ['no resource', {}, { message: violated(null, 'resourceArn', 'Member must not be null') }],
  [
    'a page of fewer than 50',
    { ResourceArn: group, MaxResults: 49 },
    { message: violated('49', 'maxResults', 'Member must have value greater than or equal to 50') },
  ],
  [
    'an ARN of more than 256 characters',
    { ResourceArn: testArn(`model-package-group/${'f'.repeat(200)}`) },
    {
      message:
        /^1 validation error detected: .* Member must have length less than or equal to 256$/,
    },
  ],
  [
    'a group that does not exist',
    { ResourceArn: testArn('model-package-group/missing') },
    { message: 'Resource does not exist.', resource: testArn('model-package-group/missing') },
  ],
  [
    'a version that does not exist',
    { ResourceArn: testArn('model-package/Fraud/2') },
    { message: 'Resource does not exist.', resource: testArn('model-package/Fraud/2') },
  ],
  [
    'a resource of a type without tags here',
    { ResourceArn: testArn('training-job/x') },
    { message: 'Resource does not exist.', resource: testArn('training-job/x') },
  ],
  [
    'an ARN of another region',
    { ResourceArn: otherRegion },
    { message: 'ARN should be scoped to correct region: eu-west-1', resource: otherRegion },
  ],
  [
    "another account's group",
    { ResourceArn: foreign },
    {
      code: 'AccessDeniedException',
      message: deniedText('sagemaker:ListTags', foreign),
      resource: foreign,
    },
  ],
  [
    'a token that is garbled',
    { ResourceArn: group, NextToken: 'garbled' },
    {
      message: 'Invalid pagination token: NextToken does not belong to this query.',
      resource: group,
    },
  ],
];

for (const [title, input, expected] of refusals) {
  test(`ListTags is refused: ${title}`, async (t) => {
    await assertRefused(await startWithTags(t), 'ListTags', input, expected);
  });
}

test('ListTags is refused in strict mode: an alias names nothing', async (t) => {
  const strict = await (await startWithTags(t)).beside({ strictAws: true });
  const alias = testArn('model-package/champion');
  await assertRefused(
    strict,
    'ListTags',
    { ResourceArn: alias },
    {
      message: 'Resource does not exist.',
      resource: alias,
    },
  );
});

const resources: [reference: string, value: string][] = [
  [group, 'group'],
  [testArn('model-package-group/FRAUD'), 'group'],
  [version, 'version'],
  [testArn('model-package/fraud/1'), 'version'],
  [testArn('model-package/champion'), 'version'],
  [solo, 'solo'],
  [testArn('model-package/solo'), 'solo'],
];

for (const [ResourceArn, value] of resources) {
  test(`the tags of '${ResourceArn}' are those of the ${value}`, async (t) => {
    const app = await startWithTags(t);
    assert.deepEqual(await app.ok('ListTags', { ResourceArn }), { Tags: [tag('is', value)] });
    assert.deepEqual(await newEntries(app), []);
  });
}

test('a version has no tags in strict mode, not even those that it got before', async (t) => {
  const strict = await (await startWithTags(t)).beside({ strictAws: true });
  assert.deepEqual(await strict.ok('ListTags', { ResourceArn: version }), { Tags: [] });
  assert.deepEqual(await strict.ok('ListTags', { ResourceArn: group }), {
    Tags: [tag('is', 'group')],
  });
});

test('a resource without tags has an empty list', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  const { body } = await app.send('ListTags', { ResourceArn: group });
  assert.equal(body, '{"Tags":[]}');
});

test('all fifty tags fit on the smallest page, in the order they were added', async (t) => {
  const app = await startApp(t);
  const Tags = Array.from({ length: 50 }, (_, i) => tag(`k${49 - i}`, String(i)));
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud', Tags });
  for (const input of [{}, { MaxResults: 50 }, { MaxResults: 1000 }, { NextToken: '' }]) {
    assert.deepEqual(await app.ok('ListTags', { ResourceArn: group, ...input }), { Tags });
  }
});
