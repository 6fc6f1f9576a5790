import { checkIntegrity } from '../domain/integrity/check-integrity.ts';
import type { IntegrityReport } from '../domain/integrity/check-integrity.ts';
import type { Finding } from '../domain/integrity/finding.ts';
import { restoreAdvice } from '../domain/integrity/finding.ts';
import { limits } from '../kernel/limits.ts';
import { displayDatabaseUrl } from '../store/database-url.ts';
import { SqliteSnapshot } from '../store/sqlite-snapshot.ts';
import { newCommand, runCommand } from './command.ts';
import { exitCodes, Failure } from './failure.ts';
import { explainFileFailure } from './file-failure.ts';
import { addDatabaseOptions } from './db-options.ts';
import type { DatabaseOptions } from './db-options.ts';
import { localConfig } from './local-config.ts';
import { elapsed, progressBar, showProgress } from './progress.ts';
import { openForReading } from './open-for-reading.ts';
import { printable } from './printable.ts';
import { paint } from './terminal.ts';
import type { Terminal } from './terminal.ts';

interface FsckOptions extends DatabaseOptions {
  readonly json?: boolean;
}

/** `imprimatur fsck`: checks that everything in a registry's database fits together. */
export function fsck(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = addDatabaseOptions(
    newCommand(
      {
        name: 'fsck',
        summary:
          'Checks that the rows, the journal, the names, the search index and the policies of a ' +
          'registry tell the same. It only reads, and may run beside the server.',
        examples: [
          ['fsck', 'checks ./imprimatur-data'],
          ['fsck --database postgres://db.example.com/imprimatur --json', 'lists findings as JSON'],
        ],
      },
      terminal,
    ),
  )
    .option('--json', 'one JSON document, for programs')
    .addHelpText('after', '\nExit codes: 0 no findings; 1 findings, or it broke off; 2 usage.')
    .action((options: FsckOptions) => run(options, terminal));
  return runCommand(command, args);
}

async function run(options: FsckOptions, terminal: Terminal): Promise<void> {
  const config = localConfig(options, terminal.environment);
  const started = performance.now();
  let label = 'Opening the database';
  let report: IntegrityReport;
  try {
    const work = check(config, (doing, fraction) => {
      label = `Checking the ${doing.padEnd(9)} ${progressBar(fraction)}`;
    });
    report = await showProgress(terminal, () => label, work);
  } catch (error) {
    const name = displayDatabaseUrl(config.database);
    throw explainFileFailure(error, `The check of ${name} broke off`);
  }
  const seconds = (performance.now() - started) / 1000;
  if (options.json) terminal.out.write(`${JSON.stringify({ ...report, seconds }, null, 2)}\n`);
  else terminal.out.write(summary(report, seconds, terminal));
  if (report.findings.length > 0) throw new Failure('', exitCodes.failed);
}

async function check(
  { database: url, partition }: { database: string; partition: string },
  progress: (doing: string, fraction: number) => void,
): Promise<IntegrityReport> {
  const database = await openForReading(url);
  try {
    const own = database instanceof SqliteSnapshot ? await checkFile(database, progress) : [];
    const report = await checkIntegrity(database, { partition, progress });
    return { ...report, findings: [...own, ...report.findings] };
  } finally {
    await database.close();
  }
}

/** What SQLite itself finds; nothing of this exists on PostgreSQL, which checks its own pages. */
async function checkFile(
  database: SqliteSnapshot,
  progress: (doing: string, fraction: number) => void,
): Promise<Finding[]> {
  progress('file', 0);
  // Lets the progress line be painted: SQLite's check holds up everything.
  await new Promise((resolve) => setTimeout(resolve, 0));
  const { integrity, foreignKeys } = await database.faults({ quick: false });
  return [
    ...integrity.map((line) => `SQLite finds its file damaged: ${line}.`),
    ...foreignKeys.map(
      ({ table, rows }) => `${rows} rows of ${table} belong to rows that are not there.`,
    ),
  ].map((problem) => ({ check: 'database', problem, advice: restoreAdvice }));
}

function summary(report: IntegrityReport, seconds: number, terminal: Terminal): string {
  const { findings, complete, counts, journal } = report;
  const { groups, packages, names, searchProperties, policies } = counts;
  const parts = [...Map.groupBy(findings, ({ check }) => check).values()].map((ofCheck) => {
    const shown = ofCheck.slice(0, limits.findingsOfOneMax);
    const left = ofCheck.length - shown.length;
    const texts = shown.map((finding) => findingText(finding, terminal));
    return texts.join('') + (left > 0 ? `… and ${left} more of this kind; --json has them.\n` : '');
  });
  const looked = [
    `${groups} groups, ${packages} packages, ${names} names, ${searchProperties} search properties`,
    `${policies} policies and attachments, ${journal?.entries ?? 0} journal entries`,
  ].join(', ');
  const count = findings.length === 0 ? 'No findings' : `${findings.length} findings`;
  const lines = [
    `Checked ${looked} in ${elapsed(Math.round(seconds))}.`,
    ...(journal ? [`Journal hash: ${journal.root}`] : []),
    complete ? `${count}.` : `${count}; there may be more, for the check ended here.`,
  ];
  return `${parts.join('')}${lines.join('\n')}\n`;
}

function findingText({ check, resource, problem, advice }: Finding, terminal: Terminal): string {
  const { out, environment } = terminal;
  const head = [paint(check, 'red', out, environment), ...(resource ? [printable(resource)] : [])];
  return `${head.join('  ')}\n    ${printable(problem)}\n    ${advice}\n`;
}
