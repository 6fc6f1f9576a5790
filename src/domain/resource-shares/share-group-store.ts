import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { ResourceShareGroupTable } from '../../store/resource-share-tables.ts';
import type { ModelPackageGroupRow } from '../../store/tables.ts';

/** A group of a share, and since when. */
export type GroupInShare = Pick<ModelPackageGroupRow, 'id' | 'account_id' | 'region' | 'name'> & {
  readonly shared_at: number;
};

const selectGroups = query<{ shareId: string }, GroupInShare>((sql, key) =>
  sql
    .selectFrom('resource_share_group as r')
    .innerJoin('model_package_group as g', 'g.id', 'r.group_id')
    .select(['g.id', 'g.account_id', 'g.region', 'g.name', 'r.created_at as shared_at'])
    .where('r.share_id', '=', key.shareId)
    .orderBy('r.group_id'),
);

/** The groups of a share. */
export function findShareGroups(tx: Transaction, shareId: string): Promise<GroupInShare[]> {
  return tx.all(selectGroups, { shareId });
}

const insertRow = query<ResourceShareGroupTable>((sql, row) =>
  sql.insertInto('resource_share_group').values({
    share_id: row.share_id,
    group_id: row.group_id,
    created_at: row.created_at,
  }),
);

/** Adds a group to a share. */
export function insertShareGroup(tx: Transaction, row: ResourceShareGroupTable): Promise<void> {
  return tx.run(insertRow, row);
}

const deleteRow = query<{ shareId: string; groupId: number }>((sql, key) =>
  sql
    .deleteFrom('resource_share_group')
    .where('share_id', '=', key.shareId)
    .where('group_id', '=', key.groupId),
);

/** Takes a group out of a share. */
export function deleteShareGroup(tx: Transaction, shareId: string, groupId: number): Promise<void> {
  return tx.run(deleteRow, { shareId, groupId });
}

const deleteOfGroup = query<{ groupId: number }>((sql, key) =>
  sql.deleteFrom('resource_share_group').where('group_id', '=', key.groupId),
);

/** Takes a group that is about to go out of all shares. */
export function removeFromShares(tx: Transaction, groupId: number): Promise<void> {
  return tx.run(deleteOfGroup, { groupId });
}

const selectShareIds = query<{ groupId: number }, { share_id: string }>((sql, key) =>
  sql
    .selectFrom('resource_share_group')
    .select('share_id')
    .where('group_id', '=', key.groupId)
    .orderBy('share_id'),
);

/** The shares that a group is in. */
export async function findSharesOfGroup(tx: Transaction, groupId: number): Promise<string[]> {
  return (await tx.all(selectShareIds, { groupId })).map(({ share_id }) => share_id);
}
