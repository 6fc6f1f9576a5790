import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { parseVerifierKey, signerKey } from '../../domain/sealing/note-key.ts';
import type { KeptCheckpoint } from '../../domain/sealing/check-history.ts';
import { findSigningKeys } from '../../server/signing-key.ts';
import { witnessFileName } from '../../server/witness-file.ts';
import { Failure } from '../failure.ts';
import { explainFileFailure } from '../file-failure.ts';

/** What somebody trusts besides what is to be verified. */
export interface TrustOptions {
  readonly key?: string[];
  readonly checkpoint?: string[];
}

/** The public keys that were given, as text or as files of it. */
export function givenAnchors({ key: keys = [] }: TrustOptions): string[] {
  return keys.map((given) => {
    const text = parseVerifierKey(given) ? given : readText(given).trim();
    if (parseVerifierKey(text)) return text;
    throw new Failure(`${given} is no public key such as "imprimatur audit checkpoint" prints.`);
  });
}

/** The public halves of the keys by which the server of a configuration signs. */
export function ownAnchors(config: Config, origin: string): string[] {
  return findSigningKeys(config).map((secret) => signerKey(origin, secret).verifier.text);
}

/** The checkpoints that were given as files. */
export function givenCheckpoints({ checkpoint: files = [] }: TrustOptions): KeptCheckpoint[] {
  return files.map((file) => ({ from: file, text: readText(file) }));
}

/** The checkpoint that the server of a configuration keeps beside the database. */
export function ownCheckpoints({ dataDir }: Config): KeptCheckpoint[] {
  const file = join(dataDir, witnessFileName);
  return existsSync(file) ? [{ from: file, text: readText(file) }] : [];
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw explainFileFailure(error, `${file} cannot be read`);
  }
}
