import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GivenAccessKey } from '../config.ts';
import { newAccessKeyId, newSecretAccessKey } from '../kernel/unique-id.ts';

/** The root access key, and where it is kept in the form of AWS's shared credentials files. */
export interface KeptAccessKey extends GivenAccessKey {
  readonly file: string;
  /** Whether it was made just now, so that nobody has seen it yet. */
  readonly isNew: boolean;
}

/** The file's name in the data folder; AWS_SHARED_CREDENTIALS_FILE may point at it. */
export const credentialsFileName = 'credentials';

/**
 * Takes the given root access key, or the one in the data folder, or makes one; keeps it in the
 * data folder, readable by the owner only.
 */
export function takeRootAccessKey(
  dataDir: string,
  given: GivenAccessKey | undefined,
): KeptAccessKey {
  const file = join(dataDir, credentialsFileName);
  const kept = readCredentials(file);
  if (given) {
    const same = kept?.accessKeyId === given.accessKeyId;
    if (!same || kept.secretAccessKey !== given.secretAccessKey) writeCredentials(file, given);
    return { ...given, file, isNew: false };
  }
  if (kept) return { ...kept, file, isNew: false };
  const made = { accessKeyId: newAccessKeyId(), secretAccessKey: newSecretAccessKey() };
  writeCredentials(file, made);
  return { ...made, file, isNew: true };
}

/** Reads the access key in a credentials file; undefined when there is no such file. */
export function readCredentials(file: string): GivenAccessKey | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const accessKeyId = /^aws_access_key_id *= *(\S+) *$/m.exec(text)?.[1];
  const secretAccessKey = /^aws_secret_access_key *= *(\S+) *$/m.exec(text)?.[1];
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  throw new Error(`${file} holds no access key; remove it to have a new one made.`);
}

function writeCredentials(file: string, key: GivenAccessKey): void {
  const lines = [
    '[default]',
    `aws_access_key_id = ${key.accessKeyId}`,
    `aws_secret_access_key = ${key.secretAccessKey}`,
    '',
  ];
  // Written whole under another name first, so that a crash leaves the old key or the new one.
  writeFileSync(`${file}.new`, lines.join('\n'), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}
