import { UpdateRoleDescription } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { showTrust } from '../policies/policy-principals-store.ts';
import { changeRole } from './change-role.ts';
import { namedRoleArn, roleView } from './role.ts';
import { targetRole } from './role-target.ts';

/** Gives a role another description: the older way, which Terraform takes. */
export const updateRoleDescription = operation(UpdateRoleDescription, {
  effect: 'write',
  resource: (input, call) => namedRoleArn(input.RoleName, call),
  find: (input, context) => targetRole(context, input.RoleName),
  async run({ Description: description }, context) {
    const { tx, call } = context;
    const role = await changeRole(context, context.found, { description });
    return { Role: roleView(await showTrust(tx, call, role), call.partition) };
  },
});
