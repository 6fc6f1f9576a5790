import { TagUser } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { checkIdentityTags, mergeIdentityTags } from './identity-tags.ts';
import { saveUserTags } from './save-user-tags.ts';
import { namedUserArn, userTags } from './user.ts';
import { targetUser } from './user-target.ts';

/** Adds tags to a user; a key that it has gets the new value. */
export const tagUser = operation(TagUser, {
  effect: 'write',
  resource: (input, call) => namedUserArn(input.UserName, call),
  find: (input, context) => targetUser(context, input.UserName),
  check: (input) => checkIdentityTags(input.Tags),
  async run(input, context) {
    const user = context.found;
    await saveUserTags(context, user, mergeIdentityTags(userTags(user), input.Tags));
    return {};
  },
});
