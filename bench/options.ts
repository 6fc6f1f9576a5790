import { parseArgs } from 'node:util';
import { scenarios } from './scenarios.ts';

/** What is measured, and how thoroughly. */
export interface Options {
  readonly command: 'measure' | 'profile' | 'sealing' | 'events' | 'help';
  /** Sizes of the registry. */
  readonly versions: readonly number[];
  /** Of one window. */
  readonly seconds: number;
  /** Windows of each scenario at each size; their median is reported. */
  readonly rounds: number;
  readonly connections: number;
  readonly database: 'sqlite' | 'postgres';
  /** Who calls: the root user, or a user with policies, compared with the root user. */
  readonly caller: 'root' | 'user';
  /** Names of scenarios. */
  readonly scenarios: readonly string[];
  /** Journal entries that are sealed and verified; deliveries that are drained. */
  readonly entries: number;
  /** Whether the results are written to bench/RESULTS.md. */
  readonly record: boolean;
}

/** What `--help` says. */
export const help = `Measures the registry: the real server, authenticating and durable, over
HTTP on loopback.

  npm run bench                            all scenarios at 1,000 to 1,000,000 versions
  npm run bench -- --quick                 a glance: small registries, one short round
  npm run bench -- profile <scenario>      where the server's time goes in one scenario
  npm run bench -- sealing                 what sealing and verifying the history costs
  npm run bench -- events                  how soon and how fast events are delivered

Options
  --versions <list>     sizes of the registry (1000,5000,100000,1000000; of profile: 100000)
  --seconds <number>    length of a window (2; of profile: 5)
  --rounds <number>     windows of each scenario at each size (3)
  --connections <n>     connections with one request in flight each (16)
  --scenarios <list>    only these
  --entries <number>    journal entries, of sealing (200000); deliveries, of events (1000000)
  --database <kind>     sqlite, or postgres: a PostgreSQL that is started for the run, beside
                        what pgbench gets out of it (sqlite)
  --as <caller>         root, or user: one for whom 50 policies of 20 statements are in force,
                        held against root (root)
  --quick               --versions 1000,5000 --seconds 0.5 --rounds 1
  --record              adds the results to bench/RESULTS.md
  --help                this text

Scenarios
  ${scenarios.map(({ name }) => name).join(', ')}

The first run seeds its registries, which takes some minutes for a million versions; they are kept
in .cache/bench. Each run works on copies.
`;

/** A command line that says nothing that can be done. */
export class UsageError extends Error {}

/** Reads the command line. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const [command = 'measure', ...named] = positionals;
  if (!isCommand(command)) throw new UsageError(`There is no command '${command}'.`);
  const profiling = command === 'profile';
  if (profiling && named.length !== 1) throw new UsageError('Profile one scenario.');
  const given = profiling ? named : list(values.scenarios);
  const known = scenarios.map(({ name }) => name);
  const unknown = given.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`There is no scenario '${unknown}'.`);
  const usualVersions = profiling ? '100000' : '1000,5000,100000,1000000';
  const usualSeconds = profiling ? '5' : '2';
  return {
    command: values.help ? 'help' : command,
    versions: list(values.versions ?? (values.quick ? '1000,5000' : usualVersions))
      .map((text) => number(text, '--versions'))
      .sort((a, b) => a - b),
    seconds: number(values.seconds ?? (values.quick ? '0.5' : usualSeconds), '--seconds'),
    rounds: number(values.rounds ?? (values.quick ? '1' : '3'), '--rounds'),
    connections: number(values.connections ?? '16', '--connections'),
    database: databaseKind(values.database ?? 'sqlite'),
    caller: callerKind(values.as ?? 'root'),
    scenarios: given.length > 0 ? given : known,
    entries: number(values.entries ?? (command === 'events' ? '1000000' : '200000'), '--entries'),
    record: values.record ?? false,
  };
}

function isCommand(text: string): text is Exclude<Options['command'], 'help'> {
  return ['measure', 'profile', 'sealing', 'events'].includes(text);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        versions: { type: 'string' },
        seconds: { type: 'string' },
        rounds: { type: 'string' },
        connections: { type: 'string' },
        database: { type: 'string' },
        as: { type: 'string' },
        scenarios: { type: 'string' },
        quick: { type: 'boolean' },
        entries: { type: 'string' },
        record: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function databaseKind(text: string): Options['database'] {
  if (text === 'sqlite' || text === 'postgres') return text;
  throw new UsageError(`--database takes sqlite or postgres, not '${text}'.`);
}

function callerKind(text: string): Options['caller'] {
  if (text === 'root' || text === 'user') return text;
  throw new UsageError(`--as takes root or user, not '${text}'.`);
}

function list(text = ''): string[] {
  return text.split(',').filter((item) => item !== '');
}

function number(text: string, option: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(`${option} takes numbers above 0, not '${text}'.`);
}
