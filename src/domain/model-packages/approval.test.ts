import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf } from '../../../tests/support/scenario.ts';
import { checkApprovalMove, firstApprovalStatus } from './approval.ts';

const statuses = ['PendingManualApproval', 'Approved', 'Rejected', 'Archived'] as const;
const illegal = ['Archived → Approved', 'Archived → Rejected'];

for (const from of statuses) {
  for (const to of statuses) {
    const move = `${from} → ${to}`;
    test(`${move} is ${illegal.includes(move) ? 'refused' : 'legal'}`, () => {
      const expected = illegal.includes(move)
        ? `invalid: ModelApprovalStatus cannot change from 'Archived' to '${to}': ` +
          "set it to 'PendingManualApproval' first, for a new review."
        : undefined;
      assert.equal(
        refusalOf(() => checkApprovalMove(from, to)),
        expected,
      );
    });
  }
}

test('a version begins with the status it was given, else PendingManualApproval', () => {
  assert.equal(firstApprovalStatus(undefined), 'PendingManualApproval');
  for (const status of ['PendingManualApproval', 'Approved', 'Rejected'] as const) {
    assert.equal(firstApprovalStatus(status), status);
  }
});

test('a version does not begin archived', () => {
  assert.equal(
    refusalOf(() => firstApprovalStatus('Archived')),
    "invalid: A model package cannot be created with ModelApprovalStatus 'Archived'.",
  );
});
