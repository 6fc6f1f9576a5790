import type { Target } from '../access/target.ts';
import type { FindContext } from '../operation.ts';
import { iamArn, userArn } from '../users/user.ts';
import { targetUser } from '../users/user-target.ts';
import { rootUserName } from './access-key.ts';
import type { KeyOwner } from './access-key-store.ts';

/** Whose keys a call is about, as answers and the journal name them. */
export interface KeyHolder extends KeyOwner {
  readonly userName: string;
  readonly arn: string;
}

/** The user that a call names, or else the caller, who may be the root user of the account. */
export async function targetKeyHolder(
  context: FindContext,
  given: string | undefined,
): Promise<Target<KeyHolder>> {
  const { accountId, partition, principal } = context.call;
  if (given === undefined && principal.type === 'Account') {
    const arn = iamArn(accountId, partition, rootUserName);
    return { arn, found: { accountId, userId: null, userName: rootUserName, arn } };
  }
  const target = await targetUser(context, given);
  if ('missing' in target) return target;
  const { found: user } = target;
  const arn = userArn(user, partition);
  return { ...target, found: { accountId, userId: user.id, userName: user.name, arn } };
}
