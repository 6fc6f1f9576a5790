import { runGroup } from './subcommands.ts';
import type { CommandGroup } from './subcommands.ts';
import type { Terminal } from './terminal.ts';

const group: CommandGroup = {
  name: 'events',
  commands: {
    tail: {
      summary: 'follow events as they are put on a bus, without end',
      load: async () => (await import('./events-tail.ts')).eventsTail,
    },
    list: {
      summary: 'list events that were put on a bus',
      load: async () => (await import('./events-list.ts')).eventsList,
    },
    replay: {
      summary: 'send events of a time to a rule once more',
      load: async () => (await import('./events-replay.ts')).eventsReplay,
    },
  },
  examples: `  imprimatur events tail --on approved --group fraud
      tells of each version of fraud as soon as it is approved
  imprimatur events replay --from 2h --rule deploy
      sends what happened in the last two hours to the rule "deploy" once more
  imprimatur events put-rule --name deploy --event-pattern '{"source":["aws.sagemaker"]}'
      calls an operation of EventBridge, as "aws events" does
`,
};

/** `imprimatur events …`: what happens and happened; any other word is one of "aws events". */
export async function events(args: readonly string[], terminal: Terminal): Promise<number | void> {
  const [name] = args;
  const isOwn = name === undefined || name.startsWith('-') || Object.hasOwn(group.commands, name);
  if (isOwn) return runGroup(group, args, terminal);
  const { call } = await import('./call.ts');
  return call(['events', ...args], terminal);
}
