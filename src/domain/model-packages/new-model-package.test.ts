import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CreateModelPackageInput } from '../../contracts/sagemaker.gen.ts';
import { refusalOf, testCall, testUser } from '../../../tests/support/scenario.ts';
import { checkNewModelPackage, newDocument, requestHash } from './new-model-package.ts';

const container = { Image: 'registry.example.com/fraud:1' };
const specification = { Containers: [container] };
const instanceTypes = {
  SupportedTransformInstanceTypes: ['ml.m5.large'],
  SupportedRealtimeInferenceInstanceTypes: ['ml.m5.large'],
};
const algorithm = { SourceAlgorithms: [{ AlgorithmName: 'xgboost' }] };
const tags = [{ Key: 'team', Value: 'risk' }];

const needText =
  'InferenceSpecification or SourceAlgorithmSpecification must be specified when using ' +
  'non-versioned ModelPackages.';
const bothText =
  'Both ModelPackageName and ModelPackageGroupName are provided in the input. ' +
  'Cannot determine which one to use.';
const tagsText =
  'Tags are not supported for versioned model packages. Tag the model package group instead, ' +
  'or use CustomerMetadataProperties.';

/** What is refused in either mode, or in strict mode alone. */
const cases: [
  title: string,
  input: CreateModelPackageInput,
  refusal: { both?: string; strict?: string },
][] = [
  ['neither name nor group', {}, { both: 'Missing ARN' }],
  ['a group alone', { ModelPackageGroupName: 'Fraud' }, {}],
  [
    'a name and a group',
    { ModelPackageName: 'champion', ModelPackageGroupName: 'Fraud' },
    { strict: bothText },
  ],
  ['tags with a group', { ModelPackageGroupName: 'Fraud', Tags: tags }, { strict: tagsText }],
  ['an empty list of tags with a group', { ModelPackageGroupName: 'Fraud', Tags: [] }, {}],
  [
    'a tag key twice',
    { ModelPackageName: 'Fraud', Tags: [...tags, ...tags], InferenceSpecification: specification },
    { both: "Duplicate tag key 'team'." },
  ],
  [
    'a specification and a source',
    {
      ModelPackageGroupName: 'Fraud',
      InferenceSpecification: specification,
      SourceUri: 's3://runs/1',
    },
    { both: 'InferenceSpecification and SourceUri cannot be specified together.' },
  ],
  [
    'an environment in a version',
    {
      ModelPackageGroupName: 'Fraud',
      InferenceSpecification: { Containers: [{ ...container, Environment: { A: '1' } }] },
    },
    {},
  ],
  ['an unversioned package of a name alone', { ModelPackageName: 'Fraud' }, { both: needText }],
  [
    'an unversioned package with a source',
    { ModelPackageName: 'Fraud', SourceUri: 's3://runs/1' },
    { both: 'SourceUri cannot be specified when using non-versioned ModelPackages.' },
  ],
  [
    'an unversioned package with an environment',
    {
      ModelPackageName: 'Fraud',
      InferenceSpecification: { Containers: [{ ...container, Environment: { A: '1' } }] },
    },
    {
      both:
        '1 validation errors detected:Environment variable map cannot be specified when using ' +
        'non-versioned ModelPackages',
    },
  ],
  [
    'an unversioned package without instance types',
    { ModelPackageName: 'Fraud', InferenceSpecification: specification },
    {
      strict:
        'SupportedTransformInstanceTypes must be specified when using non-versioned ModelPackages.',
    },
  ],
  [
    'an unversioned package with one kind of instance types',
    {
      ModelPackageName: 'Fraud',
      InferenceSpecification: {
        ...specification,
        SupportedTransformInstanceTypes: ['ml.m5.large'],
      },
    },
    {
      strict:
        'SupportedRealtimeInferenceInstanceTypes must be specified when using ' +
        'non-versioned ModelPackages.',
    },
  ],
  [
    'an unversioned package with both',
    {
      ModelPackageName: 'Fraud',
      Tags: tags,
      InferenceSpecification: { ...specification, ...instanceTypes },
    },
    {},
  ],
  [
    'an unversioned package of an algorithm',
    { ModelPackageName: 'Fraud', SourceAlgorithmSpecification: algorithm },
    {},
  ],
];

for (const [title, input, { both, strict = both }] of cases) {
  for (const [strictAws, expected] of [
    [false, both],
    [true, strict],
  ] as const) {
    const verdict = expected === undefined ? 'accepted' : 'refused';
    test(`${title} is ${verdict}${strictAws ? ' in strict mode' : ''}`, () => {
      assert.equal(
        refusalOf(() => checkNewModelPackage(input, testCall({ strictAws }))),
        expected === undefined ? undefined : `invalid: ${expected}`,
      );
    });
  }
}

