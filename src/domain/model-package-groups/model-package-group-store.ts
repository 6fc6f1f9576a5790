import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { ModelPackageGroupRow } from '../../store/tables.ts';
import { nameKey } from '../resource-reference.ts';
import type { Scope } from '../resource-reference.ts';

interface GroupKey extends Scope {
  nameKey: string;
}

const selectGroup = query<GroupKey, ModelPackageGroupRow>((sql, key) =>
  sql
    .selectFrom('model_package_group')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('name_key', '=', key.nameKey)
    // Whoever is deciding by its tags and policies on a version of it is waited for.
    .forUpdate(),
);

const lookAtGroup = query<GroupKey, ModelPackageGroupRow>((sql, key) =>
  sql
    .selectFrom('model_package_group')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('name_key', '=', key.nameKey),
);

/** The group of a name, whatever the name's case. */
export function findGroup(
  tx: Transaction,
  scope: Scope,
  name: string,
): Promise<ModelPackageGroupRow | undefined> {
  return tx.first(selectGroup, groupKey(scope, name));
}

/** The same, without holding up others who register in it; it may be gone the moment after. */
export function seeGroup(
  tx: Transaction,
  scope: Scope,
  name: string,
): Promise<ModelPackageGroupRow | undefined> {
  return tx.first(lookAtGroup, groupKey(scope, name));
}

function groupKey({ accountId, region }: Scope, name: string): GroupKey {
  return { accountId, region, nameKey: nameKey(name) };
}

/** The facts of a group that does not exist yet. */
export type NewGroup = Pick<
  ModelPackageGroupRow,
  'account_id' | 'region' | 'name' | 'created_at' | 'tags' | 'document'
>;

const insertGroupRow = query<NewGroup & { name_key: string }, { id: number }>((sql, group) =>
  sql
    .insertInto('model_package_group')
    .values({
      account_id: group.account_id,
      region: group.region,
      name: group.name,
      name_key: group.name_key,
      created_at: group.created_at,
      last_version: 0,
      last_version_at: 0,
      policy: null,
      share_policy: null,
      tags: group.tags,
      document: group.document,
    })
    .returning('id'),
);

/** Inserts a group and answers its id; fails on a taken name. */
export async function insertGroup(tx: Transaction, group: NewGroup): Promise<number> {
  const row = await tx.first(insertGroupRow, { ...group, name_key: nameKey(group.name) });
  return row!.id;
}

/** A version's number, and what decides who may give one, as it is now and will be until then. */
type TakenVersion = { readonly version: number; readonly createdAt: number } & Pick<
  ModelPackageGroupRow,
  'policy' | 'share_policy' | 'tags'
>;

const takeVersion = query<{ id: number; now: number }, TakenVersion>((sql, input) =>
  sql
    .updateTable('model_package_group')
    .set((e) => ({
      last_version: e('last_version', '+', 1),
      last_version_at: e
        .case()
        .when('last_version_at', '>', input.now)
        .then(e.ref('last_version_at'))
        .else(e.val(input.now))
        .end(),
    }))
    .where('id', '=', input.id)
    .returning(['last_version as version', 'last_version_at as createdAt'])
    .returning(['policy', 'share_policy', 'tags']),
);

/**
 * Takes a group's next version number: dense at creation, never given twice while the group lives;
 * undefined when the group is gone.
 *
 * Also answers the version's creation time: now, or the previous version's when the clock has gone
 * back, so that the newest version is always the one created last.
 */
export function takeNextVersion(
  tx: Transaction,
  groupId: number,
  now: number,
): Promise<TakenVersion | undefined> {
  return tx.first(takeVersion, { id: groupId, now });
}

const guardGroup = query<
  { id: number },
  Pick<ModelPackageGroupRow, 'policy' | 'share_policy' | 'tags'>
>((sql, key) =>
  sql
    .selectFrom('model_package_group')
    .select(['policy', 'share_policy', 'tags'])
    .where('id', '=', key.id)
    .forKeyShare(),
);

