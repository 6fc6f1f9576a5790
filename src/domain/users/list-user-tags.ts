import { ListUserTags } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { identityPage } from '../identity-page.ts';
import { namedUserArn, userTags } from './user.ts';
import { requireUser } from './user-store.ts';

/** Lists a user's tags by key. */
export const listUserTags = operation(ListUserTags, {
  effect: 'read',
  resource: (input, call) => namedUserArn(input.UserName, call),
  async run(input, { tx, call }) {
    const tags = userTags(await requireUser(tx, call, input.UserName));
    const sorted = tags.toSorted((one, other) => (one.Key < other.Key ? -1 : 1));
    const { items, rest } = await identityPage(
      input,
      call,
      (after, limit) => sorted.filter(({ Key }) => Key > after).slice(0, limit),
      (tag) => tag.Key,
    );
    return { Tags: items, ...rest };
  },
});
