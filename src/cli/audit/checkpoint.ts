import {
  findCheckpoint,
  findNewestCheckpoint,
  listLogKeys,
} from '../../domain/sealing/seal-store.ts';
import { countOption, newCommand, runCommand } from '../command.ts';
import { addDatabaseOptions } from '../db-options.ts';
import type { DatabaseOptions } from '../db-options.ts';
import { Failure } from '../failure.ts';
import { localConfig } from '../local-config.ts';
import type { Terminal } from '../terminal.ts';
import { nothingSealed, withDatabase } from './open-audit.ts';

interface CheckpointOptions extends DatabaseOptions {
  readonly size?: number;
  readonly keys?: boolean;
}

/** `imprimatur audit checkpoint`: prints a checkpoint, or the public keys that sign them. */
export function auditCheckpoint(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = addDatabaseOptions(
    newCommand(
      {
        name: 'audit checkpoint',
        summary:
          'Prints the newest checkpoint: a signed note of a few lines. Whoever keeps it ' +
          'elsewhere notices if what was before it is ever changed or cut off.',
        examples: [
          ['audit checkpoint > kept.checkpoint', 'keeps it; "audit verify --checkpoint" compares'],
          ['audit checkpoint --keys', 'prints the public keys, the oldest first'],
        ],
      },
      terminal,
    ),
  )
    .option('--size <entries>', 'the checkpoint of so many entries', countOption)
    .option('--keys', 'the public keys instead, one a line')
    .addHelpText('after', '\nExit codes: 0 printed; 1 there is none; 2 usage.')
    .action((options: CheckpointOptions) => run(options, terminal));
  return runCommand(command, args);
}

async function run({ size, keys, ...options }: CheckpointOptions, terminal: Terminal) {
  const config = localConfig(options, terminal.environment);
  const text = await withDatabase(config, 'Reading the checkpoint', (database) =>
    database.read(async (tx) => {
      if (keys) return (await listLogKeys(tx)).map(({ verifier }) => `${verifier}\n`).join('');
      const found = size === undefined ? findNewestCheckpoint(tx) : findCheckpoint(tx, size);
      return (await found)?.note ?? '';
    }),
  );
  if (text !== '') terminal.out.write(text);
  else if (size === undefined) throw nothingSealed();
  else throw new Failure(`There is no checkpoint of ${size} entries.`);
}
