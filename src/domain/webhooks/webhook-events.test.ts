import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WebhookEvent } from '../../contracts/imprimatur-webhooks.ts';
import { parseEventPattern } from '../events/event-pattern.ts';
import { ownPattern, wordsPattern } from './webhook-events.ts';

type Json = Record<string, unknown>;

const words: WebhookEvent[] = [
  'registered',
  'approved',
  'rejected',
  'archived',
  'changed',
  'deleted',
  'any',
];

function packageEvent(detail: Json): Json {
  return {
    source: 'aws.sagemaker',
    'detail-type': 'SageMaker Model Package State Change',
    detail: { ModelPackageGroupName: 'fraud', ModelPackageStatus: 'Completed', ...detail },
  };
}

function isToldOf(event: Json, events: WebhookEvent[], groupName?: string): boolean {
  return parseEventPattern(wordsPattern('ci', { events, groupName })).matches(event);
}

const updated = (...fields: string[]): Json => ({ UpdatedModelPackageFields: fields });

describe('each word tells of its own', () => {
  const told: [what: string, detail: Json, words: WebhookEvent[]][] = [
    ['a registration', { ModelApprovalStatus: 'PendingManualApproval' }, ['registered']],
    ['one that is approved', { ModelApprovalStatus: 'Approved' }, ['registered', 'approved']],
    ['one that is rejected', { ModelApprovalStatus: 'Rejected' }, ['registered', 'rejected']],
    [
      'an approval',
      {
        ModelApprovalStatus: 'Approved',
        ...updated('ModelApprovalStatus', 'ApprovalDescription'),
      },
      ['approved', 'changed'],
    ],
    [
      'a rejection',
      { ModelApprovalStatus: 'Rejected', ...updated('ModelApprovalStatus') },
      ['rejected', 'changed'],
    ],
    [
      'what is archived',
      { ModelApprovalStatus: 'Archived', ...updated('ModelApprovalStatus') },
      ['archived', 'changed'],
    ],
    [
      'another change of what is approved',
      { ModelApprovalStatus: 'Approved', ...updated('CustomerMetadataProperties') },
      ['changed'],
    ],
    [
      'the deletion of what was approved',
      { ModelApprovalStatus: 'Approved', ModelPackageStatus: 'Deleting' },
      ['deleted'],
    ],
  ];
  for (const [what, detail, expected] of told) {
    test(what, () => {
      const event = packageEvent(detail);
      const found = words.filter((word) => isToldOf(event, [word]));
      assert.deepEqual(found, [...expected, 'any']);
    });
  }
});

test('several words tell of all that they mean', () => {
  const approval = packageEvent({
    ModelApprovalStatus: 'Approved',
    ...updated('ModelApprovalStatus'),
  });
  assert.equal(isToldOf(approval, ['deleted', 'approved']), true);
  assert.equal(isToldOf(approval, ['deleted', 'rejected']), false);
});

test('a group tells of its own packages, and is what the rule is found by', () => {
  const event = packageEvent({ ModelApprovalStatus: 'Approved' });
  assert.equal(isToldOf(event, ['any'], 'fraud'), true);
  assert.equal(isToldOf(event, ['any'], 'churn'), false);
  const pattern = parseEventPattern(wordsPattern('ci', { events: ['any'], groupName: 'fraud' }));
  assert.deepEqual(pattern.required.get('detail.ModelPackageGroupName'), ['fraud']);
});

describe('a test', () => {
  const testing = (WebhookName: string, more: Json = {}): Json => ({
    source: 'imprimatur',
    'detail-type': 'Webhook Test',
    detail: { WebhookName, ...more },
  });

  test('reaches the webhook that it names, by whatever pattern', () => {
    const own = parseEventPattern(ownPattern('ci', '{"source":["mine"]}'));
    assert.equal(own.matches(testing('ci')), true);
    assert.equal(own.matches(testing('other')), false);
    assert.equal(own.matches({ source: 'mine' }), true);
    assert.equal(isToldOf(testing('ci'), ['deleted']), true);
    assert.equal(isToldOf(testing('other'), ['any']), false);
    assert.equal(
      isToldOf(testing('ci', { ModelPackageGroupName: 'fraud' }), ['any'], 'fraud'),
      true,
    );
  });

  test('is no event of AWS that names the same', () => {
    const forged = { ...testing('ci'), source: 'other' };
    assert.equal(isToldOf(forged, ['any']), false);
  });
});
