import { readJournalRoot } from '../domain/journal/journal-store.ts';
import { displayDatabaseUrl, parseDatabaseUrl } from '../store/database-url.ts';
import type { Database } from '../store/database.ts';
import { copyDatabase, CopyRefused, emptyDatabase } from '../store/database-copy.ts';
import type { TableParity } from '../store/database-copy.ts';
import { openAnyDatabase } from '../store/open-database.ts';
import { countRows, factTables } from '../store/table-copy.ts';
import { newCommand, runCommand } from './command.ts';
import { isDatabaseFailure, onDatabase } from './database-failure.ts';
import { requireDatabase } from './db-options.ts';
import { exitCodes, Failure, UsageFailure } from './failure.ts';
import { showProgress } from './progress.ts';
import { renderTable } from './table.ts';
import type { Terminal } from './terminal.ts';

interface CopyOptions {
  readonly from: string;
  readonly to: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** `imprimatur db copy`: copies everything from one database to another and compares them. */
export async function dbCopy(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = exitCodes.done;
  const command = newCommand(
    {
      name: 'db copy',
      summary:
        'Copies everything, the history included, from one database to another that is empty, ' +
        'then compares both row by row. Servers must not write to either meanwhile. A copy that ' +
        'was broken off goes on where it ended when the same command is given again.',
      examples: [
        [
          'db copy --from sqlite:models.db --to postgres://me@db.example/models',
          'moves from one machine to many',
        ],
        ['db copy --from postgres://me@db.example/models --to sqlite:models.db', 'and back'],
      ],
    },
    terminal,
  )
    .requiredOption('--from <url>', 'the database to copy: sqlite:<file> or postgres://…')
    .requiredOption('--to <url>', 'the database to copy it into')
    .option('--overwrite', 'remove first what the target holds, its history included')
    .option('--json', 'the comparison as one JSON document, for programs')
    .action(async (options: CopyOptions) => {
      code = await copy(options, terminal);
    });
  await runCommand(command, args);
  return code;
}

async function copy(options: CopyOptions, terminal: Terminal): Promise<number> {
  const [from, to] = [readUrl('--from', options.from), readUrl('--to', options.to)];
  if (from === to) throw new UsageFailure('--from and --to are the same database.');
  requireDatabase(options.from);
  process.umask(0o077);
  const source = await onDatabase(options.from, () => openAnyDatabase(options.from));
  try {
    const target = await onDatabase(options.to, () => openAnyDatabase(options.to));
    try {
      if (options.overwrite) await onDatabase(options.to, () => emptyDatabase(target));
      const parity = await copyWithProgress(source, target, terminal);
      const roots = await readRoots(source, target, terminal);
      return reportParity({ parity, roots }, options, terminal);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

function readUrl(option: string, text: string): string {
  try {
    parseDatabaseUrl(text);
    return displayDatabaseUrl(text);
  } catch (error) {
    throw new UsageFailure(`${option}: ${(error as Error).message}`);
  }
}

async function copyWithProgress(
  source: Database,
  target: Database,
  terminal: Terminal,
): Promise<TableParity[]> {
  const totals = new Map<string, number>();
  for (const table of factTables) totals.set(table, await countRows(source, table));
  let label = 'Copying';
  const work = copyDatabase(source, target, (step, table, done) => {
    const share = done / Math.max(1, totals.get(table)!);
    label = `${step === 'copying' ? 'Copying' : 'Comparing'} ${table} ${bar(share)}`;
  });
  try {
    return await showProgress(terminal, () => label, work);
  } catch (error) {
    if (error instanceof CopyRefused) throw new Failure(error.message);
    if (!isDatabaseFailure(error)) throw error;
    const { cause, message } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    throw new Failure(`The copy was broken off: ${why}. The same command goes on with it.`);
  }
}

/** The root hash of each journal, as a backup's manifest tells it. */
interface Roots {
  readonly from: string;
  readonly to: string;
}

async function readRoots(source: Database, target: Database, terminal: Terminal): Promise<Roots> {
  const read = Promise.all([readJournalRoot(source), readJournalRoot(target)]);
  const [from, to] = await showProgress(terminal, () => 'Hashing both journals', read);
  return { from: from.root, to: to.root };
}

const barCharacters = 20;

function bar(share: number): string {
  const filled = Math.min(barCharacters, Math.round(share * barCharacters));
  const percent = `${Math.min(100, Math.floor(share * 100))} %`;
  return `[${'#'.repeat(filled)}${' '.repeat(barCharacters - filled)}] ${percent}`;
}

function reportParity(
  { parity, roots }: { parity: TableParity[]; roots: Roots },
  { json }: CopyOptions,
  terminal: Terminal,
): number {
  const isEqual = parity.every((one) => one.isEqual) && roots.from === roots.to;
  const told = { isEqual, journalRoot: roots, tables: parity };
  if (json) terminal.out.write(`${JSON.stringify(told, null, 4)}\n`);
  else {
    const columns = [
      { title: 'Table', text: ({ table }: TableParity) => table },
      { title: 'Rows', text: ({ rows }: TableParity) => sides(rows.from, rows.to) },
      {
        title: 'SHA-256',
        text: ({ hash }: TableParity) => sides(short(hash.from), short(hash.to)),
      },
      { title: 'Equal', text: (one: TableParity) => (one.isEqual ? 'yes' : 'NO') },
    ];
    terminal.out.write(renderTable(columns, parity, terminal));
    terminal.out.write(`Journal root: ${sides(roots.from, roots.to)}\n`);
    terminal.out.write(isEqual ? 'Both databases hold the same.\n' : 'The databases differ.\n');
  }
  return isEqual ? exitCodes.done : exitCodes.failed;
}

function sides(from: number | string, to: number | string): string {
  return from === to ? String(from) : `${from} → ${to}`;
}

function short(hash: string): string {
  return hash.slice(0, 16);
}
