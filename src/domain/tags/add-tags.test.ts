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

type Json = Record<string, unknown>;

const group = testArn('model-package-group/Fraud');
const version = testArn('model-package/Fraud/1');
const solo = testArn('model-package/Solo');
const team = { Key: 'team', Value: 'risk' };
const tag = (Key: string, Value = '') => ({ Key, Value });
const many = (count: number, prefix = 'k') =>
  Array.from({ length: count }, (_, i) => tag(`${prefix}${i}`));

/** The group Fraud, its version 1 with the alias champion, and the unversioned Solo; no tags. */
async function startWithResources(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  await app.ok('CreateModelPackage', {
    ModelPackageGroupName: 'Fraud',
    ModelPackageName: 'champion',
  });
  await app.ok('CreateModelPackage', unversioned);
  await newEntries(app);
  return app;
}

const resourcePattern =
  'Member must satisfy regular expression pattern: ' +
  'arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:.+';

const contractRefusals: [title: string, input: Json, message: string][] = [
  ['no resource', { Tags: [team] }, violated(null, 'resourceArn', 'Member must not be null')],
  ['no tags', { ResourceArn: group }, violated(null, 'tags', 'Member must not be null')],
  [
    'a name in the place of the ARN',
    { ResourceArn: 'Fraud', Tags: [team] },
    violated('Fraud', 'resourceArn', resourcePattern),
  ],
  [
    '51 tags',
    { ResourceArn: group, Tags: many(51) },
    violated(undefined, 'tags', 'Member must have length less than or equal to 50'),
  ],
  [
    'a key with a question mark',
    { ResourceArn: group, Tags: [tag('who?')] },
    violated(
      'who?',
      'tags.1.member.key',
      'Member must satisfy regular expression pattern: ([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)',
    ),
  ],
  [
    'an empty key',
    { ResourceArn: group, Tags: [tag('')] },
    violated('', 'tags.1.member.key', 'Member must have length greater than or equal to 1'),
  ],
];

for (const [title, input, message] of contractRefusals) {
  test(`AddTags is refused: ${title}`, async (t) => {
    await assertRefused(await startWithResources(t), 'AddTags', input, { message });
  });
}

const foreign = foreignArn('model-package-group/Fraud');

function missing(resource: string): [string, ExpectedRefusal] {
  return [resource, { message: 'Resource does not exist.', resource }];
}

const resourceRefusals: [title: string, resource: string, expected: ExpectedRefusal][] = [
  ['a group that does not exist', ...missing(testArn('model-package-group/missing'))],
  ['a package that does not exist', ...missing(testArn('model-package/missing'))],
  ['a version that does not exist', ...missing(testArn('model-package/Fraud/2'))],
  ["a group's bare name as a package", ...missing(testArn('model-package/Fraud'))],
  ['a resource of a type without tags here', ...missing(testArn('endpoint/fraud'))],
  ['an ARN without a type', ...missing(testArn('x'))],
  ['a type such as __proto__', ...missing(testArn('__proto__/x'))],
  ['a type such as constructor', ...missing(testArn('constructor/x'))],
  [
    'an ARN of another region',
    testArn('model-package-group/Fraud', 'us-east-1'),
    {
      message: 'ARN should be scoped to correct region: eu-west-1',
      resource: testArn('model-package-group/Fraud', 'us-east-1'),
    },
  ],
  [
    'an ARN of another region, whatever its type',
    testArn('endpoint/fraud', 'us-east-1'),
    {
      message: 'ARN should be scoped to correct region: eu-west-1',
      resource: testArn('endpoint/fraud', 'us-east-1'),
    },
  ],
  [
    "another account's group",
    foreign,
    {
      code: 'AccessDeniedException',
      message: deniedText('sagemaker:AddTags', foreign),
      resource: foreign,
    },
  ],
];

for (const [title, ResourceArn, expected] of resourceRefusals) {
  test(`AddTags is refused: ${title}`, async (t) => {
    const app = await startWithResources(t);
    await assertRefused(app, 'AddTags', { ResourceArn, Tags: [team] }, expected);
  });
}

const tagRefusals: [title: string, tags: Json[], message: string][] = [
  ['a key twice', [team, { Key: 'team', Value: 'b' }], "Duplicate tag key 'team'."],
  ['a reserved key', [tag('aws:x')], "Tag key 'aws:x' may not begin with 'aws:'."],
];

for (const [title, Tags, message] of tagRefusals) {
  test(`AddTags is refused: ${title}`, async (t) => {
    const app = await startWithResources(t);
    await assertRefused(app, 'AddTags', { ResourceArn: group, Tags }, { message, resource: group });
  });
}

test('AddTags is refused: a 51st tag', async (t) => {
  const app = await startWithResources(t);
  await app.ok('AddTags', { ResourceArn: group, Tags: many(50) });
  await assertRefused(
    app,
    'AddTags',
    { ResourceArn: group, Tags: [tag('k0', 'new'), tag('one-more')] },
    {
      code: 'ResourceLimitExceeded',
      message: 'A resource may have at most 50 tags, not 51.',
      resource: group,
    },
  );
});

