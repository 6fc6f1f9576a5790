import { CreateAccessKey } from '../../contracts/iam.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { newAccessKeyId, newSecretAccessKey } from '../../kernel/unique-id.ts';
import { operation } from '../operation.ts';
import { namedUserArn, userArn } from '../users/user.ts';
import { targetUser } from '../users/user-target.ts';
import { accessKeyMetadata, secretBinding } from './access-key.ts';
import { insertAccessKey, listAccessKeysOf } from './access-key-store.ts';

/** Makes an access key for a user; only this answer ever holds its secret. */
export const createAccessKey = operation(CreateAccessKey, {
  effect: 'write',
  resource: (input, call) => namedUserArn(input.UserName, call),
  find: (input, context) => targetUser(context, input.UserName),
  async run(_, { tx, call, journal, secrets, found: user }) {
    const most = limits.accessKeysPerUserMax;
    if ((await listAccessKeysOf(tx, user)).length >= most) {
      throw new Refusal('limit', `Cannot exceed quota for AccessKeysPerUser: ${most}`);
    }
    const id = newAccessKeyId();
    const secret = newSecretAccessKey();
    const sealed = secrets.seal(secret, secretBinding({ account_id: user.account_id, id }));
    const key = {
      account_id: user.account_id,
      id,
      user_id: user.id,
      status: 'Active' as const,
      created_at: call.now,
      secret: sealed.sealed,
      secret_key_id: sealed.keyId,
      last_used_at: null,
      last_used_service: null,
      last_used_region: null,
    };
    await insertAccessKey(tx, key);
    journal.record({
      resourceArn: userArn(user, call.partition),
      after: { AccessKeyId: id, Status: 'Active', CreateDate: call.now },
    });
    return { AccessKey: { ...accessKeyMetadata(user, key), SecretAccessKey: secret } };
  },
});
