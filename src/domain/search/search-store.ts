import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { Query } from '../../store/query.ts';
import type { ModelPackageGroupRow } from '../../store/tables.ts';
import type { Call } from '../call.ts';
import { nameKey } from '../resource-reference.ts';
import type { Scope } from '../resource-reference.ts';
import type { CheckedKey, Direction, Key } from './search-index-store.ts';
import type { IndexedResource } from './search-property-store.ts';
import { groupView, packageView } from './search-view.ts';
import type { PackageFacts, SearchView, WholePackage } from './search-view.ts';

/** Everything of a resource in an order of time; packages by creation go type by type. */
export type Walk = 'packages' | 'versions-created' | 'unversioned-created' | 'groups';

type WalkPage = Scope & Key & { limit: number };
type WalkQuery = Query<WalkPage, CheckedKey>;

function walkPackages(direction: Direction): WalkQuery {
  const beyond = direction === 'asc' ? '>' : '<';
  return query<WalkPage, CheckedKey>((sql, q) =>
    sql
      .selectFrom('model_package')
      .select((e) => ['modified_at as at', 'id', e.lit(1).as('fits')])
      .where('account_id', '=', q.accountId)
      .where('region', '=', q.region)
      .where((e) => e(e.refTuple('modified_at', 'id'), beyond, e.tuple(q.at, q.id)))
      .orderBy('modified_at', direction)
      .orderBy('id', direction)
      .limit(q.limit),
  );
}

function walkCreated(type: 'Versioned' | 'Unversioned', direction: Direction): WalkQuery {
  const beyond = direction === 'asc' ? '>' : '<';
  return query<WalkPage, CheckedKey>((sql, q) =>
    sql
      .selectFrom('model_package')
      .select((e) => ['created_at as at', 'id', e.lit(1).as('fits')])
      .where('account_id', '=', q.accountId)
      .where('region', '=', q.region)
      .where('type', '=', type)
      .where((e) => e(e.refTuple('created_at', 'id'), beyond, e.tuple(q.at, q.id)))
      .orderBy('created_at', direction)
      .orderBy('id', direction)
      .limit(q.limit),
  );
}

function walkGroups(direction: Direction): WalkQuery {
  const beyond = direction === 'asc' ? '>' : '<';
  return query<WalkPage, CheckedKey>((sql, q) =>
    sql
      .selectFrom('model_package_group')
      .select((e) => ['created_at as at', 'id', e.lit(1).as('fits')])
      .where('account_id', '=', q.accountId)
      .where('region', '=', q.region)
      .where((e) => e(e.refTuple('created_at', 'id'), beyond, e.tuple(q.at, q.id)))
      .orderBy('created_at', direction)
      .orderBy('id', direction)
      .limit(q.limit),
  );
}

const walks: Record<Walk, Record<Direction, WalkQuery>> = {
  packages: { asc: walkPackages('asc'), desc: walkPackages('desc') },
  'versions-created': {
    asc: walkCreated('Versioned', 'asc'),
    desc: walkCreated('Versioned', 'desc'),
  },
  'unversioned-created': {
    asc: walkCreated('Unversioned', 'asc'),
    desc: walkCreated('Unversioned', 'desc'),
  },
  groups: { asc: walkGroups('asc'), desc: walkGroups('desc') },
};

/** The keys of everything after a key. */
export function readWalk(
  tx: Transaction,
  walk: Walk,
  { accountId, region }: Scope,
  page: { after: Key; direction: Direction; limit: number },
): Promise<CheckedKey[]> {
  const input = { accountId, region, ...page.after, limit: page.limit };
  return tx.all(walks[walk][page.direction], input);
}

/** Statements by ids exist for these numbers of ids; a shorter list repeats its last. */
const idCounts = [16, 64, 256];

type Ids = Record<string, number>;

function idSlots(ids: Ids, count: number): number[] {
  return Array.from({ length: count }, (_, n) => ids[`id${n}`]!);
}

const factColumns = [
  'p.id',
  'p.account_id',
  'p.region',
  'p.type',
  'p.name',
  'p.version',
  'p.alias',
  'p.approval_status',
  'p.status',
  'p.created_at',
  'p.last_modified_at',
  'p.tags',
] as const;

