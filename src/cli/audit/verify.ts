import { statSync } from 'node:fs';
import { BundleCheck, NoBundle } from '../../domain/sealing/bundle.ts';
import type { HistoryFinding, HistoryReport } from '../../domain/sealing/check-history.ts';
import { checkHistory, findLog } from '../../domain/sealing/history-store.ts';
import { findEndOfLeaves, readJudged } from '../../domain/sealing/judged-leaves-store.ts';
import { readSealLag } from '../../domain/sealing/seal-lag-store.ts';
import type { SealLag } from '../../domain/sealing/seal-lag-store.ts';
import { limits } from '../../kernel/limits.ts';
import { collect, newCommand, runCommand } from '../command.ts';
import { addDatabaseOptions } from '../db-options.ts';
import type { DatabaseOptions } from '../db-options.ts';
import { exitCodes, Failure } from '../failure.ts';
import { explainFileFailure } from '../file-failure.ts';
import { localConfig } from '../local-config.ts';
import { printable } from '../printable.ts';
import { elapsed, progressBar, showProgress } from '../progress.ts';
import { paint } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';
import { judgeByThreads, shareLeaves } from './leaf-threads.ts';
import { nothingSealed, withDatabase } from './open-audit.ts';
import { readLines } from './read-lines.ts';
import { givenAnchors, givenCheckpoints, ownAnchors, ownCheckpoints } from './trust.ts';
import type { TrustOptions } from './trust.ts';

interface VerifyOptions extends DatabaseOptions, TrustOptions {
  readonly bundle?: string;
  readonly json?: boolean;
}

/** What was verified, and on whose word. */
interface Verified {
  readonly report: HistoryReport;
  /** Whether no key was trusted beforehand, so that the history vouches for itself. */
  readonly isUnanchored: boolean;
  /** What is not sealed yet; nothing is known of that in a bundle. */
  readonly lag?: SealLag;
}

/** `imprimatur audit verify`: checks that a history is what was sealed and signed. */
export function auditVerify(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = addDatabaseOptions(
    newCommand(
      {
        name: 'audit verify',
        summary:
          'Checks every sealed journal entry against its leaf, the leaves against the signed ' +
          'checkpoints, and those against the keys and the checkpoints kept elsewhere. It only ' +
          'reads, and may run beside the server. With --bundle it needs nothing but the file.',
        examples: [
          ['audit verify', 'checks ./imprimatur-data, trusting the signing key that lies there'],
          ['audit verify --checkpoint last-month.checkpoint', 'also that history goes on from it'],
          ['audit verify --bundle history.jsonl.gz --key auditors.key', 'checks a bundle'],
        ],
      },
      terminal,
    ),
  )
    .option('--bundle <file>', 'a file of "imprimatur audit export" or "audit prove"')
    .option('--key <key>', 'public key to trust, or a file of it; may be repeated', collect)
    .option('--checkpoint <file>', 'checkpoint kept earlier; may be repeated', collect)
    .option('--json', 'one JSON document, for programs')
    .addHelpText('after', '\nExit codes: 0 no findings; 1 findings, or it broke off; 2 usage.')
    .action((options: VerifyOptions) => run(options, terminal));
  return runCommand(command, args);
}

async function run(options: VerifyOptions, terminal: Terminal): Promise<void> {
  const started = performance.now();
  let label = 'Opening';
  const progress = (fraction: number): void => {
    label = `Verifying ${progressBar(fraction)}`;
  };
  const work =
    options.bundle === undefined
      ? verifyDatabase(options, terminal, progress)
      : verifyBundle(options.bundle, options, progress);
  const verified = await showProgress(terminal, () => label, work);
  const seconds = (performance.now() - started) / 1000;
  const text = options.json ? jsonOf(verified, seconds) : summary(verified, seconds, terminal);
  terminal.out.write(text);
  if (verified.report.findings.length > 0) throw new Failure('', exitCodes.failed);
}

