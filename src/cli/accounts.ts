import { runGroup } from './subcommands.ts';
import type { CommandGroup } from './subcommands.ts';
import type { Terminal } from './terminal.ts';

const group: CommandGroup = {
  name: 'accounts',
  commands: {
    list: {
      summary: 'list the accounts',
      load: async () => (await import('./accounts-list.ts')).accountsList,
    },
    create: {
      summary: 'make an account and print its root access key',
      load: async () => (await import('./accounts-create.ts')).accountsCreate,
    },
    'new-key': {
      summary: "make another root access key, beside the account's others or in their place",
      load: async () => (await import('./accounts-new-key.ts')).accountsNewKey,
    },
    rename: {
      summary: 'give an account another name',
      load: async () => (await import('./accounts-update.ts')).accountsRename,
    },
    disable: {
      summary: 'keep the keys of an account from signing; its data stays',
      load: async () => (await import('./accounts-update.ts')).accountsDisable,
    },
    enable: {
      summary: 'let them sign again',
      load: async () => (await import('./accounts-update.ts')).accountsEnable,
    },
  },
  examples: `  imprimatur accounts list
      lists them, that of the operator among them
  imprimatur accounts create risk
      makes the account "risk" under a number that is drawn
`,
};

/** `imprimatur accounts …`: administers the accounts of a registry. */
export function accounts(args: readonly string[], terminal: Terminal): Promise<number | void> {
  return runGroup(group, args, terminal);
}
