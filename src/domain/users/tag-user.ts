import { isDeepStrictEqual } from 'node:util';
import { TagUser } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { checkIdentityTags, mergeIdentityTags } from './identity-tags.ts';
import { namedUserArn, userArn, userTags } from './user.ts';
import { requireUser, saveUser } from './user-store.ts';

/** Adds tags to a user; a key that it has gets the new value. */
export const tagUser = operation(TagUser, {
  effect: 'write',
  resource: (input, call) => namedUserArn(input.UserName, call),
  check: (input) => checkIdentityTags(input.Tags),
  async run(input, { tx, call, journal }) {
    const user = await requireUser(tx, call, input.UserName);
    const before = userTags(user);
    const after = mergeIdentityTags(before, input.Tags);
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
