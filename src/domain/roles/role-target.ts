import type { Target } from '../access/target.ts';
import type { RoleRow } from '../../store/identity-tables.ts';
import type { FindContext } from '../operation.ts';
import { findBoundaryArn } from '../policies/policy-store.ts';
import { missingRole, namedRoleArn, roleArn, roleTags } from './role.ts';
import { findRole } from './role-store.ts';

/** The role that a caller names, as what its call acts on. */
export async function targetRole(
  { tx, call }: FindContext,
  name: string,
): Promise<Target<RoleRow>> {
  const role = await findRole(tx, call, name);
  if (!role) return { arn: namedRoleArn(name, call), missing: missingRole(name) };
  const boundary = await findBoundaryArn(tx, role, call.partition);
  return {
    arn: roleArn(role, call.partition),
    facts: () => ({ tags: roleTags(role), ...(boundary && { boundary }) }),
    found: role,
  };
}
