import type { AccessKeyMetadata } from '../../contracts/iam.gen.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { AccessKeyRow, UserRow } from '../../store/tables.ts';

/** What a key's secret is sealed together with, so that no other row can pass it off as its own. */
export function secretBinding({ account_id, id }: Pick<AccessKeyRow, 'account_id' | 'id'>): string {
  return `access key ${id} of account ${account_id}`;
}

/** A key as IAM's answers show one: never its secret. */
export function accessKeyMetadata(user: UserRow, key: AccessKeyRow): AccessKeyMetadata {
  return {
    UserName: user.name,
    AccessKeyId: key.id,
    Status: key.status,
    CreateDate: key.created_at,
  };
}

/** A key that is not there, or not this user's. */
export function missingAccessKey(id: string): Refusal {
  return new Refusal('missing', `The Access Key with id ${id} cannot be found.`);
}
