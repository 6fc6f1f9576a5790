import { TagRole } from '../../contracts/iam.gen.ts';
import { nothing, operation } from '../operation.ts';
import { checkIdentityTags, mergeIdentityTags } from '../users/identity-tags.ts';
import { changeRole } from './change-role.ts';
import { namedRoleArn, roleTags } from './role.ts';
import { targetRole } from './role-target.ts';

/** Adds tags to a role; a key that it has gets the new value. */
export const tagRole = operation(TagRole, {
  effect: 'write',
  resource: (input, call) => namedRoleArn(input.RoleName, call),
  find: (input, context) => targetRole(context, input.RoleName),
  check: (input) => checkIdentityTags(input.Tags),
  async run({ Tags: tags }, context) {
    const merged = mergeIdentityTags(roleTags(context.found), tags);
    await changeRole(context, context.found, { tags: JSON.stringify(merged) });
    return nothing;
  },
});
