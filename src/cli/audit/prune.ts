import type { Config } from '../../config.ts';
import { BundleCheck, NoBundle } from '../../domain/sealing/bundle.ts';
import type { Checkpoint } from '../../domain/sealing/checkpoint.ts';
import { findLog } from '../../domain/sealing/history-store.ts';
import { readTree } from '../../domain/sealing/proof-store.ts';
import { systemClock } from '../../kernel/clock.ts';
import { findSigningKeys } from '../../server/signing-key.ts';
import type { Database } from '../../store/database.ts';
import { openDatabase } from '../../store/open-database.ts';
import { pruneJournal, PruneRefused } from '../../workers/prune-journal.ts';
import type { Pruned } from '../../workers/prune-journal.ts';
import { parseMoment } from '../as-of.ts';
import { newCommand, runCommand } from '../command.ts';
import { onDatabase } from '../database-failure.ts';
import { addDatabaseOptions, requireDatabase } from '../db-options.ts';
import type { DatabaseOptions } from '../db-options.ts';
import { Failure, UsageFailure } from '../failure.ts';
import { explainFileFailure } from '../file-failure.ts';
import { localConfig } from '../local-config.ts';
import { printable } from '../printable.ts';
import { progressBar, showProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { nothingSealed } from './open-audit.ts';
import { readLines } from './read-lines.ts';
import { ownAnchors } from './trust.ts';

interface PruneOptions extends DatabaseOptions {
  readonly before?: string;
  readonly bundle?: string;
  readonly withoutBundle?: boolean;
  readonly json?: boolean;
}

/** `imprimatur audit prune`: shortens the journal, and has the history say so. */
export function auditPrune(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = addDatabaseOptions(
    newCommand(
      {
        name: 'audit prune',
        summary:
          'Removes refusals, and what is told of people, roles and resources that nothing lives ' +
          'by any more, from the journal before a time. Their hashes stay, so that the history ' +
          'can be verified as before, and a signed statement says which they were. It needs ' +
          'a bundle of "audit export" that holds them, and may run beside the server.',
        examples: [
          ['audit export history.jsonl.gz', 'first: writes what is to be kept elsewhere'],
          ['audit prune --bundle history.jsonl.gz', 'all that is older than the retention'],
          ['audit prune --before 2026-01-01 --bundle history.jsonl.gz', 'what is older than that'],
        ],
      },
      terminal,
    ),
  )
    .option('--before <time>', 'a date or time; without it, as far as the retention allows')
    .option('--bundle <file>', 'a bundle of the whole history, which is verified first')
    .option('--without-bundle', 'remove what is kept nowhere else')
    .option('--json', 'one JSON document, for programs')
    .addHelpText('after', '\nExit codes: 0 done; 1 nothing was removed, or it broke off; 2 usage.')
    .action((options: PruneOptions) => run(options, terminal));
  return runCommand(command, args);
}

async function run(options: PruneOptions, terminal: Terminal): Promise<void> {
  const config = localConfig(options, terminal.environment);
  const now = systemClock.now();
  const before = momentOf(options, config, now);
  if ((options.bundle === undefined) === !options.withoutBundle) {
    throw new UsageFailure(
      'Name a bundle of the history by --bundle, or say that there is none by --without-bundle.',
    );
  }
  requireDatabase(config.database);
  let label = 'Opening the database';
  const work = onDatabase(config.database, async () => {
    const database = await openDatabase(config.database);
    try {
      const exported = await requireBundle(database, options.bundle, config);
      return await pruneJournal(database, {
        ...{ before, now, exported, keys: findSigningKeys(config) },
        ...{ accountId: config.accountId, partition: config.partition },
        onStep: (step, share) => {
          label = `${step} ${progressBar(share)}`;
        },
      });
    } catch (error) {
      if (error instanceof PruneRefused) throw new Failure(error.message);
      throw error;
    } finally {
      await database.close();
    }
  });
  const pruned = await showProgress(terminal, () => label, work);
  const told = { ...pruned, before: new Date(before).toISOString() };
  terminal.out.write(options.json ? `${JSON.stringify(told, null, 2)}\n` : summary(pruned, before));
}

/** What is younger than the retention stays whatever is asked for. */
function momentOf({ before }: PruneOptions, config: Config, now: number): number {
  const { journalRetentionDays: days } = config;
  if (days === undefined) {
    throw new Failure(
      'The journal is kept for ever: no retention is configured. ' +
        'IMPRIMATUR_JOURNAL_RETENTION_DAYS, or journalRetentionDays in the file, would be one.',
    );
  }
  const dayMilliseconds = 24 * 60 * 60 * 1000;
  const latest = now - days * dayMilliseconds;
  const asked = before === undefined ? latest : beginOf(before);
  if (asked <= latest) return asked;
  throw new Failure(
    `The journal is kept for ${days} days: nothing goes that was written since ` +
      `${new Date(latest).toISOString()}.`,
  );
}

/** A day begins at midnight, in UTC; a time is what it says. */
function beginOf(text: string): number {
  const { AsOfTime: end } = parseMoment(text);
  const begin = Date.parse(text);
  if (end !== undefined && !Number.isNaN(begin)) return begin;
  throw new UsageFailure('--before must be a date such as 2026-05-03, or 2026-05-03T14:00Z.');
}

/** The newest checkpoint of a bundle that is whole, good, and of this history. */
async function requireBundle(
  database: Database,
  file: string | undefined,
  config: Config,
): Promise<Checkpoint | undefined> {
  if (file === undefined) return undefined;
  const log = await database.read(findLog);
  if (!log) throw nothingSealed();
  const check = new BundleCheck({ anchors: ownAnchors(config, log.origin), kept: [] });
  try {
    await readLines(
      file,
      (line) => check.line(line),
      () => undefined,
    );
    const { findings, newest, origin } = check.finish();
    const [finding] = findings;
    if (finding) throw new NoBundle(finding.problem);
    if (!check.isWhole || !newest) throw new NoBundle('It does not hold the whole history.');
    const isOurs =
      origin === log.origin &&
      newest.size <= log.signedSize &&
      (await database.read((tx) => readTree(tx, newest.size))).root() === newest.root;
    if (isOurs) return newest;
    throw new NoBundle('It is of another history.');
  } catch (error) {
    if (error instanceof NoBundle) {
      throw new Failure(`${file} is no bundle to rely on. ${printable(error.message)}`);
    }
    throw explainFileFailure(error, `${file} cannot be read`);
  }
}

const reasons: Readonly<Record<Pruned['heldBy'], string>> = {
  time: 'what was written since stays',
  seal: 'what comes after is not sealed yet',
  bundle: 'what comes after is not in the bundle',
  events: 'events that are kept refer to what comes after',
};

function summary({ number, entries, throughSeq, heldBy }: Pruned, before: number): string {
  const by = number === undefined ? '' : `, as statement ${number} says`;
  const until = new Date(before).toISOString();
  return (
    `Removed ${entries} entries from before ${until}${by}.\n` +
    `Looked at entries up to number ${Math.max(0, throughSeq)}: ${reasons[heldBy]}.\n`
  );
}
