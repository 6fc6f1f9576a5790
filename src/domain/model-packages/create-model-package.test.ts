import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  cardContent,
  unversioned,
  validation,
  wholeVersion,
} from '../../../tests/support/samples.ts';
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

const now = Date.parse('2026-03-04T09:15:27.500Z');
const versionOne = testArn('model-package/Fraud/1');
/** Authorization is asked about the version to be, whose number nobody knows yet. */
const anyVersion = testArn('model-package/Fraud/*');
const solo = testArn('model-package/Solo');
const group = { ModelPackageGroupName: 'Fraud' };

/** The product with the group Fraud, its journal read. */
async function startWithGroup(t: TestContext, flags = {}): Promise<TestApp> {
  const app = await startApp(t, flags);
  await app.ok('CreateModelPackageGroup', group);
  await newEntries(app);
  return app;
}

/** Registers a version and answers its ARN. */
async function register(app: TestApp, input: Json = {}): Promise<string> {
  const answer = await app.ok<{ ModelPackageArn: string }>('CreateModelPackage', {
    ...group,
    ...input,
  });
  return answer.ModelPackageArn;
}

// --- Refused by the contract ---

const statusSet = 'Member must satisfy enum value set: [Approved, Rejected, PendingManualApproval';
const metadataPattern =
  'Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]*';
const entityPattern =
  'Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}';
const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, 'v']));

const contractRefusals: [title: string, input: Json, message: string][] = [
  [
    'a name with an underscore',
    { ModelPackageName: 'solo_1' },
    violated('solo_1', 'modelPackageName', entityPattern),
  ],
  [
    'an approval status that does not exist',
    { ...group, ModelApprovalStatus: 'Maybe' },
    violated('Maybe', 'modelApprovalStatus', `${statusSet}, Archived]`),
  ],
  [
    'no containers',
    { ...group, InferenceSpecification: {} },
    violated(null, 'inferenceSpecification.containers', 'Member must not be null'),
  ],
  [
    'sixteen containers',
    { ...group, InferenceSpecification: { Containers: Array.from({ length: 16 }, () => ({})) } },
    violated(
      undefined,
      'inferenceSpecification.containers',
      'Member must have length less than or equal to 15',
    ),
  ],
  [
    'an image with a space',
    { ...group, InferenceSpecification: { Containers: [{}, { Image: 'a b' }] } },
    violated(
      'a b',
      'inferenceSpecification.containers.2.member.image',
      'Member must satisfy regular expression pattern: [\\S]+',
    ),
  ],
  [
    'a framework version of two leading digits',
    { ...group, InferenceSpecification: { Containers: [{ FrameworkVersion: '10.1' }] } },
    violated(
      '10.1',
      'inferenceSpecification.containers.1.member.frameworkVersion',
      'Member must satisfy regular expression pattern: [0-9]\\.[A-Za-z0-9.-]+',
    ),
  ],
  [
    'sixteen additional specifications',
    {
      ...group,
      AdditionalInferenceSpecifications: Array.from({ length: 16 }, (_, i) => ({
        Name: `s${i}`,
        Containers: [{}],
      })),
    },
    violated(
      undefined,
      'additionalInferenceSpecifications',
      'Member must have length less than or equal to 15',
    ),
  ],
  [
    'no entry of metadata',
    { ...group, CustomerMetadataProperties: {} },
    violated(
      undefined,
      'customerMetadataProperties',
      'Member must have length greater than or equal to 1',
    ),
  ],
  [
    '51 entries of metadata',
    { ...group, CustomerMetadataProperties: { ...fifty, more: 'v' } },
    violated(
      undefined,
      'customerMetadataProperties',
      'Member must have length less than or equal to 50',
    ),
  ],
  [
    'an empty value of metadata',
    { ...group, CustomerMetadataProperties: { owner: '' } },
    violated(
      '',
      'customerMetadataProperties.owner.member',
      'Member must have length greater than or equal to 1',
    ),
  ],
  [
    'a metadata key with a question mark',
    { ...group, CustomerMetadataProperties: { 'who?': 'ana' } },
    violated(
      'who?',
      'customerMetadataProperties',
      `Map keys must satisfy constraint: [${metadataPattern}]`,
    ),
  ],
  [
    'a stage without a status',
    { ...group, ModelLifeCycle: { Stage: 'Staging' } },
    violated(null, 'modelLifeCycle.stageStatus', 'Member must not be null'),
  ],
  [
    'a stage of two words',
    { ...group, ModelLifeCycle: { Stage: 'Pre Production', StageStatus: 'Active' } },
    violated('Pre Production', 'modelLifeCycle.stage', entityPattern),
  ],
  [
    'a source with a symbol, as in a Hive partition',
    { ...group, SourceUri: 's3://runs/day=1' },
    violated(
      's3://runs/day=1',
      'sourceUri',
      'Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{Z}\\p{N}\\p{P}]{0,1024}',
    ),
  ],
  [
    'a token with an underscore',
    { ...group, ClientToken: 'a_b' },
    violated('a_b', 'clientToken', 'Member must satisfy regular expression pattern: [a-zA-Z0-9-]+'),
  ],
  [
    'two source algorithms',
    {
      ...group,
      SourceAlgorithmSpecification: {
        SourceAlgorithms: [{ AlgorithmName: 'a' }, { AlgorithmName: 'b' }],
      },
    },
    violated(
      undefined,
      'sourceAlgorithmSpecification.sourceAlgorithms',
      'Member must have length less than or equal to 1',
    ),
  ],
  [
    'two validation profiles',
    {
      ...group,
      ValidationSpecification: {
        ...validation,
        ValidationProfiles: [validation.ValidationProfiles[0], validation.ValidationProfiles[0]],
      },
    },
    violated(
      undefined,
      'validationSpecification.validationProfiles',
      'Member must have length less than or equal to 1',
    ),
  ],
  [
    'a registration type that does not exist',
    { ...group, ModelPackageRegistrationType: 'Draft' },
    violated(
      'Draft',
      'modelPackageRegistrationType',
      'Member must satisfy enum value set: [Logged, Registered]',
    ),
  ],
  [
    'several faults at once',
    { ModelPackageName: 'a_b', SkipModelValidation: 'Some' },
    "2 validation errors detected: Value 'a_b' at 'modelPackageName' failed to satisfy " +
      `constraint: ${entityPattern}; Value 'Some' at 'skipModelValidation' failed to satisfy ` +
      'constraint: Member must satisfy enum value set: [All, None]',
  ],
];

