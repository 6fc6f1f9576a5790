import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { encryptionKeyBytes } from '../kernel/secret-box.ts';
import { Unavailable } from '../store/database.ts';

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
  const kept = readKeys(file);
  if (kept) return kept;
  if (!config.database.startsWith('sqlite:')) {
    const reason = 'IMPRIMATUR_ENCRYPTION_KEY is not set, which servers of one database share.';
    throw new Unavailable(new Error(reason));
  }
  return writeKeys(file, [randomBytes(encryptionKeyBytes)]);
}

/** Puts a new key before the one in the data folder, which still opens what it sealed. */
export function addEncryptionKey(config: Parameters<typeof takeEncryptionKeys>[0]): void {
  const [current] = takeEncryptionKeys(config);
  const made = randomBytes(encryptionKeyBytes);
  writeKeys(join(config.dataDir, fileName), current ? [made, current] : [made]);
}

function writeKeys(file: string, keys: readonly Buffer[]): readonly Buffer[] {
  const lines = keys.map((key) => `${key.toString('base64')}\n`);
  // Written whole under another name first, so that a crash leaves no half of a key.
  writeFileSync(`${file}.new`, lines.join(''), { mode: 0o600, flush: true });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
  return keys;
}

/** A key a line, the first for what is encrypted from now on; undefined without a file. */
function readKeys(file: string): Buffer[] | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new Error(`${file} must be readable by its owner only (chmod 600).`);
  }
  const keys = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => Buffer.from(line.trim(), 'base64'));
  if (keys.length > 0 && keys.every((key) => key.length === encryptionKeyBytes)) return keys;
  throw new Error(`${file} must hold a key of ${encryptionKeyBytes} bytes in base64 on each line.`);
}
