import { existsSync, renameSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { systemClock } from '../kernel/clock.ts';
import { credentialsFileName } from '../server/root-access-key.ts';
import { witnessFileName } from '../server/witness-file.ts';
import { migrations } from '../store/migrations/index.ts';
import { isFolder, newestBackup } from './backup/backup-folder.ts';
import { restoreBackup } from './backup/restore-backup.ts';
import type { Restored } from './backup/restore-backup.ts';
import { newCommand, runCommand } from './command.ts';
import { explainFileFailure } from './file-failure.ts';
import { addDatabaseOptions } from './db-options.ts';
import type { DatabaseOptions } from './db-options.ts';
import { localConfig, sqliteFile } from './local-config.ts';
import { progressBar, showProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

interface RestoreOptions extends DatabaseOptions {
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `imprimatur restore`: puts a backup in the place of a registry's database. */
export function restore(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = addDatabaseOptions(
    newCommand(
      {
        name: 'restore',
        summary:
          'Puts a backup in the place of the database of a registry that is stopped. The backup ' +
          'is proved first; a database that is there is moved aside, never deleted.',
        examples: [
          ['restore /backups --data-dir /srv/registry', 'restores the newest backup of a folder'],
          ['restore registry.backup --force', 'moves the present database aside'],
        ],
      },
      terminal,
    ),
  )
    .argument('<path>', 'backup, or a folder whose newest backup is meant')
    .option('--force', 'move a database that is there aside')
    .option('--json', 'one JSON document about what was done, for programs')
    .addHelpText(
      'after',
      '\nExit codes: 0 restored; 1 nothing was changed, for the reason that is told; 2 usage.',
    )
    .action((path: string, options: RestoreOptions) => run(path, options, terminal));
  return runCommand(command, args);
}

async function run(path: string, options: RestoreOptions, terminal: Terminal): Promise<void> {
  const config = localConfig(options, terminal.environment);
  const target = sqliteFile(config, 'pg_restore');
  let label = '';
  let restored: Restored;
  let file = resolve(path);
  try {
    if (isFolder(file)) file = newestBackup(file);
    const order = {
      file,
      target,
      force: options.force ?? false,
      now: new Date(systemClock.now()),
    };
    const work = restoreBackup(order, (doing, fraction) => {
      label = `${doing.padEnd(22)} ${progressBar(fraction)}`;
    });
    restored = await showProgress(terminal, () => label, work);
  } catch (error) {
    throw explainFileFailure(error, `Nothing was restored from ${file}`);
  }
  setWitnessAside(config.dataDir);
  if (options.json) {
    const { manifest, aside } = restored;
    const facts = { database: target, file, movedAside: aside ?? null, ...manifest };
    terminal.out.write(`${JSON.stringify(facts, null, 2)}\n`);
    return;
  }
  const credentials = join(config.dataDir, credentialsFileName);
  const lines = [
    `Restored: ${target}`,
    `          as it was at ${restored.manifest.takenAt}, from ${file}`,
    ...(restored.aside === undefined ? [] : [`Moved aside: ${restored.aside}`]),
    ...schemaLines(restored.manifest.schema),
    ...(existsSync(credentials) ? [] : keyLines(dirname(credentials))),
  ];
  terminal.out.write(`${lines.join('\n')}\n`);
}

/**
 * What was sealed after the backup is gone on purpose: the server shall go on from the backup, and
 * whoever wants to know what is missing still has the checkpoint.
 */
function setWitnessAside(dataDir: string): void {
  const file = join(dataDir, witnessFileName);
  if (existsSync(file)) renameSync(file, `${file}.before-restore`);
}

/** What a schema that is not this program's means. */
function schemaLines(schema: readonly string[]): string[] {
  const ours = migrations.map(({ name }) => name);
  const missing = ours.filter((name) => !schema.includes(name));
  const further = schema.filter((name) => !ours.includes(name));
  return [
    ...(missing.length > 0 ? [`The next start migrates its schema: ${missing.join(', ')}.`] : []),
    ...(further.length > 0
      ? [`Its schema is of a newer version (${further.join(', ')}), which this one can use.`]
      : []),
  ];
}

function keyLines(folder: string): string[] {
  return [
    `The root access key is not part of a backup: put the file "${credentialsFileName}" that you`,
    `kept into ${folder}, or the next start makes a new key.`,
  ];
}
