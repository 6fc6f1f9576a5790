import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { cardContent, unversioned, wholeVersion } from '../../../tests/support/samples.ts';
import {
  assertRefused,
  deniedText,
  foreignArn,
  newEntries,
  rowsOf,
  searchPropertiesOf,
  startApp,
  testUser,
  violated,
} from '../../../tests/support/scenario.ts';
import type { ExpectedRefusal } from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';

type Json = Record<string, unknown>;

const createdAt = Date.parse('2026-03-04T09:15:27.500Z');
const updatedAt = createdAt + 60_000;
const version = testArn('model-package/Fraud/1');
const solo = testArn('model-package/Solo');
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** Version 1 of Fraud, alias Champion, made a minute ago; and the unversioned Solo. */
async function startWithVersion(t: TestContext, input: Json = {}): Promise<TestApp> {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  await app.ok('CreateModelPackage', {
    ModelPackageGroupName: 'Fraud',
    ModelPackageName: 'Champion',
    ...input,
  });
  await app.ok('CreateModelPackage', unversioned);
  app.clock.advance(60_000);
  await newEntries(app);
  return app;
}

function update(app: TestApp, input: Json): Promise<Json> {
  return app.ok('UpdateModelPackage', { ModelPackageArn: version, ...input });
}

function describe(app: TestApp): Promise<Json> {
  return app.ok('DescribeModelPackage', { ModelPackageName: version });
}

// --- Refused by the contract ---

const statusSet = 'Member must satisfy enum value set: [Approved, Rejected, PendingManualApproval';
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
const missingArnText = violated(null, 'modelPackageArn', 'Member must not be null');
const arnPattern =
  'Member must satisfy regular expression pattern: ' +
  'arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]{9,16}:[0-9]{12}:model-package/[\\S]{1,2048}';
const groupArn = testArn('model-package-group/Fraud');

const contractRefusals: [title: string, input: Json, message: string][] = [
  ['neither an ARN nor a name', { ModelApprovalStatus: 'Approved' }, missingArnText],
  [
    'a name in the place of the ARN',
    { ModelPackageArn: 'Fraud/1' },
    violated('Fraud/1', 'modelPackageArn', arnPattern),
  ],
  [
    'the ARN of a group',
    { ModelPackageArn: groupArn },
    violated(groupArn, 'modelPackageArn', arnPattern),
  ],
  [
    'an approval status that does not exist',
    { ModelPackageArn: version, ModelApprovalStatus: 'APPROVED' },
    violated('APPROVED', 'modelApprovalStatus', `${statusSet}, Archived]`),
  ],
  [
    'a description of two lines',
    { ModelPackageArn: version, ApprovalDescription: 'a\nb' },
    violated('a\nb', 'approvalDescription', 'Member must satisfy regular expression pattern: .*'),
  ],
  [
    'no entry of metadata',
    { ModelPackageArn: version, CustomerMetadataProperties: {} },
    violated(
      undefined,
      'customerMetadataProperties',
      'Member must have length greater than or equal to 1',
    ),
  ],
  [
    '51 entries of metadata in one call',
    { ModelPackageArn: version, CustomerMetadataProperties: many(51) },
    violated(
      undefined,
      'customerMetadataProperties',
      'Member must have length less than or equal to 50',
    ),
  ],
  [
    'a life cycle without a stage',
    { ModelPackageArn: version, ModelLifeCycle: { StageStatus: 'Active' } },
    violated(null, 'modelLifeCycle.stage', 'Member must not be null'),
  ],
  [
    'a life cycle with an underscore',
    { ModelPackageArn: version, ModelLifeCycle: { Stage: 'QA', StageStatus: 'on_hold' } },
    violated(
      'on_hold',
      'modelLifeCycle.stageStatus',
      'Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}',
    ),
  ],
  [
    'a card status that does not exist',
    { ModelPackageArn: version, ModelCard: { ModelCardStatus: 'Rejected' } },
    violated(
      'Rejected',
      'modelCard.modelCardStatus',
      'Member must satisfy enum value set: [Draft, PendingReview, Approved, Archived]',
    ),
  ],
];

