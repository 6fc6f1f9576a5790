import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf } from '../../../tests/support/scenario.ts';
import { checkSpecifications, checkUnversionedContainers } from './inference-specification.ts';
import type { Specifications } from './inference-specification.ts';

const container = { Image: 'registry.example.com/fraud:1', ModelDataUrl: 's3://models/1.tar.gz' };
const modelDataSource = {
  S3DataSource: { S3Uri: 's3://models/1/', S3DataType: 'S3Prefix', CompressionType: 'None' },
} as const;
const additionalData = { S3DataType: 'S3Prefix', S3Uri: 's3://more/' } as const;

const togetherText = 'InferenceSpecification and SourceUri cannot be specified together.';
const dataText = 'ModelDataUrl and ModelDataSource of a container cannot be specified together.';

const versionedCases: [title: string, given: Specifications, refusal?: string][] = [
  ['nothing', {}],
  ['an inference specification', { InferenceSpecification: { Containers: [container] } }],
  ['a container of nothing but an image', { InferenceSpecification: { Containers: [{}] } }],
  ['a source', { SourceUri: 's3://runs/1' }],
  [
    'an inference specification and a source',
    { InferenceSpecification: { Containers: [container] }, SourceUri: 's3://runs/1' },
    togetherText,
  ],
  [
    'an inference specification and an empty source',
    { InferenceSpecification: { Containers: [container] }, SourceUri: '' },
    togetherText,
  ],
  [
    'additional specifications and a source',
    {
      AdditionalInferenceSpecifications: [{ Name: 'gpu', Containers: [container] }],
      SourceUri: 's3://runs/1',
    },
  ],
  [
    'two kinds of model data in one container',
    {
      InferenceSpecification: {
        Containers: [container, { ...container, ModelDataSource: modelDataSource }],
      },
    },
    dataText,
  ],
  [
    'two kinds of model data in a container of an additional specification',
    {
      AdditionalInferenceSpecifications: [
        { Name: 'gpu', Containers: [{ ...container, ModelDataSource: modelDataSource }] },
      ],
    },
    dataText,
  ],
  [
    'two kinds of model data in two containers',
    {
      InferenceSpecification: {
        Containers: [container, { ModelDataSource: modelDataSource }],
      },
    },
  ],
  [
    'additional data in the inference specification',
    {
      InferenceSpecification: {
        Containers: [container, { ...container, AdditionalS3DataSource: additionalData }],
      },
    },
    'AdditionalS3DataSource is not allowed in InferenceSpecification',
  ],
  [
    'additional data in an additional specification',
    {
      AdditionalInferenceSpecifications: [
        { Name: 'gpu', Containers: [{ ...container, AdditionalS3DataSource: additionalData }] },
      ],
    },
  ],
  [
    'additional specifications of one name',
    {
      AdditionalInferenceSpecifications: [
        { Name: 'gpu', Containers: [container] },
        { Name: 'cpu', Containers: [container] },
        { Name: 'gpu', Containers: [container] },
      ],
    },
    "AdditionalInferenceSpecifications contain the name 'gpu' twice.",
  ],
];

for (const [title, given, refusal] of versionedCases) {
  test(`${title}: ${refusal === undefined ? 'accepted' : 'refused'}`, () => {
    const expected = refusal === undefined ? undefined : `invalid: ${refusal}`;
    assert.equal(
      refusalOf(() => checkSpecifications(given)),
      expected,
    );
  });
}

const environmentText =
  '1 validation errors detected:Environment variable map cannot be specified when using ' +
  'non-versioned ModelPackages';
const sourceText = 'ModelDataSource cannot be specified when using non-versioned ModelPackages.';

const unversionedCases: [title: string, containers: object[], refusal?: string][] = [
  ['image and model data', [container]],
  ['an environment', [container, { ...container, Environment: { A: '1' } }], environmentText],
  ['a model data source', [{ ModelDataSource: modelDataSource }], sourceText],
];

for (const [title, Containers, refusal] of unversionedCases) {
  test(`containers of an unversioned package with ${title}`, () => {
    const expected = refusal === undefined ? undefined : `invalid: ${refusal}`;
    for (const given of [
      { InferenceSpecification: { Containers } },
      { AdditionalInferenceSpecifications: [{ Name: 'gpu', Containers }] },
    ]) {
      assert.equal(
        refusalOf(() => checkUnversionedContainers(given)),
        expected,
      );
    }
  });
}