for (const [title, input, message] of contractRefusals) {
  test(`CreateModelPackage is refused: ${title}`, async (t) => {
    await assertRefused(await startWithGroup(t), 'CreateModelPackage', input, { message });
  });
}

test('CreateModelPackage is refused: a value of the wrong JSON type', async (t) => {
  await assertRefused(
    await startWithGroup(t),
    'CreateModelPackage',
    { ...group, ModelCard: { ModelCardContent: { secret: 1 } } },
    {
      code: 'SerializationException',
      message: "STRUCTURE_VALUE can not be converted to String at 'modelCard.modelCardContent'",
    },
  );
});

test('CreateModelPackage is refused in strict mode: the status Archived is not in the enum', async (t) => {
  const app = await startWithGroup(t, { strictAws: true });
  await assertRefused(
    app,
    'CreateModelPackage',
    { ...group, ModelApprovalStatus: 'Archived' },
    { message: violated('Archived', 'modelApprovalStatus', `${statusSet}]`) },
  );
});

// --- Refused by the registry's rules ---

const missingGroup = testArn('model-package-group/missing');
const otherRegion = testArn('model-package-group/Fraud', 'us-east-1');
const packageArn = testArn('model-package/Fraud');
const foreignGroup = foreignArn('model-package-group/Fraud');
const foreignVersions = foreignArn('model-package/Fraud/*');
const dangling = testArn('model-package/Fraud/99');
const soloContainers = (container: Json) => ({
  ...unversioned,
  InferenceSpecification: { ...unversioned.InferenceSpecification, Containers: [container] },
});

