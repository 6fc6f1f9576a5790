import { GetRole } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { namedRoleArn, roleDetails, roleView } from './role.ts';
import { targetRole } from './role-target.ts';

/** Shows a role; when it was used last is written down once a minute. */
export const getRole = operation(GetRole, {
  effect: 'read',
  resource: (input, call) => namedRoleArn(input.RoleName, call),
  find: (input, context) => targetRole(context, input.RoleName),
  run(_, { call, found: role }) {
    return Promise.resolve({ Role: { ...roleView(role, call.partition), ...roleDetails(role) } });
  },
});
