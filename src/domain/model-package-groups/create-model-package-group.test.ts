import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupEvent } from '../../../tests/support/group-event.ts';
import {
  assertRefused,
  newEntries,
  otherAccount,
  rowsOf,
  searchPropertiesOf,
  startApp,
  testUser,
  violated,
} from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';

const arn = testArn('model-package-group/fraud');
const namePattern =
  'Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}';
const noTag = { Key: 'team', Value: '' };

const contractRefusals: [
  title: string,
  input: Record<string, unknown>,
  message: string | RegExp,
][] = [
  ['without a name', {}, violated(null, 'modelPackageGroupName', 'Member must not be null')],
  [
    'a name that is an ARN',
    { ModelPackageGroupName: testArn('model-package-group/f') },
    violated(testArn('model-package-group/f'), 'modelPackageGroupName', namePattern),
  ],
  [
    'a name with an underscore',
    { ModelPackageGroupName: 'fraud_eu' },
    violated('fraud_eu', 'modelPackageGroupName', namePattern),
  ],
  [
    'a name that ends with a hyphen',
    { ModelPackageGroupName: 'fraud-' },
    violated('fraud-', 'modelPackageGroupName', namePattern),
  ],
  [
    'a name of 64 characters',
    { ModelPackageGroupName: 'f'.repeat(64) },
    /'modelPackageGroupName' failed to satisfy constraint: Member must have length less than or equal to 63/,
  ],
  [
    'a description of two lines',
    { ModelPackageGroupName: 'fraud', ModelPackageGroupDescription: 'a\nb' },
    violated(
      'a\nb',
      'modelPackageGroupDescription',
      'Member must satisfy regular expression pattern: ' +
        '[\\p{L}\\p{M}\\p{Z}\\p{S}\\p{N}\\p{P}]*',
    ),
  ],
  [
    'a managed storage type that does not exist',
    { ModelPackageGroupName: 'fraud', ManagedConfiguration: { ManagedStorageType: 'Free' } },
    violated(
      'Free',
      'managedConfiguration.managedStorageType',
      'Member must satisfy enum value set: [Restricted]',
    ),
  ],
  [
    '51 tags',
    {
      ModelPackageGroupName: 'fraud',
      Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' })),
    },
    violated(undefined, 'tags', 'Member must have length less than or equal to 50'),
  ],
  [
    'a tag without a value',
    { ModelPackageGroupName: 'fraud', Tags: [{ Key: 'team' }] },
    violated(null, 'tags.1.member.value', 'Member must not be null'),
  ],
];

for (const [title, input, message] of contractRefusals) {
  test(`CreateModelPackageGroup is refused: ${title}`, async (t) => {
    await assertRefused(await startApp(t), 'CreateModelPackageGroup', input, { message });
  });
}

const tagRefusals: [title: string, tags: unknown[], message: string][] = [
  ['a tag key twice', [noTag, { Key: 'team', Value: 'b' }], "Duplicate tag key 'team'."],
  [
    "a tag key that begins with 'aws:'",
    [{ Key: 'aws:createdBy', Value: 'x' }],
    "Tag key 'aws:createdBy' may not begin with 'aws:'.",
  ],
  [
    "a tag key that begins with 'AWS:'",
    [{ Key: 'AWS:x', Value: 'x' }],
    "Tag key 'AWS:x' may not begin with 'aws:'.",
  ],
];

for (const [title, Tags, message] of tagRefusals) {
  test(`CreateModelPackageGroup is refused: ${title}`, async (t) => {
    const app = await startApp(t);
    const input = { ModelPackageGroupName: 'fraud', Tags };
    await assertRefused(app, 'CreateModelPackageGroup', input, { message, resource: arn });
  });
}

for (const name of ['fraud', 'FRAUD', 'Fraud']) {
  test(`CreateModelPackageGroup is refused: '${name}' when 'fraud' exists`, async (t) => {
    const app = await startApp(t);
    await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'fraud' });
    await assertRefused(
      app,
      'CreateModelPackageGroup',
      { ModelPackageGroupName: name },
      {
        message: `Model Package Group already exists: ${arn}`,
        resource: testArn(`model-package-group/${name}`),
      },
    );
  });
}

