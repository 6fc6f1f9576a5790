import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { encryptionKeyBytes } from '../kernel/secret-box.ts';
import { Unavailable } from '../store/database.ts';
import { readKeyFile, writeKeyFile } from './key-file.ts';

const fileName = 'encryption-key';

/**
 * The keys that secrets are encrypted under: those of the configuration, or the one in the data
 * folder, which is made at first need. Servers that share a database must be given theirs.
 */
export function takeEncryptionKeys(
  config: Pick<Config, 'dataDir' | 'database' | 'encryptionKeys'>,
): readonly Buffer[] {
  if (config.encryptionKeys.length > 0) return config.encryptionKeys;
  const file = join(config.dataDir, fileName);
  const kept = readKeyFile(file, encryptionKeyBytes);
  if (kept) return kept;
  if (!config.database.startsWith('sqlite:')) {
    const reason = 'IMPRIMATUR_ENCRYPTION_KEY is not set, which servers of one database share.';
    throw new Unavailable(new Error(reason));
  }
  return writeKeyFile(file, [randomBytes(encryptionKeyBytes)]);
}

/** Puts a new key before the one in the data folder, which still opens what it sealed. */
export function addEncryptionKey(config: Parameters<typeof takeEncryptionKeys>[0]): void {
  const [current] = takeEncryptionKeys(config);
  const made = randomBytes(encryptionKeyBytes);
  writeKeyFile(join(config.dataDir, fileName), current ? [made, current] : [made]);
}
