import { UntagRole } from '../../contracts/iam.gen.ts';
import { nothing, operation } from '../operation.ts';
import { removeIdentityTags } from '../users/identity-tags.ts';
import { changeRole } from './change-role.ts';
import { namedRoleArn, roleTags } from './role.ts';
import { targetRole } from './role-target.ts';

/** Removes tags from a role; keys that it lacks do no harm. */
export const untagRole = operation(UntagRole, {
  effect: 'write',
  resource: (input, call) => namedRoleArn(input.RoleName, call),
  find: (input, context) => targetRole(context, input.RoleName),
  async run({ TagKeys: keys }, context) {
    const left = removeIdentityTags(roleTags(context.found), keys);
    await changeRole(context, context.found, { tags: JSON.stringify(left) });
    return nothing;
  },
});
