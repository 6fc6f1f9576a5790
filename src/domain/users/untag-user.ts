import { UntagUser } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { removeIdentityTags } from './identity-tags.ts';
import { saveUserTags } from './save-user-tags.ts';
import { namedUserArn, userTags } from './user.ts';
import { targetUser } from './user-target.ts';

/** Removes tags from a user; keys that it lacks do no harm. */
export const untagUser = operation(UntagUser, {
  effect: 'write',
  resource: (input, call) => namedUserArn(input.UserName, call),
  find: (input, context) => targetUser(context, input.UserName),
  async run(input, context) {
    const user = context.found;
    await saveUserTags(context, user, removeIdentityTags(userTags(user), input.TagKeys));
    return {};
  },
});
