import { CreateUser } from '../../contracts/iam.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { newUniqueId } from '../../kernel/unique-id.ts';
import { operation } from '../operation.ts';
import { boundaryView } from '../policies/policy.ts';
import { requireBoundaryPolicy } from '../policies/policy-store.ts';
import { checkIdentityTags } from './identity-tags.ts';
import { namedUserArn, takenUserName, userArn, userView } from './user.ts';
import { countUsers, findUser, insertUser } from './user-store.ts';

/** Creates a user; its name is unique in the account, whatever its case and path. */
export const createUser = operation(CreateUser, {
  effect: 'write',
  resource: (input, call) => namedUserArn(input.UserName, call, input.Path),
  check: ({ Tags = [] }) => checkIdentityTags(Tags),
  async run(input, { tx, call, journal }) {
    const { UserName: name, Path: path = '/', Tags: tags = [] } = input;
    if (await findUser(tx, call, name)) throw takenUserName(name);
    const most = limits.usersPerAccountMax;
    if ((await countUsers(tx, call.accountId)) >= most) {
      throw new Refusal('limit', `Cannot exceed quota for UsersPerAccount: ${most}`);
    }
    const boundary = input.PermissionsBoundary;
    const user = {
      account_id: call.accountId,
      name_key: '',
      name,
      id: newUniqueId('AIDA', 21),
      path,
      created_at: call.now,
      tags: JSON.stringify(tags),
      boundary_policy_id:
        boundary === undefined ? null : await requireBoundaryPolicy(tx, call, boundary),
    };
    await insertUser(tx, user);
    journal.record({
      resourceArn: userArn(user, call.partition),
      after: {
        UserId: user.id,
        Path: path,
        CreateDate: call.now,
        ...(boundary !== undefined && { PermissionsBoundary: boundary }),
      },
    });
    return {
      User: {
        ...userView(user, call.partition),
        ...(boundary !== undefined && { PermissionsBoundary: boundaryView(boundary) }),
        ...(tags.length > 0 && { Tags: tags }),
      },
    };
  },
});
