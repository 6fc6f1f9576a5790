import { isDeepStrictEqual } from 'node:util';
import { setImmediate } from 'node:timers/promises';
import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import type { ModelPackageGroupRow } from '../../store/tables.ts';
import {
  describeModelPackageGroup,
  modelPackageGroupArn,
} from '../model-package-groups/model-package-group.ts';
import { accountsLetIn } from '../model-package-groups/model-package-group-policy.ts';
import type { LetIn } from '../model-package-groups/model-package-group-policy.ts';
import { findSharedWith } from '../model-package-groups/shared-group-store.ts';
import { sharePolicy } from '../resource-shares/share-policy.ts';
import type { Grant } from '../resource-shares/share-policy.ts';
import { findGrants } from '../resource-shares/share-policy-store.ts';
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
  const grants = await findGrants(
    tx,
    rows.map(({ id }) => id),
  );
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
    findings.push(
      ...checkSharing(row, shared.get(row.id) ?? [], grants.get(row.id) ?? [], partition),
    );
    if (findings.length > 0) found.set(row.id, findings);
  }
  return found;
}

/** Whether what is kept of a group's sharing is what its policy and its shares amount to. */
function checkSharing(
  row: ModelPackageGroupRow,
  listed: readonly LetIn[],
  grants: readonly Grant[],
  partition: string,
): Finding[] {
  const resource = modelPackageGroupArn(row, partition);
  const findings: Finding[] = [];
  if (row.share_policy !== sharePolicy(row, grants, partition)) {
    findings.push({
      check: 'groups',
      resource,
      problem: 'What others may do with it is not what its shares say.',
      advice: 'Disassociate it from one of its resource shares, and associate it again.',
    });
  }
  const named = accountsLetIn(row);
  if (!isDeepStrictEqual(named, listed)) {
    const numbers = (accounts: readonly LetIn[]) =>
      accounts.map(({ accountId, byShare }) => (byShare ? `${accountId} by a share` : accountId));
    findings.push({
      check: 'groups',
      resource,
      problem:
        `It lets in the accounts [${numbers(named).join()}], ` +
        `those listed are [${numbers(listed).join()}].`,
      advice: 'Put its policy again, or delete it.',
    });
  }
  return findings;
}
