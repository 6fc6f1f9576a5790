import { runGroup } from './subcommands.ts';
import type { CommandGroup } from './subcommands.ts';
import type { Terminal } from './terminal.ts';

const group: CommandGroup = {
  name: 'audit',
  commands: {
    verify: {
      summary: 'check a history against its checkpoints: in the database, or in a bundle',
      load: async () => (await import('./audit/verify.ts')).auditVerify,
    },
    export: {
      summary: 'write a bundle that can be verified without the database',
      load: async () => (await import('./audit/export.ts')).auditExport,
    },
    checkpoint: {
      summary: 'print the newest checkpoint, to be kept elsewhere',
      load: async () => (await import('./audit/checkpoint.ts')).auditCheckpoint,
    },
    prove: {
      summary:
        'prove that an entry is in the history, or that the history went on from a checkpoint',
      load: async () => (await import('./audit/prove.ts')).auditProve,
    },
    prune: {
      summary: 'remove old entries that nothing needs any more, and say so in the history',
      load: async () => (await import('./audit/prune.ts')).auditPrune,
    },
    'rotate-key': {
      summary: 'sign by a new key from now on',
      load: async () => (await import('./audit/rotate-key.ts')).auditRotateKey,
    },
  },
  examples: `  imprimatur audit verify
      checks everything in ./imprimatur-data
  imprimatur audit export history.jsonl.gz && imprimatur audit verify --bundle history.jsonl.gz
      writes it into a file and checks that, as can be done on any machine
`,
};

/** `imprimatur audit …`: looks after the proof that history is what it was, without a server. */
export function audit(args: readonly string[], terminal: Terminal): Promise<number | void> {
  return runGroup(group, args, terminal);
}
