import { refuseInvalid } from '../../kernel/refusal.ts';
import type { ModelApprovalStatus } from '../../contracts/sagemaker.gen.ts';

/**
 * Refuses an approval move that is not legal: among PendingManualApproval, Approved and Rejected
 * every move is; Archived (an extension) is entered from any of them and left only by a new review.
 */
export function checkApprovalMove(from: ModelApprovalStatus, to: ModelApprovalStatus): void {
  if (from !== 'Archived' || to === 'Archived' || to === 'PendingManualApproval') return;
  refuseInvalid(
    `ModelApprovalStatus cannot change from 'Archived' to '${to}': ` +
      "set it to 'PendingManualApproval' first, for a new review.",
  );
}

/** The approval status that a new version begins with. */
export function firstApprovalStatus(given: ModelApprovalStatus | undefined): ModelApprovalStatus {
  if (given === 'Archived') {
    refuseInvalid("A model package cannot be created with ModelApprovalStatus 'Archived'.");
  }
  return given ?? 'PendingManualApproval';
}