test('a group is created with everything that one can have', async (t) => {
  const app = await startApp(t);
  const input = {
    ModelPackageGroupName: 'fraud',
    ModelPackageGroupDescription: 'Card fraud – EU €',
    ManagedConfiguration: { ManagedStorageType: 'Restricted' },
    Tags: [
      { Key: 'team', Value: 'risk' },
      { Key: 'empty', Value: '' },
    ],
  };
  assert.deepEqual(await app.ok('CreateModelPackageGroup', input), { ModelPackageGroupArn: arn });
  assert.deepEqual(await rowsOf(app, 'model_package_group'), [
    {
      id: 1,
      account_id: '123456789012',
      region: 'eu-west-1',
      name: 'fraud',
      name_key: 'fraud',
      created_at: Date.parse('2026-03-04T09:15:27.500Z'),
      last_version: 0,
      last_version_at: 0,
      policy: null,
      share_policy: null,
      tags: input.Tags,
      document: {
        CreatedBy: testUser,
        ModelPackageGroupDescription: 'Card fraud – EU €',
        ManagedConfiguration: { ManagedStorageType: 'Restricted' },
      },
    },
  ]);
  assert.deepEqual(await searchPropertiesOf(app), [
    'ModelPackageGroup Tags.empty=',
    'ModelPackageGroup Tags.team=risk',
  ]);
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'CreateModelPackageGroup',
      resource: arn,
      request: input,
      after: {
        ModelPackageGroupStatus: 'Completed',
        CreationTime: app.clock.now(),
        CreatedBy: testUser,
      },
      events: [
        groupEvent('fraud', 'Created', {
          ModelPackageGroupDescription: 'Card fraud – EU €',
          ManagedConfiguration: { ManagedStorageType: 'Restricted' },
          Tags: { team: 'risk', empty: '' },
        }),
      ],
    },
  ]);
});

test('a name alone makes a group; nulls and unknown members count as absent', async (t) => {
  const app = await startApp(t);
  const name = `f${'-'.repeat(61)}F`;
  await app.ok('CreateModelPackageGroup', {
    ModelPackageGroupName: name,
    ModelPackageGroupDescription: null,
    Tags: null,
    IntroducedNextYear: true,
  });
  assert.deepEqual(await app.ok('DescribeModelPackageGroup', { ModelPackageGroupName: name }), {
    ModelPackageGroupName: name,
    ModelPackageGroupArn: testArn(`model-package-group/${name}`),
    CreationTime: 1772615727.5,
    CreatedBy: testUser,
    ModelPackageGroupStatus: 'Completed',
  });
  const [entry] = await newEntries(app);
  assert.deepEqual(entry!.request, { ModelPackageGroupName: name });
});

test('in strict mode a group changes without an event: AWS has none', async (t) => {
  const app = await startApp(t, { strictAws: true });
  const group = { ModelPackageGroupName: 'fraud' };
  await app.ok('CreateModelPackageGroup', group);
  await app.ok('AddTags', { ResourceArn: arn, Tags: [noTag] });
  await app.ok('DeleteModelPackageGroup', group);
  const entries = await newEntries(app);
  assert.deepEqual(
    entries.map(({ operation, events }) => [operation, events]),
    [
      ['CreateModelPackageGroup', undefined],
      ['AddTags', undefined],
      ['DeleteModelPackageGroup', undefined],
    ],
  );
});

test('an empty description is kept', async (t) => {
  const app = await startApp(t);
  const input = { ModelPackageGroupName: 'fraud', ModelPackageGroupDescription: '', Tags: [] };
  await app.ok('CreateModelPackageGroup', input);
  const described = await app.ok('DescribeModelPackageGroup', { ModelPackageGroupName: 'fraud' });
  assert.equal(described['ModelPackageGroupDescription'], '');
});

test('each region and each account has its own group of a name', async (t) => {
  const app = await startApp(t);
  const input = { ModelPackageGroupName: 'fraud' };
  const stranger = await app.beside({ accountId: otherAccount });
  const answers = [
    await app.ok('CreateModelPackageGroup', input),
    await app.ok('CreateModelPackageGroup', input, { region: 'us-east-1' }),
    await stranger.ok('CreateModelPackageGroup', input),
  ];
  assert.deepEqual(answers, [
    { ModelPackageGroupArn: arn },
    { ModelPackageGroupArn: testArn('model-package-group/fraud', 'us-east-1') },
    { ModelPackageGroupArn: arn.replace('123456789012', otherAccount) },
  ]);
});

test('ARNs are of the configured partition', async (t) => {
  const app = await startApp(t, { partition: 'aws-cn' });
  const answer = await app.ok(
    'CreateModelPackageGroup',
    { ModelPackageGroupName: 'fraud' },
    { region: 'cn-north-1' },
  );
  assert.deepEqual(answer, {
    ModelPackageGroupArn: 'arn:aws-cn:sagemaker:cn-north-1:123456789012:model-package-group/fraud',
  });
});

test('of fifty creations of one name at once, one succeeds', async (t) => {
  const app = await startApp(t);
  const calls = Array.from({ length: 50 }, () =>
    app.send('CreateModelPackageGroup', { ModelPackageGroupName: 'fraud' }),
  );
  const statuses = (await Promise.all(calls)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 200).length, 1);
  assert.equal((await rowsOf(app, 'model_package_group')).length, 1);
});
