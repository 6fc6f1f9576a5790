import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config.ts';
import { Lease } from '../../domain/leases/lease-store.ts';
import { signerKey } from '../../domain/sealing/note-key.ts';
import { findSealState, listLogKeys } from '../../domain/sealing/seal-store.ts';
import { systemClock } from '../../kernel/clock.ts';
import { randomId } from '../../kernel/id.ts';
import { limits } from '../../kernel/limits.ts';
import { addSigningKey, takeSigningKeys } from '../../server/signing-key.ts';
import { openDatabase } from '../../store/open-database.ts';
import { currentKey, replaceLostKey } from '../../workers/seal-keys.ts';
import { newCommand, runCommand } from '../command.ts';
import { onDatabase } from '../database-failure.ts';
import { addDatabaseOptions, requireDatabase } from '../db-options.ts';
import type { DatabaseOptions } from '../db-options.ts';
import { Failure } from '../failure.ts';
import { localConfig } from '../local-config.ts';
import { showProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { nothingSealed } from './open-audit.ts';

interface RotateOptions extends DatabaseOptions {
  readonly oldKeyLost?: boolean;
}

/** `imprimatur audit rotate-key`: has the next checkpoints signed by a new key. */
export function auditRotateKey(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = addDatabaseOptions(
    newCommand(
      {
        name: 'audit rotate-key',
        summary:
          'Signs by a new key from now on: the first of IMPRIMATUR_SIGNING_KEY or, without that ' +
          'variable, one that it adds to the data folder. The old key vouches for it, and goes ' +
          'on proving what it signed. It may run beside the server.',
        examples: [
          ['audit rotate-key', 'makes a new key in ./imprimatur-data and uses it'],
          ['audit rotate-key --old-key-lost', 'goes on though the old key is gone'],
        ],
      },
      terminal,
    ),
  )
    .option('--old-key-lost', 'record a key that the old one does not vouch for')
    .addHelpText('after', '\nExit codes: 0 the new key is in use; 1; 2 usage.')
    .action(async (options: RotateOptions) => {
      const config = localConfig(options, terminal.environment);
      requireDatabase(config.database);
      process.umask(0o077);
      const verifier = await onDatabase(config.database, () =>
        showProgress(terminal, () => 'Waiting for the sealer', rotate(config, options)),
      );
      terminal.out.write(`Signing key from now on: ${verifier}\n`);
    });
  return runCommand(command, args);
}

async function rotate(config: Config, { oldKeyLost }: RotateOptions): Promise<string> {
  const database = await openDatabase(config.database);
  const lease = new Lease({ database, name: 'seal-journal', holder: randomId() });
  try {
    const state = await database.read(findSealState);
    if (!state) throw nothingSealed();
    if (!oldKeyLost && config.signingKeys.length === 0) addSigningKey(config);
    const takeKeys = () => takeSigningKeys(config);
    const wanted = signerKey(state.origin, takeKeys()[0]!).verifier.text;
    const parts = { database, lease, clock: systemClock, takeKeys };
    const end = performance.now() + 3 * limits.leaseSeconds * 1000;
    // A server that seals all the time takes the new key by itself, if it has it.
    while ((await database.read(listLogKeys)).at(-1)?.verifier !== wanted) {
      if (performance.now() > end) throw new Failure(busyText);
      if (!(await lease.acquire())) await sleep(limits.lockRetryMilliseconds);
      else if (oldKeyLost) await replaceLostKey(state.origin, parts);
      else await currentKey(state.origin, parts);
    }
    return wanted;
  } finally {
    await lease.release().catch(() => undefined);
    await database.close();
  }
}

const busyText =
  'The server seals all the time, and by another key. Give it the new key before the old one in ' +
  'IMPRIMATUR_SIGNING_KEY and restart it, or try again.';
