import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventEnvelope } from './event-envelope.ts';
import { laneOf } from './event-lane.ts';

function laneOfDetail(detail: Record<string, unknown>, source = 'imprimatur'): string {
  return laneOf({ id: 'the id', source, detail } as EventEnvelope);
}

test('what is of a group, or of a package outside groups, has a lane with the others of it', () => {
  const package7 = { ModelPackageName: 'fraud/7' };
  assert.equal(laneOfDetail({ ...package7, ModelPackageGroupName: 'fraud' }), 'fraud');
  assert.equal(laneOfDetail(package7, 'aws.sagemaker'), 'fraud/7');
  assert.equal(laneOfDetail(package7, 'com.example'), 'the id');
});

test('what no database could keep as a name makes no lane', () => {
  for (const name of ['a\0b', 'a'.repeat(1_000_000), '', 7]) {
    assert.equal(laneOfDetail({ ModelPackageGroupName: name }), 'the id');
  }
});
