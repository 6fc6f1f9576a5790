import { DeleteAccessKey } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { namedUserArn, userArn } from '../users/user.ts';
import { targetUser } from '../users/user-target.ts';
import { removeAccessKey, requireAccessKey } from './access-key-store.ts';

/** Deletes a key; what was signed with it is refused from then on. */
export const deleteAccessKey = operation(DeleteAccessKey, {
  effect: 'write',
  resource: (input, call) => namedUserArn(input.UserName, call),
  find: (input, context) => targetUser(context, input.UserName),
  async run(input, { tx, call, journal, found: user }) {
    const key = await requireAccessKey(tx, user, input.AccessKeyId);
    await removeAccessKey(tx, key);
    journal.record({
      resourceArn: userArn(user, call.partition),
      before: { AccessKeyId: key.id, Status: key.status, CreateDate: key.created_at },
    });
    return {};
  },
});