for (const [title, input, message] of contractRefusals) {
  test(`UpdateModelPackage is refused: ${title}`, async (t) => {
    await assertRefused(await startWithVersion(t), 'UpdateModelPackage', input, { message });
  });
}

test('UpdateModelPackage is refused in strict mode: the status Archived', async (t) => {
  const strict = await (await startWithVersion(t)).beside({ strictAws: true });
  await assertRefused(
    strict,
    'UpdateModelPackage',
    { ModelPackageArn: version, ModelApprovalStatus: 'Archived' },
    { message: violated('Archived', 'modelApprovalStatus', `${statusSet}]`) },
  );
});

test('UpdateModelPackage is refused in strict mode: a name, which is unknown there', async (t) => {
  const strict = await (await startWithVersion(t)).beside({ strictAws: true });
  await assertRefused(
    strict,
    'UpdateModelPackage',
    { ModelPackageName: 'Fraud/1', ModelApprovalStatus: 'Approved' },
    { message: missingArnText },
  );
});

// --- Refused by the registry's rules ---

const foreign = foreignArn('model-package/Fraud/1');
const alias = testArn('model-package/Champion');

function missing(arn: string): ExpectedRefusal {
  return { message: `ModelPackage ${arn} does not exist.`, resource: arn };
}

const refusals: [title: string, input: Json, expected: ExpectedRefusal][] = [
  [
    'both an ARN and a name',
    { ModelPackageArn: version, ModelPackageName: 'Fraud/1' },
    { message: 'ModelPackageArn and ModelPackageName cannot be specified together.' },
  ],
  [
    'a version that does not exist',
    { ModelPackageArn: testArn('model-package/Fraud/2') },
    missing(testArn('model-package/Fraud/2')),
  ],
  [
    'a name that no package has',
    { ModelPackageName: 'missing' },
    missing(testArn('model-package/missing')),
  ],
  ["a group's bare name", { ModelPackageName: 'Fraud' }, missing(testArn('model-package/Fraud'))],
  [
    'an ARN of another region',
    { ModelPackageArn: testArn('model-package/Fraud/1', 'us-east-1') },
    { message: 'ARN should be scoped to correct region: eu-west-1' },
  ],
  [
    'the ARN of a group as a name',
    { ModelPackageName: groupArn },
    { message: `ModelPackage ${groupArn} does not exist.` },
  ],
  [
    "another account's version",
    { ModelPackageArn: foreign, ModelApprovalStatus: 'Approved' },
    {
      code: 'AccessDeniedException',
      message: deniedText('sagemaker:UpdateModelPackage', foreign),
      resource: foreign,
    },
  ],
  [
    'an unversioned package',
    { ModelPackageArn: solo, ModelApprovalStatus: 'Approved' },
    {
      message: `ModelPackage ${solo} is not versioned; only versions can be updated.`,
      resource: solo,
    },
  ],
  [
    'a specification and a source',
    {
      ModelPackageArn: version,
      InferenceSpecification: { Containers: [{}] },
      SourceUri: 's3://runs/1',
    },
    {
      message: 'InferenceSpecification and SourceUri cannot be specified together.',
      resource: version,
    },
  ],
  [
    'additional data in the inference specification',
    {
      ModelPackageArn: version,
      InferenceSpecification: {
        Containers: [{ AdditionalS3DataSource: { S3DataType: 'S3Object', S3Uri: 's3://a/b' } }],
      },
    },
    {
      message: 'AdditionalS3DataSource is not allowed in InferenceSpecification',
      resource: version,
    },
  ],
  [
    'a card that is not JSON',
    { ModelPackageArn: version, ModelCard: { ModelCardContent: 'top-secret-ana' } },
    {
      message: 'ModelCard.ModelCardContent is not a valid model card: it is not JSON text',
      resource: version,
    },
  ],
];

