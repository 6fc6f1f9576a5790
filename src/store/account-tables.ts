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

/** A row of `account` as it is read. */
export type AccountRow = Selectable<AccountTable>;