const selectFacts = idCounts.map((count) =>
  query<Ids, PackageFacts>((sql, ids) =>
    sql
      .selectFrom('model_package as p')
      .leftJoin('model_package_group as g', 'g.id', 'p.group_id')
      .select(factColumns)
      .select('g.tags as group_tags')
      .where('p.id', 'in', idSlots(ids, count)),
  ),
);

const selectWhole = idCounts.map((count) =>
  query<Ids, WholePackage>((sql, ids) =>
    sql
      .selectFrom('model_package as p')
      .leftJoin('model_package_group as g', 'g.id', 'p.group_id')
      .selectAll('p')
      .select('g.tags as group_tags')
      .where('p.id', 'in', idSlots(ids, count)),
  ),
);

const selectGroups = idCounts.map((count) =>
  query<Ids, ModelPackageGroupRow>((sql, ids) =>
    sql.selectFrom('model_package_group').selectAll().where('id', 'in', idSlots(ids, count)),
  ),
);

/** The rows of ids in their order; of packages without documents unless they are wanted. */
export async function loadViews(
  tx: Transaction,
  resource: IndexedResource,
  ids: readonly number[],
  options: { call: Pick<Call, 'partition' | 'strictAws'>; documents: boolean },
): Promise<SearchView[]> {
  const { call, documents } = options;
  const views = new Map<number, SearchView>();
  const most = idCounts.at(-1)!;
  for (let start = 0; start < ids.length; start += most) {
    const chunk = ids.slice(start, start + most);
    const size = idCounts.findIndex((count) => count >= chunk.length);
    const slots: Ids = {};
    for (let n = 0; n < idCounts[size]!; n += 1) slots[`id${n}`] = chunk[n] ?? chunk.at(-1)!;
    if (resource === 'ModelPackageGroup') {
      const rows = await tx.all(selectGroups[size]!, slots);
      for (const row of rows) views.set(row.id, groupView(row, call));
    } else {
      const select: Query<Ids, PackageFacts | WholePackage> = (
        documents ? selectWhole : selectFacts
      )[size]!;
      for (const row of await tx.all(select, slots)) views.set(row.id, packageView(row, call));
    }
  }
  // A row that was deleted since its key was read is simply not there.
  return ids.flatMap((id) => views.get(id) ?? []);
}

type NameKey = Scope & { nameKey: string };

const selectGroupKey = query<NameKey, Key>((sql, key) =>
  sql
    .selectFrom('model_package_group')
    .select(['created_at as at', 'id'])
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('name_key', '=', key.nameKey),
);

const selectNamedKey = query<NameKey, Key>((sql, key) =>
  sql
    .selectFrom('model_package_name as n')
    .innerJoin('model_package as p', 'p.id', 'n.package_id')
    .select(['p.modified_at as at', 'p.id'])
    .where('n.account_id', '=', key.accountId)
    .where('n.region', '=', key.region)
    .where('n.name_key', '=', key.nameKey),
);

const selectVersionKey = query<NameKey & { version: number }, Key>((sql, key) =>
  sql
    .selectFrom('model_package_group as g')
    .innerJoin('model_package as p', 'p.group_id', 'g.id')
    .select(['p.modified_at as at', 'p.id'])
    .where('g.account_id', '=', key.accountId)
    .where('g.region', '=', key.region)
    .where('g.name_key', '=', key.nameKey)
    .where('p.version', '=', key.version),
);

/** The key of the one resource that a name may stand for: `fraud`, `fraud/3`. */
export function findKey(
  tx: Transaction,
  resource: IndexedResource,
  { accountId, region }: Scope,
  name: string,
): Promise<Key | undefined> {
  const key = { accountId, region, nameKey: nameKey(name) };
  if (resource === 'ModelPackageGroup') return tx.first(selectGroupKey, key);
  const match = /^(.+)\/(\d{1,9})$/.exec(name);
  if (!match) return tx.first(selectNamedKey, key);
  const version = { nameKey: nameKey(match[1]!), version: Number(match[2]) };
  return tx.first(selectVersionKey, { ...key, ...version });
}
