import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { systemClock } from '../kernel/clock.ts';
import { credentialsFileName } from '../server/root-access-key.ts';
import { backupName, isFolder, pruneBackups } from './backup/backup-folder.ts';
import type { BackupManifest } from './backup/backup-file.ts';
import { requireSpace } from './backup/durable.ts';
import { takeBackup } from './backup/take-backup.ts';
import { formatBytes } from './byte-count.ts';
import { countOption, newCommand, runCommand } from './command.ts';
import { Failure, UsageFailure } from './failure.ts';
import { explainFileFailure } from './file-failure.ts';
import { addDatabaseOptions } from './db-options.ts';
import type { DatabaseOptions } from './db-options.ts';
import { localConfig, sqliteFile } from './local-config.ts';
import { elapsed, progressBar, showProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

interface BackupOptions extends DatabaseOptions {
  readonly force?: boolean;
  readonly keep?: number;
  readonly json?: boolean;
}

/** `imprimatur backup`: copies the database, also while a server runs, into a file with a proof. */
export function backup(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = addDatabaseOptions(
    newCommand(
      {
        name: 'backup',
        summary:
          'Copies the database of a registry, which may be running, into one file that carries ' +
          'its own proof. The root access key is not in it.',
        examples: [
          ['backup /backups --keep 14', 'adds a backup, and removes all but the newest fourteen'],
          ['backup registry.backup --force', 'replaces a backup by a new one'],
        ],
      },
      terminal,
    ),
  )
    .argument('<path>', 'file to write, or the folder for a file with the time in its name')
    .option('--force', 'replace the file if there is one')
    .option('--keep <count>', 'remove older backups of the folder beyond so many', countOption)
    .option('--json', 'one JSON document about the backup, for programs')
    .addHelpText('after', exitCodesText)
    .action((path: string, options: BackupOptions) => run(path, options, terminal));
  return runCommand(command, args);
}

const exitCodesText = `
Exit codes: 0 the backup is on the disk; 1 there is none, and nothing half written; 2 usage.`;

async function run(path: string, options: BackupOptions, terminal: Terminal): Promise<void> {
  const config = localConfig(options, terminal.environment);
  const source = sqliteFile(config, 'pg_dump, or pg_basebackup with archived logs');
  const started = performance.now();
  const takenAt = new Date(systemClock.now());
  const folder = isFolder(path) ? resolve(path) : undefined;
  const target = folder === undefined ? resolve(path) : join(folder, backupName(takenAt));
  if (options.keep !== undefined && folder === undefined) {
    throw new UsageFailure('--keep goes with a folder, whose backups have names that it knows.');
  }
  if (!existsSync(source)) throw new Failure(`There is no database ${source}. ${otherFolder}`);
  const force = options.force ?? false;
  if (!force && existsSync(target)) {
    throw new Failure(`${target} exists. --force replaces it; a folder gets a file of its own.`);
  }
  if (target === source) throw new UsageFailure(`${target} is the database itself.`);
  let label = '';
  const order = { source, target, force, partition: config.partition, takenAt };
  let manifest: BackupManifest;
  try {
    requireSpace(dirname(target), statSync(source).size);
    const work = takeBackup(order, (doing, fraction) => {
      label = `${doing.padEnd(22)} ${progressBar(fraction)}`;
    });
    manifest = await showProgress(terminal, () => label, work);
  } catch (error) {
    throw explainFileFailure(error, `No backup was written to ${target}`);
  }
  const pruned =
    folder === undefined || options.keep === undefined
      ? []
      : pruneBackups(folder, options.keep, takenAt);
  const credentials = join(config.dataDir, credentialsFileName);
  const seconds = (performance.now() - started) / 1000;
  const bytes = statSync(target).size;
  if (options.json) {
    const facts = { file: target, bytes, seconds, ...manifest, pruned, notIncluded: [credentials] };
    terminal.out.write(`${JSON.stringify(facts, null, 2)}\n`);
    return;
  }
  terminal.out.write(summary({ target, bytes, seconds, manifest, pruned, credentials }));
}

const otherFolder = '--data-dir names another data folder.';

interface Summary {
  readonly target: string;
  readonly bytes: number;
  readonly seconds: number;
  readonly manifest: BackupManifest;
  readonly pruned: readonly string[];
  readonly credentials: string;
}

function summary({ target, bytes, seconds, manifest, pruned, credentials }: Summary): string {
  const { entries, root } = manifest.journal;
  const lines = [
    `Backup: ${target}`,
    `        ${formatBytes(bytes)}, ${entries} journal entries, ${elapsed(Math.round(seconds))}`,
    `        journal hash ${root}`,
    ...pruned.map((path) => `Removed: ${basename(path)}`),
    `Not in it: the root access key. Keep ${credentials} too, in another place than the backups.`,
  ];
  return `${lines.join('\n')}\n`;
}
