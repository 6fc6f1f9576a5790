import { UpdateAccessKey } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { namedUserArn, requireUserName, userArn } from '../users/user.ts';
import { requireUser } from '../users/user-store.ts';
import { requireAccessKey, saveAccessKeyStatus } from './access-key-store.ts';

/** Lets a key sign, or keeps it from signing. */
export const updateAccessKey = operation(UpdateAccessKey, {
  effect: 'write',
  resource: (input, call) => namedUserArn(input.UserName, call),
  async run(input, { tx, call, journal }) {
    const { AccessKeyId, Status } = input;
    const user = await requireUser(tx, call, requireUserName(input.UserName, call));
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
