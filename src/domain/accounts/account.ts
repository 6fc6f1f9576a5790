import { randomInt } from 'node:crypto';
import type { Account } from '../../contracts/imprimatur-accounts.ts';
import { formatArn } from '../../kernel/arn.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { AccountRow } from '../../store/account-tables.ts';
import type { Call } from '../call.ts';

/** The ARN of an account: it belongs to the operator's, so that others may do nothing with it. */
export function accountArn(accountId: string, call: Call): string {
  const { partition, operatorAccountId } = call;
  const resource = `account/${accountId}`;
  const owner = { service: 'imprimatur', region: '', accountId: operatorAccountId };
  return formatArn({ partition, ...owner, resource });
}

/** The operator's account as it is while it has no row of its own. */
export function operatorAccount(accountId: string): AccountRow {
  return { account_id: accountId, name: 'operator', status: 'Active', created_at: null };
}

/** An account as answers show one. */
export function accountView(row: AccountRow, { operatorAccountId }: Call): Account {
  const isOperator = row.account_id === operatorAccountId;
  return {
    AccountId: row.account_id,
    Name: row.name,
    // It may have been disabled while another account was the operator's.
    Status: isOperator ? 'Active' : row.status,
    IsOperator: isOperator,
    ...(row.created_at !== null && { CreationTime: row.created_at }),
  };
}

/** A number for an account: twelve digits, of which the first is no zero. */
export function newAccountId(): string {
  return String(randomInt(100_000_000_000, 1_000_000_000_000));
}

/** An account that is not there. */
export function missingAccount(accountId: string): Refusal {
  return new Refusal('missing', `The account ${accountId} does not exist.`);
}

/** A number that is taken. */
export function takenAccount(accountId: string): Refusal {
  return new Refusal('exists', `The account ${accountId} already exists.`);
}