for (const [title, input, expected] of refusals) {
  test(`UpdateModelPackage is refused: ${title}`, async (t) => {
    await assertRefused(await startWithVersion(t), 'UpdateModelPackage', input, expected);
  });
}

test('UpdateModelPackage is refused in strict mode: the ARN of an alias', async (t) => {
  const strict = await (await startWithVersion(t)).beside({ strictAws: true });
  await assertRefused(strict, 'UpdateModelPackage', { ModelPackageArn: alias }, missing(alias));
});

const limits: [title: string, created: Json, input: Json, message: string][] = [
  [
    'more than fifty entries of metadata in the end',
    { CustomerMetadataProperties: many(50) },
    { CustomerMetadataProperties: { more: 'v' } },
    'CustomerMetadataProperties may have at most 50 entries; the update would make them 51.',
  ],
  [
    'more than fifteen additional specifications in the end',
    {
      AdditionalInferenceSpecifications: Array.from({ length: 15 }, (_, i) => ({
        Name: `s${i}`,
        Containers: [{}],
      })),
    },
    { AdditionalInferenceSpecificationsToAdd: [{ Name: 'more', Containers: [{}] }] },
    'AdditionalInferenceSpecifications may be at most 15 in total; the update would make them 16.',
  ],
  [
    'an additional specification of a name that is there',
    { AdditionalInferenceSpecifications: [{ Name: 'gpu', Containers: [{}] }] },
    { AdditionalInferenceSpecificationsToAdd: [{ Name: 'gpu', Containers: [{}] }] },
    "AdditionalInferenceSpecifications contain the name 'gpu' twice.",
  ],
  [
    'new content of an archived card',
    { ModelCard: { ModelCardContent: cardContent, ModelCardStatus: 'Archived' } },
    { ModelCard: { ModelCardContent: '{}' } },
    'Model Card is in Archived state. Its content can no longer be changed.',
  ],
  [
    'new content of an archived card together with a new status',
    { ModelCard: { ModelCardContent: cardContent, ModelCardStatus: 'Archived' } },
    { ModelCard: { ModelCardContent: '{}', ModelCardStatus: 'Draft' } },
    'Model Card is in Archived state. Its content can no longer be changed.',
  ],
];

for (const [title, created, input, message] of limits) {
  test(`UpdateModelPackage is refused: ${title}`, async (t) => {
    const app = await startWithVersion(t, created);
    const whole = { ModelPackageArn: version, ...input };
    await assertRefused(app, 'UpdateModelPackage', whole, { message, resource: version });
  });
}

// --- Approval ---

test('an approval: answer, row, search properties, entry and event', async (t) => {
  const app = await startWithVersion(t, {
    ModelPackageDescription: 'weekly',
    CustomerMetadataProperties: { owner: 'ana' },
  });
  const [before] = await rowsOf(app, 'model_package');
  const input = {
    ModelPackageArn: version,
    ModelApprovalStatus: 'Approved',
    ApprovalDescription: 'signed off',
  };
  assert.deepEqual(await app.ok('UpdateModelPackage', input), { ModelPackageArn: version });

  const [after] = await rowsOf(app, 'model_package');
  assert.deepEqual(after, {
    ...before,
    approval_status: 'Approved',
    last_modified_at: updatedAt,
    modified_at: updatedAt,
    document: {
      ...(before!['document'] as Json),
      ApprovalDescription: 'signed off',
      LastModifiedBy: testUser,
    },
  });
  assert.deepEqual(await searchPropertiesOf(app), [
    'ModelPackage CustomerMetadataProperties.owner=ana',
    'ModelPackage ModelApprovalStatus=Approved',
    'ModelPackage ModelPackageGroupName=Fraud',
  ]);
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'UpdateModelPackage',
      resource: version,
      request: input,
      before: { ModelApprovalStatus: 'PendingManualApproval' },
      after: { ModelApprovalStatus: 'Approved', ApprovalDescription: 'signed off' },
      events: [
        {
          source: 'aws.sagemaker',
          detailType: 'SageMaker Model Package State Change',
          resources: [version],
          detail: {
            ModelPackageName: 'Fraud/1',
            ModelPackageGroupName: 'Fraud',
            ModelPackageVersion: 1,
            ModelPackageArn: version,
            ModelPackageDescription: 'weekly',
            CreationTime: createdAt,
            ModelPackageStatus: 'Completed',
            ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
            ModelApprovalStatus: 'Approved',
            ApprovalDescription: 'signed off',
            CertifyForMarketplace: false,
            SkipModelValidation: 'None',
            CustomerMetadataProperties: { owner: 'ana' },
            LastModifiedTime: '2026-03-04T09:16:27Z',
            UpdatedModelPackageFields: ['ModelApprovalStatus', 'ApprovalDescription'],
            PreviousModelApprovalStatus: 'PendingManualApproval',
          },
        },
      ],
    },
  ]);
});

