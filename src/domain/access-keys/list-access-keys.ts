import { ListAccessKeys } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { identityPage } from '../identity-page.ts';
import { namedUserArn } from '../users/user.ts';
import { targetUser } from '../users/user-target.ts';
import { accessKeyMetadata } from './access-key.ts';
import { listAccessKeysOf } from './access-key-store.ts';

/** Lists a user's access keys, without their secrets. */
export const listAccessKeys = operation(ListAccessKeys, {
  effect: 'read',
  resource: (input, call) => namedUserArn(input.UserName, call),
  find: (input, context) => targetUser(context, input.UserName),
  async run(input, { tx, call, found: user }) {
    const keys = await listAccessKeysOf(tx, user);
    const { items, rest } = await identityPage(
      input,
      call,
      (after, limit) => keys.filter(({ id }) => id > after).slice(0, limit),
      (key) => key.id,
    );
    return { AccessKeyMetadata: items.map((key) => accessKeyMetadata(user, key)), ...rest };
  },
});
