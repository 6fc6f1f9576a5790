import assert from 'node:assert/strict';
import { test } from 'node:test';
import { services } from '../services.ts';
import { inputProblems, readInput } from './input-check.ts';

const operations = services.get('sagemaker')!.operations;
const create = operations.get('CreateModelPackage')!.input;
const list = operations.get('ListModelPackages')!.input;

test('missing and unknown members and wrong types are told with their place', () => {
  const problems = inputProblems(
    {
      ModelPackageName: 7,
      Frob: 1,
      Tags: [{ Key: 'a', Valu: 'b' }, 'c'],
      InferenceSpecification: { SupportedContentTypes: 'text/csv' },
      CustomerMetadataProperties: { a: 1 },
      CertifyForMarketplace: 'yes',
    },
    create,
  );
  const names = create.members.map(({ name }) => name).join(', ');
  assert.deepEqual(problems, [
    'Invalid type for parameter ModelPackageName, value: 7, valid type: string',
    `Unknown parameter in input: "Frob", must be one of: ${names}`,
    'Missing required parameter in Tags[0]: "Value"',
    'Unknown parameter in Tags[0]: "Valu", must be one of: Key, Value',
    'Invalid type for parameter Tags[1], value: "c", valid type: structure',
    'Missing required parameter in InferenceSpecification: "Containers"',
    'Invalid type for parameter InferenceSpecification.SupportedContentTypes, value: "text/csv", ' +
      'valid type: list',
    'Invalid type for parameter CustomerMetadataProperties.a, value: 1, valid type: string',
    'Invalid type for parameter CertifyForMarketplace, value: "yes", valid type: boolean',
  ]);
});

test("lengths, patterns and enums are the server's to judge", () => {
  const input = { ModelPackageName: '_', ModelApprovalStatus: 'Frobbed', Tags: [] };
  assert.deepEqual(inputProblems(input, create), []);
});

test('null is absent', () => {
  assert.deepEqual(inputProblems({ ModelPackageName: null }, create), []);
  const tag = { Tags: [{ Key: 'a', Value: null }] };
  assert.deepEqual(inputProblems(tag, create), ['Missing required parameter in Tags[0]: "Value"']);
});

test('timestamps become milliseconds', () => {
  const input = { CreationTimeAfter: '2026-11-21T00:00:00Z', CreationTimeBefore: 1.5 };
  assert.deepEqual(inputProblems(input, list), []);
  assert.deepEqual(readInput(input, list), {
    CreationTimeAfter: Date.parse('2026-11-21'),
    CreationTimeBefore: 1500,
  });
  assert.deepEqual(inputProblems({ CreationTimeAfter: 'soon' }, list), [
    'Invalid type for parameter CreationTimeAfter, value: "soon", valid type: timestamp',
  ]);
});
