import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import type { EntryDocument } from '../journal/journal-entry.ts';
import { historyAdvice, restoreAdvice } from './finding.ts';
import type { Check, Finding } from './finding.ts';
import { listChanges } from './integrity-store.ts';
import { differences, ToldResource } from '../journal/told-resource.ts';
import type { Members } from '../journal/told-resource.ts';

/** What the journal tells of several resources, by lower-cased ARN. */
export async function tellResources(
  tx: Transaction,
  arns: readonly string[],
): Promise<Map<string, ToldResource>> {
  const told = new Map(arns.map((arn) => [arn.toLowerCase(), new ToldResource()]));
  const limit = limits.scanRows * 2;
  let afterSeq = 0;
  for (;;) {
    const rows = await listChanges(tx, [...told.keys()], { afterSeq, limit });
    for (const row of rows) {
      const document = parseDocument(row.document);
      if (document) told.get(row.resource_arn!.toLowerCase())!.take({ row, document });
    }
    if (rows.length < limit) return told;
    afterSeq = rows.at(-1)!.seq;
  }
}

/** An entry's document; undefined when it is no JSON object, as the journal's check tells. */
export function parseDocument(text: string): EntryDocument | undefined {
  try {
    const document = JSON.parse(text) as EntryDocument | null;
    return typeof document === 'object' && document !== null ? document : undefined;
  } catch {
    return undefined;
  }
}

/** Compares a living resource with what its journal tells. */
export function compareWithJournal(
  check: Check,
  arn: string,
  told: ToldResource,
  describe: () => Members,
): Finding[] {
  const finding = (problem: string, advice = historyAdvice): Finding => ({
    check,
    resource: arn,
    problem,
    advice,
  });
  const findings = told.problems.map((problem) =>
    finding(`In its journal, ${problem}.`, restoreAdvice),
  );
  if (!told.members) {
    const problem =
      told.createdSeq === undefined
        ? 'The journal has no entry of its creation.'
        : 'The journal tells of its deletion, yet it is there.';
    return [...findings, finding(problem, restoreAdvice)];
  }
  let actual: Members;
  try {
    actual = describe();
  } catch (error) {
    return [...findings, finding(`Its row cannot be read: ${(error as Error).message}.`)];
  }
  const differing = differences(told.members, actual);
  if (differing.length > 0) {
    findings.push(finding(`Its row and its journal differ in ${differing.join(', ')}.`));
  }
  return findings;
}
