import { GetGroup } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { identityPage } from '../identity-page.ts';
import { userView } from '../users/user.ts';
import { groupView, namedGroupArn } from './group.ts';
import { targetIamGroup } from './group-target.ts';
import { listMembers } from './group-member-store.ts';

/** Shows a group and its users by name, page by page. */
export const getGroup = operation(GetGroup, {
  effect: 'read',
  resource: (input, call) => namedGroupArn(input.GroupName, call),
  find: (input, context) => targetIamGroup(context, input.GroupName),
  async run(input, { tx, call, found: group }) {
    const { items, rest } = await identityPage(
      input,
      call,
      (after, limit) => listMembers(tx, group, after, limit),
      (user) => user.name_key,
    );
    const users = items.map((user) => userView(user, call.partition));
    return { Group: groupView(group, call.partition), Users: users, ...rest };
  },
});
