import type { Config } from '../config.ts';
import { resealSecrets } from '../domain/access-keys/secret-rotation.ts';
import { SecretBox } from '../kernel/secret-box.ts';
import { addEncryptionKey, takeEncryptionKeys } from '../server/encryption-key.ts';
import { openDatabase } from '../store/open-database.ts';
import { newCommand, runCommand } from './command.ts';
import { onDatabase } from './database-failure.ts';
import { addDatabaseOptions, requireDatabase } from './db-options.ts';
import type { DatabaseOptions } from './db-options.ts';
import { localConfig } from './local-config.ts';
import { showProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** `imprimatur db rekey`: encrypts all secrets under a new encryption key. */
export async function dbRekey(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = addDatabaseOptions(
    newCommand(
      {
        name: 'db rekey',
        summary:
          'Encrypts all secrets that are kept under a new encryption key: the first of ' +
          'IMPRIMATUR_ENCRYPTION_KEY or, without that variable, one that it adds to the data ' +
          'folder. It may run beside the server.',
        examples: [
          ['db rekey', 'makes a new key in ./imprimatur-data and uses it'],
          [
            'db rekey --database postgres://db.example/models',
            'uses the first key of the variable',
          ],
        ],
      },
      terminal,
    ),
  ).action(async (options: DatabaseOptions) => {
    const config = localConfig(options, terminal.environment);
    requireDatabase(config.database);
    process.umask(0o077);
    const count = await onDatabase(config.database, () =>
      showProgress(terminal, () => 'Encrypting', rekey(config)),
    );
    terminal.out.write(`Encrypted ${count} ${count === 1 ? 'secret' : 'secrets'} anew.\n`);
  });
  await runCommand(command, args);
}

async function rekey(config: Config): Promise<number> {
  const secrets = new SecretBox(() => takeEncryptionKeys(config));
  const database = await openDatabase(config.database);
  try {
    // The file keeps two keys: what is under the elder one is sealed anew before that goes.
    const pending = await resealSecrets(database, secrets);
    if (config.encryptionKeys.length > 0) return pending;
    addEncryptionKey(config);
    return await resealSecrets(database, new SecretBox(() => takeEncryptionKeys(config)));
  } finally {
    await database.close();
  }
}