const refusals: [title: string, input: Json, expected: ExpectedRefusal][] = [
  [
    'neither a name nor a group',
    { ModelPackageDescription: 'x' },
    { message: 'Missing ARN', resource: testArn('model-package/*') },
  ],
  [
    'a group that does not exist',
    { ModelPackageGroupName: 'missing' },
    {
      message: `ModelPackageGroup ${missingGroup} does not exist.`,
      resource: testArn('model-package/missing/*'),
    },
  ],
  [
    'the ARN of a group that does not exist',
    { ModelPackageGroupName: missingGroup },
    {
      message: `ModelPackageGroup ${missingGroup} does not exist.`,
      resource: testArn('model-package/missing/*'),
    },
  ],
  [
    'the ARN of a group in another region',
    { ModelPackageGroupName: otherRegion },
    { message: 'ARN should be scoped to correct region: eu-west-1' },
  ],
  [
    'the ARN of a package in the place of the group',
    { ModelPackageGroupName: packageArn },
    { message: `ModelPackageGroup ${packageArn} does not exist.` },
  ],
  [
    "another account's group",
    { ModelPackageGroupName: foreignGroup },
    {
      code: 'AccessDeniedException',
      message: deniedText('sagemaker:CreateModelPackage', foreignVersions),
      resource: foreignVersions,
    },
  ],
  [
    'a specification and a source',
    { ...group, InferenceSpecification: { Containers: [{}] }, SourceUri: 's3://runs/1' },
    {
      message: 'InferenceSpecification and SourceUri cannot be specified together.',
      resource: anyVersion,
    },
  ],
  [
    'additional data in the inference specification',
    {
      ...group,
      InferenceSpecification: {
        Containers: [{ AdditionalS3DataSource: { S3DataType: 'S3Object', S3Uri: 's3://a/b' } }],
      },
    },
    {
      message: 'AdditionalS3DataSource is not allowed in InferenceSpecification',
      resource: anyVersion,
    },
  ],
  [
    'both kinds of model data',
    {
      ...group,
      InferenceSpecification: {
        Containers: [
          {
            ModelDataUrl: 's3://a/b',
            ModelDataSource: {
              S3DataSource: { S3Uri: 's3://a', S3DataType: 'S3Prefix', CompressionType: 'None' },
            },
          },
        ],
      },
    },
    {
      message: 'ModelDataUrl and ModelDataSource of a container cannot be specified together.',
      resource: anyVersion,
    },
  ],
  [
    'additional specifications of one name',
    {
      ...group,
      AdditionalInferenceSpecifications: [
        { Name: 'gpu', Containers: [{}] },
        { Name: 'gpu', Containers: [{}] },
      ],
    },
    {
      message: "AdditionalInferenceSpecifications contain the name 'gpu' twice.",
      resource: anyVersion,
    },
  ],
  [
    'a source that is the ARN of a package that does not exist',
    { ...group, SourceUri: dangling },
    { message: `ModelPackage ${dangling} does not exist.`, resource: anyVersion },
  ],
  [
    'a source that is the ARN of a package in another region',
    { ...group, SourceUri: testArn('model-package/Fraud/1', 'us-east-1') },
    { message: 'ARN should be scoped to correct region: eu-west-1', resource: anyVersion },
  ],
  [
    'a card that is not JSON',
    { ...group, ModelCard: { ModelCardContent: 'top-secret-ana' } },
    {
      message: 'ModelCard.ModelCardContent is not a valid model card: it is not JSON text',
      resource: anyVersion,
    },
  ],
  [
    'a card with a member that the schema does not know',
    { ...group, ModelCard: { ModelCardContent: '{"top-secret-ana":1}' } },
    {
      message: /^ModelCard\.ModelCardContent is not a valid model card: (?!.*ana)/,
      resource: anyVersion,
    },
  ],
  [
    'a first status of Archived',
    { ...group, ModelApprovalStatus: 'Archived' },
    {
      message: "A model package cannot be created with ModelApprovalStatus 'Archived'.",
      resource: anyVersion,
    },
  ],
  [
    'tags of one key',
    {
      ...group,
      Tags: [
        { Key: 'team', Value: 'a' },
        { Key: 'team', Value: 'b' },
      ],
    },
    { message: "Duplicate tag key 'team'.", resource: anyVersion },
  ],
  [
    'a reserved tag key',
    { ...unversioned, Tags: [{ Key: 'aws:x', Value: 'a' }] },
    { message: "Tag key 'aws:x' may not begin with 'aws:'.", resource: solo },
  ],
  [
    'an unversioned package without a specification',
    { ModelPackageName: 'Solo' },
    {
      message:
        'InferenceSpecification or SourceAlgorithmSpecification must be specified when using ' +
        'non-versioned ModelPackages.',
      resource: solo,
    },
  ],
  [
    'an unversioned package with a source',
    { ModelPackageName: 'Solo', SourceUri: 's3://runs/1' },
    {
      message: 'SourceUri cannot be specified when using non-versioned ModelPackages.',
      resource: solo,
    },
  ],
  [
    'an unversioned package with an environment',
    soloContainers({ Environment: { A: '1' } }),
    {
      message:
        '1 validation errors detected:Environment variable map cannot be specified when using ' +
        'non-versioned ModelPackages',
      resource: solo,
    },
  ],
  [
    'an unversioned package with a model data source',
    soloContainers({
      ModelDataSource: {
        S3DataSource: { S3Uri: 's3://a', S3DataType: 'S3Prefix', CompressionType: 'None' },
      },
    }),
    {
      message: 'ModelDataSource cannot be specified when using non-versioned ModelPackages.',
      resource: solo,
    },
  ],
  [
    'an unversioned package that begins archived',
    { ...unversioned, ModelApprovalStatus: 'Archived' },
    {
      message: "A model package cannot be created with ModelApprovalStatus 'Archived'.",
      resource: solo,
    },
  ],
];

for (const [title, input, expected] of refusals) {
  test(`CreateModelPackage is refused: ${title}`, async (t) => {
    await assertRefused(await startWithGroup(t), 'CreateModelPackage', input, expected);
  });
}

const strictRefusals: [title: string, input: Json, expected: ExpectedRefusal][] = [
  [
    'a name and a group',
    { ...group, ModelPackageName: 'champion' },
    {
      message:
        'Both ModelPackageName and ModelPackageGroupName are provided in the input. ' +
        'Cannot determine which one to use.',
      resource: anyVersion,
    },
  ],
  [
    'tags with a group',
    { ...group, Tags: [{ Key: 'team', Value: 'risk' }] },
    {
      message:
        'Tags are not supported for versioned model packages. Tag the model package group ' +
        'instead, or use CustomerMetadataProperties.',
      resource: anyVersion,
    },
  ],
  [
    'an unversioned package without instance types',
    { ModelPackageName: 'Solo', InferenceSpecification: { Containers: [{}] } },
    {
      message:
        'SupportedTransformInstanceTypes must be specified when using non-versioned ' +
        'ModelPackages.',
      resource: solo,
    },
  ],
];

