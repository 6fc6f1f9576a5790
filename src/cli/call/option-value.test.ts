import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Shape } from '../../contracts/shape.ts';
import { UsageFailure } from '../failure.ts';
import { services } from '../services.ts';
import { testFolder } from '../testing.ts';
import { parseOptionValue, readReference } from './option-value.ts';

function shapeOf(operation: string, member: string): Shape {
  return services.get('sagemaker')!.operations.get(operation)!.input.memberByName.get(member)!
    .shape;
}

const specification = shapeOf('CreateModelPackage', 'InferenceSpecification');
const tags = shapeOf('CreateModelPackage', 'Tags');
const metadata = shapeOf('CreateModelPackage', 'CustomerMetadataProperties');
const tagKeys = shapeOf('DeleteTags', 'TagKeys');
const maxResults = shapeOf('ListModelPackages', 'MaxResults');
const name = shapeOf('CreateModelPackage', 'ModelPackageName');
const validation = shapeOf('CreateModelPackage', 'ValidationSpecification');

function value(texts: string[], shape: Shape): unknown {
  return JSON.parse(JSON.stringify(parseOptionValue(texts, shape, '--x')));
}

function refused(texts: string[], shape: Shape, message: string): void {
  assert.throws(
    () => parseOptionValue(texts, shape, '--x'),
    (error: Error) => {
      assert.ok(error instanceof UsageFailure);
      assert.ok(
        error.message.startsWith(`Error parsing parameter '--x': ${message}`),
        error.message,
      );
      return true;
    },
  );
}

describe('option values', () => {
  test('scalars are read by their type', () => {
    assert.equal(value(['7'], maxResults), 7);
    assert.equal(value([' {"a":1} '], name), ' {"a":1} ');
    assert.equal(value([''], name), '');
    refused(['1.5'], maxResults, "'1.5' is not a whole number");
    refused(['0x10'], maxResults, "'0x10' is not a whole number");
    refused([''], maxResults, "'' is not a whole number");
  });

  test('lists are several values, one value, or JSON', () => {
    assert.deepEqual(value(['a', 'b'], tagKeys), ['a', 'b']);
    assert.deepEqual(value(['a'], tagKeys), ['a']);
    assert.deepEqual(value([' ["a","b"]'], tagKeys), ['a', 'b']);
    assert.deepEqual(value(['a,b'], tagKeys), ['a,b']);
  });

  test('structures are shorthand or JSON, alone and in lists', () => {
    const one = { Key: 'a', Value: 'b' };
    assert.deepEqual(value(['Key=a,Value=b'], tags), [one]);
    assert.deepEqual(value(['Key=a,Value=b', '{"Key":"a","Value":"b"}'], tags), [one, one]);
    assert.deepEqual(value(['[{"Key":"a","Value":"b"}]'], tags), [one]);
    refused(['Key'], tags, "expected '=', found the end:\nKey\n   ^");
    refused(['{"Key":'], tags, 'Invalid JSON: ');
  });

  test('maps are shorthand or JSON', () => {
    const accuracy = { accuracy: '0.9', owner: 'ana' };
    assert.deepEqual(value(['accuracy=0.9,owner=ana'], metadata), accuracy);
    assert.deepEqual(value(['{"accuracy":"0.9","owner":"ana"}'], metadata), accuracy);
  });

  test('shorthand is typed by the shape, and a list of one needs no brackets', () => {
    const text =
      'Containers=[{Image=i,IsCheckpoint=true,Environment={A=1}}],SupportedContentTypes=text/csv';
    assert.deepEqual(value([text], specification), {
      Containers: [{ Image: 'i', IsCheckpoint: true, Environment: { A: '1' } }],
      SupportedContentTypes: ['text/csv'],
    });
    const profile = 'ProfileName=p,TransformJobDefinition={MaxConcurrentTransforms=3}';
    assert.deepEqual(value([`ValidationProfiles=[{${profile}}]`], validation), {
      ValidationProfiles: [
        { ProfileName: 'p', TransformJobDefinition: { MaxConcurrentTransforms: 3 } },
      ],
    });
    refused(
      ['Containers=[{IsCheckpoint=perhaps}]'],
      specification,
      "'perhaps' is neither true nor",
    );
  });

  test('a file stands for its content', (t) => {
    const folder = testFolder(t);
    writeFileSync(join(folder, 'a.json'), '[{"Key":"a","Value":"é"}]');
    writeFileSync(join(folder, 'b'), Buffer.from([0xff, 0x00]));
    assert.deepEqual(value([`file://${folder}/a.json`], tags), [{ Key: 'a', Value: 'é' }]);
    assert.deepEqual(value([`Key=k,Value@=file://${folder}/a.json`], tags), [
      { Key: 'k', Value: '[{"Key":"a","Value":"é"}]' },
    ]);
    assert.equal(readReference(`fileb://${folder}/b`, '--x'), '/wA=');
    assert.equal(readReference('s3://a/b', '--x'), 's3://a/b');
    refused([`file://${folder}/b`], name, 'Unable to load paramfile file://');
    refused([`file://${folder}/none`], name, 'Unable to load paramfile file://');
  });
});