const statuses = ['PendingManualApproval', 'Approved', 'Rejected', 'Archived'];

for (const from of statuses) {
  for (const to of statuses) {
    const isRefused = from === 'Archived' && (to === 'Approved' || to === 'Rejected');
    test(`from ${from} to ${to}: ${isRefused ? 'refused' : 'one entry, one event'}`, async (t) => {
      const app = await startWithVersion(t);
      await update(app, { ModelApprovalStatus: from });
      await newEntries(app);
      const input = { ModelPackageArn: version, ModelApprovalStatus: to };
      if (isRefused) {
        await assertRefused(app, 'UpdateModelPackage', input, {
          message:
            `ModelApprovalStatus cannot change from 'Archived' to '${to}': ` +
            "set it to 'PendingManualApproval' first, for a new review.",
          resource: version,
        });
        return;
      }
      // A status that is set again changes nothing and yet counts as an update.
      await app.ok('UpdateModelPackage', input);
      assert.equal((await describe(app))['ModelApprovalStatus'], to);
      const [entry, ...others] = await newEntries(app);
      assert.deepEqual(others, []);
      assert.deepEqual(
        [entry!.before, entry!.after],
        [{ ModelApprovalStatus: from }, { ModelApprovalStatus: to }],
      );
      const [event, ...more] = entry!.events as { detail: Json }[];
      assert.deepEqual(more, []);
      assert.equal(event!.detail['ModelApprovalStatus'], to);
      assert.deepEqual(event!.detail['UpdatedModelPackageFields'], ['ModelApprovalStatus']);
    });
  }
}

test('an archived version can still be described, changed in other ways and deleted', async (t) => {
  const app = await startWithVersion(t);
  await update(app, { ModelApprovalStatus: 'Archived', ApprovalDescription: 'superseded by 2' });
  await update(app, { CustomerMetadataProperties: { reason: 'drift' } });
  assert.equal((await describe(app))['ModelApprovalStatus'], 'Archived');
  await app.ok('DeleteModelPackage', { ModelPackageName: version });
});

test('a description comes without a status, stays, and goes with an empty text', async (t) => {
  const app = await startWithVersion(t);
  await update(app, { ApprovalDescription: 'first look' });
  await update(app, { ModelApprovalStatus: 'Approved' });
  assert.equal((await describe(app))['ApprovalDescription'], 'first look');
  await update(app, { ModelApprovalStatus: 'Rejected', ApprovalDescription: '' });
  assert.ok(!('ApprovalDescription' in (await describe(app))));
});

// --- The other members ---

test('an update of the approval alone leaves everything else as it was', async (t) => {
  const app = await startWithVersion(t, wholeVersion);
  const before = await describe(app);
  await update(app, { ModelApprovalStatus: 'Rejected' });
  assert.deepEqual(await describe(app), {
    ...before,
    ModelApprovalStatus: 'Rejected',
    LastModifiedTime: updatedAt / 1000,
    LastModifiedBy: testUser,
  });
});

