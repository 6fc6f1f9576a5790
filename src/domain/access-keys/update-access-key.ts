import { UpdateAccessKey } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { namedUserArn, userArn } from '../users/user.ts';
import { targetUser } from '../users/user-target.ts';
import { requireAccessKey, saveAccessKeyStatus } from './access-key-store.ts';

/** Lets a key sign, or keeps it from signing. */
export const updateAccessKey = operation(UpdateAccessKey, {
  effect: 'write',
  resource: (input, call) => namedUserArn(input.UserName, call),
  find: (input, context) => targetUser(context, input.UserName),
  async run(input, { tx, call, journal, found: user }) {
    const { AccessKeyId, Status } = input;
    const key = await requireAccessKey(tx, user, AccessKeyId);
    if (key.status === Status) {
      journal.unchanged();
      return {};
    }
    await saveAccessKeyStatus(tx, { account_id: key.account_id, id: key.id, status: Status });
    journal.record({
      resourceArn: userArn(user, call.partition),
      before: { AccessKeyId, Status: key.status },
      after: { AccessKeyId, Status },
    });
    return {};
  },
});
