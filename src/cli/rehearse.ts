import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { checkIntegrity } from '../domain/integrity/check-integrity.ts';
import { systemClock } from '../kernel/clock.ts';
import { openDatabase } from '../store/open-database.ts';
import { SqliteSnapshot } from '../store/sqlite-snapshot.ts';
import { isFolder, newestBackup } from './backup/backup-folder.ts';
import { readAsClient } from './backup/real-reads.ts';
import { restoreBackup } from './backup/restore-backup.ts';
import { withScratch } from './backup/scratch.ts';
import type { Watch } from './backup/take-backup.ts';
import { checkLines } from './check-list.ts';
import type { CheckResult } from './check-list.ts';
import { countOption, newCommand, runCommand } from './command.ts';
import { exitCodes, Failure } from './failure.ts';
import { explainFileFailure } from './file-failure.ts';
import { progressBar, showProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

interface RehearseOptions {
  readonly scratch?: string;
  readonly maxAge?: number;
  readonly json?: boolean;
}

/** `imprimatur rehearse`: restores the newest backup in a scratch folder and tries it out. */
export function rehearse(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'rehearse',
      summary:
        'Restores the newest backup into a scratch folder, checks all that is in it, reads some ' +
        'of it as a client would, and cleans up. No registry is touched.',
      examples: [
        ['rehearse /backups', 'tells whether the newest backup of a folder would do'],
        ['rehearse registry.backup --json', 'the same of one backup, for programs'],
      ],
    },
    terminal,
  )
    .argument('<path>', 'backup, or a folder whose newest backup is meant')
    .option('--scratch <folder>', 'where the scratch folder is made (default: TMPDIR)')
    .option('--max-age <hours>', 'fail when the backup is older', countOption)
    .option('--json', 'one JSON document, for programs')
    .addHelpText('after', '\nExit codes: 0 the backup would do; 1 it would not; 2 usage.')
    .action((path: string, options: RehearseOptions) => run(path, options, terminal));
  return runCommand(command, args);
}

async function run(path: string, options: RehearseOptions, terminal: Terminal): Promise<void> {
  const results: CheckResult[] = [];
  const file = isFolder(path) ? newestBackup(resolve(path)) : resolve(path);
  const report = (result: CheckResult): void => {
    results.push(result);
    if (!options.json) terminal.out.write(checkLines(result, terminal));
  };
  if (!options.json) terminal.out.write(`Backup: ${file}\n`);
  let label = '';
  const watch: Watch = (doing, fraction) => {
    label = `${doing.padEnd(22)} ${progressBar(fraction)}`;
  };
  await showProgress(terminal, () => label, inScratch(file, options, { report, watch }));
  const passed = results.every(({ status }) => status !== 'fail');
  const json = { backup: file, passed, checks: results };
  terminal.out.write(
    options.json ? `${JSON.stringify(json, null, 2)}\n` : `${passed ? 'Passed' : 'Failed'}.\n`,
  );
  if (!passed) throw new Failure('', exitCodes.failed);
}

interface Observer {
  readonly watch: Watch;
  readonly report: (result: CheckResult) => void;
}

/** Tries a backup out in a folder of its own; the first step that fails ends it. */
async function inScratch(
  file: string,
  { scratch = tmpdir(), maxAge }: RehearseOptions,
  { report, watch }: Observer,
): Promise<void> {
  let step = 'restore';
  try {
    const folder = mkdtempSync(join(scratch, 'imprimatur-rehearsal-'));
    await withScratch([folder], async () => {
      const target = join(folder, 'imprimatur.db');
      const url = `sqlite:${target}`;
      const now = new Date(systemClock.now());
      const { manifest } = await restoreBackup({ file, target, force: false, now }, watch);
      const { takenAt, partition, journal } = manifest;
      report({ check: step, status: 'ok', message: 'it is whole, and what was backed up' });
      report(ageOf(takenAt, now, maxAge));
      step = 'integrity';
      // An older schema is migrated, as the next start would.
      await (await openDatabase(url)).close();
      report(await checkWhole(target, partition, watch));
      step = 'journal';
      const proof = `${journal.entries} entries, hash ${journal.root}`;
      report({ check: step, status: 'ok', message: proof });
      step = 'reads';
      watch('Reading as a client', 0);
      const read = await readAsClient(folder, url, partition);
      const what = read.length === 0 ? 'it starts; there is nothing to read' : read.join(', ');
      report({ check: step, status: 'ok', message: what });
    });
  } catch (error) {
    const explained = explainFileFailure(error, 'The rehearsal broke off');
    if (!(explained instanceof Failure)) throw explained;
    report({ check: step, status: 'fail', message: explained.message });
  }
}

function ageOf(takenAt: string, now: Date, maxAge = Infinity): CheckResult {
  const hours = (now.getTime() - Date.parse(takenAt)) / 3_600_000;
  const message = `taken at ${takenAt}, ${hours.toFixed(1)} hours ago`;
  if (hours <= maxAge) return { check: 'age', status: 'ok', message };
  return {
    check: 'age',
    status: 'fail',
    message,
    advice: `It may be ${maxAge} hours old. See whether "imprimatur backup" still runs.`,
  };
}

/** SQLite's own check and ours, of a database that nobody else uses. */
async function checkWhole(target: string, partition: string, watch: Watch): Promise<CheckResult> {
  const database = new SqliteSnapshot(target);
  try {
    watch('Checking the file', 0);
    const { integrity, foreignKeys } = await database.faults({ quick: false });
    const [fault] = [...integrity, ...foreignKeys.map(({ table }) => `${table} refers to nothing`)];
    if (fault !== undefined) return { check: 'integrity', status: 'fail', message: fault };
    const { findings, counts } = await checkIntegrity(database, {
      partition,
      progress: (check, fraction) => watch(`Checking the ${check}`, fraction),
    });
    const [first] = findings;
    if (!first) {
      const message = `${counts.groups} groups, ${counts.packages} packages, no findings`;
      return { check: 'integrity', status: 'ok', message };
    }
    return {
      check: 'integrity',
      status: 'fail',
      message: `${findings.length} findings, the first: ${first.resource ?? ''} ${first.problem}`,
      advice: 'Restore it elsewhere and run "imprimatur fsck" there to see all of them.',
    };
  } finally {
    await database.close();
  }
}
