import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { unversioned } from '../../../tests/support/samples.ts';
import { groupEvent } from '../../../tests/support/group-event.ts';
import {
  assertRefused,
  deniedText,
  foreignArn,
  newEntries,
  rowsOf,
  searchPropertiesOf,
  startApp,
  violated,
} from '../../../tests/support/scenario.ts';
import type { ExpectedRefusal } from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';

const group = testArn('model-package-group/Fraud');
const version = testArn('model-package/Fraud/1');
const solo = testArn('model-package/Solo');
const Tags = [
  { Key: 'a', Value: '1' },
  { Key: 'A', Value: '2' },
  { Key: 'b', Value: '3' },
];

/** The group Fraud, its version 1 with the alias champion, and Solo; one of them has three tags. */
async function startWithTagsOn(t: TestContext, ResourceArn: string): Promise<TestApp> {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  await app.ok('CreateModelPackage', {
    ModelPackageGroupName: 'Fraud',
    ModelPackageName: 'champion',
  });
  await app.ok('CreateModelPackage', unversioned);
  await app.ok('AddTags', { ResourceArn, Tags });
  await newEntries(app);
  return app;
}

const foreign = foreignArn('model-package-group/Fraud');
const otherRegion = testArn('model-package-group/Fraud', 'us-east-1');

const refusals: [title: string, input: Record<string, unknown>, expected: ExpectedRefusal][] = [
  [
    'no keys',
    { ResourceArn: group, TagKeys: [] },
    {
      message: violated(undefined, 'tagKeys', 'Member must have length greater than or equal to 1'),
    },
  ],
  [
    '51 keys',
    { ResourceArn: group, TagKeys: Array.from({ length: 51 }, (_, i) => `k${i}`) },
    { message: violated(undefined, 'tagKeys', 'Member must have length less than or equal to 50') },
  ],
  [
    'a group that does not exist',
    { ResourceArn: testArn('model-package-group/missing'), TagKeys: ['a'] },
    { message: 'Resource does not exist.', resource: testArn('model-package-group/missing') },
  ],
  [
    'an ARN of another region',
    { ResourceArn: otherRegion, TagKeys: ['a'] },
    { message: 'ARN should be scoped to correct region: eu-west-1', resource: otherRegion },
  ],
  [
    "another account's group",
    { ResourceArn: foreign, TagKeys: ['a'] },
    {
      code: 'AccessDeniedException',
      message: deniedText('sagemaker:DeleteTags', foreign),
      resource: foreign,
    },
  ],
];

for (const [title, input, expected] of refusals) {
  test(`DeleteTags is refused: ${title}`, async (t) => {
    await assertRefused(await startWithTagsOn(t, group), 'DeleteTags', input, expected);
  });
}

test('DeleteTags is refused in strict mode: an alias names nothing', async (t) => {
  const strict = await (await startWithTagsOn(t, version)).beside({ strictAws: true });
  const alias = testArn('model-package/champion');
  await assertRefused(
    strict,
    'DeleteTags',
    { ResourceArn: alias, TagKeys: ['a'] },
    { message: 'Resource does not exist.', resource: alias },
  );
});

const resources: [
  reference: string,
  arn: string,
  table: 'model_package_group' | 'model_package',
][] = [
  [group, group, 'model_package_group'],
  [testArn('model-package-group/fraud'), group, 'model_package_group'],
  [version, version, 'model_package'],
  [testArn('model-package/champion'), version, 'model_package'],
  [solo, solo, 'model_package'],
  [testArn('model-package/solo'), solo, 'model_package'],
];

for (const [reference, arn, table] of resources) {
  test(`tags of '${reference}' go by key; a key that is not there does no harm`, async (t) => {
    const app = await startWithTagsOn(t, arn);
    const input = { ResourceArn: reference, TagKeys: ['a', 'absent', 'b'] };
    const answer = await app.send('DeleteTags', input);
    assert.deepEqual([answer.status, answer.body], [200, '{}']);
    const rows = await rowsOf(app, table);
    assert.deepEqual(
      rows.map((row) => row['tags']).filter((tags) => JSON.stringify(tags) !== '[]'),
      [[{ Key: 'A', Value: '2' }]],
    );
    const properties = await searchPropertiesOf(app);
    const resource = table === 'model_package' ? 'ModelPackage' : 'ModelPackageGroup';
    assert.deepEqual(
      properties.filter((property) => property.includes(' Tags.')),
      [`${resource} Tags.A=2`],
    );
    assert.deepEqual(await newEntries(app), [
      {
        operation: 'DeleteTags',
        // In its own spelling, whatever the caller's.
        resource: arn,
        request: input,
        before: { Tags },
        after: { Tags: [{ Key: 'A', Value: '2' }] },
        ...(arn === group && {
          events: [groupEvent('Fraud', 'TagsChanged', { Tags: { A: '2' } })],
        }),
      },
    ]);
  });
}

test('keys of which none is there change nothing and leave no entry', async (t) => {
  const app = await startWithTagsOn(t, group);
  const input = { ResourceArn: group, TagKeys: ['absent', 'B'] };
  assert.deepEqual(await app.ok('DeleteTags', input), {});
  assert.deepEqual(await app.ok('ListTags', { ResourceArn: group }), { Tags });
  assert.deepEqual(await newEntries(app), []);
});