/** What decides who may act on a group's versions; it stays so to the end of a write. */
export async function guardGroupAccess(
  tx: Transaction,
  id: number,
): Promise<Pick<ModelPackageGroupRow, 'policy' | 'share_policy' | 'tags'>> {
  return (await tx.first(guardGroup, { id }))!;
}

const updatePolicy = query<{ id: number; policy: string | null }>((sql, input) =>
  sql.updateTable('model_package_group').set({ policy: input.policy }).where('id', '=', input.id),
);

/** Sets or, with null, removes a group's resource policy. */
export function saveGroupPolicy(tx: Transaction, id: number, policy: string | null): Promise<void> {
  return tx.run(updatePolicy, { id, policy });
}

const updateSharePolicy = query<{ id: number; policy: string | null }>((sql, input) =>
  sql
    .updateTable('model_package_group')
    .set({ share_policy: input.policy })
    .where('id', '=', input.id),
);

/** Sets or, with null, removes the policy that shares of a group amount to. */
export function saveSharePolicy(tx: Transaction, id: number, policy: string | null): Promise<void> {
  return tx.run(updateSharePolicy, { id, policy });
}

const selectGroupById = query<{ id: number }, ModelPackageGroupRow>((sql, key) =>
  sql.selectFrom('model_package_group').selectAll().where('id', '=', key.id).forUpdate(),
);

/** The group of an id. */
export function findGroupById(
  tx: Transaction,
  id: number,
): Promise<ModelPackageGroupRow | undefined> {
  return tx.first(selectGroupById, { id });
}

const updateTags = query<{ id: number; tags: string }>((sql, input) =>
  sql.updateTable('model_package_group').set({ tags: input.tags }).where('id', '=', input.id),
);

/** Replaces a group's tags. */
export function saveGroupTags(tx: Transaction, id: number, tags: string): Promise<void> {
  return tx.run(updateTags, { id, tags });
}

const deleteGroupRow = query<{ id: number }>((sql, input) =>
  sql.deleteFrom('model_package_group').where('id', '=', input.id),
);

/** Removes a group's row. */
export function deleteGroup(tx: Transaction, id: number): Promise<void> {
  return tx.run(deleteGroupRow, { id });
}

/** Which groups to list, in which order, after which. */
export interface GroupListing extends Scope {
  createdAfter: number | undefined;
  createdBefore: number | undefined;
  nameContains: string | undefined;
  sortBy: 'Name' | 'CreationTime';
  direction: 'asc' | 'desc';
  /** The last item of the page before: `[name_key]` or `[created_at, name_key]`. */
  after: readonly (string | number)[] | undefined;
  limit: number;
}

/** A page of groups; ties of CreationTime are broken by name. */
export function listGroups(
  tx: Transaction,
  listing: GroupListing,
): Promise<ModelPackageGroupRow[]> {
  const { direction, after, createdAfter, createdBefore, nameContains } = listing;
  const beyond = direction === 'asc' ? '>' : '<';
  let q = tx.sql
    .selectFrom('model_package_group')
    .selectAll()
    .where('account_id', '=', listing.accountId)
    .where('region', '=', listing.region)
    .limit(listing.limit);
  if (createdAfter !== undefined) q = q.where('created_at', '>', createdAfter);
  if (createdBefore !== undefined) q = q.where('created_at', '<', createdBefore);
  // NameContains holds letters, digits and hyphens only, so nothing in it is a wildcard.
  if (nameContains) q = q.where('name_key', 'like', `%${nameKey(nameContains)}%`);
  if (listing.sortBy === 'Name') {
    if (after) q = q.where('name_key', beyond, String(after[0]));
    return tx.rows(q.orderBy('name_key', direction));
  }
  if (after) {
    const [createdAt, name] = [Number(after[0]), String(after[1])];
    q = q.where((e) => e(e.refTuple('created_at', 'name_key'), beyond, e.tuple(createdAt, name)));
  }
  return tx.rows(q.orderBy('created_at', direction).orderBy('name_key', direction));
}
