import { InvalidArgumentError } from 'commander';
import type { ModelApprovalStatus } from '../contracts/sagemaker.gen.ts';
import type { Style } from './terminal.ts';

const styles: Readonly<Record<ModelApprovalStatus, Style>> = {
  PendingManualApproval: 'yellow',
  Approved: 'green',
  Rejected: 'red',
  Archived: 'dim',
};

/** The approval statuses, as options list them. */
export const approvalStatuses = Object.keys(styles) as ModelApprovalStatus[];

/** Reads an approval status in any case; `pending` is PendingManualApproval. */
export function approvalOption(text: string): ModelApprovalStatus {
  const word = text.toLowerCase();
  const meant = word === 'pending' ? 'pendingmanualapproval' : word;
  const status = approvalStatuses.find((one) => one.toLowerCase() === meant);
  if (status !== undefined) return status;
  throw new InvalidArgumentError(`It must be one of ${approvalStatuses.join(', ')}.`);
}

/** How a status is painted. */
export function approvalStyle(status: string | undefined): Style | undefined {
  return status === undefined ? undefined : styles[status as ModelApprovalStatus];
}
