import { GetUser } from '../../contracts/iam.gen.ts';
import type { User } from '../../contracts/iam.gen.ts';
import type { Target } from '../access/target.ts';
import type { Call } from '../call.ts';
import { operation } from '../operation.ts';
import type { FindContext } from '../operation.ts';
import type { UserRow } from '../../store/identity-tables.ts';
import { boundaryView } from '../policies/policy.ts';
import { findBoundaryArn } from '../policies/policy-store.ts';
import { namedUserArn, userTags, userView } from './user.ts';
import { targetUser } from './user-target.ts';

/** Shows a user, or the caller where none is named. */
export const getUser = operation(GetUser, {
  effect: 'read',
  resource: (input, call) => namedUserArn(input.UserName, call),
  find: ({ UserName }, context): Promise<Target<UserRow | undefined>> =>
    UserName === undefined && context.call.principal.type === 'Account'
      ? targetRoot(context)
      : targetUser(context, UserName),
  async run(_, { tx, call, found: user }) {
    if (!user) return { User: rootView(call) };
    const tags = userTags(user);
    const boundary = await findBoundaryArn(tx, user, call.partition);
    return {
      User: {
        ...userView(user, call.partition),
        ...(boundary !== undefined && { PermissionsBoundary: boundaryView(boundary) }),
        ...(tags.length > 0 && { Tags: tags }),
      },
    };
  },
});

function targetRoot({ call }: FindContext): Promise<Target<undefined>> {
  return Promise.resolve({ arn: call.principal.arn, found: undefined });
}

function rootView({ principal }: Call): User {
  return { UserId: principal.principalId, Arn: principal.arn };
}
