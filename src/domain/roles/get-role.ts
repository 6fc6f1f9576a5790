import { GetRole } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { boundaryView } from '../policies/policy.ts';
import { showTrust } from '../policies/policy-principals-store.ts';
import { findBoundaryArn } from '../policies/policy-store.ts';
import { namedRoleArn, roleDetails, roleView } from './role.ts';
import { targetRole } from './role-target.ts';

/** Shows a role; when it was used last is written down once a minute. */
export const getRole = operation(GetRole, {
  effect: 'read',
  resource: (input, call) => namedRoleArn(input.RoleName, call),
  find: (input, context) => targetRole(context, input.RoleName),
  async run(_, { tx, call, found: role }) {
    const boundary = await findBoundaryArn(tx, role, call.partition);
    return {
      Role: {
        ...roleView(await showTrust(tx, call, role), call.partition),
        ...(boundary !== undefined && { PermissionsBoundary: boundaryView(boundary) }),
        ...roleDetails(role),
      },
    };
  },
});
