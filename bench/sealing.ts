/** Measures the sealed history: what verifying costs, and how far sealing is behind the writes. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseFileName } from '../src/config.ts';
import { createLog } from '../src/kernel/log.ts';
import { parseCheckpoint } from '../src/domain/sealing/checkpoint.ts';
import type { Database } from '../src/store/database.ts';
import { openSqlite } from '../src/store/sqlite-database.ts';
import { Sealer } from '../src/workers/seal-journal.ts';
import { count, figure, median, megabytes, quantile } from './format.ts';
import { JournalWriter } from './journal-rows.ts';
import { runMeasured } from './measured-command.ts';
import type { Usage } from './measured-command.ts';
import type { Options } from './options.ts';
import type { Progress } from './progress.ts';
import { table } from './report.ts';
import { makeRunFolder } from './stores.ts';

const verifiedPerSecondWanted = 100_000;
const lagSecondsWanted = 2;
const writesPerSecond = 3_000;
const writesMilliseconds = 5;
const entriesPerWrite = 16;
const key = Buffer.alloc(32, 'a key of the bench');

/** A sealer, and when which checkpoint was signed. */
class WatchedSealer {
  readonly sealer: Sealer;
  #kept: string | undefined;

  constructor(database: Database, onSealed: (size: number) => void = () => undefined) {
    this.sealer = new Sealer({
      database,
      takeKeys: () => [key],
      witness: {
        read: () => this.#kept,
        write: (checkpoint) => {
          this.#kept = checkpoint;
          onSealed(parseCheckpoint(checkpoint)!.size);
        },
      },
      clock: { now: () => Date.now() },
      log: createLog('warn'),
      holder: 'bench',
    });
  }
}

/** Everything about sealing, as a report. */
export async function measureSealing(options: Options, progress: Progress): Promise<string> {
  const { entries, rounds } = options;
  const dataDir = join(makeRunFolder(), 'sealing');
  mkdirSync(dataDir);
  const writer = await JournalWriter.make();
  const path = join(dataDir, databaseFileName);
  const database = await openSqlite(path);
  const title = `writing ${count(entries)} entries`;
  await writer.fill(database, entries, (written) => progress.part(title, written / entries));
  progress.step('sealing the backlog');
  const backlog = await sealBacklog(database, entries);
  await database.close();
  const bundle = join(dataDir, 'bundle.jsonl.gz');
  progress.step('exporting a bundle');
  await runMeasured(['audit', 'export', bundle, '--data-dir', dataDir]);
  const verified: Usage[][] = [[], []];
  for (let round = 1; round <= rounds; round += 1) {
    progress.step(`verifying, round ${round} of ${rounds}`);
    verified[0]!.push(await verify(['--data-dir', dataDir], entries));
    verified[1]!.push(await verify(['--bundle', bundle], entries));
  }
  rmSync(dataDir, { recursive: true });
  mkdirSync(dataDir);
  const live = await openSqlite(path);
  progress.step('sealing beside writes');
  const lag = await measureLag(live, writer, options);
  const rates = await measureRates(live, writer, options);
  await live.close();
  return reportOf({ entries, backlog, verified, lag, rates });
}

async function sealBacklog(database: Database, entries: number): Promise<[number, number]> {
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  const { sealer } = new WatchedSealer(database);
  await sealer.pass();
  const { user, system } = process.cpuUsage(cpu);
  return [(entries / (performance.now() - from)) * 1_000, (user + system) / entries];
}

async function verify(flags: readonly string[], entries: number): Promise<Usage> {
  const usage = await runMeasured(['audit', 'verify', '--json', ...flags]);
  const report = JSON.parse(usage.output) as { ok: boolean; entries: number; seconds: number };
  if (!report.ok || report.entries !== entries) throw new Error(usage.output);
  return { ...usage, seconds: report.seconds };
}

/** What was written in a window, and how long each entry waited for its checkpoint. */
interface Lag {
  readonly perSecond: number;
  readonly seconds: Float64Array;
}

