import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import type { ModelPackageGroupRow } from '../../store/tables.ts';
import { modelPackageGroupArn } from '../model-package-groups/model-package-group.ts';
import { modelPackageArn } from '../model-packages/model-package.ts';
import { confirm, restoreAdvice } from './finding.ts';
import type { Finding, Inspection } from './finding.ts';
import { findGroupRows, findLastEntries, listVersionNumbers } from './integrity-store.ts';

/** A group, and what is found about its numbers. */
interface Numbers {
  readonly group: ModelPackageGroupRow;
  readonly arn: string;
  readonly partition: string;
  readonly findings: Finding[];
  /** The entry that created the group; what was deleted before belonged to another. */
  readonly createdSeq: number;
}

/** Checks that every number that a group has given lives or was deleted, in the order of time. */
export async function checkVersions(
  inspection: Inspection,
  group: ModelPackageGroupRow,
): Promise<void> {
  const { database, partition } = inspection;
  const findings = await database.read((tx) => examineVersions(tx, group, partition));
  if (findings.length === 0) return;
  await confirm(inspection, async (tx) => {
    const [again] = await findGroupRows(tx, [group.id]);
    return again ? examineVersions(tx, again, partition) : [];
  });
}

async function examineVersions(
  tx: Transaction,
  group: ModelPackageGroupRow,
  partition: string,
): Promise<Finding[]> {
  const arn = modelPackageGroupArn(group, partition);
  const created = await findLastEntries(tx, [arn.toLowerCase()], ['CreateModelPackageGroup']);
  const createdSeq = created.get(arn.toLowerCase()) ?? 0;
  const numbers: Numbers = { group, arn, partition, findings: [], createdSeq };
  const page = { groupId: group.id, after: 0, limit: limits.scanRows * 8 };
  let last = { version: 0, createdAt: 0 };
  for (;;) {
    const rows = await listVersionNumbers(tx, page);
    for (const row of rows) {
      const version = row.version!;
      if (row.created_at < last.createdAt) {
        tell(numbers, `Version ${version} was created before version ${last.version}.`);
      }
      await examineGap(tx, numbers, last.version + 1, Math.min(version - 1, group.last_version));
      last = { version, createdAt: row.created_at };
    }
    if (rows.length < page.limit || isEnough(numbers)) break;
    page.after = last.version;
  }
  await examineGap(tx, numbers, last.version + 1, group.last_version);
  if (last.version > group.last_version) {
    const given = `version ${last.version} is there, but the last number given is`;
    tell(numbers, `${capital(given)} ${group.last_version}: numbers would be given twice.`);
  }
  if (last.createdAt > group.last_version_at) {
    tell(numbers, 'The time of its last version is after the time that it keeps for that.');
  }
  return numbers.findings;
}

/** Looks for the deletions of numbers that no version has. */
async function examineGap(
  tx: Transaction,
  numbers: Numbers,
  from: number,
  to: number,
): Promise<void> {
  for (let start = from; start <= to; start += limits.scanRows) {
    if (isEnough(numbers)) return;
    const count = Math.min(limits.scanRows, to - start + 1);
    const missing = Array.from({ length: count }, (_, index) => start + index);
    const keyOf = (version: number) =>
      modelPackageArn({ ...numbers.group, version }, numbers.partition).toLowerCase();
    const deleted = await findLastEntries(tx, missing.map(keyOf), ['DeleteModelPackage']);
    for (const version of missing) {
      if ((deleted.get(keyOf(version)) ?? 0) > numbers.createdSeq) continue;
      tell(numbers, `Version ${version} is gone, and the journal has no entry of its deletion.`);
      if (isEnough(numbers)) {
        tell(numbers, `More numbers up to ${to} may be gone; they were not looked at.`);
        return;
      }
    }
  }
}

function isEnough({ findings }: Numbers): boolean {
  return findings.length >= limits.findingsOfOneMax;
}

function tell({ findings, arn }: Numbers, problem: string): void {
  findings.push({ check: 'versions', resource: arn, problem, advice: restoreAdvice });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
