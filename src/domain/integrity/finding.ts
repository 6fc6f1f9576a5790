import { setTimeout } from 'node:timers/promises';
import { limits } from '../../kernel/limits.ts';
import type { Database, Transaction } from '../../store/database.ts';

/** What is looked at, in the order of the walk. */
export const checks = [
  'database',
  'journal',
  'groups',
  'versions',
  'packages',
  'names',
  'search',
  'policies',
] as const;

/** One of the checks. */
export type Check = (typeof checks)[number];

/** Something that does not fit together, and what to do about it. */
export interface Finding {
  readonly check: Check;
  /** The ARN of the resource, where it is about one. */
  readonly resource?: string;
  readonly problem: string;
  readonly advice: string;
}

/** What every part of the check works with. */
export interface Inspection {
  readonly database: Database;
  readonly partition: string;
  /** Takes a finding; throws TooManyFindings when there are enough. */
  readonly report: (finding: Finding) => void;
  /** How far a check has come, from 0 to 1. */
  readonly progress: (check: Check, fraction: number) => void;
}

/** Ends a check that finds no end of faults. */
export class TooManyFindings extends Error {}

/**
 * Reports what is found again and again: a resource that is changed while it is read in several
 * statements may look wrong, even twice and in the same way, but not every time.
 */
export async function confirm(
  { database, report }: Inspection,
  examine: (tx: Transaction) => Promise<Finding[]>,
): Promise<void> {
  let findings: Finding[] = [];
  for (let attempt = 0; attempt < limits.recheckAttemptsMax; attempt += 1) {
    // At no regular time, lest it falls in with a writer's.
    if (attempt > 0) await setTimeout(Math.random() * limits.recheckMillisecondsMax);
    findings = await database.read(examine);
    if (findings.length === 0) return;
  }
  findings.forEach(report);
}

/** What to do where only a backup knows what was there. */
export const restoreAdvice =
  'Compare with a backup that "imprimatur rehearse" passes, and restore it if nothing else helps.';

/** What to do where the journal tells what should be there. */
export const historyAdvice =
  'Its journal tells what happened ("imprimatur history" or ListResourceHistory shows it): make ' +
  'the change again through the API, or restore a backup from before the damage.';
