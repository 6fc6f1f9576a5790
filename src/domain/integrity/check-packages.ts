import { setImmediate } from 'node:timers/promises';
import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import type { ModelPackageGroupRow, ModelPackageRow } from '../../store/tables.ts';
import { describeModelPackage, modelPackageArn } from '../model-packages/model-package.ts';
import { nameKey } from '../resource-reference.ts';
import { parseTags } from '../tags/tag-list.ts';
import { byScope, placeOf } from './by-scope.ts';
import { ownName } from './check-names.ts';
import { compareWithJournal, tellResources } from './compare-with-journal.ts';
import { confirm, restoreAdvice } from './finding.ts';
import type { Finding, Inspection } from './finding.ts';
import { findGroupRows, findNames, findPackageRows, listPackageRows } from './integrity-store.ts';
import type { Extent } from './integrity-store.ts';

/** Checks every package against its journal, its group and its name; answers how many there are. */
export async function checkPackages(inspection: Inspection, extent: Extent): Promise<number> {
  const { database, partition, progress } = inspection;
  const page = { afterId: 0, limit: limits.scanRows };
  let count = 0;
  for (;;) {
    const rows = await database.read((tx) => listPackageRows(tx, page));
    const suspects = await database.read((tx) => examinePackages(tx, rows, partition));
    for (const id of suspects.keys()) {
      await confirm(inspection, async (tx) => {
        const again = await findPackageRows(tx, [id]);
        return (await examinePackages(tx, again, partition)).get(id) ?? [];
      });
    }
    count += rows.length;
    if (rows.length < page.limit) return count;
    page.afterId = rows.at(-1)!.id;
    progress('packages', page.afterId / extent.packages);
    await setImmediate();
  }
}

async function examinePackages(
  tx: Transaction,
  rows: readonly ModelPackageRow[],
  partition: string,
): Promise<Map<number, Finding[]>> {
  const found = new Map<number, Finding[]>();
  if (rows.length === 0) return found;
  const arnOf = (row: ModelPackageRow) => modelPackageArn(row, partition);
  const told = await tellResources(tx, rows.map(arnOf));
  const groups = await groupsOf(tx, rows);
  const named = await findNamed(tx, rows);
  for (const row of rows) {
    const arn = arnOf(row);
    const findings = compareWithJournal('packages', arn, told.get(arn.toLowerCase())!, () => ({
      ...describeModelPackage(row, { partition, strictAws: false }),
      Tags: parseTags(row.tags),
    }));
    for (const problem of rowProblems(row, groups)) {
      findings.push({ check: 'packages', resource: arn, problem, advice: restoreAdvice });
    }
    const name = ownName(row);
    if (name !== null && named.get(placeOf(row, nameKey(name))) !== row.id) {
      const problem = `Its name '${name}' does not lead to it: names have no row for it.`;
      findings.push({ check: 'names', resource: arn, problem, advice: restoreAdvice });
    }
    if (findings.length > 0) found.set(row.id, findings);
  }
  return found;
}

async function groupsOf(
  tx: Transaction,
  rows: readonly ModelPackageRow[],
): Promise<Map<number, ModelPackageGroupRow>> {
  const ids = [...new Set(rows.flatMap(({ group_id }) => group_id ?? []))];
  const groups = ids.length === 0 ? [] : await findGroupRows(tx, ids);
  return new Map(groups.map((group) => [group.id, group]));
}

/** What is wrong with a package's columns and its place in a group. */
function rowProblems(row: ModelPackageRow, groups: Map<number, ModelPackageGroupRow>): string[] {
  const problems: string[] = [];
  if (row.modified_at !== (row.last_modified_at ?? row.created_at)) {
    problems.push('The time that searches sort by is not that of its last change.');
  }
  const isVersion = row.type === 'Versioned';
  if (isVersion !== (row.group_id !== null) || isVersion !== (row.version !== null)) {
    problems.push(`It is ${row.type}, but its group and version say otherwise.`);
  }
  if (row.group_id === null) return problems;
  const group = groups.get(row.group_id);
  if (!group) return [...problems, 'Its group does not exist.'];
  const isOfGroup =
    group.account_id === row.account_id && group.region === row.region && group.name === row.name;
  return isOfGroup ? problems : [...problems, `It lies in the group '${group.name}', not its own.`];
}

/** The package that each name of the rows leads to. */
async function findNamed(
  tx: Transaction,
  rows: readonly ModelPackageRow[],
): Promise<Map<string, number>> {
  const named = new Map<string, number>();
  const owners = rows.filter((row) => ownName(row) !== null);
  for (const [scope, ofScope] of byScope(owners)) {
    const keys = ofScope.map((row) => nameKey(ownName(row)!));
    for (const name of await findNames(tx, scope, keys)) {
      named.set(placeOf(name, name.name_key), name.package_id);
    }
  }
  return named;
}
