import { count, figure, median, megabytes, percent } from './format.ts';
import type { Round, SizeResult } from './measure.ts';

/** A promise and what became of it. */
export interface Verdict {
  readonly name: string;
  readonly wanted: string;
  readonly measured: string;
  readonly met: boolean;
}

const targets = {
  describeOfEcho: 0.5,
  registerOfDescribe: 0.3,
  p99Growth: 2,
  memoryBytes: 250e6,
  startSeconds: 1,
} as const;

/** On PostgreSQL, against pgbench and against one server alone. */
const postgresTargets = {
  describeOfSelect: 0.4,
  registerOfInsert: 0.5,
  secondServer: 1.5,
  startSeconds: 2,
} as const;

/** Scenarios whose p99 must not grow with the registry. */
const flat = [
  'describe',
  'list',
  'search-metadata',
  'search-metadata-100',
  'search-metadata-3',
  'search-name',
  'search-tag',
];

/** Holds the results against the targets; those of a size are judged at the largest measured. */
export function judge(results: readonly SizeResult[], database: 'sqlite' | 'postgres'): Verdict[] {
  const [smallest, largest] = [results[0]!, results.at(-1)!];
  const at = count(largest.versions);
  const growths = largest === smallest ? [] : flat.flatMap((name) => growth(name, results));
  const isSqlite = database === 'sqlite';
  const startSeconds = (isSqlite ? targets : postgresTargets).startSeconds;
  return [
    ...results.flatMap(isSqlite ? sqliteRatios : postgresRatios),
    ...growths,
    {
      name: `resident memory at ${at}`,
      wanted: `< ${megabytes(targets.memoryBytes)}`,
      measured: megabytes(largest.memory.now),
      met: largest.memory.now < targets.memoryBytes,
    },
    {
      name: `start to first answer at ${at}`,
      wanted: `< ${startSeconds} s`,
      measured: `${largest.startSeconds.toFixed(2)} s`,
      met: largest.startSeconds < startSeconds,
    },
  ];
}

function sqliteRatios(result: SizeResult): Verdict[] {
  return [
    ...ratio('describe', 'bare node:http', targets.describeOfEcho, result),
    ...ratio('register', 'describe', targets.registerOfDescribe, result),
  ];
}

function postgresRatios(result: SizeResult): Verdict[] {
  const factor = median(result.secondServer);
  return [
    ...ratio('describe', 'pgbench select', postgresTargets.describeOfSelect, result),
    ...ratio('register', 'pgbench update, insert', postgresTargets.registerOfInsert, result),
    {
      name: `describe by two servers / one at ${count(result.versions)}`,
      wanted: `≥ ${postgresTargets.secondServer}`,
      measured: figure(factor),
      met: factor >= postgresTargets.secondServer,
    },
  ];
}

function ratio(name: string, other: string, wanted: number, result: SizeResult): Verdict[] {
  const rounds = result.rounds.get(name)?.filter((round) => round.reference);
  if (!rounds || rounds.length === 0) return [];
  const share = median(rounds.map(shareOfReference));
  const byCpu = median(rounds.map(shareByCpu));
  return [
    {
      name: `${name} / ${other} at ${count(result.versions)}`,
      wanted: `≥ ${percent(wanted)}`,
      measured: percent(share) + (Number.isNaN(byCpu) ? '' : ` (by CPU time ${percent(byCpu)})`),
      met: share >= wanted,
    },
  ];
}

function shareOfReference({ measured, reference }: Round): number {
  return measured.perSecond / reference!.perSecond;
}

/** The same share as the CPU times have it, which other programs on the machine blur less. */
function shareByCpu({ measured, reference }: Round): number {
  return reference!.cpuPerOperation / measured.cpuPerOperation;
}

function growth(name: string, results: readonly SizeResult[]): Verdict[] {
  const [smallest, largest] = [results[0]!, results.at(-1)!];
  const [small, large] = [smallest.rounds.get(name), largest.rounds.get(name)];
  if (!small || !large) return [];
  const p99 = (rounds: readonly Round[]): number =>
    median(rounds.map(({ measured }) => measured.p99Milliseconds));
  const factor = p99(large) / p99(small);
  return [
    {
      name: `p99 of ${name}, ${count(largest.versions)} / ${count(smallest.versions)}`,
      wanted: `≤ ${targets.p99Growth}`,
      measured: `${figure(factor)} (${figure(p99(large))} / ${figure(p99(small))} ms)`,
      met: factor <= targets.p99Growth,
    },
  ];
}
