import { approvalCommand } from './set-approval.ts';

/** `imprimatur approve`: clears a version for deployment. */
export const approve = approvalCommand(
  {
    name: 'approve',
    summary: 'Approves a version: clears it for deployment.',
    examples: [
      ['approve fraud/3 -m "meets the bias criteria"', 'approves version 3 of fraud, and says why'],
    ],
  },
  'Approved',
);
