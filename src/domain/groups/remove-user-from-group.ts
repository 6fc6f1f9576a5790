import { RemoveUserFromGroup } from '../../contracts/iam.gen.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { operation } from '../operation.ts';
import { requireUser } from '../users/user-store.ts';
import { groupArn, namedGroupArn } from './group.ts';
import { isMember, removeMember } from './group-member-store.ts';
import { targetIamGroup } from './group-target.ts';

/** Takes a user out of a group. */
export const removeUserFromGroup = operation(RemoveUserFromGroup, {
  effect: 'write',
  resource: (input, call) => namedGroupArn(input.GroupName, call),
  find: (input, context) => targetIamGroup(context, input.GroupName),
  async run(input, { tx, call, journal, found: group }) {
    const user = await requireUser(tx, call, input.UserName);
    if (!(await isMember(tx, group, user))) {
      throw new Refusal('missing', `User ${user.name} is not in group ${group.name}.`);
    }
    await removeMember(tx, group, user);
    const before = { UserName: user.name, UserId: user.id };
    journal.record({ resourceArn: groupArn(group, call.partition), before });
    return {};
  },
});
