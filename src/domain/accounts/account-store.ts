import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { AccountRow } from '../../store/account-tables.ts';
import type { Call } from '../call.ts';
import { missingAccount, operatorAccount } from './account.ts';

const selectAccount = query<{ accountId: string }, AccountRow>((sql, key) =>
  sql.selectFrom('account').selectAll().where('account_id', '=', key.accountId).forNoKeyUpdate(),
);

/** The row of an account; the operator's need not have one. */
export function findAccount(tx: Transaction, accountId: string): Promise<AccountRow | undefined> {
  return tx.first(selectAccount, { accountId });
}

/** An account, or the refusal that it is not there; the operator's always is. */
export async function requireAccount(
  tx: Transaction,
  { operatorAccountId }: Call,
  accountId: string,
): Promise<AccountRow> {
  const row = await findAccount(tx, accountId);
  if (row) return row;
  if (accountId !== operatorAccountId) throw missingAccount(accountId);
  return operatorAccount(accountId);
}

const insertRow = query<AccountRow>((sql, account) =>
  sql.insertInto('account').values({
    account_id: account.account_id,
    name: account.name,
    status: account.status,
    created_at: account.created_at,
  }),
);

/** Inserts an account; fails on a taken number. */
export async function insertAccount(tx: Transaction, account: AccountRow): Promise<void> {
  await tx.run(insertRow, account);
}

const updateRow = query<AccountRow>((sql, account) =>
  sql
    .updateTable('account')
    .set({ name: account.name, status: account.status })
    .where('account_id', '=', account.account_id),
);

/** Keeps an account's name and status. */
export async function saveAccount(tx: Transaction, account: AccountRow): Promise<void> {
  await tx.run(updateRow, account);
}

const insertMissingRow = query<AccountRow>((sql, account) =>
  sql
    .insertInto('account')
    .values({
      account_id: account.account_id,
      name: account.name,
      status: account.status,
      created_at: account.created_at,
    })
    .onConflict((conflict) => conflict.column('account_id').doNothing()),
);

/** Gives the account a row, if it has none, and locks it: its changes come one after the other. */
export async function lockAccount(
  tx: Transaction,
  { accountId }: Pick<Call, 'accountId'>,
): Promise<AccountRow> {
  const row = await findAccount(tx, accountId);
  if (row) return row;
  await tx.run(insertMissingRow, operatorAccount(accountId));
  return (await findAccount(tx, accountId))!;
}

const selectAccounts = query<{ after: string; limit: number }, AccountRow>((sql, q) =>
  sql
    .selectFrom('account')
    .selectAll()
    .where('account_id', '>', q.after)
    .orderBy('account_id')
    .limit(q.limit),
);

/** Accounts by number, the operator's among them. */
export async function listAccountRows(
  tx: Transaction,
  { operatorAccountId }: Call,
  { after, limit }: { after: string; limit: number },
): Promise<AccountRow[]> {
  const rows = await tx.all(selectAccounts, { after, limit });
  const place = rows.findIndex((row) => row.account_id >= operatorAccountId);
  const isThere = place >= 0 && rows[place]!.account_id === operatorAccountId;
  if (isThere || operatorAccountId <= after) return rows;
  rows.splice(place < 0 ? rows.length : place, 0, operatorAccount(operatorAccountId));
  return rows.slice(0, limit);
}

/** Whether an account's keys may not sign; that of the operator is never disabled. */
export async function isAccountDisabled(
  tx: Transaction,
  accountId: string,
  operatorAccountId: string,
): Promise<boolean> {
  if (accountId === operatorAccountId) return false;
  return (await findAccount(tx, accountId))?.status === 'Disabled';
}
