import { setImmediate } from 'node:timers/promises';
import { limits } from '../../kernel/limits.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import { nameId } from './search-property-store.ts';
import type { IndexedResource, PropertyOwner } from './search-property-store.ts';

/** An entry of the search index, whole. */
export interface SearchEntry extends PropertyOwner {
  readonly name: string;
  readonly value: string;
  readonly modifiedAt: number;
}

interface EntryRow {
  accountId: string;
  region: string;
  resource: string;
  name: string;
  value: string;
  modifiedAt: number;
  resourceId: number;
}

/** A place in the order of the index. */
interface Place {
  nameId: number;
  value: string;
  modifiedAt: number;
  resourceId: number;
}

const entryPage = query<Place & { limit: number }, EntryRow & Place>((sql, q) =>
  sql
    .selectFrom('search_property as p')
    .innerJoin('search_property_name as n', 'n.id', 'p.name_id')
    .select([
      'n.account_id as accountId',
      'n.region',
      'n.resource',
      'n.name',
      'p.name_id as nameId',
      'p.value',
      'p.modified_at as modifiedAt',
      'p.resource_id as resourceId',
    ])
    .where((e) =>
      e(
        e.refTuple('p.name_id', 'p.value', 'p.modified_at', 'p.resource_id'),
        '>',
        e.tuple(q.nameId, q.value, q.modifiedAt, q.resourceId),
      ),
    )
    .orderBy('p.name_id')
    .orderBy('p.value')
    .orderBy('p.modified_at')
    .orderBy('p.resource_id')
    .limit(q.limit),
);

const first: Place = { nameId: -1, value: '', modifiedAt: -1, resourceId: -1 };

/** The whole search index in its order, a page of entries at a time. */
export async function* readSearchEntries(database: Database): AsyncGenerator<SearchEntry[]> {
  const limit = limits.scanRows * 8;
  for (let after = first; ;) {
    const page = { ...after, limit };
    const rows = await database.read((tx) => tx.all(entryPage, page));
    yield rows.map((row) => ({ ...row, resource: row.resource as IndexedResource }));
    if (rows.length < limit) return;
    after = rows.at(-1)!;
    await setImmediate();
  }
}

const selectEntry = query<EntryRow, { resource_id: number }>((sql, q) =>
  sql
    .selectFrom('search_property')
    .select('resource_id')
    .where(
      'name_id',
      '=',
      nameId(sql, {
        accountId: q.accountId,
        region: q.region,
        resource: q.resource as IndexedResource,
        name: q.name,
      }),
    )
    .where('value', '=', q.value)
    .where('modified_at', '=', q.modifiedAt)
    .where('resource_id', '=', q.resourceId),
);

/** Whether the index holds an entry. */
export async function hasSearchEntry(tx: Transaction, entry: SearchEntry): Promise<boolean> {
  return (await tx.first(selectEntry, { ...entry })) !== undefined;
}
