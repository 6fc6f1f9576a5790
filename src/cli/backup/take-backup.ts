import { statSync } from 'node:fs';
import { readJournalRoot } from '../../domain/journal/journal-store.ts';
import { copySqlite } from '../../store/sqlite-file.ts';
import { SqliteSnapshot } from '../../store/sqlite-snapshot.ts';
import { Failure } from '../failure.ts';
import { readSnapshotSchema } from '../open-for-reading.ts';
import { packageVersion } from '../version.ts';
import { hashFile, sealBackup } from './backup-file.ts';
import type { BackupManifest } from './backup-file.ts';
import { makePrivateFile, publish } from './durable.ts';
import { withScratch } from './scratch.ts';

/** Told what is being done, and how far it has come. */
export type Watch = (label: string, fraction: number) => void;

/** What to back up, and into which file. */
export interface BackupOrder {
  readonly source: string;
  readonly target: string;
  readonly force: boolean;
  readonly partition: string;
  readonly takenAt: Date;
}

/**
 * Backs up an SQLite database, also one in use: a copy under another name is read back, described
 * and made durable before it gets its name. Whatever fails, nothing half written is left.
 */
export async function takeBackup(order: BackupOrder, watch: Watch): Promise<BackupManifest> {
  const partial = `${order.target}.${process.pid}.partial`;
  return withScratch([partial, `${partial}-journal`], () => fillAndPublish(partial, order, watch));
}

async function fillAndPublish(
  partial: string,
  { source, target, force, partition, takenAt }: BackupOrder,
  watch: Watch,
): Promise<BackupManifest> {
  makePrivateFile(partial);
  await copySqlite(source, partial, (fraction) => watch('Copying the database', fraction));
  const { schema, journal } = await describe(partial, watch);
  const databaseBytes = statSync(partial).size;
  const sha256 = await hashFile(partial, databaseBytes, (fraction) =>
    watch('Computing the checksum', fraction),
  );
  const manifest: BackupManifest = {
    version: packageVersion(),
    takenAt: takenAt.toISOString(),
    schema,
    partition,
    databaseBytes,
    sha256,
    journal,
  };
  sealBackup(partial, manifest);
  publish(partial, target, force);
  return manifest;
}

/** What is in a database file that nobody uses; refuses one that is damaged. */
export async function describe(
  path: string,
  watch: Watch,
): Promise<Pick<BackupManifest, 'schema' | 'journal'>> {
  const copy = new SqliteSnapshot(path);
  try {
    watch('Checking the copy', 0);
    const { integrity } = await copy.faults({ quick: true });
    if (integrity.length > 0) {
      throw new Failure(
        `The database is damaged: ${integrity[0]!}. "imprimatur fsck" tells more; ` +
          'backups that were taken before are all the more worth keeping.',
      );
    }
    const { applied: schema } = await readSnapshotSchema(copy);
    if (schema.length === 0) throw new Failure('The file is no database of a registry.');
    const { bytes } = await copy.status();
    const journal = await readJournalRoot(copy, (entries) =>
      watch('Reading the journal', Math.min(1, (entries * usualEntryBytes) / bytes)),
    );
    return { schema, journal };
  } finally {
    await copy.close();
  }
}

/** For the progress bar: what of a database there is to each entry of its journal. */
const usualEntryBytes = 7_000;
