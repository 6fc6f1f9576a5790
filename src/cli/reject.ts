import { approvalCommand } from './set-approval.ts';

/** `imprimatur reject`: declares a version unfit for production. */
export const reject = approvalCommand(
  {
    name: 'reject',
    summary: 'Rejects a version: declares it unfit for production.',
    examples: [
      ['reject fraud/3 -m "recall below 0.8"', 'rejects version 3 of fraud, and says why'],
    ],
  },
  'Rejected',
);
