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

/** Adds entries; names that nothing had before are rare and cost a second attempt. */
async function addEntries(tx: Transaction, entries: readonly Entry[]): Promise<void> {
  // Asked for together: on PostgreSQL a question costs a way there and back, not each of them.
  const names = await Promise.all(entries.map((entry) => tx.first(selectNameId, entry)));
  for (const [n, entry] of entries.entries()) {
    if (names[n]) await addNamed(tx, entry, names[n].id);
  }
  const unnamed = entries.filter((_, n) => !names[n]);
  // In one order everywhere: writers that add the same names must not wait for each other.
  for (const entry of unnamed.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    await tx.run(insertName, entry);
    await addNamed(tx, entry, (await tx.first(selectNameId, entry))!.id);
  }
}

function addNamed(tx: Transaction, entry: Entry, nameId: number): Promise<void> {
  const { value, modifiedAt, resourceId } = entry;
  const row = { name_id: nameId, value, modified_at: modifiedAt, resource_id: resourceId };
  return tx.run(insertEntry, row);
}
