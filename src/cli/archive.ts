import { approvalCommand } from './set-approval.ts';

/** `imprimatur archive`: marks a version as superseded or retired. */
export const archive = approvalCommand(
  {
    name: 'archive',
    summary:
      'Archives a version: marks it as superseded or retired. Only a new review, by setting ' +
      'PendingManualApproval, brings it back. An extension; servers with --strict-aws refuse it.',
    examples: [
      ['archive fraud/2 -m "superseded by 3"', 'archives version 2 of fraud, and says why'],
    ],
  },
  'Archived',
);
