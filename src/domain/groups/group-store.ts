import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { GroupRow } from '../../store/identity-tables.ts';
import type { Call } from '../call.ts';
import { nameKey } from '../resource-reference.ts';

const selectGroup = query<{ accountId: string; nameKey: string }, GroupRow>((sql, key) =>
  sql
    .selectFrom('iam_group')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('name_key', '=', key.nameKey)
    .forNoKeyUpdate(),
);

/** The group of a name, whatever the name's case. */
export function findIamGroup(
  tx: Transaction,
  call: Call,
  name: string,
): Promise<GroupRow | undefined> {
  return tx.first(selectGroup, { accountId: call.accountId, nameKey: nameKey(name) });
}

const countGroupRows = query<{ accountId: string }, { count: number }>((sql, q) =>
  sql
    .selectFrom('iam_group')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account_id', '=', q.accountId),
);

/** How many groups an account has. */
export async function countGroups(tx: Transaction, accountId: string): Promise<number> {
  return (await tx.first(countGroupRows, { accountId }))!.count;
}

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

const deleteGroupRow = query<{ accountId: string; id: string }>((sql, key) =>
  sql.deleteFrom('iam_group').where('account_id', '=', key.accountId).where('id', '=', key.id),
);

/** Removes a group. */
export async function removeIamGroup(tx: Transaction, group: GroupRow): Promise<void> {
  await tx.run(deleteGroupRow, { accountId: group.account_id, id: group.id });
}

interface GroupList {
  accountId: string;
  pathPrefix: string;
  /** The key of the name that the page before ended with. */
  after: string;
  limit: number;
}

/** An account's groups under a path, by name. */
export function listGroupRows(tx: Transaction, list: GroupList): Promise<GroupRow[]> {
  const { accountId, pathPrefix, after, limit } = list;
  return tx.rows(
    tx.sql
      .selectFrom('iam_group')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('name_key', '>', after)
      .where((e) =>
        e(e.fn<string>('substr', ['path', e.lit(1), e.lit(pathPrefix.length)]), '=', pathPrefix),
      )
      .orderBy('name_key')
      .limit(limit),
  );
}
