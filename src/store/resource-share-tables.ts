import type { Selectable } from 'kysely';

/** The tables of what accounts share with each other by AWS RAM. */
export interface ResourceShareTables {
  resource_share: ResourceShareTable;
  resource_share_group: ResourceShareGroupTable;
  resource_share_principal: ResourceSharePrincipalTable;
}

/** A share: which permission its groups give to its principals. */
export interface ResourceShareTable {
  /** A UUID that begins with the time of its creation. */
  id: string;
  account_id: string;
  region: string;
  name: string;
  /** The name of the managed permission. */
  permission: string;
  allows_external: number;
  created_at: number;
  updated_at: number;
  client_token: string | null;
  /** SHA-256 (hex) of the request that carried the token. */
  request_hash: string | null;
  tags: string;
}

/** A group that is shared. */
export interface ResourceShareGroupTable {
  share_id: string;
  group_id: number;
  created_at: number;
}

/** An account that something is shared with, and what became of its invitation. */
export interface ResourceSharePrincipalTable {
  share_id: string;
  account_id: string;
  /** When it was invited. */
  created_at: number;
  updated_at: number;
  invitation_id: string;
  /** One that has waited too long has expired, which no row says. */
  invitation_status: 'PENDING' | 'ACCEPTED' | 'REJECTED';
}

/** A row of `resource_share` as it is read. */
export type ResourceShareRow = Selectable<ResourceShareTable>;
/** A row of `resource_share_principal` as it is read. */
export type ResourceSharePrincipalRow = Selectable<ResourceSharePrincipalTable>;
