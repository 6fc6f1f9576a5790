import { GetAccessKeyLastUsed } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { findUserById } from '../users/user-store.ts';
import { missingAccessKey, rootUserName } from './access-key.ts';
import { findAccessKey } from './access-key-store.ts';

/** Tells when a key was used last, and for what; it is written down once a minute. */
export const getAccessKeyLastUsed = operation(GetAccessKeyLastUsed, {
  effect: 'read',
  resource: () => '*',
  async run({ AccessKeyId }, { tx, call }) {
    const key = await findAccessKey(tx, AccessKeyId);
    if (key?.account_id !== call.accountId) throw missingAccessKey(AccessKeyId);
    const user =
      key.user_id === null ? undefined : await findUserById(tx, key.account_id, key.user_id);
    return {
      UserName: user?.name ?? rootUserName,
      AccessKeyLastUsed: {
        ...(key.last_used_at !== null && { LastUsedDate: key.last_used_at }),
        ServiceName: key.last_used_service ?? 'N/A',
        Region: key.last_used_region ?? 'N/A',
      },
    };
  },
});
