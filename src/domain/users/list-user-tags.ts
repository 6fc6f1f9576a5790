import { ListUserTags } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { tagPage } from './tag-page.ts';
import { namedUserArn, userTags } from './user.ts';
import { targetUser } from './user-target.ts';

/** Lists a user's tags by key. */
export const listUserTags = operation(ListUserTags, {
  effect: 'read',
  resource: (input, call) => namedUserArn(input.UserName, call),
  find: (input, context) => targetUser(context, input.UserName),
  run: (input, { call, found: user }) => tagPage(input, call, userTags(user)),
});
