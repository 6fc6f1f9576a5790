import { TagUser } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { checkIdentityTags, mergeIdentityTags } from './identity-tags.ts';
import { saveUserTags } from './save-user-tags.ts';
import { namedUserArn, userTags } from './user.ts';
import { requireUser } from './user-store.ts';

/** Adds tags to a user; a key that it has gets the new value. */
export const tagUser = operation(TagUser, {
  effect: 'write',
  resource: (input, call) => namedUserArn(input.UserName, call),
  check: (input) => checkIdentityTags(input.Tags),
  async run(input, context) {
    const user = await requireUser(context.tx, context.call, input.UserName);
    await saveUserTags(context, user, mergeIdentityTags(userTags(user), input.Tags));
    return {};
  },
});
