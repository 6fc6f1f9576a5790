import { GetAccessKeyInfo } from '../../contracts/sts.gen.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import { findAccessKey } from '../access-keys/access-key-store.ts';
import { operation } from '../operation.ts';

/** Tells whose account an access key is of; of temporary keys and of root's, to their holder. */
export const getAccessKeyInfo = operation(GetAccessKeyInfo, {
  effect: 'read',
  resource: () => '*',
  async run({ AccessKeyId: id }, { tx, call }) {
    if (id === call.accessKeyId) return { Account: call.accountId };
    const key = await findAccessKey(tx, id);
    return { Account: key?.account_id ?? refuseInvalid(`The access key ${id} is not known.`) };
  },
});