for (const [title, input, expected] of strictRefusals) {
  test(`CreateModelPackage is refused in strict mode: ${title}`, async (t) => {
    const app = await startWithGroup(t, { strictAws: true });
    await assertRefused(app, 'CreateModelPackage', input, expected);
  });

  test(`CreateModelPackage accepts outside strict mode: ${title}`, async (t) => {
    await (await startWithGroup(t)).ok('CreateModelPackage', input);
  });
}

for (const name of ['Solo', 'SOLO', 'solo']) {
  test(`CreateModelPackage is refused: the name '${name}' when Solo exists`, async (t) => {
    const app = await startWithGroup(t);
    await app.ok('CreateModelPackage', unversioned);
    const arn = testArn(`model-package/${name}`);
    await assertRefused(
      app,
      'CreateModelPackage',
      { ...unversioned, ModelPackageName: name },
      { message: `ModelPackage already exists: ${arn}`, resource: arn },
    );
  });
}

test('a refused registration takes no version number', async (t) => {
  const app = await startWithGroup(t);
  await app.refused('CreateModelPackage', { ...group, ModelApprovalStatus: 'Archived' });
  await app.refused('CreateModelPackage', { ...group, SourceUri: dangling });
  assert.equal(await register(app), versionOne);
});

// --- A version ---

test('a version is registered with everything that one can have', async (t) => {
  const app = await startWithGroup(t);
  assert.deepEqual(await app.ok('CreateModelPackage', wholeVersion), {
    ModelPackageArn: versionOne,
  });

  const {
    ModelPackageGroupName: _group,
    ModelApprovalStatus: _status,
    ClientToken: _token,
    ...given
  } = wholeVersion;
  const [profile] = validation.ValidationProfiles;
  const job = profile!.TransformJobDefinition;
  const document = {
    ...given,
    ValidationSpecification: {
      ...validation,
      ValidationProfiles: [
        {
          ...profile,
          TransformJobDefinition: {
            ...job,
            TransformOutput: { ...job.TransformOutput, KmsKeyId: '' },
          },
        },
      ],
    },
    ModelPackageStatusDetails: {
      ValidationStatuses: [{ Name: 'smoke', Status: 'NotStarted' }],
      ImageScanStatuses: [],
    },
    CreatedBy: testUser,
  };
  const [row, ...others] = await rowsOf(app, 'model_package');
  assert.deepEqual(others, []);
  const { request_hash: hash, ...columns } = row!;
  assert.match(String(hash), /^[0-9a-f]{64}$/);
  assert.deepEqual(columns, {
    id: 1,
    account_id: '123456789012',
    region: 'eu-west-1',
    type: 'Versioned',
    group_id: 1,
    name: 'Fraud',
    version: 1,
    alias: null,
    approval_status: 'Approved',
    status: 'Completed',
    created_at: now,
    last_modified_at: null,
    modified_at: now,
    client_token: 'token-1',
    tags: [],
    document,
  });
  assert.deepEqual(await rowsOf(app, 'model_package_name'), []);
  const [groupRow] = await rowsOf(app, 'model_package_group');
  assert.deepEqual([groupRow!['last_version'], groupRow!['last_version_at']], [1, now]);
  assert.deepEqual(await searchPropertiesOf(app), [
    'ModelPackage CustomerMetadataProperties.owner=ana',
    'ModelPackage CustomerMetadataProperties.run=7',
    'ModelPackage ModelApprovalStatus=Approved',
    'ModelPackage ModelLifeCycle.Stage=Development',
    'ModelPackage ModelLifeCycle.StageStatus=In-Progress',
    'ModelPackage ModelPackageGroupName=Fraud',
    'ModelPackage ModelPackageRegistrationType=Logged',
  ]);

  const { ModelCard: card, CreatedBy: _by, ...inEvent } = document;
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'CreateModelPackage',
      resource: versionOne,
      request: {
        ...wholeVersion,
        ModelCard: {
          ModelCardContent: 'HIDDEN_DUE_TO_SECURITY_REASONS',
          ModelCardStatus: 'Draft',
        },
      },
      after: {
        ModelPackageVersion: 1,
        ModelApprovalStatus: 'Approved',
        ModelPackageStatus: 'Completed',
        CreationTime: now,
        CreatedBy: testUser,
        ModelPackageStatusDetails: document.ModelPackageStatusDetails,
        ValidationSpecification: document.ValidationSpecification,
        ModelCard: card,
      },
      events: [
        {
          source: 'aws.sagemaker',
          detailType: 'SageMaker Model Package State Change',
          resources: [versionOne],
          detail: {
            ...inEvent,
            ModelPackageName: 'Fraud/1',
            ModelPackageGroupName: 'Fraud',
            ModelPackageVersion: 1,
            ModelPackageArn: versionOne,
            ModelPackageStatus: 'Completed',
            ModelApprovalStatus: 'Approved',
            CreationTime: now,
          },
        },
      ],
    },
  ]);
});

