import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import type { JournalRow } from '../../store/tables.ts';
import { parseArn } from '../../kernel/arn.ts';
import { journalLeafHash } from '../journal/journal-root.ts';
import type { JournalRoot } from '../journal/journal-root.ts';
import { readJournal } from '../journal/journal-store.ts';
import { MerkleTree } from '../journal/merkle-tree.ts';
import { nameKey } from '../resource-reference.ts';
import { byScope } from './by-scope.ts';
import { parseDocument } from './compare-with-journal.ts';
import { confirm, restoreAdvice } from './finding.ts';
import type { Finding, Inspection } from './finding.ts';
import {
  findGroupsNamed,
  findLastEntries,
  findLivingVersions,
  findNames,
  findRepeatedIds,
} from './integrity-store.ts';
import type { Extent } from './integrity-store.ts';
import { deletions, isCreation } from '../journal/told-resource.ts';

/** Checks the journal by itself, and that whatever it created is there; answers its hash. */
export async function checkJournal(inspection: Inspection, extent: Extent): Promise<JournalRoot> {
  const { database, report, progress } = inspection;
  const tree = new MerkleTree();
  let lastSeq = 0;
  for await (const rows of readJournal(database)) {
    for (const row of rows) {
      tree.addHash(journalLeafHash(row));
      if (!parseDocument(row.document)) report(unreadable(row));
    }
    lastSeq = rows.at(-1)!.seq;
    await checkCreated(inspection, rows);
    progress('journal', lastSeq / extent.entries);
  }
  const repeated = await database.read((tx) => findRepeatedIds(tx, limits.findingsOfOneMax));
  for (const id of repeated) {
    const problem = `Several entries have the id ${id}.`;
    report({ check: 'journal', problem, advice: restoreAdvice });
  }
  return { entries: tree.leaves, lastSeq, root: tree.root() };
}

function unreadable(row: JournalRow): Finding {
  return {
    check: 'journal',
    ...(row.resource_arn !== null && { resource: row.resource_arn }),
    problem: `The document of entry ${row.seq} is no JSON object.`,
    advice: restoreAdvice,
  };
}

/** A creation in the journal: of a group, an unversioned package, or a version. */
interface Created {
  readonly seq: number;
  readonly arn: string;
  readonly account_id: string;
  readonly region: string;
  readonly type: string;
  readonly nameKey: string;
  readonly version: number | undefined;
}

async function checkCreated(inspection: Inspection, rows: readonly JournalRow[]): Promise<void> {
  const created = rows
    .filter((row) => row.error_code === null && isCreation(row.operation))
    .flatMap((row) => createdBy(row) ?? []);
  const suspects = await inspection.database.read((tx) => examineCreated(tx, created));
  for (const one of suspects.keys()) {
    await confirm(inspection, async (tx) => {
      const problems = [...(await examineCreated(tx, [one])).values()];
      return problems.map((problem) => ({
        check: 'journal' as const,
        resource: one.arn,
        problem,
        advice: restoreAdvice,
      }));
    });
  }
}

function createdBy(row: JournalRow): Created | undefined {
  const arn = parseArn(row.resource_arn ?? '');
  const [, type, name, version] =
    /^(model-package-group|model-package)\/([^/]+)(?:\/(\d+))?$/.exec(arn?.resource ?? '') ?? [];
  if (!arn || type === undefined || name === undefined) return undefined;
  return {
    seq: row.seq,
    arn: row.resource_arn!,
    account_id: arn.accountId,
    region: arn.region,
    type,
    nameKey: nameKey(name),
    version: version === undefined ? undefined : Number(version),
  };
}

/** What is wrong with resources that the journal created, and that are not there. */
async function examineCreated(
  tx: Transaction,
  created: readonly Created[],
): Promise<Map<Created, string>> {
  const missing: Created[] = [];
  const found = new Map<Created, string>();
  for (const [scope, ofScope] of byScope(created)) {
    const names = ofScope.filter(({ type, version }) => type === 'model-package' && !version);
    const others = ofScope.filter((one) => !names.includes(one));
    const nameRows = await findNames(tx, scope, unique(names));
    const held = new Set(nameRows.map((row) => row.name_key));
    missing.push(...names.filter((one) => !held.has(one.nameKey)));
    const groups = await findGroupsNamed(tx, scope, unique(others));
    const byKey = new Map(groups.map((group) => [group.name_key, group]));
    for (const [key, ofGroup] of Map.groupBy(others, (one) => one.nameKey)) {
      const group = byKey.get(key);
      const versions = ofGroup.flatMap(({ version }) => version ?? []);
      const living = group ? await findLivingVersions(tx, group.id, versions) : new Set<number>();
      missing.push(...ofGroup.filter(({ version }) => (version ? !living.has(version) : !group)));
      const beyond = ofGroup.filter(({ version = 0 }) => group && version > group.last_version);
      for (const one of await sinceCreation(tx, beyond)) {
        found.set(
          one,
          `Its group counts ${group!.last_version} versions: its number would return.`,
        );
      }
    }
  }
  const keys = missing.map(({ arn }) => arn.toLowerCase());
  const deleted = await findLastEntries(tx, keys, [...deletions]);
  for (const one of missing) {
    if ((deleted.get(one.arn.toLowerCase()) ?? 0) > one.seq) continue;
    found.set(one, `Entry ${one.seq} created it and none deleted it, yet it is not there.`);
  }
  return found;
}

/** Versions of groups that are there still: a group of the same name may have been there before. */
async function sinceCreation(tx: Transaction, versions: readonly Created[]): Promise<Created[]> {
  const groupArnOf = ({ arn }: Created) =>
    arn
      .replace(':model-package/', ':model-package-group/')
      .replace(/\/\d+$/, '')
      .toLowerCase();
  const created = await findLastEntries(
    tx,
    [...new Set(versions.map(groupArnOf))],
    ['CreateModelPackageGroup'],
  );
  return versions.filter((one) => one.seq > (created.get(groupArnOf(one)) ?? 0));
}

function unique(created: readonly Created[]): string[] {
  return [...new Set(created.map((one) => one.nameKey))];
}
