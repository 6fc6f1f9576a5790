import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatArn, parseArn } from './arn.ts';

test('an ARN comes apart and goes together again', () => {
  const text = 'arn:aws:sagemaker:eu-west-1:123456789012:model-package/fraud/3';
  const arn = {
    partition: 'aws',
    service: 'sagemaker',
    region: 'eu-west-1',
    accountId: '123456789012',
    resource: 'model-package/fraud/3',
  };
  assert.deepEqual(parseArn(text), arn);
  assert.equal(formatArn(arn), text);
});

test('colons after the fifth belong to the resource', () => {
  assert.equal(parseArn('arn:aws:sns:eu-west-1:1:topic:sub')?.resource, 'topic:sub');
});

test('region and account may be empty', () => {
  const arn = parseArn('arn:aws:iam::123456789012:root');
  assert.deepEqual([arn?.region, arn?.resource], ['', 'root']);
});

for (const text of [
  '',
  'fraud',
  'fraud/3',
  'arn',
  'arn:aws',
  'arn:aws:s3:::',
  'ARN:aws:s3:r:1:x',
]) {
  test(`'${text}' is ${text === 'arn:aws:s3:::' ? 'an' : 'no'} ARN`, () => {
    assert.equal(parseArn(text) !== undefined, text === 'arn:aws:s3:::');
  });
}
