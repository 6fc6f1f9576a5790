import { setImmediate } from 'node:timers/promises';
import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import type { ModelPackageGroupRow } from '../../store/tables.ts';
import {
  describeModelPackageGroup,
  modelPackageGroupArn,
} from '../model-package-groups/model-package-group.ts';
import { accountsNamed } from '../model-package-groups/model-package-group-policy.ts';
import { findSharedWith } from '../model-package-groups/shared-group-store.ts';
import { nameKey } from '../resource-reference.ts';
import { parseTags } from '../tags/tag-list.ts';
import { checkVersions } from './check-versions.ts';
import { compareWithJournal, tellResources } from './compare-with-journal.ts';
import { confirm, restoreAdvice } from './finding.ts';
import type { Finding, Inspection } from './finding.ts';
import { findGroupRows, listGroupRows } from './integrity-store.ts';
import type { Extent } from './integrity-store.ts';

/** Checks every group against its journal, and its numbers; answers how many there are. */
export async function checkGroups(inspection: Inspection, extent: Extent): Promise<number> {
  const { database, partition, progress } = inspection;
  const page = { afterId: 0, limit: limits.scanRows };
  let count = 0;
  for (;;) {
    const rows = await database.read((tx) => listGroupRows(tx, page));
    const suspects = await database.read((tx) => examineGroups(tx, rows, partition));
    for (const id of suspects.keys()) {
      await confirm(inspection, async (tx) => {
        const again = await findGroupRows(tx, [id]);
        return (await examineGroups(tx, again, partition)).get(id) ?? [];
      });
    }
    for (const row of rows) await checkVersions(inspection, row);
    count += rows.length;
    if (rows.length < page.limit) return count;
    page.afterId = rows.at(-1)!.id;
    progress('groups', page.afterId / extent.groups);
    await setImmediate();
  }
}

async function examineGroups(
  tx: Transaction,
  rows: readonly ModelPackageGroupRow[],
  partition: string,
): Promise<Map<number, Finding[]>> {
  const found = new Map<number, Finding[]>();
  if (rows.length === 0) return found;
  const arnOf = (row: ModelPackageGroupRow) => modelPackageGroupArn(row, partition);
  const told = await tellResources(tx, rows.map(arnOf));
  const shared = await findSharedWith(tx, rows);
  for (const row of rows) {
    const arn = arnOf(row);
    const findings = compareWithJournal('groups', arn, told.get(arn.toLowerCase())!, () => ({
      ...describeModelPackageGroup(row, { partition }),
      Tags: parseTags(row.tags),
      ...(row.policy !== null && { ResourcePolicy: row.policy }),
    }));
    if (row.name_key !== nameKey(row.name)) {
      findings.push({
        check: 'groups',
        resource: arn,
        problem: `It is kept under the name '${row.name_key}', by which its own cannot find it.`,
        advice: restoreAdvice,
      });
    }
    const named = row.policy === null ? [] : accountsNamed(row.policy, row.account_id);
    const kept = shared.get(row.id) ?? [];
    if (named.join() !== kept.join()) {
      findings.push({
        check: 'groups',
        resource: arn,
        problem:
          `Its policy names the accounts [${named.join()}], ` +
          `those listed are [${kept.join()}].`,
        advice: 'Put its policy again, or delete it.',
      });
    }
    if (findings.length > 0) found.set(row.id, findings);
  }
  return found;
}