/** One member each: what is sent, what Describe then shows, and how the event calls it. */
const members: [title: string, created: Json, sent: Json, shown: Json, fields: string[]][] = [
  [
    'metadata are merged by key',
    { CustomerMetadataProperties: { owner: 'ana', run: '7' } },
    { CustomerMetadataProperties: { run: '8', team: 'risk' } },
    { CustomerMetadataProperties: { owner: 'ana', run: '8', team: 'risk' } },
    ['CustomerMetadataProperties'],
  ],
  [
    'metadata are removed after the merge',
    { CustomerMetadataProperties: { owner: 'ana', run: '7' } },
    {
      CustomerMetadataProperties: { team: 'risk', both: 'x' },
      CustomerMetadataPropertiesToRemove: ['owner', 'both', 'absent'],
    },
    { CustomerMetadataProperties: { run: '7', team: 'risk' } },
    ['CustomerMetadataProperties'],
  ],
  [
    'a specification replaces the one before',
    { InferenceSpecification: wholeVersion.InferenceSpecification },
    { InferenceSpecification: { Containers: [{ Image: 'new:1' }] } },
    { InferenceSpecification: { Containers: [{ Image: 'new:1' }] } },
    ['InferenceSpecification'],
  ],
  [
    'a specification comes to a version of a source',
    { SourceUri: 's3://runs/1' },
    { InferenceSpecification: { Containers: [{ Image: 'new:1' }] } },
    { InferenceSpecification: { Containers: [{ Image: 'new:1' }] }, SourceUri: 's3://runs/1' },
    ['InferenceSpecification'],
  ],
  [
    'a source comes to a version of a specification',
    { InferenceSpecification: { Containers: [{ Image: 'new:1' }] } },
    { SourceUri: 's3://runs/1' },
    { InferenceSpecification: { Containers: [{ Image: 'new:1' }] }, SourceUri: 's3://runs/1' },
    ['sourceUri'],
  ],
  [
    'additional specifications are appended',
    { AdditionalInferenceSpecifications: [{ Name: 'a', Containers: [{}] }] },
    { AdditionalInferenceSpecificationsToAdd: [{ Name: 'b', Containers: [{}] }] },
    {
      AdditionalInferenceSpecifications: [
        { Name: 'a', Containers: [{}] },
        { Name: 'b', Containers: [{}] },
      ],
    },
    ['AdditionalInferenceSpecifications'],
  ],
  [
    'a life cycle replaces the whole one before',
    { ModelLifeCycle: { Stage: 'Development', StageStatus: 'Active', StageDescription: 'x' } },
    { ModelLifeCycle: { Stage: 'Archived', StageStatus: 'Retired' } },
    { ModelLifeCycle: { Stage: 'Archived', StageStatus: 'Retired' } },
    ['ModelLifeCycle'],
  ],
  [
    'a logged version is registered',
    { ModelPackageRegistrationType: 'Logged' },
    { ModelPackageRegistrationType: 'Registered' },
    { ModelPackageRegistrationType: 'Registered' },
    ['ModelPackageRegistrationType'],
  ],
  [
    'a card comes to a version without one',
    {},
    { ModelCard: { ModelCardContent: cardContent } },
    { ModelCard: { ModelCardContent: cardContent } },
    ['ModelCard'],
  ],
  [
    'the status of a card keeps its content',
    { ModelCard: { ModelCardContent: cardContent, ModelCardStatus: 'Draft' } },
    { ModelCard: { ModelCardStatus: 'Archived' } },
    { ModelCard: { ModelCardContent: cardContent, ModelCardStatus: 'Archived' } },
    ['ModelCard'],
  ],
  [
    'the content of a card keeps its status',
    { ModelCard: { ModelCardContent: '{}', ModelCardStatus: 'Approved' } },
    { ModelCard: { ModelCardContent: cardContent } },
    { ModelCard: { ModelCardContent: cardContent, ModelCardStatus: 'Approved' } },
    ['ModelCard'],
  ],
  [
    'an archived card may leave the archive',
    { ModelCard: { ModelCardContent: '{}', ModelCardStatus: 'Archived' } },
    { ModelCard: { ModelCardStatus: 'Draft' } },
    { ModelCard: { ModelCardContent: '{}', ModelCardStatus: 'Draft' } },
    ['ModelCard'],
  ],
];

