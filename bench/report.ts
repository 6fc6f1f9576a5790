import { count, figure, median, megabytes, percent } from './format.ts';
import type { Round, SizeResult } from './measure.ts';
import type { Options } from './options.ts';
import { scenarios } from './scenarios.ts';
import { judge } from './targets.ts';

/** What moto_server 5.2 does on 2 cores with 16 connections and 5,000 versions. */
export const moto = {
  versions: 5_000,
  perSecond: { describe: 236, list: 74, 'search-metadata-100': 0.7, approve: 331, register: 119 },
} as const;

/** The medians of a scenario's rounds. */
export function medians(rounds: readonly Round[]) {
  const of = (pick: (round: Round) => number): number => median(rounds.map(pick));
  return {
    perSecond: of(({ measured }) => measured.perSecond),
    p50: of(({ measured }) => measured.p50Milliseconds),
    p99: of(({ measured }) => measured.p99Milliseconds),
    cpu: of(({ measured }) => measured.cpuPerOperation),
  };
}

/** The report as Markdown whose tables are readable as they are. */
export function report(
  results: readonly SizeResult[],
  { connections, database }: Pick<Options, 'connections' | 'database'>,
): string {
  const parts = [
    `On ${database === 'sqlite' ? 'SQLite' : 'PostgreSQL'}. Operations per second · p50 · p99 in ` +
      `ms · CPU time of the server in µs per operation; ${connections} connections`,
    table(['', ...results.map(({ versions }) => count(versions))], scenarioRows(results, database)),
    table(['versions', 'store', 'start to first answer', 'memory, peak'], sizeRows(results)),
    noise(results),
    table(['target', 'wanted', 'measured', ''], targetRows(results, database)),
    database === 'sqlite' ? comparison(results) : '',
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function scenarioRows(results: readonly SizeResult[], database: Options['database']): string[][] {
  const references =
    database === 'sqlite'
      ? [['bare node:http', ...results.map((result) => cell(referencesOf(result, 'describe')))]]
      : [
          ['pgbench select', ...results.map((result) => cell(referencesOf(result, 'describe')))],
          [
            'pgbench update, insert',
            ...results.map((result) => cell(referencesOf(result, 'register'))),
          ],
        ];
  const rows = scenarios
    .filter(({ name }) => results[0]?.rounds.has(name))
    .map(({ name }) => [name, ...results.map(({ rounds }) => cell(rounds.get(name)!))]);
  return [...references.filter((row) => row[1] !== ''), ...rows];
}

/** The windows of what a scenario was held against. */
function referencesOf({ rounds }: SizeResult, name: string): Round[] {
  return rounds.get(name)?.map(({ reference }) => ({ measured: reference! })) ?? [];
}

/** Operations per second, p50, p99 and CPU time in one cell of a table. */
export function cell(rounds: readonly Round[]): string {
  if (rounds.length === 0) return '';
  const { perSecond, p50, p99, cpu } = medians(rounds);
  const known = [figure(p50), figure(p99), figure(cpu)].filter((text) => text !== 'NaN');
  return [count(perSecond), ...known].join(' · ');
}

function sizeRows(results: readonly SizeResult[]): string[][] {
  return results.map(({ versions, storeBytes, startSeconds, memory }) => [
    count(versions),
    megabytes(storeBytes),
    `${startSeconds.toFixed(2)} s`,
    `${megabytes(memory.now)}, ${megabytes(memory.peak)}`,
  ]);
}

/** What other programs, and the driver itself, did to the figures. */
function noise(results: readonly SizeResult[]): string {
  const echo = results
    .flatMap((result) => referencesOf(result, 'describe'))
    .map(({ measured }) => measured);
  const lines = [waiting(results)];
  if (echo.length > 0 && !Number.isNaN(echo[0]!.driverShare)) {
    const rates = echo.map(({ perSecond }) => perSecond);
    const driver = median(echo.map(({ driverShare }) => driverShare));
    lines.push(
      `The bare server did ${count(Math.min(...rates))} to ${count(Math.max(...rates))} ` +
        `operations per second, for which the driver used ${percent(driver)} of a core.`,
    );
  }
  return lines.join(' ');
}

/** What other programs did to the figures. */
export function waiting(results: readonly SizeResult[]): string {
  const all = results.flatMap(({ rounds }) => [...rounds.values()].flat());
  const waited = median(all.map(({ measured }) => measured.waitedShare));
  return `For ${percent(waited)} of the time the server could have run, but others had its core.`;
}

function targetRows(results: readonly SizeResult[], database: Options['database']): string[][] {
  return judge(results, database).map(({ name, wanted, measured, met }) => [
    name,
    wanted,
    measured,
    met ? 'met' : 'MISSED',
  ]);
}

function comparison(results: readonly SizeResult[]): string {
  const result = results.find(({ versions }) => versions === moto.versions);
  if (!result) return '';
  const rows = Object.entries(moto.perSecond).flatMap(([name, theirs]) => {
    const rounds = result.rounds.get(name);
    if (!rounds) return [];
    const ours = medians(rounds).perSecond;
    return [[name, String(theirs), count(ours), `${figure(ours / theirs)} ×`]];
  });
  const title = `moto_server 5.2, in memory and without signatures, at ${count(moto.versions)}:`;
  return `${title}\n\n${table(['', 'moto per second', 'ours', 'multiple'], rows)}`;
}

/** A Markdown table with columns of even width. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => text.padEnd(widths[column]!)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}
