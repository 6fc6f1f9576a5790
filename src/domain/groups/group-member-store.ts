import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { GroupRow, UserRow } from '../../store/identity-tables.ts';

interface Membership {
  accountId: string;
  groupId: string;
  userId: string;
}

const selectMember = query<Membership, { user_id: string }>((sql, key) =>
  sql
    .selectFrom('iam_group_member')
    .select('user_id')
    .where('account_id', '=', key.accountId)
    .where('group_id', '=', key.groupId)
    .where('user_id', '=', key.userId),
);

/** Whether a user is in a group. */
export async function isMember(tx: Transaction, group: GroupRow, user: UserRow): Promise<boolean> {
  return (await tx.first(selectMember, membership(group, user))) !== undefined;
}

const insertMember = query<Membership>((sql, key) =>
  sql
    .insertInto('iam_group_member')
    .values({ account_id: key.accountId, group_id: key.groupId, user_id: key.userId }),
);

/** Puts a user into a group. */
export async function addMember(tx: Transaction, group: GroupRow, user: UserRow): Promise<void> {
  await tx.run(insertMember, membership(group, user));
}

const deleteMember = query<Membership>((sql, key) =>
  sql
    .deleteFrom('iam_group_member')
    .where('account_id', '=', key.accountId)
    .where('group_id', '=', key.groupId)
    .where('user_id', '=', key.userId),
);

/** Takes a user out of a group. */
export async function removeMember(tx: Transaction, group: GroupRow, user: UserRow): Promise<void> {
  await tx.run(deleteMember, membership(group, user));
}

function membership(group: GroupRow, user: UserRow): Membership {
  return { accountId: group.account_id, groupId: group.id, userId: user.id };
}

interface Page {
  accountId: string;
  id: string;
  /** The key of the name that the page before ended with. */
  after: string;
  limit: number;
}

const selectMembers = query<Page, UserRow>((sql, page) =>
  sql
    .selectFrom('iam_group_member as m')
    .innerJoin('iam_user as u', (join) =>
      join.onRef('u.account_id', '=', 'm.account_id').onRef('u.id', '=', 'm.user_id'),
    )
    .selectAll('u')
    .where('m.account_id', '=', page.accountId)
    .where('m.group_id', '=', page.id)
    .where('u.name_key', '>', page.after)
    .orderBy('u.name_key')
    .limit(page.limit),
);

/** The users of a group, by name. */
export function listMembers(
  tx: Transaction,
  group: GroupRow,
  after: string,
  limit: number,
): Promise<UserRow[]> {
  return tx.all(selectMembers, { accountId: group.account_id, id: group.id, after, limit });
}

const selectGroupsOf = query<Page, GroupRow>((sql, page) =>
  sql
    .selectFrom('iam_group_member as m')
    .innerJoin('iam_group as g', (join) =>
      join.onRef('g.account_id', '=', 'm.account_id').onRef('g.id', '=', 'm.group_id'),
    )
    .selectAll('g')
    .where('m.account_id', '=', page.accountId)
    .where('m.user_id', '=', page.id)
    .where('g.name_key', '>', page.after)
    .orderBy('g.name_key')
    .limit(page.limit),
);

/** The groups that a user is in, by name. */
export function listGroupsOf(
  tx: Transaction,
  user: UserRow,
  after: string,
  limit: number,
): Promise<GroupRow[]> {
  return tx.all(selectGroupsOf, { accountId: user.account_id, id: user.id, after, limit });
}

const countGroupRowsOf = query<{ accountId: string; userId: string }, { count: number }>((sql, q) =>
  sql
    .selectFrom('iam_group_member')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account_id', '=', q.accountId)
    .where('user_id', '=', q.userId),
);

/** In how many groups a user is; whoever locked the user decides on them. */
export async function countGroupsOf(tx: Transaction, user: UserRow): Promise<number> {
  const found = await tx.first(countGroupRowsOf, { accountId: user.account_id, userId: user.id });
  return found!.count;
}
