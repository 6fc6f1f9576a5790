import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { SharedGroupTable } from '../../store/account-tables.ts';
import type { ModelPackageGroupRow } from '../../store/tables.ts';
import { nameKey } from '../resource-reference.ts';
import { accountsLetIn } from './model-package-group-policy.ts';
import type { LetIn } from './model-package-group-policy.ts';
import type { GroupListing } from './model-package-group-store.ts';

const deleteShares = query<{ groupId: number }>((sql, key) =>
  sql.deleteFrom('shared_group').where('group_id', '=', key.groupId),
);

const insertShare = query<SharedGroupTable>((sql, share) =>
  sql.insertInto('shared_group').values({
    account_id: share.account_id,
    region: share.region,
    name_key: share.name_key,
    group_id: share.group_id,
    created_at: share.created_at,
    by_share: share.by_share,
  }),
);

/** Keeps which accounts a group lets in as it is now, in the place of those before. */
export async function indexSharing(tx: Transaction, group: ModelPackageGroupRow): Promise<void> {
  await tx.run(deleteShares, { groupId: group.id });
  const { id: group_id, region, name_key, created_at } = group;
  for (const { accountId: account_id, byShare } of accountsLetIn(group)) {
    const by_share = Number(byShare);
    await tx.run(insertShare, { account_id, region, name_key, group_id, created_at, by_share });
  }
}

/**
 * Groups of other accounts that let this one in, in the order of a list of groups; all of them, or
 * those alone that are shared.
 */
export function listSharedGroups(
  tx: Transaction,
  listing: GroupListing & { readonly byShareOnly: boolean },
): Promise<ModelPackageGroupRow[]> {
  const { direction, after, createdAfter, createdBefore, nameContains, sortBy } = listing;
  const beyond = direction === 'asc' ? '>' : '<';
  let q = tx.sql
    .selectFrom('shared_group as s')
    .innerJoin('model_package_group as g', 'g.id', 's.group_id')
    .selectAll('g')
    .where('s.account_id', '=', listing.accountId)
    .where('s.region', '=', listing.region)
    .limit(listing.limit);
  if (listing.byShareOnly) q = q.where('s.by_share', '=', 1);
  if (createdAfter !== undefined) q = q.where('s.created_at', '>', createdAfter);
  if (createdBefore !== undefined) q = q.where('s.created_at', '<', createdBefore);
  if (nameContains) q = q.where('s.name_key', 'like', `%${nameKey(nameContains)}%`);
  if (sortBy === 'Name') {
    if (after) {
      const [name, id] = [String(after[0]), Number(after[1])];
      q = q.where((e) => e(e.refTuple('s.name_key', 's.group_id'), beyond, e.tuple(name, id)));
    }
    return tx.rows(q.orderBy('s.name_key', direction).orderBy('s.group_id', direction));
  }
  if (after) {
    const [createdAt, name, id] = [Number(after[0]), String(after[1]), Number(after[2])];
    q = q.where((e) =>
      e(
        e.refTuple('s.created_at', 's.name_key', 's.group_id'),
        beyond,
        e.tuple(createdAt, name, id),
      ),
    );
  }
  return tx.rows(
    q
      .orderBy('s.created_at', direction)
      .orderBy('s.name_key', direction)
      .orderBy('s.group_id', direction),
  );
}

/** The accounts that are kept for each of some groups, in order. */
export async function findSharedWith(
  tx: Transaction,
  groups: readonly ModelPackageGroupRow[],
): Promise<Map<number, LetIn[]>> {
  const ids = groups.map(({ id }) => id);
  const rows = await tx.rows(
    tx.sql
      .selectFrom('shared_group')
      .select(['group_id', 'account_id', 'by_share'])
      .where('group_id', 'in', ids)
      .orderBy('account_id'),
  );
  const accounts = new Map<number, LetIn[]>();
  for (const { group_id: id, account_id: accountId, by_share } of rows) {
    accounts.set(id, [...(accounts.get(id) ?? []), { accountId, byShare: by_share === 1 }]);
  }
  return accounts;
}
