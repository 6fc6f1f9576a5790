import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { registration } from './registration.ts';
import { testFolder } from './testing.ts';

test('options make a registration', () => {
  assert.deepEqual(registration('fraud', {}), { ModelPackageGroupName: 'fraud' });
  assert.deepEqual(
    registration('fraud', {
      image: 'registry/fraud:1',
      modelData: 's3://models/1',
      contentType: ['text/csv'],
      responseType: ['application/json'],
      sourceUri: 'mlflow://1',
      description: 'weekly',
      metadata: ['owner=ana', 'formula=a=b'],
      tag: ['team=risk'],
      metrics: 's3://metrics/1.json',
      name: 'fraud-v1',
      status: 'Approved',
      token: 't',
    }),
    {
      ModelPackageGroupName: 'fraud',
      ModelPackageName: 'fraud-v1',
      ModelPackageDescription: 'weekly',
      InferenceSpecification: {
        Containers: [{ Image: 'registry/fraud:1', ModelDataUrl: 's3://models/1' }],
        SupportedContentTypes: ['text/csv'],
        SupportedResponseMIMETypes: ['application/json'],
      },
      SourceUri: 'mlflow://1',
      CustomerMetadataProperties: { owner: 'ana', formula: 'a=b' },
      ModelMetrics: {
        ModelQuality: {
          Statistics: { ContentType: 'application/json', S3Uri: 's3://metrics/1.json' },
        },
      },
      Tags: [{ Key: 'team', Value: 'risk' }],
      ModelApprovalStatus: 'Approved',
      ClientToken: 't',
    },
  );
});

test('metrics of a file become customer metadata, which --metadata overrides', (t) => {
  const file = join(testFolder(t), 'metrics.json');
  const metrics = { accuracy: 0.9, f1: { macro: 0.8 }, ok: true, none: null, curve: [1, 2] };
  writeFileSync(file, JSON.stringify(metrics));
  assert.deepEqual(registration('g', { metrics: file, metadata: ['accuracy=0.91'] }), {
    ModelPackageGroupName: 'g',
    CustomerMetadataProperties: {
      accuracy: '0.91',
      'f1.macro': '0.8',
      ok: 'true',
      'curve.0': '1',
      'curve.1': '2',
    },
  });
});

test('a file may hold the members of ModelMetrics', (t) => {
  const file = join(testFolder(t), 'metrics.json');
  const ModelMetrics = { Bias: { Report: { ContentType: 'a', S3Uri: 's3://b/c' } } };
  writeFileSync(file, JSON.stringify(ModelMetrics));
  assert.deepEqual(registration('g', { metrics: file }), {
    ModelPackageGroupName: 'g',
    ModelMetrics,
  });
});

test('what cannot be understood is refused', (t) => {
  const file = join(testFolder(t), 'list.json');
  writeFileSync(file, '[]');
  const slips: [Parameters<typeof registration>[1], RegExp][] = [
    [{ metadata: ['owner'] }, /--metadata must be of the form key=value, not 'owner'/],
    [{ tag: ['=x'] }, /--tag must be of the form key=value, not '=x'/],
    [{ metrics: '/no/such' }, /--metrics \/no\/such cannot be read: ENOENT/],
    [{ metrics: file }, /must hold a JSON object/],
    [{ contentType: ['text/csv'] }, /need --image or --model-data/],
  ];
  for (const [options, message] of slips) {
    assert.throws(() => registration('g', options), message);
  }
});
