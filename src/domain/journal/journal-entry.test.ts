import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testCall } from '../../../tests/support/scenario.ts';
import { Draft, entryDocument } from './journal-entry.ts';

const change = { resourceArn: 'arn:x', after: { Tags: [] } };
const circumstances = {
  sourceIp: '127.0.0.1',
  userAgent: 'imprimatur-tests',
  principalId: '123456789012',
};

test('a draft that says nothing is not settled', () => {
  const draft = new Draft();
  assert.deepEqual([draft.settled, draft.change], [false, undefined]);
});

test('a draft holds the change that an operation states', () => {
  const draft = new Draft();
  draft.record(change);
  assert.deepEqual([draft.settled, draft.change], [true, change]);
});

test('a draft without a change is settled when the operation says so', () => {
  const draft = new Draft();
  draft.unchanged();
  assert.deepEqual([draft.settled, draft.change], [true, undefined]);
});

test('an operation records one change', () => {
  const twice = new Draft();
  twice.record(change);
  assert.throws(() => twice.record(change), /An operation records one change\./);
  const late = new Draft();
  late.unchanged();
  assert.throws(() => late.record(change), /An operation records one change\./);
});

test('a document of a change has the request, the patch and the events', () => {
  const request = { ResourceArn: 'arn:x' };
  const event = { source: 'aws.sagemaker', detailType: 'd', resources: ['arn:x'], detail: {} };
  const whole = { ...change, before: { Tags: [1] }, events: [event] };
  assert.deepEqual(entryDocument(testCall(), { request, change: whole }), {
    ...circumstances,
    request,
    before: { Tags: [1] },
    after: { Tags: [] },
    events: [event],
  });
});

test('a document of a refusal has its message and no change', () => {
  const error = { code: 'ValidationException', message: 'No.' };
  assert.deepEqual(entryDocument(testCall(), { error }), {
    ...circumstances,
    errorMessage: 'No.',
  });
});
