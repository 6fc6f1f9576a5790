import { DeleteRole } from '../../contracts/iam.gen.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { nothing, operation } from '../operation.ts';
import { namedRoleArn, roleArn, roleTags, roleView } from './role.ts';
import { findPolicyLeft, removeRole } from './role-store.ts';
import { targetRole } from './role-target.ts';

/** Deletes a role that has no policies left; its sessions end with it. */
export const deleteRole = operation(DeleteRole, {
  effect: 'write',
  resource: (input, call) => namedRoleArn(input.RoleName, call),
  find: (input, context) => targetRole(context, input.RoleName),
  async run(_, { tx, call, journal, found: role }) {
    const left = await findPolicyLeft(tx, role);
    if (left) {
      const first = left === 'attached' ? 'detach all policies' : 'delete policies';
      throw new Refusal('conflict', `Cannot delete entity, must ${first} first.`);
    }
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
