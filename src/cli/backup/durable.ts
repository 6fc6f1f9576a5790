import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { formatBytes } from '../byte-count.ts';
import { Failure } from '../failure.ts';

/** Waits until a file's content is on the disk. */
function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Waits until a folder's names are on the disk; Windows cannot and need not be asked. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Makes a file that only its owner may read; fails where there is one. */
export function makePrivateFile(path: string): void {
  closeSync(openSync(path, 'wx', 0o600));
}

/**
 * Makes a folder and those above it, for their owner alone; answers the topmost that it made.
 * Node's own way never ends where none can be made (/proc), and tells the wrong reason on a
 * read-only disk.
 */
export function makePrivateFolder(path: string): string | undefined {
  if (existsSync(path)) return undefined;
  const above = makePrivateFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
  return above ?? path;
}

/** Gives a finished file its name; without `force` never in the place of another. */
export function publish(partial: string, target: string, force: boolean): void {
  syncFile(partial);
  if (force) renameSync(partial, target);
  else linkOrRename(partial, target);
  syncFolder(dirname(target));
}

/** A link, unlike a renaming, fails where the name is taken; not every file system has them. */
function linkOrRename(partial: string, target: string): void {
  try {
    linkSync(partial, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new Failure(`${target} exists.`);
    renameSync(partial, target);
    return;
  }
  rmSync(partial);
}

/** Refuses to begin what would fill the disk that a folder lies on. */
export function requireSpace(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new Failure(
    `The disk of ${folder} has ${formatBytes(free)} left, and ${formatBytes(bytes)} are needed.`,
  );
}
