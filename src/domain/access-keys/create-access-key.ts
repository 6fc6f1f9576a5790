import { CreateAccessKey } from '../../contracts/iam.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { lockAccount } from '../accounts/account-store.ts';
import { operation } from '../operation.ts';
import { namedUserArn } from '../users/user.ts';
import { accessKeyMetadata, newAccessKey } from './access-key.ts';
import { insertAccessKey, listAccessKeysOf } from './access-key-store.ts';
import { targetKeyHolder } from './key-holder-target.ts';

/** Makes an access key for a user; only this answer ever holds its secret. */
export const createAccessKey = operation(CreateAccessKey, {
  effect: 'write',
  resource: (input, call) => namedUserArn(input.UserName, call),
  find: (input, context) => targetKeyHolder(context, input.UserName),
  async run(_input, { tx, call, journal, secrets, found: holder }) {
    if (holder.userId === null) await lockAccount(tx, call);
    const most = limits.accessKeysPerUserMax;
    if ((await listAccessKeysOf(tx, holder)).length >= most) {
      throw new Refusal('limit', `Cannot exceed quota for AccessKeysPerUser: ${most}`);
    }
    const { row, secret } = newAccessKey(holder, call.now, secrets);
    await insertAccessKey(tx, row);
    journal.record({
      resourceArn: holder.arn,
      after: { AccessKeyId: row.id, Status: 'Active', CreateDate: call.now },
    });
    const { userName: UserName } = holder;
    return {
      AccessKey: { ...accessKeyMetadata(UserName, row), UserName, SecretAccessKey: secret },
    };
  },
});