async function verifyDatabase(
  options: VerifyOptions,
  terminal: Terminal,
  progress: (fraction: number) => void,
): Promise<Verified> {
  const config = localConfig(options, terminal.environment);
  // Read first: the server may put a newer one there, which the database has when it is read.
  const kept = [...ownCheckpoints(config), ...givenCheckpoints(options)];
  return withDatabase(config, 'The verification', async (database) => {
    const log = await database.read(findLog);
    if (!log) throw nothingSealed();
    const anchors = [...ownAnchors(config, log.origin), ...givenAnchors(options)];
    const end = await database.read(findEndOfLeaves);
    const work = shareLeaves(config.database, end);
    const report = await checkHistory(database, {
      anchors,
      kept,
      ...(work && { leaves: readJudged(database, judgeByThreads(database, work)) }),
      progress: (entries) => progress(entries / log.signedSize),
    });
    const lag = await database.read(readSealLag);
    return { report: report!, isUnanchored: anchors.length === 0, lag };
  });
}

async function verifyBundle(
  file: string,
  options: VerifyOptions,
  progress: (fraction: number) => void,
): Promise<Verified> {
  const anchors = givenAnchors(options);
  const check = new BundleCheck({ anchors, kept: givenCheckpoints(options) });
  try {
    const { size } = statSync(file);
    await readLines(
      file,
      (line) => check.line(line),
      (read) => progress(read / size),
    );
    return { report: check.finish(), isUnanchored: anchors.length === 0 };
  } catch (error) {
    if (error instanceof NoBundle) throw new Failure(`${file}: ${printable(error.message)}`);
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code.startsWith('Z_')) {
      throw new Failure(`${file} is damaged: it cannot be decompressed (${code}).`);
    }
    throw explainFileFailure(error, `The verification of ${file} broke off`);
  }
}

function jsonOf({ report, isUnanchored, lag }: Verified, seconds: number): string {
  const { newest, ...facts } = report;
  const { entries: unsealedEntries } = lag ?? {};
  const ok = report.findings.length === 0;
  const checkpoint = newest?.text ?? null;
  const json = { ok, ...facts, checkpoint, isUnanchored, unsealedEntries, seconds };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function summary({ report, isUnanchored, lag }: Verified, seconds: number, terminal: Terminal) {
  const { findings, entries, checkpoints, newest, complete, origin } = report;
  const shown = findings.slice(0, limits.findingsOfOneMax);
  const left = findings.length - shown.length;
  const count = findings.length === 0 ? 'No findings' : `${findings.length} findings`;
  const lines = [
    ...shown.map((finding) => findingText(finding, terminal)),
    ...(left > 0 ? [`… and ${left} more; --json has them.`] : []),
    `Verified ${entries} entries and ${checkpoints} checkpoints of ${printable(origin)} in ` +
      `${elapsed(Math.round(seconds))}.`,
    ...(report.pruned > 0
      ? [`${report.pruned} of them were removed from the journal on purpose; their hashes stay.`]
      : []),
    ...(newest
      ? [`Newest checkpoint: ${newest.size} entries, ${new Date(newest.at).toISOString()}.`]
      : []),
    ...(lag && report.unsigned > 0 ? [unsignedText(report.unsigned)] : []),
    ...(lag && lag.entries > 0 ? [`${lag.entries} entries are not sealed yet.`] : []),
    ...(isUnanchored ? [unanchoredText] : []),
    complete ? `${count}.` : `${count}; there may be more.`,
  ];
  return `${lines.join('\n')}\n`;
}

const unanchoredText =
  'No key was trusted beforehand: this shows that the history is whole, and not whose it is. ' +
  'Get the public key another way and give it by --key.';

function unsignedText(entries: number): string {
  return (
    `The last ${entries} of them are signed by no checkpoint. A running server signs within ` +
    'seconds: if there was one, somebody has removed checkpoints.'
  );
}

function findingText({ fault, problem }: HistoryFinding, { out, environment }: Terminal): string {
  return `${paint(fault, 'red', out, environment)}  ${printable(problem)}`;
}
