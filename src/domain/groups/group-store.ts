import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { GroupRow } from '../../store/identity-tables.ts';
import { identityRows } from '../identity-rows-store.ts';
import { nameKey } from '../resource-reference.ts';

const groups = identityRows('iam_group');

/** The group of a name, whatever the name's case. */
export const findIamGroup = groups.find;

/** How many groups an account has. */
export const countGroups = groups.count;

/** Removes a group. */
export const removeIamGroup = groups.remove;

/** An account's groups under a path, by name. */
export const listGroupRows = groups.list;

const insertGroupRow = query<GroupRow>((sql, group) =>
  sql.insertInto('iam_group').values({
    account_id: group.account_id,
    name_key: group.name_key,
    name: group.name,
    id: group.id,
    path: group.path,
    created_at: group.created_at,
  }),
);

/** Inserts a group; fails on a taken name. */
export async function insertIamGroup(
  tx: Transaction,
  group: Omit<GroupRow, 'name_key'>,
): Promise<void> {
  await tx.run(insertGroupRow, { ...group, name_key: nameKey(group.name) });
}

const updateGroupRow = query<GroupRow>((sql, group) =>
  sql
    .updateTable('iam_group')
    .set({ name_key: group.name_key, name: group.name, path: group.path })
    .where('account_id', '=', group.account_id)
    .where('id', '=', group.id),
);

/** Keeps a group's name and path. */
export async function saveIamGroup(tx: Transaction, group: GroupRow): Promise<void> {
  await tx.run(updateGroupRow, { ...group, name_key: nameKey(group.name) });
}
