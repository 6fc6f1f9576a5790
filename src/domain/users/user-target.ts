import type { UserRow } from '../../store/identity-tables.ts';
import type { Target } from '../access/target.ts';
import type { FindContext } from '../operation.ts';
import { findBoundaryArn } from '../policies/policy-store.ts';
import { missingUser, namedUserArn, unnamedUser, userArn, userTags } from './user.ts';
import { findUser } from './user-store.ts';

/** The user that a call names, or else the user who calls, as what the call acts on. */
export async function targetUser(
  { tx, call }: FindContext,
  given: string | undefined,
): Promise<Target<UserRow>> {
  const name = given ?? call.principal.userName;
  if (name === undefined) return { arn: '*', missing: unnamedUser() };
  const user = await findUser(tx, call, name);
  if (!user) return { arn: namedUserArn(name, call), missing: missingUser(name) };
  const boundary = await findBoundaryArn(tx, user, call.partition);
  return {
    arn: userArn(user, call.partition),
    facts: () => ({ tags: userTags(user), ...(boundary && { boundary }) }),
    found: user,
  };
}
