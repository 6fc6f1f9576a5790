import { ListGroupsForUser } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { identityPage } from '../identity-page.ts';
import { namedUserArn } from '../users/user.ts';
import { targetUser } from '../users/user-target.ts';
import { groupView } from './group.ts';
import { listGroupsOf } from './group-member-store.ts';

/** Lists the groups that a user is in by name, page by page. */
export const listGroupsForUser = operation(ListGroupsForUser, {
  effect: 'read',
  resource: (input, call) => namedUserArn(input.UserName, call),
  find: (input, context) => targetUser(context, input.UserName),
  async run(input, { tx, call, found: user }) {
    const { items, rest } = await identityPage(
      input,
      call,
      (after, limit) => listGroupsOf(tx, user, after, limit),
      (group) => group.name_key,
    );
    return { Groups: items.map((group) => groupView(group, call.partition)), ...rest };
  },
});
