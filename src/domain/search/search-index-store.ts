import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { Query } from '../../store/query.ts';
import type { Scope } from '../resource-reference.ts';
import type { IndexedResource } from './search-property-store.ts';

/** Where a record stands in a search's order: by a time, then by id. */
export interface Key {
  readonly at: number;
  readonly id: number;
}

/** A key, and whether its record also has the properties that were asked for. */
export interface CheckedKey extends Key {
  readonly fits: boolean | number;
}

/** The direction of an order. */
export type Direction = 'asc' | 'desc';

/** Entries of the index that share a name and a value. */
export interface IndexRange extends Scope {
  readonly resource: IndexedResource;
  readonly name: string;
  readonly value: string;
}

/** A name and a value that a record must have besides. */
export interface Probe {
  readonly name: string;
  readonly value: string;
}

/** How many probes one statement carries. */
export const probesMax = 3;

type RangePage = IndexRange & Key & { limit: number } & Record<string, string | number>;

/** The statement that reads a range; members `name0`, `value0` and so on are the probes. */
function rangeQuery(direction: Direction, probes: number): Query<RangePage, CheckedKey> {
  const beyond = direction === 'asc' ? '>' : '<';
  return query<RangePage, CheckedKey>((sql, q) =>
    sql
      .selectFrom((from) =>
        from
          .selectFrom('search_property')
          .select(['modified_at', 'resource_id'])
          .where('account_id', '=', q.accountId)
          .where('region', '=', q.region)
          .where('resource', '=', q.resource)
          .where('name', '=', q.name)
          .where('value', '=', q.value)
          .where((e) => e(e.refTuple('modified_at', 'resource_id'), beyond, e.tuple(q.at, q.id)))
          .orderBy('modified_at', direction)
          .orderBy('resource_id', direction)
          // Bounds the work of one statement, however few of the entries fit.
          .limit(q.limit)
          .as('entry'),
      )
      .select(['modified_at as at', 'resource_id as id'])
      .select((e) => {
        const checks = Array.from({ length: probes }, (_, n) =>
          e.exists(
            e
              .selectFrom('search_property as probe')
              .select(e.lit(1).as('one'))
              .where('probe.account_id', '=', q.accountId)
              .where('probe.region', '=', q.region)
              .where('probe.resource', '=', q.resource)
              .where('probe.name', '=', q[`name${n}`] as string)
              .where('probe.value', '=', q[`value${n}`] as string)
              .whereRef('probe.modified_at', '=', 'entry.modified_at')
              .whereRef('probe.resource_id', '=', 'entry.resource_id'),
          ),
        );
        return (checks.length === 0 ? e.lit(1) : e.and(checks)).as('fits');
      })
      .orderBy('modified_at', direction)
      .orderBy('resource_id', direction),
  );
}

const counts = Array.from({ length: probesMax + 1 }, (_, probes) => probes);
const rangeQueries = {
  asc: counts.map((probes) => rangeQuery('asc', probes)),
  desc: counts.map((probes) => rangeQuery('desc', probes)),
};

/** The entries of a range after a key, each with the word whether all probes find its record. */
export function readRange(
  tx: Transaction,
  range: IndexRange,
  probes: readonly Probe[],
  page: { after: Key; direction: Direction; limit: number },
): Promise<CheckedKey[]> {
  const { accountId, region, resource, name, value } = range;
  const { after, limit } = page;
  const input: RangePage = { accountId, region, resource, name, value, ...after, limit };
  for (const [n, probe] of probes.entries()) {
    input[`name${n}`] = probe.name;
    input[`value${n}`] = probe.value;
  }
  return tx.all(rangeQueries[page.direction][probes.length]!, input);
}

const countEntries = query<IndexRange & { limit: number }, { entries: number }>((sql, q) =>
  sql
    .selectFrom((from) =>
      from
        .selectFrom('search_property')
        .select('resource_id')
        .where('account_id', '=', q.accountId)
        .where('region', '=', q.region)
        .where('resource', '=', q.resource)
        .where('name', '=', q.name)
        .where('value', '=', q.value)
        .limit(q.limit)
        .as('entry'),
    )
    .select((e) => e.fn.countAll<number>().as('entries')),
);

/** How many entries a range has; no more than `limit` are counted. */
export async function countRange(
  tx: Transaction,
  { accountId, region, resource, name, value }: IndexRange,
  limit: number,
): Promise<number> {
  const row = await tx.first(countEntries, { accountId, region, resource, name, value, limit });
  return row!.entries;
}

const selectTaggedGroups = query<
  Omit<IndexRange, 'resource'> & { limit: number },
  { name: string }
>((sql, q) =>
  sql
    .selectFrom('search_property as s')
    .innerJoin('model_package_group as g', 'g.id', 's.resource_id')
    .select('g.name')
    .where('s.account_id', '=', q.accountId)
    .where('s.region', '=', q.region)
    .where('s.resource', '=', 'ModelPackageGroup')
    .where('s.name', '=', q.name)
    .where('s.value', '=', q.value)
    .limit(q.limit),
);

/** The names of groups that have a tag, `limit` of them at most. */
export async function findTaggedGroups(
  tx: Transaction,
  { accountId, region }: Scope,
  { name, value }: Probe,
  limit: number,
): Promise<string[]> {
  const rows = await tx.all(selectTaggedGroups, { accountId, region, name, value, limit });
  return rows.map((row) => row.name);
}

type NameSearch = Pick<IndexRange, 'accountId' | 'region' | 'resource'> & { from: string };

const selectNameFrom = query<NameSearch, { name: string }>((sql, q) =>
  sql
    .selectFrom('search_property')
    .select('name')
    .where('account_id', '=', q.accountId)
    .where('region', '=', q.region)
    .where('resource', '=', q.resource)
    .where('name', '>=', q.from)
    .orderBy('name')
    .limit(1),
);

const selectNameAfter = query<NameSearch, { name: string }>((sql, q) =>
  sql
    .selectFrom('search_property')
    .select('name')
    .where('account_id', '=', q.accountId)
    .where('region', '=', q.region)
    .where('resource', '=', q.resource)
    .where('name', '>', q.from)
    .orderBy('name')
    .limit(1),
);

/** Whether any record of a resource has a property. */
export async function hasProperty(
  tx: Transaction,
  { accountId, region }: Scope,
  resource: IndexedResource,
  name: string,
): Promise<boolean> {
  const first = await tx.first(selectNameFrom, { accountId, region, resource, from: name });
  return first?.name === name;
}

/** The names in use that begin with a prefix, in order; skips from name to name in the index. */
export async function listPropertyNames(
  tx: Transaction,
  { accountId, region }: Scope,
  resource: IndexedResource,
  prefix: string,
  limit: number,
): Promise<string[]> {
  const names: string[] = [];
  const scope = { accountId, region, resource };
  let row = await tx.first(selectNameFrom, { ...scope, from: prefix });
  while (row && names.length < limit) {
    if (!row.name.startsWith(prefix)) break;
    names.push(row.name);
    row = await tx.first(selectNameAfter, { ...scope, from: row.name });
  }
  return names;
}
