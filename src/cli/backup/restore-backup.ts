import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { isDamaged, takeSqlite } from '../../store/sqlite-file.ts';
import { Failure } from '../failure.ts';
import { extractDatabase, readManifest } from './backup-file.ts';
import type { BackupManifest } from './backup-file.ts';
import { stamp } from './backup-folder.ts';
import {
  makePrivateFile,
  makePrivateFolder,
  publish,
  requireSpace,
  syncFolder,
} from './durable.ts';
import { withScratch } from './scratch.ts';
import { describe } from './take-backup.ts';
import type { Watch } from './take-backup.ts';

/** What to restore, and where. */
export interface RestoreOrder {
  readonly file: string;
  readonly target: string;
  /** Whether a database that is there may be moved aside. */
  readonly force: boolean;
  readonly now: Date;
}

/** What became of it. */
export interface Restored {
  readonly manifest: BackupManifest;
  /** Where the database is now that was there before. */
  readonly aside: string | undefined;
}

/**
 * Puts a backup's database in its place. The whole backup is proved first, in a file of its own; a
 * database that is in use is refused, and one that is moved aside is never deleted.
 */
export async function restoreBackup(order: RestoreOrder, watch: Watch): Promise<Restored> {
  const { file, target, force } = order;
  const manifest = readManifest(file);
  const isThere = existsSync(target);
  if (isThere && !force) {
    throw new Failure(
      `There is a database already: ${target}. --force moves it aside, under another name in ` +
        'the same folder.',
    );
  }
  const release = isThere ? takeAway(target) : undefined;
  const partial = `${target}.${process.pid}.partial`;
  const made = makePrivateFolder(dirname(target));
  try {
    return await withScratch([partial], async () => {
      requireSpace(dirname(target), manifest.databaseBytes);
      makePrivateFile(partial);
      await extractDatabase(file, manifest, partial, (fraction) => watch('Restoring', fraction));
      await prove(partial, manifest, watch);
      return { manifest, aside: putInPlace(partial, order) };
    });
  } catch (error) {
    if (made !== undefined) rmSync(made, { recursive: true });
    throw error;
  } finally {
    release?.();
  }
}

/** Gives a proved database its name, and answers where the one is that had it before. */
function putInPlace(partial: string, { target, force, now }: RestoreOrder): string | undefined {
  const aside = force && existsSync(target) ? moveAside(target, now) : undefined;
  try {
    publish(partial, target, false);
    return aside;
  } catch (error) {
    if (aside !== undefined) moveBack(aside, target);
    throw error;
  }
}

/** Keeps others from a database until the answer is called; nobody from what is none. */
function takeAway(target: string): () => void {
  try {
    return takeSqlite(target);
  } catch (error) {
    if (isDamaged(error)) return () => undefined;
    throw error;
  }
}

/** Whether a restored database is the one that was described when it was backed up. */
async function prove(partial: string, manifest: BackupManifest, watch: Watch): Promise<void> {
  const { journal } = await describe(partial, watch);
  if (journal.root === manifest.journal.root) return;
  throw new Failure(
    `The backup's journal is not the one that was backed up: its hash is ${journal.root}, ` +
      `not ${manifest.journal.root}. Take an older backup.`,
  );
}

const companions = ['', '-wal', '-shm', '-journal'];

function moveAside(target: string, now: Date): string {
  const aside = `${target}.before-restore-${stamp(now)}`;
  if (existsSync(aside)) throw new Failure(`${aside} exists; try again in a second.`);
  for (const suffix of companions) {
    if (existsSync(target + suffix)) renameSync(target + suffix, aside + suffix);
  }
  syncFolder(dirname(target));
  return aside;
}

function moveBack(aside: string, target: string): void {
  for (const suffix of companions) {
    if (existsSync(aside + suffix)) renameSync(aside + suffix, target + suffix);
  }
}
