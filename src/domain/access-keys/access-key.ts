import type { AccessKeyMetadata } from '../../contracts/iam.gen.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import { newAccessKeyId, newSecretAccessKey } from '../../kernel/unique-id.ts';
import type { AccessKeyRow } from '../../store/identity-tables.ts';

/** What a key's secret is sealed together with, so that no other row can pass it off as its own. */
export function secretBinding({ account_id, id }: Pick<AccessKeyRow, 'account_id' | 'id'>): string {
  return `access key ${id} of account ${account_id}`;
}

/** What IAM calls the user that an account has from the beginning. */
export const rootUserName = 'root';

/** A key as IAM's answers show one: never its secret. */
export function accessKeyMetadata(userName: string, key: AccessKeyRow): AccessKeyMetadata {
  return {
    UserName: userName,
    AccessKeyId: key.id,
    Status: key.status,
    CreateDate: key.created_at,
  };
}

/** A key that is new, and the secret that is kept sealed from here on. */
export interface NewAccessKey {
  readonly row: AccessKeyRow;
  readonly secret: string;
}

/** Makes a key for a user, or with null for the root user. */
export function newAccessKey(
  { accountId, userId }: { readonly accountId: string; readonly userId: string | null },
  now: number,
  secrets: SecretBox,
): NewAccessKey {
  const id = newAccessKeyId();
  const secret = newSecretAccessKey();
  const sealed = secrets.seal(secret, secretBinding({ account_id: accountId, id }));
  const row = {
    account_id: accountId,
    id,
    user_id: userId,
    status: 'Active' as const,
    created_at: now,
    secret: sealed.sealed,
    secret_key_id: sealed.keyId,
    last_used_at: null,
    last_used_service: null,
    last_used_region: null,
  };
  return { row, secret };
}

/** A key that is not there, or not this user's. */
export function missingAccessKey(id: string): Refusal {
  return new Refusal('missing', `The Access Key with id ${id} cannot be found.`);
}
