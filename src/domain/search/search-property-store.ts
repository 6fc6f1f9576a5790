import type { Kysely } from 'kysely';
import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { SearchPropertyTable, Tables } from '../../store/tables.ts';
import type { Scope } from '../resource-reference.ts';
import type { IndexedProperty } from './search-properties.ts';

/** Resources that the index holds. */
export type IndexedResource = 'ModelPackage' | 'ModelPackageGroup';

/** Whose properties: a row of the resource's table. */
export interface PropertyOwner extends Scope {
  readonly resource: IndexedResource;
  readonly resourceId: number;
}

/** What the index holds of one owner; entries sort by the time of its last modification. */
export interface IndexedState {
  readonly modifiedAt: number;
  readonly properties: Iterable<IndexedProperty>;
}

/** A property path of the resources of a scope. */
export interface PropertyName extends Scope {
  readonly resource: IndexedResource;
  readonly name: string;
}

/** An entry, and what it becomes. */
interface Entry extends PropertyName {
  readonly value: string;
  readonly modifiedAt: number;
  readonly resourceId: number;
}

/** The id of a name, as a part of a statement; no row where nothing ever had the property. */
export function nameId(sql: Kysely<Tables>, q: PropertyName) {
  return sql
    .selectFrom('search_property_name')
    .select('search_property_name.id')
    .where('search_property_name.account_id', '=', q.accountId)
    .where('search_property_name.region', '=', q.region)
    .where('search_property_name.resource', '=', q.resource)
    .where('search_property_name.name', '=', q.name);
}

const insertName = query<PropertyName>((sql, row) =>
  sql
    .insertInto('search_property_name')
    .values({
      account_id: row.accountId,
      region: row.region,
      resource: row.resource,
      name: row.name,
    })
    .onConflict((conflict) => conflict.doNothing()),
);

const selectNameId = query<PropertyName, { id: number }>(nameId);

/** Members of a query that asks for some names at once; a resource has about a dozen. */
const nameMembers = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;

type NameList = Omit<PropertyName, 'name'> & Record<(typeof nameMembers)[number], string>;

const selectNameIds = query<NameList, { id: number; name: string }>((sql, q) =>
  sql
    .selectFrom('search_property_name')
    .select(['id', 'name'])
    .where('account_id', '=', q.accountId)
    .where('region', '=', q.region)
    .where('resource', '=', q.resource)
    .where(
      'name',
      'in',
      nameMembers.map((member) => q[member]),
    ),
);

// Not by `insert … select`, for which SQLite opens a journal of its own: ten times slower.
const insertEntry = query<SearchPropertyTable>((sql, row) =>
  sql.insertInto('search_property').values({
    name_id: row.name_id,
    value: row.value,
    modified_at: row.modified_at,
    resource_id: row.resource_id,
  }),
);

const moveEntry = query<Entry & { newValue: string; newModifiedAt: number }>((sql, row) =>
  sql
    .updateTable('search_property')
    .set({ value: row.newValue, modified_at: row.newModifiedAt })
    .where('name_id', '=', nameId(sql, row))
    .where('value', '=', row.value)
    .where('modified_at', '=', row.modifiedAt)
    .where('resource_id', '=', row.resourceId),
);

const deleteEntry = query<Entry>((sql, row) =>
  sql
    .deleteFrom('search_property')
    .where('name_id', '=', nameId(sql, row))
    .where('value', '=', row.value)
    .where('modified_at', '=', row.modifiedAt)
    .where('resource_id', '=', row.resourceId),
);

/**
 * Brings the index after a change of its owner, touching only entries that differ; `before` is
 * undefined for a new owner, `after` for one that is gone.
 */
export async function replaceSearchProperties(
  tx: Transaction,
  owner: PropertyOwner,
  before: IndexedState | undefined,
  after: IndexedState | undefined,
): Promise<void> {
  const old = new Map(before?.properties);
  const { accountId, region, resource, resourceId } = owner;
  const entryOf = (name: string, value: string, modifiedAt: number): Entry => ({
    ...{ accountId, region, resource, name },
    ...{ value, modifiedAt, resourceId },
  });
  const added: Entry[] = [];
  for (const [name, value] of after?.properties ?? []) {
    const oldValue = old.get(name);
    old.delete(name);
    if (oldValue === undefined) {
      added.push(entryOf(name, value, after!.modifiedAt));
    } else if (oldValue !== value || before!.modifiedAt !== after!.modifiedAt) {
      const moved = { newValue: value, newModifiedAt: after!.modifiedAt };
      await tx.run(moveEntry, { ...entryOf(name, oldValue, before!.modifiedAt), ...moved });
    }
  }
  await addEntries(tx, added);
  for (const [name, value] of old) {
    await tx.run(deleteEntry, entryOf(name, value, before!.modifiedAt));
  }
}

/** Adds entries of one owner; names that nothing had before are rare and cost a second attempt. */
async function addEntries(tx: Transaction, entries: readonly Entry[]): Promise<void> {
  const ids = await findNameIds(tx, entries);
  for (const entry of entries) {
    const id = ids.get(entry.name);
    if (id !== undefined) await addNamed(tx, entry, id);
  }
  const unnamed = entries.filter(({ name }) => !ids.has(name));
  // In one order everywhere: writers that add the same names must not wait for each other.
  for (const entry of unnamed.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    await tx.run(insertName, entry);
    await addNamed(tx, entry, (await tx.first(selectNameId, entry))!.id);
  }
}

/** The ids of the names of one owner's entries, by name; some in a question, and all at once. */
async function findNameIds(
  tx: Transaction,
  entries: readonly Entry[],
): Promise<Map<string, number>> {
  const questions: Promise<{ id: number; name: string }[]>[] = [];
  for (let at = 0; at < entries.length; at += nameMembers.length) {
    const asked = entries.slice(at, at + nameMembers.length);
    const { accountId, region, resource } = asked[0]!;
    // A question that has fewer names than it could have asks for the last one again.
    const names = nameMembers.map((member, n) => [member, (asked[n] ?? asked.at(-1)!).name]);
    const list = { accountId, region, resource, ...Object.fromEntries(names) } as NameList;
    questions.push(tx.all(selectNameIds, list));
  }
  const found = (await Promise.all(questions)).flat();
  return new Map(found.map(({ id, name }) => [name, id]));
}

function addNamed(tx: Transaction, entry: Entry, nameId: number): Promise<void> {
  const { value, modifiedAt, resourceId } = entry;
  const row = { name_id: nameId, value, modified_at: modifiedAt, resource_id: resourceId };
  return tx.run(insertEntry, row);
}