async function measureLag(database: Database, writer: JournalWriter, options: Options) {
  /** When the entry of each place in the tree was durable. */
  const written: number[] = [];
  const lags: number[] = [];
  const { sealer } = new WatchedSealer(database, (size) => {
    for (const end = Math.min(size, written.length); lags.length < end;) {
      lags.push((performance.now() - written[lags.length]!) / 1_000);
    }
  });
  sealer.start();
  const from = performance.now();
  const end = from + Math.max(options.seconds, 5 * lagSecondsWanted) * 1_000;
  const writes: Promise<void>[] = [];
  for (let sent = 0; performance.now() < end;) {
    const due = ((performance.now() - from) / 1_000) * writesPerSecond;
    for (; sent < due; sent += entriesPerWrite) writes.push(write(database, writer, written));
    await sleep(writesMilliseconds);
  }
  await Promise.all(writes);
  const perSecond = (written.length / (performance.now() - from)) * 1_000;
  await sealer.stop();
  return { perSecond, seconds: Float64Array.from(lags).sort() };
}

async function write(database: Database, writer: JournalWriter, written: number[]): Promise<void> {
  await database.write(async (tx) => {
    for (let n = 0; n < entriesPerWrite; n += 1) await writer.append(tx);
  });
  // Numbers commit in order here, and so do the answers come.
  const now = performance.now();
  for (let n = 0; n < entriesPerWrite; n += 1) written.push(now);
}

/** Entries per second that writers get through, one to a write, in windows that take turns. */
async function measureRates(database: Database, writer: JournalWriter, options: Options) {
  const rates: { alone: number[]; beside: number[] } = { alone: [], beside: [] };
  const { seconds, rounds, connections } = options;
  for (let round = 0; round < 2 * rounds; round += 1) {
    const { sealer } = new WatchedSealer(database);
    // What the window without it has left to seal does not belong into this one.
    if (round % 2 === 1) await sealer.pass();
    if (round % 2 === 1) sealer.start();
    let done = 0;
    const end = performance.now() + seconds * 1_000;
    const work = async (): Promise<void> => {
      for (; performance.now() < end; done += 1) await database.write((tx) => writer.append(tx));
    };
    await Promise.all(Array.from({ length: connections }, work));
    (round % 2 === 1 ? rates.beside : rates.alone).push(done / seconds);
    await sealer.stop();
  }
  return { alone: median(rates.alone), beside: median(rates.beside) };
}

interface Results {
  readonly entries: number;
  readonly backlog: readonly [perSecond: number, cpu: number];
  readonly verified: readonly (readonly Usage[])[];
  readonly lag: Lag;
  readonly rates: { readonly alone: number; readonly beside: number };
}

function reportOf({ entries, backlog, verified, lag, rates }: Results): string {
  const of = (usages: readonly Usage[], one: (usage: Usage) => number) => median(usages.map(one));
  const names = ['audit verify', 'audit verify --bundle (.gz)'];
  const perSecond = verified.map((usages) => of(usages, ({ seconds }) => entries / seconds));
  const rows = verified.map((usages, index) => [
    names[index]!,
    count(perSecond[index]!),
    figure(of(usages, ({ cpuSeconds }) => (cpuSeconds * 1e6) / entries)),
    megabytes(of(usages, ({ peakBytes }) => peakBytes)),
  ]);
  rows.push(['sealing a backlog', count(backlog[0]), figure(backlog[1]), '']);
  const [p50, most] = [quantile(lag.seconds, 0.5), quantile(lag.seconds, 1)];
  const met = (isMet: boolean): string => (isMet ? 'met' : 'MISSED');
  const targets = names.map((name, index) => [
    name,
    `≥ ${count(verifiedPerSecondWanted)}/s`,
    `${count(perSecond[index]!)}/s`,
    met(perSecond[index]! >= verifiedPerSecondWanted),
  ]);
  const atRate = `seal lag at ${count(lag.perSecond)} writes/s, p50 and most`;
  const isFastEnough = lag.perSecond >= 0.95 * writesPerSecond;
  targets.push([
    atRate,
    `< ${lagSecondsWanted} s at ${count(writesPerSecond)}/s`,
    `${figure(p50)} s, ${figure(most)} s`,
    met(isFastEnough && most < lagSecondsWanted),
  ]);
  return [
    `Sealing on SQLite, ${count(entries)} entries as registrations leave them.`,
    '',
    table(['', 'entries per second', 'CPU in µs per entry', 'peak memory'], rows),
    '',
    `One entry to a write, in turns: ${count(rates.alone)} writes per second without the sealer, ` +
      `${count(rates.beside)} beside it (${figure(rates.beside / rates.alone)} ×).`,
    '',
    table(['target', 'wanted', 'measured', ''], targets),
  ].join('\n');
}