for (const [title, created, sent, shown, fields] of members) {
  test(title, async (t) => {
    const app = await startWithVersion(t, created);
    const before = await describe(app);
    await update(app, sent);
    assert.deepEqual(await describe(app), {
      ...before,
      ...shown,
      LastModifiedTime: updatedAt / 1000,
      LastModifiedBy: testUser,
    });
    const [entry, ...others] = await newEntries(app);
    assert.deepEqual(others, []);
    const changed = (document: Json) =>
      Object.fromEntries(
        Object.entries(document).filter(
          ([member]) => member in shown && fields.map(pascal).includes(member),
        ),
      );
    assert.deepEqual(entry!.before, changed(before));
    assert.deepEqual(entry!.after, changed(shown));
    const [event, ...more] = entry!.events as { detail: Json }[];
    assert.deepEqual(more, []);
    assert.deepEqual(event!.detail['UpdatedModelPackageFields'], fields);
    assert.deepEqual(event!.detail['PreviousModelLifeCycle'], changed(before)['ModelLifeCycle']);
    assert.ok(!('PreviousModelApprovalStatus' in event!.detail));
    // An event of any update states the approval as it is.
    assert.equal(event!.detail['ModelApprovalStatus'], 'PendingManualApproval');
  });
}

function pascal(field: string): string {
  return field.charAt(0).toUpperCase() + field.slice(1);
}

test('the last metadata take the member with them', async (t) => {
  const app = await startWithVersion(t, { CustomerMetadataProperties: { owner: 'ana' } });
  await update(app, { CustomerMetadataPropertiesToRemove: ['owner'] });
  assert.ok(!('CustomerMetadataProperties' in (await describe(app))));
  assert.ok(!(await searchPropertiesOf(app)).some((name) => name.includes('Metadata')));
});

test('a key such as __proto__ is merged and removed like any other', async (t) => {
  const app = await startWithVersion(t, { CustomerMetadataProperties: { owner: 'ana' } });
  const body = (members: string) => `{"ModelPackageArn":"${version}",${members}}`;
  await app.send('UpdateModelPackage', body('"CustomerMetadataProperties":{"__proto__":"x"}'));
  const { body: described } = await app.send('DescribeModelPackage', { ModelPackageName: version });
  assert.match(described, /"CustomerMetadataProperties":\{"owner":"ana","__proto__":"x"\}/);
  await update(app, { CustomerMetadataPropertiesToRemove: ['__proto__'] });
  assert.deepEqual((await describe(app))['CustomerMetadataProperties'], { owner: 'ana' });
});

test('search properties follow metadata, life cycle and registration type', async (t) => {
  const app = await startWithVersion(t, { CustomerMetadataProperties: { run: '7' } });
  await update(app, {
    CustomerMetadataProperties: { run: '8' },
    ModelLifeCycle: { Stage: 'QA', StageStatus: 'Active' },
    ModelPackageRegistrationType: 'Registered',
  });
  assert.deepEqual(await searchPropertiesOf(app), [
    'ModelPackage CustomerMetadataProperties.run=8',
    'ModelPackage ModelApprovalStatus=PendingManualApproval',
    'ModelPackage ModelLifeCycle.Stage=QA',
    'ModelPackage ModelLifeCycle.StageStatus=Active',
    'ModelPackage ModelPackageGroupName=Fraud',
    'ModelPackage ModelPackageRegistrationType=Registered',
  ]);
});

