import type { Transaction } from '../../store/database.ts';
import type {
  ResourceSharePrincipalRow,
  ResourceShareRow,
} from '../../store/resource-share-tables.ts';
import type { Scope } from '../resource-reference.ts';
import type { GroupInShare } from './share-group-store.ts';

/** Which shares are meant: the caller's own, or those that it has accepted. */
export interface ShareFilter extends Scope {
  readonly owner: 'SELF' | 'OTHER-ACCOUNTS';
  readonly shareIds?: readonly string[] | undefined;
  readonly name?: string | undefined;
  /** The name of the managed permission. */
  readonly permission?: string | undefined;
}

function visibleShares({ sql }: Transaction, filter: ShareFilter) {
  let q = sql.selectFrom('resource_share as s').where('s.region', '=', filter.region);
  q =
    filter.owner === 'SELF'
      ? q.where('s.account_id', '=', filter.accountId)
      : q.where('s.id', 'in', (e) =>
          e
            .selectFrom('resource_share_principal')
            .select('share_id')
            .where('account_id', '=', filter.accountId)
            .where('invitation_status', '=', 'ACCEPTED'),
        );
  if (filter.shareIds) q = q.where('s.id', 'in', filter.shareIds);
  if (filter.name !== undefined) q = q.where('s.name', '=', filter.name);
  if (filter.permission !== undefined) q = q.where('s.permission', '=', filter.permission);
  return q;
}

/** Shares in the order of their creation. */
export function listShares(
  tx: Transaction,
  filter: ShareFilter,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<ResourceShareRow[]> {
  let q = visibleShares(tx, filter).selectAll('s').orderBy('s.id').limit(limit);
  if (after !== undefined) q = q.where('s.id', '>', after);
  return tx.rows(q);
}

/** An invitation, and the share that it is to. */
export interface SharePrincipal {
  readonly share: ResourceShareRow;
  readonly principal: ResourceSharePrincipalRow;
}

interface PrincipalPage {
  readonly after: readonly [shareId: string, accountId: string] | undefined;
  readonly limit: number;
  readonly accountId?: string | undefined;
}

const principalColumns = [
  'p.share_id',
  'p.account_id as principal_id',
  'p.created_at as invited_at',
  'p.updated_at as answered_at',
  'p.invitation_id',
  'p.invitation_status',
] as const;

/** The principals of shares. */
export async function listPrincipalRows(
  tx: Transaction,
  filter: ShareFilter,
  { after, limit, accountId }: PrincipalPage,
): Promise<SharePrincipal[]> {
  let q = visibleShares(tx, filter)
    .innerJoin('resource_share_principal as p', 'p.share_id', 's.id')
    .selectAll('s')
    .select(principalColumns)
    .orderBy('p.share_id')
    .orderBy('p.account_id')
    .limit(limit);
  if (accountId !== undefined) q = q.where('p.account_id', '=', accountId);
  if (after) {
    q = q.where((e) => e(e.refTuple('p.share_id', 'p.account_id'), '>', e.tuple(...after)));
  }
  return (await tx.rows(q)).map(takeApart);
}

/** The invitations that an account got in a region, by their shares. */
export async function listInvitationRows(
  tx: Transaction,
  { accountId, region }: Scope,
  page: {
    readonly after: string | undefined;
    readonly limit: number;
    readonly invitationIds?: readonly string[] | undefined;
    readonly shareIds?: readonly string[] | undefined;
  },
): Promise<SharePrincipal[]> {
  let q = tx.sql
    .selectFrom('resource_share_principal as p')
    .innerJoin('resource_share as s', 's.id', 'p.share_id')
    .selectAll('s')
    .select(principalColumns)
    .where('p.account_id', '=', accountId)
    .where('s.region', '=', region)
    .orderBy('p.share_id')
    .limit(page.limit);
  if (page.after !== undefined) q = q.where('p.share_id', '>', page.after);
  if (page.invitationIds) q = q.where('p.invitation_id', 'in', page.invitationIds);
  if (page.shareIds) q = q.where('p.share_id', 'in', page.shareIds);
  return (await tx.rows(q)).map(takeApart);
}

type Joined = ResourceShareRow & {
  readonly share_id: string;
  readonly principal_id: string;
  readonly invited_at: number;
  readonly answered_at: number;
  readonly invitation_id: string;
  readonly invitation_status: ResourceSharePrincipalRow['invitation_status'];
};

function takeApart(row: Joined): SharePrincipal {
  const { share_id, principal_id, invited_at, answered_at, ...rest } = row;
  const { invitation_id, invitation_status, ...share } = rest;
  const principal = {
    ...{ share_id, invitation_id, invitation_status },
    account_id: principal_id,
    created_at: invited_at,
    updated_at: answered_at,
  };
  return { share, principal };
}

/** A group, and the share that it is in. */
export interface ShareGroup {
  readonly share: ResourceShareRow;
  readonly group: GroupInShare;
}

/** The groups of shares. */
export async function listGroupRows(
  tx: Transaction,
  filter: ShareFilter,
  page: {
    readonly after: readonly [shareId: string, groupId: number] | undefined;
    readonly limit: number;
  },
): Promise<ShareGroup[]> {
  let q = visibleShares(tx, filter)
    .innerJoin('resource_share_group as r', 'r.share_id', 's.id')
    .innerJoin('model_package_group as g', 'g.id', 'r.group_id')
    .selectAll('s')
    .select(['g.id as group_id', 'g.name as group_name', 'r.created_at as shared_at'])
    .orderBy('r.share_id')
    .orderBy('r.group_id')
    .limit(page.limit);
  if (page.after) {
    const [shareId, groupId] = page.after;
    q = q.where((e) => e(e.refTuple('r.share_id', 'r.group_id'), '>', e.tuple(shareId, groupId)));
  }
  return (await tx.rows(q)).map(({ group_id: id, group_name: name, shared_at, ...share }) => ({
    share,
    group: { id, name, shared_at, account_id: share.account_id, region: share.region },
  }));
}
