import { AddUserToGroup } from '../../contracts/iam.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { operation } from '../operation.ts';
import { requireUser } from '../users/user-store.ts';
import { groupArn, namedGroupArn } from './group.ts';
import { addMember, countGroupsOf, isMember } from './group-member-store.ts';
import { targetIamGroup } from './group-target.ts';

/** Puts a user into a group; one that is in it already stays there. */
export const addUserToGroup = operation(AddUserToGroup, {
  effect: 'write',
  resource: (input, call) => namedGroupArn(input.GroupName, call),
  find: (input, context) => targetIamGroup(context, input.GroupName),
  async run(input, { tx, call, journal, found: group }) {
    const user = await requireUser(tx, call, input.UserName);
    if (await isMember(tx, group, user)) {
      journal.unchanged();
      return {};
    }
    const most = limits.groupsPerUserMax;
    if ((await countGroupsOf(tx, user)) >= most) {
      throw new Refusal('limit', `Cannot exceed quota for GroupsPerUser: ${most}`);
    }
    await addMember(tx, group, user);
    const after = { UserName: user.name, UserId: user.id };
    journal.record({ resourceArn: groupArn(group, call.partition), after });
    return {};
  },
});
