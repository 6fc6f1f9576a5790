import { DeleteRole } from '../../contracts/iam.gen.ts';
import { nothing, operation } from '../operation.ts';
import { refuseWhileHolding } from '../policies/attached-policy-store.ts';
import { namedRoleArn, roleArn, roleTags, roleView } from './role.ts';
import { removeRole } from './role-store.ts';
import { targetRole } from './role-target.ts';

/** Deletes a role that has no policies left; its sessions end with it. */
export const deleteRole = operation(DeleteRole, {
  effect: 'write',
  resource: (input, call) => namedRoleArn(input.RoleName, call),
  find: (input, context) => targetRole(context, input.RoleName),
  async run(_, { tx, call, journal, found: role }) {
    await refuseWhileHolding(tx, role);
    await removeRole(tx, role);
    journal.record({
      resourceArn: roleArn(role, call.partition),
      before: {
        ...roleView(role, call.partition),
        AssumeRolePolicyDocument: role.trust_policy,
        Tags: roleTags(role),
      },
    });
    return nothing;
  },
});
