import { setImmediate } from 'node:timers/promises';
import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { Query } from '../../store/query.ts';
import type { Scope } from '../resource-reference.ts';
import { nameId } from './search-property-store.ts';
import type { IndexedResource, PropertyName } from './search-property-store.ts';

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
export interface IndexRange extends PropertyName {
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

/** The name of a probe: of the same resources as the range. */
function probeName(q: RangePage, n: number): PropertyName {
  const { accountId, region, resource } = q;
  return { accountId, region, resource, name: q[`name${n}`] as string };
}

/** The statement that reads a range; members `name0`, `value0` and so on are the probes. */
function rangeQuery(direction: Direction, probes: number): Query<RangePage, CheckedKey> {
  const beyond = direction === 'asc' ? '>' : '<';
  return query<RangePage, CheckedKey>((sql, q) =>
    sql
      .selectFrom((from) =>
        from
          .selectFrom('search_property')
          .select(['modified_at', 'resource_id'])
          .where('name_id', '=', nameId(sql, q))
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
              .where('probe.name_id', '=', nameId(sql, probeName(q, n)))
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

// A limit without an order tempts PostgreSQL to run through the table until it has met as many
// rows: each statement here that looks for a few of many asks for the order of the index.
const countEntries = query<IndexRange & { limit: number }, { entries: number }>((sql, q) =>
  sql
    .selectFrom((from) =>
      from
        .selectFrom('search_property')
        .select('resource_id')
        .where('name_id', '=', nameId(sql, q))
        .where('value', '=', q.value)
        .orderBy('modified_at')
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

type TagSearch = Scope & Probe & { limit: number };

const selectTaggedGroups = query<TagSearch, { name: string }>((sql, q) => {
  const { accountId, region, name } = q;
  return sql
    .selectFrom('search_property as s')
    .innerJoin('model_package_group as g', 'g.id', 's.resource_id')
    .select('g.name')
    .where(
      's.name_id',
      '=',
      nameId(sql, { accountId, region, resource: 'ModelPackageGroup', name }),
    )
    .where('s.value', '=', q.value)
    .orderBy('s.modified_at')
    .limit(q.limit);
});

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

const selectEntry = query<PropertyName, { name_id: number }>((sql, q) =>
  sql
    .selectFrom('search_property')
    .select('name_id')
    .where('name_id', '=', nameId(sql, q))
    .orderBy('value')
    .limit(1),
);

/** Whether any record of a resource has a property. */
export async function hasProperty(
  tx: Transaction,
  { accountId, region }: Scope,
  resource: IndexedResource,
  name: string,
): Promise<boolean> {
  return (await tx.first(selectEntry, { accountId, region, resource, name })) !== undefined;
}

/** Names in their order, from one on or after it, each with whether any record has the property. */
function namesQuery(beyond: '>=' | '>') {
  return query<PropertyName & { limit: number }, { name: string; used: number | null }>((sql, q) =>
    sql
      .selectFrom('search_property_name as n')
      .select('n.name')
      .select((e) =>
        e
          .selectFrom('search_property as p')
          .select(e.lit(1).as('one'))
          .whereRef('p.name_id', '=', 'n.id')
          .orderBy('p.value')
          .limit(1)
          .as('used'),
      )
      .where('n.account_id', '=', q.accountId)
      .where('n.region', '=', q.region)
      .where('n.resource', '=', q.resource)
      .where('n.name', beyond, q.name)
      .orderBy('n.name')
      .limit(q.limit),
  );
}

const selectNamesFrom = namesQuery('>=');
const selectNamesAfter = namesQuery('>');

/** The names in use that begin with a prefix, in order; lets other calls run between two pages. */
export async function listPropertyNames(
  tx: Transaction,
  { accountId, region }: Scope,
  resource: IndexedResource,
  prefix: string,
  limit: number,
): Promise<string[]> {
  const names: string[] = [];
  const page = { accountId, region, resource, limit: limits.searchChunkRows };
  let rows = await tx.all(selectNamesFrom, { ...page, name: prefix });
  for (;;) {
    const fitting = rows.filter(({ name }) => name.startsWith(prefix));
    names.push(...fitting.filter(({ used }) => used).map(({ name }) => name));
    const isLast = fitting.length < page.limit;
    if (isLast || names.length >= limit) return names.slice(0, limit);
    await setImmediate();
    rows = await tx.all(selectNamesAfter, { ...page, name: fitting.at(-1)!.name });
  }
}
