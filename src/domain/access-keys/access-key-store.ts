import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { AccessKeyRow } from '../../store/identity-tables.ts';
import { missingAccessKey } from './access-key.ts';

/** Whose keys are meant: a user's, or with null the root user's. */
export interface KeyOwner {
  readonly accountId: string;
  readonly userId: string | null;
}

const selectKeysOfRoot = query<{ accountId: string }, AccessKeyRow>((sql, q) =>
  sql
    .selectFrom('access_key')
    .selectAll()
    .where('account_id', '=', q.accountId)
    .where('user_id', 'is', null)
    .orderBy('id'),
);

const selectKeysOfUser = query<{ accountId: string; userId: string }, AccessKeyRow>((sql, q) =>
  sql
    .selectFrom('access_key')
    .selectAll()
    .where('account_id', '=', q.accountId)
    .where('user_id', '=', q.userId)
    .orderBy('id'),
);

/** Someone's keys, by id; whoever locked the user or the account decides on all of them. */
export function listAccessKeysOf(
  tx: Transaction,
  { accountId, userId }: KeyOwner,
): Promise<AccessKeyRow[]> {
  if (userId === null) return tx.all(selectKeysOfRoot, { accountId });
  return tx.all(selectKeysOfUser, { accountId, userId });
}

/** One of someone's keys, or IAM's refusal. */
export async function requireAccessKey(
  tx: Transaction,
  owner: KeyOwner,
  id: string,
): Promise<AccessKeyRow> {
  const key = (await listAccessKeysOf(tx, owner)).find((one) => one.id === id);
  if (!key) throw missingAccessKey(id);
  return key;
}

const selectKey = query<{ id: string }, AccessKeyRow>((sql, q) =>
  sql.selectFrom('access_key').selectAll().where('id', '=', q.id),
);

/** The key of an id, whatever its account: a signature does not name one. */
export function findAccessKey(tx: Transaction, id: string): Promise<AccessKeyRow | undefined> {
  return tx.first(selectKey, { id });
}

const insertKey = query<AccessKeyRow>((sql, key) =>
  sql.insertInto('access_key').values({
    account_id: key.account_id,
    id: key.id,
    user_id: key.user_id,
    status: key.status,
    created_at: key.created_at,
    secret: key.secret,
    secret_key_id: key.secret_key_id,
    last_used_at: key.last_used_at,
    last_used_service: key.last_used_service,
    last_used_region: key.last_used_region,
  }),
);

/** Inserts a key. */
export async function insertAccessKey(tx: Transaction, key: AccessKeyRow): Promise<void> {
  await tx.run(insertKey, key);
}

type KeyStatus = Pick<AccessKeyRow, 'account_id' | 'id' | 'status'>;

const updateStatus = query<KeyStatus>((sql, key) =>
  sql
    .updateTable('access_key')
    .set({ status: key.status })
    .where('account_id', '=', key.account_id)
    .where('id', '=', key.id),
);

/** Keeps whether a key may sign. */
export async function saveAccessKeyStatus(tx: Transaction, key: KeyStatus): Promise<void> {
  await tx.run(updateStatus, key);
}

const deleteKey = query<Pick<AccessKeyRow, 'account_id' | 'id'>>((sql, key) =>
  sql.deleteFrom('access_key').where('account_id', '=', key.account_id).where('id', '=', key.id),
);

/** Removes a key. */
export async function removeAccessKey(tx: Transaction, key: AccessKeyRow): Promise<void> {
  await tx.run(deleteKey, { account_id: key.account_id, id: key.id });
}

const selectOtherwiseSealed = query<{ keyId: string; limit: number }, AccessKeyRow>((sql, q) =>
  sql
    .selectFrom('access_key')
    .selectAll()
    .where('secret_key_id', '<>', q.keyId)
    .orderBy('account_id')
    .orderBy('id')
    .limit(q.limit)
    .forNoKeyUpdate(),
);

/** Keys whose secrets are sealed under another encryption key. */
export function listOtherwiseSealed(
  tx: Transaction,
  keyId: string,
  limit: number,
): Promise<AccessKeyRow[]> {
  return tx.all(selectOtherwiseSealed, { keyId, limit });
}

type SealedSecret = Pick<AccessKeyRow, 'account_id' | 'id' | 'secret' | 'secret_key_id'>;

const updateSecret = query<SealedSecret>((sql, key) =>
  sql
    .updateTable('access_key')
    .set({ secret: key.secret, secret_key_id: key.secret_key_id })
    .where('account_id', '=', key.account_id)
    .where('id', '=', key.id),
);

/** Keeps a secret that was sealed anew. */
export async function saveSecret(tx: Transaction, key: SealedSecret): Promise<void> {
  await tx.run(updateSecret, key);
}

/** A use of a key. */
export interface KeyUse {
  accountId: string;
  id: string;
  at: number;
  service: string;
  region: string;
}

const updateLastUse = query<KeyUse>((sql, use) =>
  sql
    .updateTable('access_key')
    .set({
      last_used_at: use.at,
      last_used_service: use.service,
      last_used_region: use.region,
    })
    .where('account_id', '=', use.accountId)
    .where('id', '=', use.id),
);

/** Keeps when and for what a key was used. */
export async function saveKeyUse(tx: Transaction, use: KeyUse): Promise<void> {
  await tx.run(updateLastUse, use);
}
