import { DeleteUser } from '../../contracts/iam.gen.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { listAccessKeysOf } from '../access-keys/access-key-store.ts';
import { stillInGroup } from '../groups/group.ts';
import { countGroupsOf } from '../groups/group-member-store.ts';
import { operation } from '../operation.ts';
import { refuseWhileHolding } from '../policies/attached-policy-store.ts';
import { namedUserArn, userArn, userTags, userView } from './user.ts';
import { removeUser } from './user-store.ts';
import { targetUser } from './user-target.ts';

/** Deletes a user that has nothing left. */
export const deleteUser = operation(DeleteUser, {
  effect: 'write',
  resource: (input, call) => namedUserArn(input.UserName, call),
  find: (input, context) => targetUser(context, input.UserName),
  async run(_, { tx, call, journal, found: user }) {
    const keys = await listAccessKeysOf(tx, { accountId: user.account_id, userId: user.id });
    if (keys.length > 0) {
      throw new Refusal('conflict', 'Cannot delete entity, must delete access keys first.');
    }
    await refuseWhileHolding(tx, user);
    if ((await countGroupsOf(tx, user)) > 0) throw stillInGroup();
    await removeUser(tx, user);
    journal.record({
      resourceArn: userArn(user, call.partition),
      before: { ...userView(user, call.partition), Tags: userTags(user) },
    });
    return {};
  },
});
