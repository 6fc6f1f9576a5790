import { CreateRootAccessKey } from '../../contracts/imprimatur-accounts.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { newAccessKey } from '../access-keys/access-key.ts';
import {
  insertAccessKey,
  listAccessKeysOf,
  removeAccessKey,
} from '../access-keys/access-key-store.ts';
import { operation } from '../operation.ts';
import { accountArn } from './account.ts';
import { lockAccount, requireAccount } from './account-store.ts';

/** Makes a key for an account's root user, beside those that there are or in their place. */
export const createRootAccessKey = operation(CreateRootAccessKey, {
  effect: 'write',
  resource: (input, call) => accountArn(input.AccountId, call),
  async run({ AccountId: accountId, ReplaceExisting }, { tx, call, journal, secrets }) {
    await requireAccount(tx, call, accountId);
    await lockAccount(tx, { accountId });
    const owner = { accountId, userId: null };
    const keys = await listAccessKeysOf(tx, owner);
    const replaced = ReplaceExisting ? keys : [];
    for (const key of replaced) await removeAccessKey(tx, key);
    const most = limits.accessKeysPerUserMax;
    if (keys.length - replaced.length >= most) {
      const reason = `has ${most} root access keys, which is the most; they can be replaced.`;
      throw new Refusal('limit', `The account ${accountId} ${reason}`);
    }
    const { row, secret } = newAccessKey(owner, call.now, secrets);
    await insertAccessKey(tx, row);
    journal.record({
      resourceArn: accountArn(accountId, call),
      ...(replaced.length > 0 && { before: { AccessKeyIds: replaced.map(({ id }) => id) } }),
      after: { AccessKeyIds: [row.id] },
    });
    return { RootAccessKey: { AccessKeyId: row.id, SecretAccessKey: secret } };
  },
});
