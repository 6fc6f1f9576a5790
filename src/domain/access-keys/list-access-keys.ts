import { ListAccessKeys } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { identityPage } from '../identity-page.ts';
import { namedUserArn } from '../users/user.ts';
import { accessKeyMetadata } from './access-key.ts';
import { listAccessKeysOf } from './access-key-store.ts';
import { targetKeyHolder } from './key-holder-target.ts';

/** Lists a user's access keys, without their secrets. */
export const listAccessKeys = operation(ListAccessKeys, {
  effect: 'read',
  resource: (input, call) => namedUserArn(input.UserName, call),
  find: (input, context) => targetKeyHolder(context, input.UserName),
  async run(input, { tx, call, found: holder }) {
    const keys = await listAccessKeysOf(tx, holder);
    const { items, rest } = await identityPage(
      input,
      call,
      (after, limit) => keys.filter(({ id }) => id > after).slice(0, limit),
      (key) => key.id,
    );
    return {
      AccessKeyMetadata: items.map((key) => accessKeyMetadata(holder.userName, key)),
      ...rest,
    };
  },
});
