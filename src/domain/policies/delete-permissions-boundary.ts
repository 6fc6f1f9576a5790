import {
  DeleteRolePermissionsBoundary,
  DeleteUserPermissionsBoundary,
} from '../../contracts/iam.gen.ts';
import type { OperationContract } from '../../contracts/contract.ts';
import { nothing, operation } from '../operation.ts';
import type { AnyOperation } from '../operation.ts';
import { boundedRole, boundedUser } from './bounded.ts';
import type { BoundedKind } from './bounded.ts';
import { findBoundaryArn } from './policy-store.ts';

/** Takes a boundary away; where there is none, nothing changes. */
function deleteBoundary<Named>(
  contract: OperationContract<NoInfer<Named>, typeof nothing>,
  kind: BoundedKind<Named>,
): AnyOperation {
  return operation(contract, {
    effect: 'write',
    resource: (input, call) => kind.resource(input, call),
    find: (input, context) => kind.find(input, context),
    async run(_, { tx, call, journal, found }) {
      const before = await findBoundaryArn(tx, found, call.partition);
      if (before === undefined) {
        journal.unchanged();
        return nothing;
      }
      await found.save(tx, null);
      journal.record({ resourceArn: found.arn, before: { PermissionsBoundary: before } });
      return nothing;
    },
  });
}

/** Takes a user's boundary away. */
export const deleteUserPermissionsBoundary = deleteBoundary(
  DeleteUserPermissionsBoundary,
  boundedUser,
);

/** Takes a role's boundary away. */
export const deleteRolePermissionsBoundary = deleteBoundary(
  DeleteRolePermissionsBoundary,
  boundedRole,
);