test('members that cannot change are not part of the request, and are ignored', async (t) => {
  const app = await startWithVersion(t, { ModelPackageDescription: 'weekly' });
  await update(app, { ModelPackageDescription: 'new', Task: 'OTHER' });
  const described = await describe(app);
  assert.equal(described['ModelPackageDescription'], 'weekly');
  assert.ok(!('Task' in described) && !('LastModifiedTime' in described));
});

// --- Nothing to do, the clock, and what is sensitive ---

for (const input of [{}, { ClientToken: 'token' }, { ModelApprovalStatus: null }]) {
  test(`an update with ${JSON.stringify(input)} changes nothing and leaves no entry`, async (t) => {
    const app = await startWithVersion(t);
    const rows = await rowsOf(app, 'model_package');
    assert.deepEqual(await update(app, input), { ModelPackageArn: version });
    assert.deepEqual(await rowsOf(app, 'model_package'), rows);
    assert.deepEqual(await newEntries(app), []);
  });
}

test('a clock that goes back does not make a change older than the one before', async (t) => {
  const app = await startWithVersion(t);
  await update(app, { ModelApprovalStatus: 'Approved' });
  app.clock.advance(-3_600_000);
  await update(app, { ModelApprovalStatus: 'Rejected' });
  assert.equal((await describe(app))['LastModifiedTime'], updatedAt / 1000);
});

test('the first change is not older than the version itself', async (t) => {
  const app = await startWithVersion(t);
  app.clock.advance(-3_600_000);
  await update(app, { ModelApprovalStatus: 'Approved' });
  assert.equal((await describe(app))['LastModifiedTime'], createdAt / 1000);
});

test("a card's content is hidden in the entry's request and absent from the event", async (t) => {
  const app = await startWithVersion(t);
  await update(app, { ModelCard: { ModelCardContent: cardContent, ModelCardStatus: 'Draft' } });
  const [entry] = await newEntries(app);
  assert.deepEqual(entry!.request, {
    ModelPackageArn: version,
    ModelCard: { ModelCardContent: hidden, ModelCardStatus: 'Draft' },
  });
  assert.ok(!JSON.stringify(entry!.events).includes('top-secret-ana'));
});

test('of two updates at once, both happen, one after the other', async (t) => {
  const app = await startWithVersion(t);
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      update(app, { CustomerMetadataProperties: { [`k${i}`]: 'v' } }),
    ),
  );
  assert.deepEqual((await describe(app))['CustomerMetadataProperties'], many(20));
});

// --- Ways to name the version ---

const references: Json[] = [
  { ModelPackageArn: version },
  { ModelPackageArn: testArn('model-package/fraud/1') },
  { ModelPackageArn: alias },
  { ModelPackageArn: testArn('model-package/champion') },
  { ModelPackageName: 'Fraud/1' },
  { ModelPackageName: 'FRAUD/1' },
  { ModelPackageName: 'Champion' },
  { ModelPackageName: 'CHAMPION' },
  { ModelPackageName: version },
  { ModelPackageName: alias },
];

for (const reference of references) {
  test(`${JSON.stringify(reference)} is version 1 of Fraud`, async (t) => {
    const app = await startWithVersion(t);
    const answer = await app.ok('UpdateModelPackage', {
      ...reference,
      ModelApprovalStatus: 'Approved',
    });
    assert.deepEqual(answer, { ModelPackageArn: version });
    const [entry] = await newEntries(app);
    assert.equal(entry!.resource, version);
    assert.equal((await describe(app))['ModelApprovalStatus'], 'Approved');
  });
}

test('strict mode ignores a name beside the ARN, as it ignores every unknown member', async (t) => {
  const strict = await (await startWithVersion(t)).beside({ strictAws: true });
  await strict.ok('UpdateModelPackage', {
    ModelPackageArn: version,
    ModelPackageName: 'missing',
    ModelApprovalStatus: 'Approved',
  });
});
