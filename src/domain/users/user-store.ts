import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { UserRow } from '../../store/identity-tables.ts';
import type { Call } from '../call.ts';
import { identityRows } from '../identity-rows-store.ts';
import { nameKey } from '../resource-reference.ts';
import { missingUser } from './user.ts';

const users = identityRows('iam_user');

/** The user of a name, whatever the name's case. */
export const findUser = users.find;

/** The user behind a unique id. */
export const findUserById = users.findById;

/** How many users an account has. */
export const countUsers = users.count;

/** Removes a user. */
export const removeUser = users.remove;

/** An account's users under a path, by name. */
export const listUserRows = users.list;

/** The user of a name, or IAM's refusal. */
export async function requireUser(tx: Transaction, call: Call, name: string): Promise<UserRow> {
  const user = await findUser(tx, call, name);
  if (!user) throw missingUser(name);
  return user;
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
