import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { noteKeyBytes } from '../domain/sealing/note-key.ts';
import { readKeyFile, writeKeyFile } from './key-file.ts';

const fileName = 'signing-key';

/** What says where the signing keys are. */
export type SigningKeySource = Pick<Config, 'dataDir' | 'database' | 'signingKeys'>;

/**
 * The secrets that checkpoints are signed by: those of the configuration, or those in the data
 * folder, of which one is made at first need. Servers that share a database must be given theirs.
 */
export function takeSigningKeys(source: SigningKeySource): readonly Buffer[] {
  const kept = findSigningKeys(source);
  if (kept.length > 0) return kept;
  if (!source.database.startsWith('sqlite:')) {
    throw new Error('IMPRIMATUR_SIGNING_KEY is not set, which servers of one database share.');
  }
  return writeKeyFile(join(source.dataDir, fileName), [randomBytes(noteKeyBytes)]);
}

/** The same, but none is made. */
export function findSigningKeys({ dataDir, signingKeys }: SigningKeySource): readonly Buffer[] {
  if (signingKeys.length > 0) return signingKeys;
  return readKeyFile(join(dataDir, fileName), noteKeyBytes) ?? [];
}

/** Puts a new key before those in the data folder, which go on saying who signed before. */
export function addSigningKey(source: SigningKeySource): void {
  const kept = findSigningKeys(source);
  writeKeyFile(join(source.dataDir, fileName), [randomBytes(noteKeyBytes), ...kept]);
}
