import { UpdateRole } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { changeRole } from './change-role.ts';
import { namedRoleArn } from './role.ts';
import { targetRole } from './role-target.ts';

/** Gives a role another description or length of sessions; what is left out stays. */
export const updateRole = operation(UpdateRole, {
  effect: 'write',
  resource: (input, call) => namedRoleArn(input.RoleName, call),
  find: (input, context) => targetRole(context, input.RoleName),
  async run({ Description, MaxSessionDuration }, context) {
    await changeRole(context, context.found, {
      ...(Description !== undefined && { description: Description }),
      ...(MaxSessionDuration !== undefined && { max_session_seconds: MaxSessionDuration }),
    });
    return {};
  },
});
