import type { Selectable } from 'kysely';

/** An account; that of the configuration needs no row. */
export interface AccountTable {
  account_id: string;
  name: string;
  /** A disabled account's keys sign nothing; its data stays. */
  status: 'Active' | 'Disabled';
  /** Null of the configuration's, which nobody created. */
  created_at: number | null;
}

/** Derived from the policies and shares of groups: who is let in, for lists of what is shared. */
export interface SharedGroupTable {
  /** The account that is named; the group is another's. */
  account_id: string;
  region: string;
  /** The group's own, as is the time of its creation; neither ever changes. */
  name_key: string;
  group_id: number;
  created_at: number;
  /** 1 where a resource share lets the account in, 0 where the group's own policy alone does. */
  by_share: number;
}

/** A row of `account` as it is read. */
export type AccountRow = Selectable<AccountTable>;