test('a group alone makes a version, with its defaults', async (t) => {
  const app = await startWithGroup(t);
  await register(app);
  assert.deepEqual(await app.ok('DescribeModelPackage', { ModelPackageName: versionOne }), {
    ModelPackageName: 'Fraud/1',
    ModelPackageGroupName: 'Fraud',
    ModelPackageVersion: 1,
    ModelPackageArn: versionOne,
    CreationTime: now / 1000,
    ModelPackageStatus: 'Completed',
    ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
    ModelApprovalStatus: 'PendingManualApproval',
    CertifyForMarketplace: false,
    SkipModelValidation: 'None',
    CreatedBy: testUser,
  });
});

for (const [title, input] of Object.entries({
  'what the SageMaker Python SDK always sends': {
    CertifyForMarketplace: false,
    ModelApprovalStatus: 'PendingManualApproval',
    SkipModelValidation: 'None',
  },
  'a source that is a phrase': { SourceUri: 'dummy source uri' },
  'an empty list of tags': { Tags: [] },
  'an image from anywhere': {
    InferenceSpecification: { Containers: [{ Image: 'ghcr.io/acme/fraud@sha256:0' }] },
  },
  'an instance type of next year': {
    InferenceSpecification: {
      Containers: [{}],
      SupportedRealtimeInferenceInstanceTypes: ['ml.p9e.96xlarge'],
    },
  },
  'a card without content': { ModelCard: { ModelCardStatus: 'Approved' } },
  'fifty entries of metadata': { CustomerMetadataProperties: fifty },
})) {
  for (const strictAws of [false, true]) {
    test(`a version may have ${title}; strict mode: ${strictAws}`, async (t) => {
      const app = await startWithGroup(t, { strictAws });
      await register(app, input);
      const described = await app.ok('DescribeModelPackage', { ModelPackageName: versionOne });
      const { Tags: _tags, ...kept } = input as Json;
      for (const [member, value] of Object.entries(kept)) {
        assert.deepEqual(described[member], value);
      }
      assert.ok(!('Tags' in described));
    });
  }
}

for (const ModelApprovalStatus of ['PendingManualApproval', 'Approved', 'Rejected']) {
  test(`a version may begin as ${ModelApprovalStatus}`, async (t) => {
    const app = await startWithGroup(t);
    await register(app, { ModelApprovalStatus });
    const described = await app.ok('DescribeModelPackage', { ModelPackageName: versionOne });
    assert.equal(described['ModelApprovalStatus'], ModelApprovalStatus);
  });
}

test('a key such as __proto__ is a key like any other', async (t) => {
  const app = await startWithGroup(t);
  const answer = await app.send(
    'CreateModelPackage',
    '{"ModelPackageGroupName":"Fraud","CustomerMetadataProperties":{"__proto__":"x","b":"y"}}',
  );
  assert.equal(answer.status, 200, answer.body);
  const described = await app.send('DescribeModelPackage', { ModelPackageName: versionOne });
  assert.match(described.body, /"CustomerMetadataProperties":\{"__proto__":"x","b":"y"\}/);
});

for (const reference of [
  'Fraud',
  'fraud',
  'FRAUD',
  testArn('model-package-group/Fraud'),
  testArn('model-package-group/fraud'),
]) {
  test(`'${reference}' is the group Fraud, in its own spelling`, async (t) => {
    const app = await startWithGroup(t);
    assert.equal(await register(app, { ModelPackageGroupName: reference }), versionOne);
  });
}

test('every call is of its own region', async (t) => {
  const app = await startWithGroup(t);
  const east = { region: 'us-east-1' };
  await app.ok('CreateModelPackageGroup', group, east);
  await register(app);
  assert.deepEqual(await app.ok('CreateModelPackage', group, east), {
    ModelPackageArn: testArn('model-package/Fraud/1', 'us-east-1'),
  });
});

// --- Version numbers and times ---