test('a document has what was given and is no column, and what the registry adds', () => {
  const document = newDocument(
    {
      ModelPackageName: 'champion',
      ModelPackageGroupName: 'Fraud',
      ModelApprovalStatus: 'Approved',
      Tags: tags,
      ClientToken: 'token',
      ModelPackageDescription: 'weekly',
      SourceUri: 's3://runs/1',
    },
    testCall(),
  );
  assert.deepEqual(document, {
    CertifyForMarketplace: false,
    SkipModelValidation: 'None',
    ModelPackageDescription: 'weekly',
    SourceUri: 's3://runs/1',
    ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
    CreatedBy: testUser,
  });
});

test('defaults give way to what was given', () => {
  const given = { CertifyForMarketplace: true, SkipModelValidation: 'All' } as const;
  const { CertifyForMarketplace, SkipModelValidation } = newDocument(given, testCall());
  assert.deepEqual({ CertifyForMarketplace, SkipModelValidation }, given);
});

const transform = {
  TransformInput: {
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://in' } },
  },
  TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
} as const;

function validated(output: { S3OutputPath: string; KmsKeyId?: string }) {
  return {
    ValidationRole: 'arn:aws:iam::123456789012:role/validate',
    ValidationProfiles: [
      {
        ProfileName: 'smoke',
        TransformJobDefinition: { ...transform, TransformOutput: output },
      },
    ],
  };
}

for (const status of ['NotStarted', 'Completed'] as const) {
  test(`a validation profile is ${status} when so configured`, () => {
    const document = newDocument(
      { ValidationSpecification: validated({ S3OutputPath: 's3://out' }) },
      testCall({ validationProfileStatus: status }),
    );
    assert.deepEqual(document.ModelPackageStatusDetails, {
      ValidationStatuses: [{ Name: 'smoke', Status: status }],
      ImageScanStatuses: [],
    });
  });
}

test('a KmsKeyId that was not set is kept as an empty text, one that was set as it is', () => {
  for (const [given, kept] of [
    [{ S3OutputPath: 's3://out' }, { S3OutputPath: 's3://out', KmsKeyId: '' }],
    [
      { S3OutputPath: 's3://out', KmsKeyId: 'alias/k' },
      { S3OutputPath: 's3://out', KmsKeyId: 'alias/k' },
    ],
  ] as const) {
    const input = { ValidationSpecification: validated(given) };
    const { ValidationSpecification } = newDocument(input, testCall());
    assert.deepEqual(ValidationSpecification, validated(kept));
  }
});

test('a specification without profiles has no statuses', () => {
  const { ValidationRole } = validated({ S3OutputPath: 's3://out' });
  const specificationOfNone = { ValidationRole, ValidationProfiles: [] };
  const document = newDocument({ ValidationSpecification: specificationOfNone }, testCall());
  assert.deepEqual(document.ModelPackageStatusDetails, {
    ValidationStatuses: [],
    ImageScanStatuses: [],
  });
});

const request = {
  ModelPackageGroupName: 'Fraud',
  CustomerMetadataProperties: { owner: 'ana', run: '7' },
  InferenceSpecification: { Containers: [container, {}] },
};

test('the fingerprint of a request does not depend on its token or on the order of members', () => {
  const reordered = {
    InferenceSpecification: { Containers: [container, {}] },
    ClientToken: 'other',
    CustomerMetadataProperties: { run: '7', owner: 'ana' },
    ModelPackageGroupName: 'Fraud',
  };
  assert.match(requestHash(request), /^[0-9a-f]{64}$/);
  assert.equal(requestHash({ ...request, ClientToken: 'token' }), requestHash(request));
  assert.equal(requestHash(reordered), requestHash(request));
});

for (const [title, changed] of Object.entries({
  'another value': { ...request, CustomerMetadataProperties: { owner: 'bob', run: '7' } },
  'another member': { ...request, ModelPackageDescription: 'weekly' },
  'another order of a list': {
    ...request,
    InferenceSpecification: { Containers: [{}, container] },
  },
  'a key __proto__': {
    ...request,
    CustomerMetadataProperties: JSON.parse('{"owner":"ana","run":"7","__proto__":"x"}') as Record<
      string,
      string
    >,
  },
})) {
  test(`the fingerprint tells ${title}`, () => {
    assert.notEqual(requestHash(changed), requestHash(request));
  });
}
