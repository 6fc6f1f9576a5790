import { UpdateAccessKey } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { namedUserArn } from '../users/user.ts';
import { requireAccessKey, saveAccessKeyStatus } from './access-key-store.ts';
import { targetKeyHolder } from './key-holder-target.ts';

/** Lets a key sign, or keeps it from signing. */
export const updateAccessKey = operation(UpdateAccessKey, {
  effect: 'write',
  resource: (input, call) => namedUserArn(input.UserName, call),
  find: (input, context) => targetKeyHolder(context, input.UserName),
  async run(input, { tx, journal, found: holder }) {
    const { AccessKeyId, Status } = input;
    const key = await requireAccessKey(tx, holder, AccessKeyId);
    if (key.status === Status) {
      journal.unchanged();
      return {};
    }
    await saveAccessKeyStatus(tx, { account_id: key.account_id, id: key.id, status: Status });
    journal.record({
      resourceArn: holder.arn,
      before: { AccessKeyId, Status: key.status },
      after: { AccessKeyId, Status },
    });
    return {};
  },
});
