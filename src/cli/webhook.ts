import { runGroup } from './subcommands.ts';
import type { CommandGroup } from './subcommands.ts';
import type { Terminal } from './terminal.ts';

const group: CommandGroup = {
  name: 'webhook',
  commands: {
    add: {
      summary: 'tell an endpoint of events, and print the secret that signs them',
      load: async () => (await import('./webhook-add.ts')).webhookAdd,
    },
    list: {
      summary: 'list the webhooks',
      load: async () => (await import('./webhook-list.ts')).webhookList,
    },
    show: {
      summary: 'show all about a webhook but its secret',
      load: async () => (await import('./webhook-show.ts')).webhookShow,
    },
    test: {
      summary: 'send a webhook an event, and tell what it answers',
      load: async () => (await import('./webhook-test.ts')).webhookTest,
    },
    disable: {
      summary: 'send a webhook nothing until it is enabled',
      load: async () => (await import('./webhook-change.ts')).webhookDisable,
    },
    enable: {
      summary: 'send it events again',
      load: async () => (await import('./webhook-change.ts')).webhookEnable,
    },
    'rotate-secret': {
      summary: 'give a webhook a new secret; the old one signs for a day',
      load: async () => (await import('./webhook-rotate-secret.ts')).webhookRotateSecret,
    },
    remove: {
      summary: 'delete a webhook',
      load: async () => (await import('./webhook-change.ts')).webhookRemove,
    },
  },
  examples: `  imprimatur webhook add https://ci.example/hooks --on approved --group fraud
      posts each approval of a version of the group fraud to that address
  imprimatur webhook test ci.example-3f2a1b
      sends that one an event that tells of nothing
`,
};

/** `imprimatur webhook …`: tells endpoints of what happens in the registry. */
export function webhook(args: readonly string[], terminal: Terminal): Promise<number | void> {
  return runGroup(group, args, terminal);
}
