import { PutRolePermissionsBoundary, PutUserPermissionsBoundary } from '../../contracts/iam.gen.ts';
import type { OperationContract } from '../../contracts/contract.ts';
import { nothing, operation } from '../operation.ts';
import type { AnyOperation } from '../operation.ts';
import { boundedRole, boundedUser } from './bounded.ts';
import type { BoundedKind } from './bounded.ts';
import { findBoundaryArn, requireBoundaryPolicy } from './policy-store.ts';

/** Limits to a managed policy what the other policies of a user or a role allow. */
function putBoundary<Named>(
  contract: OperationContract<NoInfer<Named> & { PermissionsBoundary: string }, typeof nothing>,
  kind: BoundedKind<Named>,
): AnyOperation {
  return operation(contract, {
    effect: 'write',
    resource: (input, call) => kind.resource(input, call),
    find: (input, context) => kind.find(input, context),
    async run({ PermissionsBoundary }, { tx, call, journal, found }) {
      const id = await requireBoundaryPolicy(tx, call, PermissionsBoundary);
      if (id === found.boundary_policy_id) {
        journal.unchanged();
        return nothing;
      }
      const before = await findBoundaryArn(tx, found, call.partition);
      await found.save(tx, id);
      journal.record({
        resourceArn: found.arn,
        ...(before !== undefined && { before: { PermissionsBoundary: before } }),
        after: { PermissionsBoundary },
      });
      return nothing;
    },
  });
}

/** Gives a user a boundary. */
export const putUserPermissionsBoundary = putBoundary(PutUserPermissionsBoundary, boundedUser);

/** Gives a role a boundary. */
export const putRolePermissionsBoundary = putBoundary(PutRolePermissionsBoundary, boundedRole);
