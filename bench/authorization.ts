import { count, figure, median, percent } from './format.ts';
import type { Round, SizeResult } from './measure.ts';
import type { Options } from './options.ts';
import { cell, table, waiting } from './report.ts';
import { scenarios } from './scenarios.ts';

const targets = { addedMicroseconds: 50, loss: 0.1 } as const;

/** What the policies of a user cost: each scenario as the user, against the root user. */
export function reportAuthorization(
  results: readonly SizeResult[],
  { connections, database }: Pick<Options, 'connections' | 'database'>,
): string {
  return [
    `On ${database === 'sqlite' ? 'SQLite' : 'PostgreSQL'}. Operations per second · p50 · p99 in ` +
      `ms · CPU time of the server in µs per operation; ${connections} connections. The user has ` +
      '50 policies of 20 statements, the root user none.',
    ...results.map(costTable),
    waiting(results),
  ].join('\n\n');
}

function costTable({ versions, rounds }: SizeResult): string {
  const { addedMicroseconds, loss } = targets;
  const wanted = `(< ${addedMicroseconds} µs, < ${percent(loss)})`;
  const head = [`at ${count(versions)}`, 'root user', 'user', `CPU time added ${wanted}`, ''];
  const measured = scenarios.filter(({ name }) => rounds.has(name));
  return table(
    head,
    measured.map(({ name }) => [name, ...costRow(rounds.get(name)!)]),
  );
}

function costRow(rounds: readonly Round[]): string[] {
  const added = median(rounds.map(addedTo));
  const lost = median(rounds.map(lostOf));
  const isMet = added < targets.addedMicroseconds && lost < targets.loss;
  return [
    cell(rounds.map(({ reference }) => ({ measured: reference! }))),
    cell(rounds),
    `${figure(added)} µs, loses ${percent(lost)}`,
    isMet ? 'met' : 'MISSED',
  ];
}

function addedTo({ measured, reference }: Round): number {
  return measured.cpuPerOperation - reference!.cpuPerOperation;
}

/** The share of operations that a core does no longer. */
function lostOf({ measured, reference }: Round): number {
  return 1 - reference!.cpuPerOperation / measured.cpuPerOperation;
}
