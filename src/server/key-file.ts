import { chmodSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';

/** Writes secret keys, one a line, for their owner's eyes alone. */
export function writeKeyFile(file: string, keys: readonly Buffer[]): readonly Buffer[] {
  const lines = keys.map((key) => `${key.toString('base64')}\n`);
  // Written whole under another name first, so that a crash leaves no half of a key.
  writeFileSync(`${file}.new`, lines.join(''), { mode: 0o600, flush: true });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
  return keys;
}

/** A key a line, the first for what is done from now on; undefined without a file. */
export function readKeyFile(file: string, bytes: number): Buffer[] | undefined {
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
  if (keys.length > 0 && keys.every((key) => key.length === bytes)) return keys;
  throw new Error(`${file} must hold a key of ${bytes} bytes in base64 on each line.`);
}
