import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { ResourceSharePrincipalRow } from '../../store/resource-share-tables.ts';

const selectPrincipals = query<{ shareId: string }, ResourceSharePrincipalRow>((sql, key) =>
  sql
    .selectFrom('resource_share_principal')
    .selectAll()
    .where('share_id', '=', key.shareId)
    .orderBy('account_id'),
);

/** The principals of a share. */
export function findPrincipals(
  tx: Transaction,
  shareId: string,
): Promise<ResourceSharePrincipalRow[]> {
  return tx.all(selectPrincipals, { shareId });
}

const selectInvitation = query<{ id: string }, ResourceSharePrincipalRow>((sql, key) =>
  sql.selectFrom('resource_share_principal').selectAll().where('invitation_id', '=', key.id),
);

/** The principal whom an invitation is for. */
export function findInvited(
  tx: Transaction,
  invitationId: string,
): Promise<ResourceSharePrincipalRow | undefined> {
  return tx.first(selectInvitation, { id: invitationId });
}

const insertRow = query<ResourceSharePrincipalRow>((sql, row) =>
  sql.insertInto('resource_share_principal').values({
    share_id: row.share_id,
    account_id: row.account_id,
    created_at: row.created_at,
    updated_at: row.updated_at,
    invitation_id: row.invitation_id,
    invitation_status: row.invitation_status,
  }),
);

/** Adds a principal to a share. */
export function insertPrincipal(tx: Transaction, row: ResourceSharePrincipalRow): Promise<void> {
  return tx.run(insertRow, row);
}

const updateStatus = query<ResourceSharePrincipalRow>((sql, row) =>
  sql
    .updateTable('resource_share_principal')
    .set({ invitation_status: row.invitation_status, updated_at: row.updated_at })
    .where('share_id', '=', row.share_id)
    .where('account_id', '=', row.account_id),
);

/** Keeps what became of an invitation. */
export function saveInvitation(tx: Transaction, row: ResourceSharePrincipalRow): Promise<void> {
  return tx.run(updateStatus, row);
}

const deleteRow = query<{ shareId: string; accountId: string }>((sql, key) =>
  sql
    .deleteFrom('resource_share_principal')
    .where('share_id', '=', key.shareId)
    .where('account_id', '=', key.accountId),
);

/** Takes a principal out of a share, and its invitation with it. */
export function deletePrincipal(
  tx: Transaction,
  shareId: string,
  accountId: string,
): Promise<void> {
  return tx.run(deleteRow, { shareId, accountId });
}
