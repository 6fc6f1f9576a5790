import { isDeepStrictEqual } from 'node:util';
import { UntagUser } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { removeIdentityTags } from './identity-tags.ts';
import { namedUserArn, userArn, userTags } from './user.ts';
import { requireUser, saveUser } from './user-store.ts';

/** Removes tags from a user; keys that it lacks do no harm. */
export const untagUser = operation(UntagUser, {
  effect: 'write',
  resource: (input, call) => namedUserArn(input.UserName, call),
  async run(input, { tx, call, journal }) {
    const user = await requireUser(tx, call, input.UserName);
    const before = userTags(user);
    const after = removeIdentityTags(before, input.TagKeys);
    if (isDeepStrictEqual(after, before)) {
      journal.unchanged();
      return {};
    }
    await saveUser(tx, { ...user, tags: JSON.stringify(after) });
    const resourceArn = userArn(user, call.partition);
    journal.record({ resourceArn, before: { Tags: before }, after: { Tags: after } });
    return {};
  },
});
