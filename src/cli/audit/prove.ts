import type { BundleLine } from '../../domain/sealing/bundle.ts';
import { readBundle } from '../../domain/sealing/bundle-store.ts';
import type { BundleOrder } from '../../domain/sealing/bundle-store.ts';
import { parseCheckpoint } from '../../domain/sealing/checkpoint.ts';
import { systemClock } from '../../kernel/clock.ts';
import { countOption, newCommand, runCommand } from '../command.ts';
import { addDatabaseOptions } from '../db-options.ts';
import type { DatabaseOptions } from '../db-options.ts';
import { Failure, UsageFailure } from '../failure.ts';
import { localConfig } from '../local-config.ts';
import type { Terminal } from '../terminal.ts';
import { nothingSealed, withDatabase } from './open-audit.ts';
import { givenCheckpoints } from './trust.ts';

interface ProveOptions extends DatabaseOptions {
  readonly entry?: number;
  readonly since?: string;
}

/** `imprimatur audit prove`: prints a proof that needs no trust in the database. */
export function auditProve(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = addDatabaseOptions(
    newCommand(
      {
        name: 'audit prove',
        summary:
          'Prints a small bundle that proves by some hashes that an entry is in the history that ' +
          'the newest checkpoint is of, or that this history goes on from an earlier checkpoint.',
        examples: [
          ['audit prove --entry 17 > proof.jsonl', 'entry 17; "history --json" tells the numbers'],
          ['audit prove --since kept.checkpoint > proof.jsonl', 'nothing before it was changed'],
          ['audit verify --bundle proof.jsonl', 'checks either on any machine'],
        ],
      },
      terminal,
    ),
  )
    .option('--entry <number>', 'number of the entry', countOption)
    .option('--since <file>', 'a checkpoint that was kept')
    .addHelpText('after', '\nExit codes: 0 printed; 1 it cannot be proven; 2 usage.')
    .action((options: ProveOptions) => run(options, terminal));
  return runCommand(command, args);
}

async function run(options: ProveOptions, terminal: Terminal): Promise<void> {
  const { entry, since } = options;
  if (entry === undefined && since === undefined) {
    throw new UsageFailure('Say what is to be proven: --entry or --since.');
  }
  const [kept] = since === undefined ? [] : givenCheckpoints({ checkpoint: [since] });
  const earlier = kept && parseCheckpoint(kept.text);
  if (kept && !earlier) throw new Failure(`${kept.from} is no checkpoint.`);
  const order: BundleOrder = {
    madeAt: new Date(systemClock.now()).toISOString(),
    ...(entry !== undefined && { seqs: [entry] }),
    ...(earlier && { earlier }),
  };
  const config = localConfig(options, terminal.environment);
  const lines: BundleLine[] = [];
  await withDatabase(config, 'The proof', async (database) => {
    for await (const line of readBundle(database, order)) lines.push(line);
  });
  if (lines.length === 0) throw nothingSealed();
  const proven = lines.find((line) => 'leaf' in line);
  if (proven && proven.entry === null && proven.pruned !== undefined) {
    throw new Failure(
      `Entry ${entry} was removed from the journal on purpose, by statement ${proven.pruned}.`,
    );
  }
  if (entry !== undefined && !proven) {
    throw new Failure(`Entry ${entry} is not sealed: there is none, or it is seconds old.`);
  }
  terminal.out.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
