import { runGroup } from './subcommands.ts';
import type { CommandGroup } from './subcommands.ts';
import type { Terminal } from './terminal.ts';

const group: CommandGroup = {
  name: 'deliveries',
  commands: {
    list: {
      summary: 'list what was, or is to be, delivered to targets of rules',
      load: async () => (await import('./deliveries-list.ts')).deliveriesList,
    },
    show: {
      summary: 'show a delivery with all its tries, and its event',
      load: async () => (await import('./deliveries-show.ts')).deliveriesShow,
    },
    redrive: {
      summary: 'have what was given up tried once more',
      load: async () => (await import('./deliveries-redrive.ts')).deliveriesRedrive,
    },
  },
  examples: `  imprimatur deliveries list --state failed
      lists what was given up
  imprimatur deliveries redrive --rule deploy
      has all that the rule "deploy" gave up tried once more
`,
};

/** `imprimatur deliveries …`: looks after what events were delivered. */
export function deliveries(args: readonly string[], terminal: Terminal): Promise<number | void> {
  return runGroup(group, args, terminal);
}