test('versions count from 1, in each group by itself', async (t) => {
  const app = await startWithGroup(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Credit' });
  const arns = [
    await register(app),
    await register(app),
    await register(app, { ModelPackageGroupName: 'Credit' }),
    await register(app),
  ];
  assert.deepEqual(
    arns,
    ['Fraud/1', 'Fraud/2', 'Credit/1', 'Fraud/3'].map((name) => testArn(`model-package/${name}`)),
  );
});

test('a number is never given twice, even when the last versions have gone', async (t) => {
  const app = await startWithGroup(t);
  await register(app);
  await register(app);
  await app.ok('DeleteModelPackage', { ModelPackageName: 'Fraud/2' });
  assert.equal(await register(app), testArn('model-package/Fraud/3'));
  await app.ok('DeleteModelPackage', { ModelPackageName: 'Fraud/1' });
  await app.ok('DeleteModelPackage', { ModelPackageName: 'Fraud/3' });
  assert.equal(await register(app), testArn('model-package/Fraud/4'));
});

test('fifty registrations at once get fifty numbers', async (t) => {
  const app = await startWithGroup(t);
  const arns = await Promise.all(Array.from({ length: 50 }, () => register(app)));
  const expected = Array.from({ length: 50 }, (_, i) => testArn(`model-package/Fraud/${i + 1}`));
  assert.deepEqual(new Set(arns), new Set(expected));
});

test('a clock that goes back does not make a version older than the one before', async (t) => {
  const app = await startWithGroup(t);
  await register(app);
  app.clock.advance(-60_000);
  await register(app);
  app.clock.advance(120_000);
  await register(app);
  const rows = await rowsOf(app, 'model_package');
  assert.deepEqual(
    rows.map((row) => [row['version'], row['created_at'], row['modified_at']]),
    [
      [1, now, now],
      [2, now, now],
      [3, now + 60_000, now + 60_000],
    ],
  );
});

test('a deleted version still keeps the clock from going back', async (t) => {
  const app = await startWithGroup(t);
  await register(app);
  await app.ok('DeleteModelPackage', { ModelPackageName: 'Fraud/1' });
  app.clock.advance(-60_000);
  await register(app);
  assert.equal((await rowsOf(app, 'model_package'))[0]!['created_at'], now);
});

// --- Validation profiles, which nothing here runs ---

for (const Status of ['NotStarted', 'Completed']) {
  test(`a validation profile is ${Status} by configuration, the version Completed`, async (t) => {
    const app = await startWithGroup(t, { validationProfileStatus: Status });
    await register(app, { ValidationSpecification: validation });
    const described = await app.ok('DescribeModelPackage', { ModelPackageName: versionOne });
    assert.equal(described['ModelPackageStatus'], 'Completed');
    assert.deepEqual(described['ModelPackageStatusDetails'], {
      ValidationStatuses: [{ Name: 'smoke', Status }],
      ImageScanStatuses: [],
    });
  });
}

// --- Unversioned packages ---

test('an unversioned package is registered under its own name', async (t) => {
  const app = await startApp(t);
  const input = {
    ...unversioned,
    CertifyForMarketplace: true,
    Tags: [{ Key: 'team', Value: 'risk' }],
  };
  assert.deepEqual(await app.ok('CreateModelPackage', input), { ModelPackageArn: solo });
  const document = {
    InferenceSpecification: unversioned.InferenceSpecification,
    CertifyForMarketplace: true,
    SkipModelValidation: 'None',
    ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
    CreatedBy: testUser,
  };
  assert.deepEqual(await rowsOf(app, 'model_package'), [
    {
      id: 1,
      account_id: '123456789012',
      region: 'eu-west-1',
      type: 'Unversioned',
      group_id: null,
      name: 'Solo',
      version: null,
      alias: null,
      approval_status: null,
      status: 'Completed',
      created_at: now,
      last_modified_at: null,
      modified_at: now,
      client_token: null,
      request_hash: null,
      tags: input.Tags,
      document,
    },
  ]);
  assert.deepEqual(await rowsOf(app, 'model_package_name'), [
    { account_id: '123456789012', region: 'eu-west-1', name_key: 'solo', package_id: 1 },
  ]);
  assert.deepEqual(await searchPropertiesOf(app), ['ModelPackage Tags.team=risk']);
  const { CreatedBy: _, ...inEvent } = document;
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'CreateModelPackage',
      resource: solo,
      request: input,
      after: {
        ModelPackageStatus: 'Completed',
        CreationTime: now,
        CreatedBy: testUser,
        SkipModelValidation: 'None',
        ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
      },
      events: [
        {
          source: 'aws.sagemaker',
          detailType: 'SageMaker Model Package State Change',
          resources: [solo],
          detail: {
            ...inEvent,
            ModelPackageName: 'Solo',
            ModelPackageArn: solo,
            ModelPackageStatus: 'Completed',
            CreationTime: now,
          },
        },
      ],
    },
  ]);
});

test('an unversioned package keeps an approval status that SDKs send', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackage', { ...unversioned, ModelApprovalStatus: 'Approved' });
  const described = await app.ok('DescribeModelPackage', { ModelPackageName: 'Solo' });
  assert.equal(described['ModelApprovalStatus'], 'Approved');
});

test('a package of a source algorithm needs no inference specification', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackage', {
    ModelPackageName: 'Solo',
    SourceAlgorithmSpecification: { SourceAlgorithms: [{ AlgorithmName: 'xgboost' }] },
  });
});

test('a group and an unversioned package of one name stand side by side', async (t) => {
  const app = await startWithGroup(t);
  const answer = await app.ok('CreateModelPackage', { ...unversioned, ModelPackageName: 'Fraud' });
  assert.deepEqual(answer, { ModelPackageArn: testArn('model-package/Fraud') });
  assert.equal(await register(app), versionOne);
});

test('a name is free again once its package has gone', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackage', unversioned);
  await app.ok('DeleteModelPackage', { ModelPackageName: 'Solo' });
  await app.ok('CreateModelPackage', { ...unversioned, ModelPackageName: 'SOLO' });
});

test('a name is taken in its own region alone', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackage', unversioned);
  await app.ok('CreateModelPackage', unversioned, { region: 'us-east-1' });
});

// --- Aliases (an extension) ---

