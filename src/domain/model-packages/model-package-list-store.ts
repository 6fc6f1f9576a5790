import type { Transaction } from '../../store/database.ts';
import type { ModelPackageRow } from '../../store/tables.ts';
import { nameKey } from '../resource-reference.ts';
import type { Scope } from '../resource-reference.ts';

/** Which packages to list, in which order, after which. */
export interface PackageListing extends Scope {
  createdAfter: number | undefined;
  createdBefore: number | undefined;
  nameContains: string | undefined;
  approvalStatus: string | undefined;
  sortBy: 'Name' | 'CreationTime';
  direction: 'asc' | 'desc';
  /** The last item of the page before, as `listPosition` tells it. */
  after: readonly (string | number)[] | undefined;
  limit: number;
}

/** A listed row, and the key that the order of names goes by. */
type ListedRow = ModelPackageRow & { name_key: string };

/** Where a row stands in the order of a listing: a page goes on after its last row's position. */
export function listPosition(
  row: ModelPackageRow,
  sortBy: PackageListing['sortBy'],
): (string | number)[] {
  return sortBy === 'Name' ? [nameKey(row.name), row.version ?? 0] : [row.created_at, row.id];
}

/** The kinds of the values in a position. */
export const listPositionKinds = {
  Name: ['string', 'number'],
  CreationTime: ['number', 'number'],
} as const;

/** Starts a query with the conditions that every listing has. */
function filtered(tx: Transaction, listing: PackageListing) {
  const { createdAfter, createdBefore, approvalStatus, nameContains } = listing;
  let q = tx.sql.selectFrom('model_package as p').selectAll('p').limit(listing.limit);
  if (createdAfter !== undefined) q = q.where('p.created_at', '>', createdAfter);
  if (createdBefore !== undefined) q = q.where('p.created_at', '<', createdBefore);
  if (approvalStatus !== undefined) q = q.where('p.approval_status', '=', approvalStatus);
  if (nameContains) {
    // NameContains holds letters, digits and hyphens only, so nothing in it is a wildcard.
    const pattern = `%${nameKey(nameContains)}%`;
    q = q.where((e) => e(e.fn<string>('lower', ['p.name']), 'like', pattern));
  }
  return q;
}

/** A page of one group's versions. */
export function listVersions(
  tx: Transaction,
  groupId: number,
  listing: PackageListing,
): Promise<ModelPackageRow[]> {
  const { after, direction, sortBy } = listing;
  const beyond = direction === 'asc' ? '>' : '<';
  let q = filtered(tx, listing).where('p.group_id', '=', groupId);
  if (sortBy === 'Name') {
    if (after) q = q.where('p.version', beyond, Number(after[1]));
    return tx.rows(q.orderBy('p.version', direction));
  }
  // Within a group ids, versions and creation times rise together; ties go by version.
  if (after) {
    const [createdAt, id] = after.map(Number) as [number, number];
    q = q.where((e) =>
      e.and([
        e('p.created_at', direction === 'asc' ? '>=' : '<=', createdAt),
        e(e.refTuple('p.created_at', 'p.id'), beyond, e.tuple(createdAt, id)),
      ]),
    );
  }
  return tx.rows(q.orderBy('p.created_at', direction).orderBy('p.version', direction));
}

/** A page of all packages of one type in account and region. */
export function listPackages(
  tx: Transaction,
  type: ModelPackageRow['type'],
  listing: PackageListing,
): Promise<ModelPackageRow[]> {
  if (listing.sortBy === 'CreationTime') return listByCreation(tx, type, listing);
  return type === 'Versioned'
    ? listVersionsByName(tx, listing)
    : listUnversionedByName(tx, listing);
}

function listByCreation(
  tx: Transaction,
  type: ModelPackageRow['type'],
  listing: PackageListing,
): Promise<ModelPackageRow[]> {
  const { after, direction } = listing;
  let q = filtered(tx, listing)
    .where('p.account_id', '=', listing.accountId)
    .where('p.region', '=', listing.region)
    .where('p.type', '=', type);
  if (after) {
    const [createdAt, id] = after.map(Number) as [number, number];
    const beyond = direction === 'asc' ? '>' : '<';
    q = q.where((e) => e(e.refTuple('p.created_at', 'p.id'), beyond, e.tuple(createdAt, id)));
  }
  return tx.rows(q.orderBy('p.created_at', direction).orderBy('p.id', direction));
}

function listVersionsByName(tx: Transaction, listing: PackageListing): Promise<ListedRow[]> {
  const { after, direction } = listing;
  let q = filtered(tx, listing)
    .innerJoin('model_package_group as g', 'g.id', 'p.group_id')
    .select('g.name_key')
    .where('g.account_id', '=', listing.accountId)
    .where('g.region', '=', listing.region);
  if (after) {
    const [name, version] = [String(after[0]), Number(after[1])];
    const beyond = direction === 'asc' ? '>' : '<';
    q = q.where((e) => e(e.refTuple('g.name_key', 'p.version'), beyond, e.tuple(name, version)));
  }
  return tx.rows(q.orderBy('g.name_key', direction).orderBy('p.version', direction));
}

function listUnversionedByName(tx: Transaction, listing: PackageListing): Promise<ListedRow[]> {
  const { after, direction } = listing;
  let q = filtered(tx, listing)
    .innerJoin('model_package_name as n', 'n.package_id', 'p.id')
    .select('n.name_key')
    .where('n.account_id', '=', listing.accountId)
    .where('n.region', '=', listing.region)
    .where('p.type', '=', 'Unversioned');
  if (after) {
    const [name, version] = [String(after[0]), Number(after[1])];
    const beyond = direction === 'asc' ? '>' : '<';
    // An unversioned package stands before the versions of a group of the same name.
    const from = version > 0 && direction === 'desc' ? `${beyond}=` : beyond;
    q = q.where('n.name_key', from as '<' | '<=' | '>', name);
  }
  return tx.rows(q.orderBy('n.name_key', direction));
}
