import { setImmediate } from 'node:timers/promises';
import { limits } from '../../kernel/limits.ts';
import type { Database, Transaction } from '../../store/database.ts';
import type { ModelPackageGroupRow, ModelPackageRow } from '../../store/tables.ts';
import { modelPackageGroupArn } from '../model-package-groups/model-package-group.ts';
import { modelPackageArn } from '../model-packages/model-package.ts';
import {
  modelPackageGroupProperties,
  modelPackageProperties,
} from '../search/search-properties.ts';
import { hasSearchEntry, readSearchEntries } from '../search/search-property-list-store.ts';
import type { SearchEntry } from '../search/search-property-list-store.ts';
import type { IndexedResource } from '../search/search-property-store.ts';
import { parseTags } from '../tags/tag-list.ts';
import { confirm } from './finding.ts';
import type { Finding, Inspection } from './finding.ts';
import {
  findGroupRows,
  findPackageRows,
  listGroupRows,
  listPackageRows,
} from './integrity-store.ts';
import type { Extent } from './integrity-store.ts';
import { EntrySums } from './entry-sums.ts';

/**
 * Checks that the search index holds what the rows say and nothing else; answers how much it is.
 *
 * Index and rows come in different orders, so each owner's entries are first compared as a sum;
 * only where sums differ are entries looked at one by one.
 */
export async function checkSearch(inspection: Inspection, extent: Extent): Promise<number> {
  const { database, progress } = inspection;
  const sums = {
    ModelPackageGroup: new EntrySums(extent.groups),
    ModelPackage: new EntrySums(extent.packages),
  };
  let count = 0;
  for await (const entries of readSearchEntries(database)) {
    for (const entry of entries) sums[entry.resource].add(entry);
    count += entries.length;
    progress('search', 0.5 * (1 - 1 / (1 + count / (1 + extent.packages * 8))));
  }
  for await (const { entries, done } of readExpected(database, extent)) {
    for (const entry of entries) sums[entry.resource].subtract(entry);
    progress('search', 0.5 + done / 2);
  }
  const suspects = (['ModelPackageGroup', 'ModelPackage'] as const).flatMap((resource) =>
    sums[resource].unequal(limits.searchSuspectsMax).map((id) => keyOf(resource, id)),
  );
  if (suspects.length > 0) await examineSuspects(inspection, new Set(suspects));
  return count;
}

interface Expected {
  readonly entries: readonly SearchEntry[];
  readonly done: number;
}

async function* readExpected(database: Database, extent: Extent): AsyncGenerator<Expected> {
  const limit = limits.scanRows;
  for (let afterId = 0; ;) {
    const page = { afterId, limit };
    const rows = await database.read((tx) => listGroupRows(tx, page));
    yield { entries: rows.flatMap((row) => groupEntries(row) ?? []), done: 0 };
    if (rows.length < limit) break;
    afterId = rows.at(-1)!.id;
  }
  for (let afterId = 0; ;) {
    const page = { afterId, limit };
    const rows = await database.read((tx) => listPackageRows(tx, page));
    afterId = rows.at(-1)?.id ?? 0;
    const entries = rows.flatMap((row) => packageEntries(row) ?? []);
    yield { entries, done: afterId / Math.max(1, extent.packages) };
    if (rows.length < limit) return;
    await setImmediate();
  }
}

function packageEntries(row: ModelPackageRow): SearchEntry[] | undefined {
  return entriesOf('ModelPackage', row, row.modified_at, () => modelPackageProperties(row));
}

function groupEntries(row: ModelPackageGroupRow): SearchEntry[] | undefined {
  return entriesOf('ModelPackageGroup', row, row.created_at, () =>
    modelPackageGroupProperties(parseTags(row.tags)),
  );
}

function entriesOf(
  resource: IndexedResource,
  row: { id: number; account_id: string; region: string },
  modifiedAt: number,
  properties: () => readonly (readonly [string, string])[],
): SearchEntry[] | undefined {
  const owner = { accountId: row.account_id, region: row.region, resource, resourceId: row.id };
  try {
    return properties().map(([name, value]) => ({ ...owner, name, value, modifiedAt }));
  } catch {
    // A row that cannot be read is a finding of its own.
    return undefined;
  }
}

function keyOf(resource: IndexedResource, id: number): string {
  return `${resource} ${id}`;
}

/** Looks at the entries of some owners one by one. */
async function examineSuspects(
  inspection: Inspection,
  suspects: ReadonlySet<string>,
): Promise<void> {
  const held = new Map<string, SearchEntry[]>([...suspects].map((key) => [key, []]));
  for await (const entries of readSearchEntries(inspection.database)) {
    for (const entry of entries) held.get(keyOf(entry.resource, entry.resourceId))?.push(entry);
  }
  for (const [key, entries] of held) {
    const [resource, id] = key.split(' ') as [IndexedResource, string];
    await confirm(inspection, (tx) =>
      examineOwner(tx, inspection.partition, { resource, id: Number(id), held: entries }),
    );
  }
}

interface Owner {
  readonly resource: IndexedResource;
  readonly id: number;
  /** What the index held of it. */
  readonly held: readonly SearchEntry[];
}

async function examineOwner(
  tx: Transaction,
  partition: string,
  { resource, id, held }: Owner,
): Promise<Finding[]> {
  const { arn, entries } =
    resource === 'ModelPackage'
      ? await expectedOfPackage(tx, id, partition)
      : await expectedOfGroup(tx, id, partition);
  if (!entries) return [];
  const expected = new Set(entries.map(textOf));
  const findings: Finding[] = [];
  const tell = (problem: string): void => {
    findings.push({
      check: 'search',
      ...(arn !== undefined && { resource: arn }),
      problem,
      advice,
    });
  };
  for (const entry of entries) {
    if (await hasSearchEntry(tx, entry)) continue;
    tell(`Searches for ${entry.name} = '${entry.value}' do not find it, or not in its place.`);
  }
  for (const entry of held) {
    if (expected.has(textOf(entry)) || !(await hasSearchEntry(tx, entry))) continue;
    const what = `${entry.name} = '${entry.value}'`;
    tell(
      arn === undefined
        ? `The search index has ${what} of a ${resource} that is not there (id ${id}).`
        : `Searches for ${what} find it, or find it in the wrong place.`,
    );
  }
  return findings;
}

const advice =
  'The index is made from the rows. A change of the property through the API writes its entry ' +
  'anew; where many are wrong, restore a backup that "imprimatur rehearse" passes.';

async function expectedOfPackage(tx: Transaction, id: number, partition: string) {
  const [row] = await findPackageRows(tx, [id]);
  if (!row) return { arn: undefined, entries: [] };
  return { arn: modelPackageArn(row, partition), entries: packageEntries(row) };
}

async function expectedOfGroup(tx: Transaction, id: number, partition: string) {
  const [row] = await findGroupRows(tx, [id]);
  if (!row) return { arn: undefined, entries: [] };
  return { arn: modelPackageGroupArn(row, partition), entries: groupEntries(row) };
}

function textOf({ accountId, region, name, value, modifiedAt }: SearchEntry): string {
  return JSON.stringify([accountId, region, name, value, modifiedAt]);
}