test('a name and a group make a version with an alias', async (t) => {
  const app = await startWithGroup(t);
  assert.equal(await register(app, { ModelPackageName: 'Champion' }), versionOne);
  const [row] = await rowsOf(app, 'model_package');
  assert.deepEqual([row!['name'], row!['version'], row!['alias']], ['Fraud', 1, 'Champion']);
  assert.deepEqual(await rowsOf(app, 'model_package_name'), [
    { account_id: '123456789012', region: 'eu-west-1', name_key: 'champion', package_id: 1 },
  ]);
  const [entry, ...others] = await newEntries(app);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [entry!.resource, entry!.request],
    [versionOne, { ...group, ModelPackageName: 'Champion' }],
  );
  const [event] = entry!.events as { detail: Json }[];
  assert.equal(event!.detail['ModelPackageName'], 'Fraud/1');
});

for (const [title, first, name] of [
  ['an alias', { ...group, ModelPackageName: 'Champion' }, 'CHAMPION'],
  ["an unversioned package's name", unversioned, 'Solo'],
] as const) {
  test(`CreateModelPackage is refused: an alias that is ${title}`, async (t) => {
    const app = await startWithGroup(t);
    await app.ok('CreateModelPackage', first);
    const second = { ...group, ModelPackageName: name };
    await assertRefused(app, 'CreateModelPackage', second, {
      message: `ModelPackage already exists: ${testArn(`model-package/${name}`)}`,
      resource: anyVersion,
    });
  });
}

test('CreateModelPackage is refused: a name that is an alias', async (t) => {
  const app = await startWithGroup(t);
  await register(app, { ModelPackageName: 'Solo' });
  await assertRefused(app, 'CreateModelPackage', unversioned, {
    message: `ModelPackage already exists: ${solo}`,
    resource: solo,
  });
});

test('an alias moves on when its version has gone', async (t) => {
  const app = await startWithGroup(t);
  await register(app, { ModelPackageName: 'champion' });
  await app.ok('DeleteModelPackage', { ModelPackageName: 'champion' });
  await register(app, { ModelPackageName: 'champion' });
  const described = await app.ok('DescribeModelPackage', { ModelPackageName: 'champion' });
  assert.equal(described['ModelPackageVersion'], 2);
});

test('a version with tags of its own (an extension)', async (t) => {
  const app = await startWithGroup(t);
  const Tags = [{ Key: 'team', Value: 'risk' }];
  await register(app, { Tags });
  assert.deepEqual((await rowsOf(app, 'model_package'))[0]!['tags'], Tags);
  assert.deepEqual(await app.ok('ListTags', { ResourceArn: versionOne }), { Tags });
});

// --- Sources that are packages ---

test('a source that is a version lends its inference specification', async (t) => {
  const app = await startWithGroup(t);
  const { InferenceSpecification } = wholeVersion;
  await register(app, { InferenceSpecification });
  await newEntries(app);
  const SourceUri = testArn('model-package/fraud/1');
  const arn = await register(app, { SourceUri });
  const described = await app.ok('DescribeModelPackage', { ModelPackageName: arn });
  assert.equal(described['SourceUri'], SourceUri);
  assert.deepEqual(described['InferenceSpecification'], InferenceSpecification);
  const [entry] = await newEntries(app);
  const [event] = entry!.events as { detail: Json }[];
  assert.deepEqual(event!.detail['InferenceSpecification'], InferenceSpecification);
});

test('the entry of a clone tells what was cloned, which its request does not', async (t) => {
  const app = await startWithGroup(t);
  const { InferenceSpecification } = wholeVersion;
  await register(app, { InferenceSpecification });
  await newEntries(app);
  await register(app, { SourceUri: versionOne });
  const [entry] = await newEntries(app);
  assert.deepEqual((entry!.after as Json)['InferenceSpecification'], InferenceSpecification);
});

test('a clone keeps its specification when its source changes or goes', async (t) => {
  const app = await startWithGroup(t);
  const { InferenceSpecification } = wholeVersion;
  await register(app, { InferenceSpecification });
  const clone = await register(app, { SourceUri: versionOne });
  await app.ok('UpdateModelPackage', {
    ModelPackageArn: versionOne,
    InferenceSpecification: { Containers: [{}] },
  });
  await app.ok('DeleteModelPackage', { ModelPackageName: versionOne });
  const described = await app.ok('DescribeModelPackage', { ModelPackageName: clone });
  assert.deepEqual(described['InferenceSpecification'], InferenceSpecification);
});

test('a source that is an unversioned package lends its specification, too', async (t) => {
  const app = await startWithGroup(t);
  await app.ok('CreateModelPackage', unversioned);
  const arn = await register(app, { SourceUri: solo });
  const described = await app.ok('DescribeModelPackage', { ModelPackageName: arn });
  assert.deepEqual(described['InferenceSpecification'], unversioned.InferenceSpecification);
});

test('a source without an inference specification lends none', async (t) => {
  const app = await startWithGroup(t);
  await register(app);
  const arn = await register(app, { SourceUri: versionOne });
  const described = await app.ok('DescribeModelPackage', { ModelPackageName: arn });
  assert.equal(described['SourceUri'], versionOne);
  assert.ok(!('InferenceSpecification' in described));
});

