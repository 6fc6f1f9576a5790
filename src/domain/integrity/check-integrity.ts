import { limits } from '../../kernel/limits.ts';
import type { Database } from '../../store/database.ts';
import type { JournalRoot } from '../journal/journal-root.ts';
import { checkGroups } from './check-groups.ts';
import { checkJournal } from './check-journal.ts';
import { checkNames } from './check-names.ts';
import { checkPackages } from './check-packages.ts';
import { checkPolicies } from './check-policies.ts';
import { checkSearch } from './check-search.ts';
import { TooManyFindings } from './finding.ts';
import type { Check, Finding, Inspection } from './finding.ts';
import { findExtent } from './integrity-store.ts';

/** What a check of a whole store found, and how much it looked at. */
export interface IntegrityReport {
  readonly findings: readonly Finding[];
  /** False where it ended early, after limits.findingsMax findings. */
  readonly complete: boolean;
  readonly counts: {
    groups: number;
    packages: number;
    names: number;
    searchProperties: number;
    policies: number;
  };
  /** Undefined where it did not get to the journal's end. */
  readonly journal: JournalRoot | undefined;
}

/** How a check is watched. */
export interface Watch {
  readonly partition: string;
  readonly progress: (check: Check, fraction: number) => void;
}

/**
 * Checks that rows, journal, names, search index and policies tell the same. It only reads, holds
 * a page of rows at a time, and may run beside a busy server.
 */
export async function checkIntegrity(database: Database, watch: Watch): Promise<IntegrityReport> {
  const findings: Finding[] = [];
  const inspection: Inspection = {
    database,
    partition: watch.partition,
    report(finding) {
      findings.push(finding);
      if (findings.length >= limits.findingsMax) throw new TooManyFindings();
    },
    progress: (check, fraction) => watch.progress(check, Math.min(1, fraction)),
  };
  const counts = { groups: 0, packages: 0, names: 0, searchProperties: 0, policies: 0 };
  let journal: JournalRoot | undefined;
  try {
    const extent = await database.read(findExtent);
    journal = await checkJournal(inspection, extent);
    counts.groups = await checkGroups(inspection, extent);
    counts.packages = await checkPackages(inspection, extent);
    counts.names = await checkNames(inspection);
    counts.searchProperties = await checkSearch(inspection, extent);
    counts.policies = await checkPolicies(inspection);
    return { findings, complete: true, counts, journal };
  } catch (error) {
    if (!(error instanceof TooManyFindings)) throw error;
    return { findings, complete: false, counts, journal };
  }
}
