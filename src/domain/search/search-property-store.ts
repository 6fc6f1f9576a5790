import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { SearchPropertyTable } from '../../store/tables.ts';
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

const insertProperty = query<SearchPropertyTable>((sql, row) =>
  sql.insertInto('search_property').values({
    account_id: row.account_id,
    region: row.region,
    resource: row.resource,
    name: row.name,
    value: row.value,
    modified_at: row.modified_at,
    resource_id: row.resource_id,
  }),
);

const moveProperty = query<SearchPropertyTable & { newValue: string; newModifiedAt: number }>(
  (sql, row) =>
    sql
      .updateTable('search_property')
      .set({ value: row.newValue, modified_at: row.newModifiedAt })
      .where('account_id', '=', row.account_id)
      .where('region', '=', row.region)
      .where('resource', '=', row.resource)
      .where('name', '=', row.name)
      .where('value', '=', row.value)
      .where('modified_at', '=', row.modified_at)
      .where('resource_id', '=', row.resource_id),
);

const deleteProperty = query<SearchPropertyTable>((sql, row) =>
  sql
    .deleteFrom('search_property')
    .where('account_id', '=', row.account_id)
    .where('region', '=', row.region)
    .where('resource', '=', row.resource)
    .where('name', '=', row.name)
    .where('value', '=', row.value)
    .where('modified_at', '=', row.modified_at)
    .where('resource_id', '=', row.resource_id),
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
  const key = { account_id: owner.accountId, region: owner.region, resource: owner.resource };
  const entry = (name: string, value: string, modifiedAt: number): SearchPropertyTable => ({
    ...key,
    name,
    value,
    modified_at: modifiedAt,
    resource_id: owner.resourceId,
  });
  for (const [name, value] of after?.properties ?? []) {
    const oldValue = old.get(name);
    old.delete(name);
    if (oldValue === undefined) {
      await tx.run(insertProperty, entry(name, value, after!.modifiedAt));
    } else if (oldValue !== value || before!.modifiedAt !== after!.modifiedAt) {
      const moved = { newValue: value, newModifiedAt: after!.modifiedAt };
      await tx.run(moveProperty, { ...entry(name, oldValue, before!.modifiedAt), ...moved });
    }
  }
  for (const [name, value] of old) {
    await tx.run(deleteProperty, entry(name, value, before!.modifiedAt));
  }
}