for (const SourceUri of [
  's3://runs/1/model.tar.gz',
  'https://mlflow.example.com/#/runs/1',
  'models:/fraud/3',
  testArn('model/fraud'),
  testArn('model-package-group/Fraud'),
]) {
  test(`the source '${SourceUri}' is only kept`, async (t) => {
    const app = await startWithGroup(t);
    const described = await app.ok('DescribeModelPackage', {
      ModelPackageName: await register(app, { SourceUri }),
    });
    assert.equal(described['SourceUri'], SourceUri);
    assert.ok(!('InferenceSpecification' in described));
  });
}

test('strict mode knows no alias as a source', async (t) => {
  const app = await startWithGroup(t);
  await register(app, {
    ModelPackageName: 'champion',
    InferenceSpecification: { Containers: [{}] },
  });
  const strict = await app.beside({ strictAws: true });
  const alias = testArn('model-package/champion');
  await assertRefused(
    strict,
    'CreateModelPackage',
    { ...group, SourceUri: alias },
    { message: `ModelPackage ${alias} does not exist.`, resource: anyVersion },
  );
});

// --- Tokens ---

test('a repeated token answers the same version and leaves no second entry', async (t) => {
  const app = await startWithGroup(t);
  assert.equal(await register(app, wholeVersion), versionOne);
  await newEntries(app);
  app.clock.advance(48 * 3_600_000);
  // The order of members does not count, nor do members that are null.
  const repeated = Object.fromEntries(Object.entries(wholeVersion).reverse());
  assert.equal(await register(app, { ...repeated, SourceUri: null }), versionOne);
  assert.equal((await rowsOf(app, 'model_package')).length, 1);
  assert.deepEqual(await newEntries(app), []);
});

test('a repeated token answers an updated version, too', async (t) => {
  const app = await startWithGroup(t);
  await register(app, { ClientToken: 'token' });
  await app.ok('UpdateModelPackage', {
    ModelPackageArn: versionOne,
    ModelApprovalStatus: 'Approved',
  });
  assert.equal(await register(app, { ClientToken: 'token' }), versionOne);
});

test('fifty calls of one token at once make one version', async (t) => {
  const app = await startWithGroup(t);
  const calls = Array.from({ length: 50 }, () => register(app, { ClientToken: 'token' }));
  assert.deepEqual(new Set(await Promise.all(calls)), new Set([versionOne]));
  assert.equal((await newEntries(app)).length, 1);
});

test('CreateModelPackage is refused: a token that was used with other parameters', async (t) => {
  const app = await startWithGroup(t);
  await register(app, { ClientToken: 'token', ModelPackageDescription: 'a' });
  await assertRefused(
    app,
    'CreateModelPackage',
    { ...group, ClientToken: 'token', ModelPackageDescription: 'b' },
    {
      message:
        "ClientToken 'token' was used before with other parameters; " +
        'use a new token for a new request.',
      resource: anyVersion,
    },
  );
});

test('a token lives as long as its version: afterwards it creates anew', async (t) => {
  const app = await startWithGroup(t);
  await register(app, { ClientToken: 'token' });
  await app.ok('DeleteModelPackage', { ModelPackageName: versionOne });
  const input = { ClientToken: 'token', ModelPackageDescription: 'other' };
  assert.equal(await register(app, input), testArn('model-package/Fraud/2'));
});

test('a token of a refused call is not remembered', async (t) => {
  const app = await startApp(t);
  await app.refused('CreateModelPackage', { ...group, ClientToken: 'token' });
  await app.ok('CreateModelPackageGroup', group);
  assert.equal(await register(app, { ClientToken: 'token' }), versionOne);
});

test('a token counts in its own region alone', async (t) => {
  const app = await startWithGroup(t);
  const east = { region: 'us-east-1' };
  await app.ok('CreateModelPackageGroup', group, east);
  await register(app, { ClientToken: 'token' });
  assert.deepEqual(await app.ok('CreateModelPackage', { ...group, ClientToken: 'token' }, east), {
    ModelPackageArn: testArn('model-package/Fraud/1', 'us-east-1'),
  });
});

test('without tokens, equal calls make two versions', async (t) => {
  const app = await startWithGroup(t);
  assert.notEqual(await register(app), await register(app));
});

// --- What is sensitive ---

test('the content of a card is nowhere in the entries of refused calls', async (t) => {
  const app = await startWithGroup(t);
  const ModelCard = { ModelCardContent: cardContent };
  await app.refused('CreateModelPackage', { ...group, ModelCard, SourceUri: dangling });
  await app.refused('CreateModelPackage', { ...group, ModelCard, SkipModelValidation: 'Some' });
  await app.refused('CreateModelPackage', {
    ...group,
    ModelCard: { ModelCardContent: cardContent.padEnd(100_001) },
  });
  const entries = await newEntries(app);
  assert.equal(entries.length, 3);
  assert.ok(!JSON.stringify(entries).includes('top-secret-ana'));
  for (const entry of entries) {
    assert.deepEqual((entry.request as Json)['ModelCard'], {
      ModelCardContent: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    });
  }
});
