import { DeleteAccessKey } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { namedUserArn } from '../users/user.ts';
import { removeAccessKey, requireAccessKey } from './access-key-store.ts';
import { targetKeyHolder } from './key-holder-target.ts';

/** Deletes a key; what was signed with it is refused from then on. */
export const deleteAccessKey = operation(DeleteAccessKey, {
  effect: 'write',
  resource: (input, call) => namedUserArn(input.UserName, call),
  find: (input, context) => targetKeyHolder(context, input.UserName),
  async run(input, { tx, journal, found: holder }) {
    const key = await requireAccessKey(tx, holder, input.AccessKeyId);
    await removeAccessKey(tx, key);
    journal.record({
      resourceArn: holder.arn,
      before: { AccessKeyId: key.id, Status: key.status, CreateDate: key.created_at },
    });
    return {};
  },
});
