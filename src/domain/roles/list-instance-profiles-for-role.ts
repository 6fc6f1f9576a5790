import { ListInstanceProfilesForRole } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { namedRoleArn } from './role.ts';
import { targetRole } from './role-target.ts';

/** Lists none: there are no machines to lend a role to. Terraform asks before it deletes a role. */
export const listInstanceProfilesForRole = operation(ListInstanceProfilesForRole, {
  effect: 'read',
  resource: (input, call) => namedRoleArn(input.RoleName, call),
  find: (input, context) => targetRole(context, input.RoleName),
  run: () => Promise.resolve({ InstanceProfiles: [], IsTruncated: false }),
});
