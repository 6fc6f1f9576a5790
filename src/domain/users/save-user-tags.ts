import { isDeepStrictEqual } from 'node:util';
import type { Tag } from '../../contracts/iam.gen.ts';
import type { UserRow } from '../../store/identity-tables.ts';
import type { OperationContext } from '../operation.ts';
import { userArn, userTags } from './user.ts';
import { saveUser } from './user-store.ts';

/** Writes and records a user's tags after a change, unless it changes nothing. */
export async function saveUserTags(
  { tx, call, journal }: Pick<OperationContext, 'tx' | 'call' | 'journal'>,
  user: UserRow,
  after: readonly Tag[],
): Promise<void> {
  const before = userTags(user);
  if (isDeepStrictEqual(after, before)) {
    journal.unchanged();
    return;
  }
  await saveUser(tx, { ...user, tags: JSON.stringify(after) });
  const resourceArn = userArn(user, call.partition);
  journal.record({ resourceArn, before: { Tags: before }, after: { Tags: after } });
}
