import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryEntry } from '../contracts/imprimatur.ts';
import { changeLines } from './history-change.ts';

function lines(change: Record<'Before' | 'After' | 'Request', unknown>): string[] {
  const texts = Object.entries(change).map(([name, value]) => [
    name,
    value === undefined ? undefined : JSON.stringify(value),
  ]);
  return changeLines(Object.fromEntries(texts) as HistoryEntry);
}

test('a change is told member by member', () => {
  const told = lines({
    Request: { ModelPackageArn: 'arn', ModelApprovalStatus: 'Approved' },
    Before: {
      ModelApprovalStatus: 'Rejected',
      CustomerMetadataProperties: { a: '1', b: '2', c: '3' },
      ApprovalDescription: 'why',
      LastModifiedTime: 1,
      Same: [1],
    },
    After: {
      ModelApprovalStatus: 'Approved',
      CustomerMetadataProperties: { a: '1', b: '9', d: '4' },
      ModelLifeCycle: { Stage: 'Production' },
      LastModifiedTime: 2,
      Same: [1],
    },
  });
  assert.deepEqual(told, [
    'ModelApprovalStatus: Rejected → Approved',
    'CustomerMetadataProperties.b: 2 → 9',
    'CustomerMetadataProperties.c: 3 → none',
    'CustomerMetadataProperties.d: 4',
    'ApprovalDescription: why → none',
    'ModelLifeCycle.Stage: Production',
  ]);
});

test('a creation is told by what was asked for and what came of it', () => {
  const told = lines({
    Request: { ModelPackageGroupName: 'fraud', ClientToken: 't', Tags: [], Text: 'x'.repeat(300) },
    Before: undefined,
    After: { ModelPackageVersion: 1, CreationTime: 5 },
  });
  const cut = `Text: ${'x'.repeat(200)}…`;
  assert.deepEqual(told, ['ModelPackageGroupName: fraud', cut, 'ModelPackageVersion: 1']);
});

test('a deletion is told in a word, unless only a part is gone', () => {
  const whole = { ModelPackageArn: 'arn', ModelApprovalStatus: 'Approved' };
  assert.deepEqual(lines({ Request: {}, Before: whole, After: undefined }), ['deleted']);
  const part = { ResourcePolicy: '{}' };
  const told = lines({ Request: {}, Before: part, After: undefined });
  assert.deepEqual(told, ['ResourcePolicy: {} → none']);
});

test('nothing changed is nothing to tell', () => {
  assert.deepEqual(lines({ Request: undefined, Before: { a: 1 }, After: { a: 1 } }), []);
});
