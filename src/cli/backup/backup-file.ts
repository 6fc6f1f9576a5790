import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { JournalRoot } from '../../domain/journal/journal-root.ts';
import { Failure } from '../failure.ts';

/** What a backup says of itself, behind the database in the same file. */
export interface BackupManifest {
  /** Of the product that took it. */
  readonly version: string;
  readonly takenAt: string;
  /** The migrations that its schema has been through. */
  readonly schema: readonly string[];
  readonly partition: string;
  readonly databaseBytes: number;
  /** SHA-256 of the database, in hex. */
  readonly sha256: string;
  readonly journal: JournalRoot;
}

// A footer has a fixed length, so that it is found from the end: format, length and SHA-256 of the
// manifest before it.
const footerForm = /^imprimatur-backup-1 (\d{8}) ([0-9a-f]{64})\n$/;
const footerBytes = 'imprimatur-backup-1 '.length + 8 + 1 + 64 + 1;
const manifestBytesMax = 1024 * 1024;
const chunkBytes = 1024 * 1024;
const sqliteMagic = 'SQLite format 3\0';

/** Makes a database file a backup: writes the manifest and the footer behind it. */
export function sealBackup(path: string, manifest: BackupManifest): void {
  const text = Buffer.from(`\n${JSON.stringify(manifest)}\n`);
  const digest = hash('sha256', text);
  const footer = `imprimatur-backup-1 ${String(text.length).padStart(8, '0')} ${digest}\n`;
  const file = openSync(path, 'r+');
  try {
    writeAll(file, Buffer.concat([text, Buffer.from(footer)]), manifest.databaseBytes);
  } finally {
    closeSync(file);
  }
}

/** What a backup says of itself; refuses a file that is none, or not a whole one. */
export function readManifest(path: string): BackupManifest {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const footer = footerForm.exec(
      readAt(file, size - footerBytes, footerBytes).toString('latin1'),
    );
    if (!footer) throw notABackup(path, readAt(file, 0, sqliteMagic.length).toString('latin1'));
    const length = Number(footer[1]);
    const text = readAt(file, size - footerBytes - length, Math.min(length, manifestBytesMax));
    if (hash('sha256', text) !== footer[2]) throw damaged(path);
    const manifest = JSON.parse(text.toString('utf8')) as BackupManifest;
    if (manifest.databaseBytes + length + footerBytes !== size) throw damaged(path);
    return manifest;
  } finally {
    closeSync(file);
  }
}

/** Whether a file ends as backups do. */
export function isBackup(path: string): boolean {
  try {
    readManifest(path);
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** SHA-256 of a file's first bytes, in hex. */
export async function hashFile(
  path: string,
  bytes: number,
  onProgress: (fraction: number) => void,
): Promise<string> {
  const digest = createHash('sha256');
  await readChunks(path, bytes, (chunk, offset) => {
    digest.update(chunk);
    onProgress(offset / bytes);
  });
  return digest.digest('hex');
}

/** Writes a backup's database into an empty file; refuses when it is not what was backed up. */
export async function extractDatabase(
  path: string,
  manifest: BackupManifest,
  target: string,
  onProgress: (fraction: number) => void,
): Promise<void> {
  const digest = createHash('sha256');
  const file = openSync(target, 'r+');
  try {
    await readChunks(path, manifest.databaseBytes, (chunk, offset) => {
      digest.update(chunk);
      writeAll(file, chunk, offset);
      onProgress(offset / manifest.databaseBytes);
    });
  } finally {
    closeSync(file);
  }
  if (digest.digest('hex') !== manifest.sha256) throw damaged(path);
}

async function readChunks(
  path: string,
  bytes: number,
  take: (chunk: Buffer, offset: number) => void,
): Promise<void> {
  const file = openSync(path, 'r');
  try {
    for (let offset = 0; offset < bytes; offset += chunkBytes) {
      take(readAt(file, offset, Math.min(chunkBytes, bytes - offset)), offset);
      await setImmediate();
    }
  } finally {
    closeSync(file);
  }
}

/** Bytes at a place of a file; fewer where it ends. */
function readAt(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(Math.max(0, length));
  if (position < 0) return buffer.subarray(0, 0);
  let read = 0;
  while (read < length) {
    const count = readSync(file, buffer, read, length - read, position + read);
    if (count === 0) break;
    read += count;
  }
  return buffer.subarray(0, read);
}

/** A disk that is filling up may take a part of what it is given. */
function writeAll(file: number, bytes: Buffer, position: number): void {
  for (let written = 0; written < bytes.length;) {
    written += writeSync(file, bytes, written, bytes.length - written, position + written);
  }
}

function notABackup(path: string, start: string): Failure {
  const guess = start.startsWith(sqliteMagic.slice(0, 15))
    ? 'It is an SQLite database: a backup that was cut off, or one that another program made.'
    : 'It was made by another program.';
  return new Failure(`${path} is no whole backup of imprimatur. ${guess} Nothing was changed.`);
}

function damaged(path: string): Failure {
  return new Failure(
    `${path} is damaged: it is not what "imprimatur backup" wrote. Take an older backup. ` +
      'Nothing was changed.',
  );
}
