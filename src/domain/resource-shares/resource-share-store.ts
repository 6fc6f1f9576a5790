import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { ResourceShareRow } from '../../store/resource-share-tables.ts';
import type { Scope } from '../resource-reference.ts';

type ShareKey = Pick<ResourceShareRow, 'id' | 'account_id' | 'region'>;

const selectShare = query<ShareKey, ResourceShareRow>((sql, key) =>
  sql
    .selectFrom('resource_share')
    .selectAll()
    .where('id', '=', key.id)
    .where('account_id', '=', key.account_id)
    .where('region', '=', key.region)
    .forNoKeyUpdate(),
);

/** A share; whoever changes what belongs to it has locked it first. */
export function findShare(
  tx: Transaction,
  { id, account_id, region }: ShareKey,
): Promise<ResourceShareRow | undefined> {
  return tx.first(selectShare, { id, account_id, region });
}

const selectByToken = query<Scope & { token: string }, ResourceShareRow>((sql, key) =>
  sql
    .selectFrom('resource_share')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('client_token', '=', key.token),
);

/** The share that a call with a token created, while it is there. */
export function findShareByToken(
  tx: Transaction,
  { accountId, region }: Scope,
  token: string,
): Promise<ResourceShareRow | undefined> {
  return tx.first(selectByToken, { accountId, region, token });
}

const countRows = query<Scope, { count: number }>((sql, key) =>
  sql
    .selectFrom('resource_share')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region),
);

/** How many shares an account has in a region. */
export async function countShares(tx: Transaction, { accountId, region }: Scope): Promise<number> {
  return (await tx.first(countRows, { accountId, region }))!.count;
}

const insertRow = query<ResourceShareRow>((sql, row) =>
  sql.insertInto('resource_share').values({
    id: row.id,
    account_id: row.account_id,
    region: row.region,
    name: row.name,
    permission: row.permission,
    allows_external: row.allows_external,
    created_at: row.created_at,
    updated_at: row.updated_at,
    client_token: row.client_token,
    request_hash: row.request_hash,
    tags: row.tags,
  }),
);

/** Inserts a share; fails on a taken token. */
export function insertShare(tx: Transaction, row: ResourceShareRow): Promise<void> {
  return tx.run(insertRow, row);
}

const updateRow = query<ResourceShareRow>((sql, row) =>
  sql
    .updateTable('resource_share')
    .set({
      name: row.name,
      permission: row.permission,
      allows_external: row.allows_external,
      updated_at: row.updated_at,
      tags: row.tags,
    })
    .where('id', '=', row.id),
);

/** Keeps a share as it is now. */
export function saveShare(tx: Transaction, row: ResourceShareRow): Promise<void> {
  return tx.run(updateRow, row);
}

const deleteGroups = query<{ id: string }>((sql, key) =>
  sql.deleteFrom('resource_share_group').where('share_id', '=', key.id),
);
const deletePrincipals = query<{ id: string }>((sql, key) =>
  sql.deleteFrom('resource_share_principal').where('share_id', '=', key.id),
);
const deleteRow = query<{ id: string }>((sql, key) =>
  sql.deleteFrom('resource_share').where('id', '=', key.id),
);

/** Removes a share with all that belongs to it. */
export async function deleteShare(tx: Transaction, id: string): Promise<void> {
  await tx.run(deleteGroups, { id });
  await tx.run(deletePrincipals, { id });
  await tx.run(deleteRow, { id });
}
