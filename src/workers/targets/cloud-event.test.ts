import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cloudEvent } from './cloud-event.ts';

const event = {
  version: '0',
  id: '0f6d0c9e-6c5a-8b0e-9a51-3a6f2a1f7d10',
  'detail-type': 'SageMaker Model Package State Change',
  source: 'aws.sagemaker',
  account: '111122223333',
  time: '2026-03-04T09:15:27Z',
  region: 'eu-west-1',
  resources: ['arn:aws:sagemaker:eu-west-1:111122223333:model-package/fraud/7'],
  detail: { ModelPackageVersion: 7 },
} as const;

test('an event as CloudEvents has it', () => {
  assert.deepEqual(cloudEvent(event), {
    specversion: '1.0',
    id: event.id,
    source: 'aws.sagemaker',
    type: 'SageMaker Model Package State Change',
    subject: event.resources[0],
    time: '2026-03-04T09:15:27Z',
    account: '111122223333',
    region: 'eu-west-1',
    datacontenttype: 'application/json',
    data: { ModelPackageVersion: 7 },
  });
});

test('one without resources has no subject, one that is replayed says so', () => {
  const told = cloudEvent({ ...event, resources: [], 'replay-name': 'again' });
  assert.deepEqual([told['subject'], told['replayname']], [undefined, 'again']);
});

test('names of attributes are those that CloudEvents allows', () => {
  for (const name of Object.keys(cloudEvent({ ...event, 'replay-name': 'a' }))) {
    assert.match(name, /^[a-z0-9]{1,20}$/);
  }
});
