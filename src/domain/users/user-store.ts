import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { UserRow } from '../../store/identity-tables.ts';
import type { Call } from '../call.ts';
import { nameKey } from '../resource-reference.ts';
import { missingUser } from './user.ts';

interface UserKey {
  accountId: string;
  nameKey: string;
}

const selectUser = query<UserKey, UserRow>((sql, key) =>
  sql
    .selectFrom('iam_user')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('name_key', '=', key.nameKey)
    .forNoKeyUpdate(),
);

/** The user of a name, whatever the name's case. */
export function findUser(
  tx: Transaction,
  { accountId }: Pick<Call, 'accountId'>,
  name: string,
): Promise<UserRow | undefined> {
  return tx.first(selectUser, { accountId, nameKey: nameKey(name) });
}

/** The user of a name, or IAM's refusal. */
export async function requireUser(tx: Transaction, call: Call, name: string): Promise<UserRow> {
  const user = await findUser(tx, call, name);
  if (!user) throw missingUser(name);
  return user;
}

const selectUserById = query<{ accountId: string; id: string }, UserRow>((sql, key) =>
  sql
    .selectFrom('iam_user')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('id', '=', key.id),
);

/** The user behind a unique id. */
export function findUserById(
  tx: Transaction,
  accountId: string,
  id: string,
): Promise<UserRow | undefined> {
  return tx.first(selectUserById, { accountId, id });
}

const countUserRows = query<{ accountId: string }, { count: number }>((sql, q) =>
  sql
    .selectFrom('iam_user')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account_id', '=', q.accountId),
);

/** How many users an account has. */
export async function countUsers(tx: Transaction, accountId: string): Promise<number> {
  return (await tx.first(countUserRows, { accountId }))!.count;
}

const insertUserRow = query<UserRow>((sql, user) =>
  sql.insertInto('iam_user').values({
    account_id: user.account_id,
    name_key: user.name_key,
    name: user.name,
    id: user.id,
    path: user.path,
    created_at: user.created_at,
    tags: user.tags,
    boundary_policy_id: user.boundary_policy_id,
  }),
);

/** Inserts a user; fails on a taken name. */
export async function insertUser(tx: Transaction, user: Omit<UserRow, 'name_key'>): Promise<void> {
  await tx.run(insertUserRow, { ...user, name_key: nameKey(user.name) });
}

const updateUserRow = query<UserRow>((sql, user) =>
  sql
    .updateTable('iam_user')
    .set({
      name_key: user.name_key,
      name: user.name,
      path: user.path,
      tags: user.tags,
      boundary_policy_id: user.boundary_policy_id,
    })
    .where('account_id', '=', user.account_id)
    .where('id', '=', user.id),
);

/** Keeps a user's name, path, tags and boundary. */
export async function saveUser(tx: Transaction, user: UserRow): Promise<void> {
  await tx.run(updateUserRow, { ...user, name_key: nameKey(user.name) });
}

const deleteUserRow = query<{ accountId: string; id: string }>((sql, key) =>
  sql.deleteFrom('iam_user').where('account_id', '=', key.accountId).where('id', '=', key.id),
);

/** Removes a user. */
export async function removeUser(tx: Transaction, user: UserRow): Promise<void> {
  await tx.run(deleteUserRow, { accountId: user.account_id, id: user.id });
}

interface UserList {
  accountId: string;
  pathPrefix: string;
  /** The key of the name that the page before ended with. */
  after: string;
  limit: number;
}

/** An account's users under a path, by name. */
export function listUserRows(tx: Transaction, list: UserList): Promise<UserRow[]> {
  return tx.rows(
    tx.sql
      .selectFrom('iam_user')
      .selectAll()
      .where('account_id', '=', list.accountId)
      .where('name_key', '>', list.after)
      // Not LIKE, which ignores case in one of the databases.
      .where((e) =>
        e(
          e.fn<string>('substr', ['path', e.lit(1), e.lit(list.pathPrefix.length)]),
          '=',
          list.pathPrefix,
        ),
      )
      .orderBy('name_key')
      .limit(list.limit),
  );
}
