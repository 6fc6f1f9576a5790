import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { isBackup } from './backup-file.ts';

const nameForm = /^imprimatur-\d{8}T\d{6}Z\.backup$/;
const partialForm = /^imprimatur-\d{8}T\d{6}Z\.backup\.\d+\.partial(-journal)?$/;
const partialHoursMax = 24;

/** The name of a backup that is taken at a time; names sort by time. */
export function backupName(takenAt: Date): string {
  return `imprimatur-${stamp(takenAt)}.backup`;
}

/** A time as a part of a file's name, to the second. */
export function stamp(time: Date): string {
  return `${time.toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z`;
}

/** Whether a path is a folder; a file that is not there is none. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The newest backup of a folder, by its name. */
export function newestBackup(folder: string): string {
  const newest = namesOf(folder).at(-1);
  if (newest === undefined) {
    throw new Failure(
      `${folder} holds no backup. They are called like imprimatur-20260131T040000Z.backup; ` +
        'name a file that is called otherwise.',
    );
  }
  return join(folder, newest);
}

/**
 * Removes all but the newest backups of a folder, and what a backup that was broken off left a day
 * ago; only files that were made here and are called as they were made. Answers what is gone.
 */
export function pruneBackups(folder: string, keep: number, now: Date): string[] {
  const old = namesOf(folder)
    .slice(0, -keep)
    .map((name) => join(folder, name))
    .filter(isBackup);
  const before = now.getTime() - partialHoursMax * 3_600_000;
  const left = readdirSync(folder)
    .filter((name) => partialForm.test(name))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).mtimeMs < before);
  const gone = [...old, ...left];
  for (const path of gone) rmSync(path);
  return gone;
}

function namesOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => nameForm.test(name))
    .sort();
}