test('AddTags is refused in strict mode: a version has no tags', async (t) => {
  const strict = await (await startWithResources(t)).beside({ strictAws: true });
  await assertRefused(
    strict,
    'AddTags',
    { ResourceArn: version, Tags: [team] },
    {
      message:
        'Tags are not supported for versioned model packages. Tag the model package group instead.',
      resource: version,
    },
  );
});

test('AddTags is refused in strict mode: an alias names nothing', async (t) => {
  const strict = await (await startWithResources(t)).beside({ strictAws: true });
  const alias = testArn('model-package/champion');
  await assertRefused(
    strict,
    'AddTags',
    { ResourceArn: alias, Tags: [team] },
    { message: 'Resource does not exist.', resource: alias },
  );
});

// --- Each kind of resource ---

const resources: [
  reference: string,
  arn: string,
  table: 'model_package_group' | 'model_package',
][] = [
  [group, group, 'model_package_group'],
  [testArn('model-package-group/fraud'), group, 'model_package_group'],
  [version, version, 'model_package'],
  [testArn('model-package/FRAUD/1'), version, 'model_package'],
  [testArn('model-package/champion'), version, 'model_package'],
  [solo, solo, 'model_package'],
  [testArn('model-package/solo'), solo, 'model_package'],
];

for (const [reference, arn, table] of resources) {
  test(`'${reference}' gets tags; the answer is all of them`, async (t) => {
    const app = await startWithResources(t);
    await app.ok('AddTags', { ResourceArn: arn, Tags: [tag('a', '1'), tag('b', '2')] });
    await newEntries(app);
    const input = { ResourceArn: reference, Tags: [tag('b', '3'), tag('B', ''), team] };
    const all = [tag('a', '1'), tag('b', '3'), tag('B', ''), team];
    assert.deepEqual(await app.ok('AddTags', input), { Tags: all });

    const rows = await rowsOf(app, table);
    const tagged = rows.filter((row) => JSON.stringify(row['tags']) !== '[]');
    assert.deepEqual(
      tagged.map((row) => row['tags']),
      [all],
    );
    const resource = table === 'model_package' ? 'ModelPackage' : 'ModelPackageGroup';
    const properties = await searchPropertiesOf(app);
    assert.deepEqual(
      properties.filter((property) => property.includes(' Tags.')),
      [
        `${resource} Tags.B=`,
        `${resource} Tags.a=1`,
        `${resource} Tags.b=3`,
        `${resource} Tags.team=risk`,
      ],
    );
    // Tags change no package: there is no event.
    assert.deepEqual(await newEntries(app), [
      {
        operation: 'AddTags',
        // In its own spelling, whatever the caller's.
        resource: arn,
        request: input,
        before: { Tags: [tag('a', '1'), tag('b', '2')] },
        after: { Tags: all },
        // A package's tags are told in no event.
        ...(arn === group && {
          events: [
            groupEvent('Fraud', 'TagsChanged', { Tags: { a: '1', b: '3', B: '', team: 'risk' } }),
          ],
        }),
      },
    ]);
  });
}

test('tags are no change of a version: its last change stays', async (t) => {
  const app = await startWithResources(t);
  app.clock.advance(1_000);
  await app.ok('AddTags', { ResourceArn: version, Tags: [team] });
  const described = await app.ok('DescribeModelPackage', { ModelPackageName: version });
  assert.ok(!('LastModifiedTime' in described));
});

test('the tags of a group are not those of its versions', async (t) => {
  const app = await startWithResources(t);
  await app.ok('AddTags', { ResourceArn: group, Tags: [team] });
  assert.deepEqual(await app.ok('ListTags', { ResourceArn: version }), { Tags: [] });
});

for (const Tags of [
  [tag('sagemaker:collection-path:1700000000000', '/risk')],
  [tag('Überschrift mit Leerzeichen', 'é=1/2@x')],
  many(50),
]) {
  test(`tags such as '${Tags[0]!.Key}' are taken`, async (t) => {
    const app = await startWithResources(t);
    assert.deepEqual(await app.ok('AddTags', { ResourceArn: group, Tags }), { Tags });
  });
}

test('fifty tags may get new values', async (t) => {
  const app = await startWithResources(t);
  await app.ok('AddTags', { ResourceArn: group, Tags: many(50) });
  const Tags = many(50).map(({ Key }) => tag(Key, 'new'));
  assert.deepEqual(await app.ok('AddTags', { ResourceArn: group, Tags }), { Tags });
});

for (const [title, Tags] of [
  ['no tags', []],
  ['tags that are there already', [tag('a', '1')]],
] as const) {
  test(`adding ${title} changes nothing and leaves no entry`, async (t) => {
    const app = await startWithResources(t);
    await app.ok('AddTags', { ResourceArn: group, Tags: [tag('a', '1'), tag('b', '2')] });
    await newEntries(app);
    assert.deepEqual(await app.ok('AddTags', { ResourceArn: group, Tags: [...Tags] }), {
      Tags: [tag('a', '1'), tag('b', '2')],
    });
    assert.deepEqual(await newEntries(app), []);
  });
}

test('tags that are added at once are all kept', async (t) => {
  const app = await startWithResources(t);
  await Promise.all(many(20).map((one) => app.ok('AddTags', { ResourceArn: group, Tags: [one] })));
  const { Tags } = await app.ok<{ Tags: unknown[] }>('ListTags', { ResourceArn: group });
  assert.equal(Tags.length, 20);
});
