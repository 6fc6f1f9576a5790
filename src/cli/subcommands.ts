import { UsageFailure } from './failure.ts';
import { didYouMean } from './nearest.ts';
import type { Terminal } from './terminal.ts';

type Run = (args: readonly string[], terminal: Terminal) => Promise<number | void>;

/** A command of commands, as `imprimatur db` is. */
export interface CommandGroup {
  readonly name: string;
  readonly commands: Readonly<Record<string, { summary: string; load(): Promise<Run> }>>;
  /** Command lines, and below each what it does. */
  readonly examples: string;
}

/** Runs the command of a group that its first argument names. */
export async function runGroup(
  group: CommandGroup,
  args: readonly string[],
  terminal: Terminal,
): Promise<number | void> {
  const [name, ...others] = args;
  if (name === undefined || name === '--help' || name === '-h') {
    terminal.out.write(helpText(group));
    return undefined;
  }
  if (!Object.hasOwn(group.commands, name)) {
    const hint = didYouMean(name, Object.keys(group.commands));
    throw new UsageFailure(
      `unknown command '${group.name} ${name}'${hint}\nUsage: imprimatur ${group.name} --help`,
    );
  }
  const run = await group.commands[name]!.load();
  return run(others, terminal);
}

function helpText({ name, commands, examples }: CommandGroup): string {
  const lines = Object.entries(commands).map(
    ([command, { summary }]) => `  ${command.padEnd(13)} ${summary}`,
  );
  return `Usage: imprimatur ${name} <command> [options]

Commands:
${lines.join('\n')}

"imprimatur ${name} <command> --help" tells the options of a command, with more examples.

Examples:
${examples}`;
}
