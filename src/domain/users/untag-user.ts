import { UntagUser } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { removeIdentityTags } from './identity-tags.ts';
import { saveUserTags } from './save-user-tags.ts';
import { namedUserArn, userTags } from './user.ts';
import { requireUser } from './user-store.ts';

/** Removes tags from a user; keys that it lacks do no harm. */
export const untagUser = operation(UntagUser, {
  effect: 'write',
  resource: (input, call) => namedUserArn(input.UserName, call),
  async run(input, context) {
    const user = await requireUser(context.tx, context.call, input.UserName);
    await saveUserTags(context, user, removeIdentityTags(userTags(user), input.TagKeys));
    return {};
  },
});
