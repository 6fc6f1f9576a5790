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
export function judge(results: readonly SizeResult[]): Verdict[] {
  const [smallest, largest] = [results[0]!, results.at(-1)!];
  const at = count(largest.versions);
  const growths = largest === smallest ? [] : flat.flatMap((name) => growth(name, results));
  return [
    ...results.flatMap((result) => [
      ...ratio('describe', 'bare node:http', targets.describeOfEcho, result),
      ...ratio('register', 'describe', targets.registerOfDescribe, result),
    ]),
    ...growths,
    {
      name: `resident memory at ${at}`,
      wanted: `< ${megabytes(targets.memoryBytes)}`,
      measured: megabytes(largest.memory.now),
      met: largest.memory.now < targets.memoryBytes,
    },
    {
      name: `start to first answer at ${at}`,
      wanted: `< ${targets.startSeconds} s`,
      measured: `${largest.startSeconds.toFixed(2)} s`,
      met: largest.startSeconds < targets.startSeconds,
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
      measured: `${percent(share)} (by CPU time ${percent(byCpu)})`,
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
