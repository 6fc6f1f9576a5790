import type { Tag } from '../../contracts/iam.gen.ts';
import type { RoleRow } from '../../store/tables.ts';
import type { Target } from '../access/target.ts';
import type { FindContext } from '../operation.ts';
import { missingRole, namedRoleArn, roleArn } from '../roles/role.ts';
import { findRole } from '../roles/role-store.ts';
import { findBoundaryArn } from './policy-store.ts';

/** The role that a call names, as what the call acts on. */
export async function targetRole(
  { tx, call }: FindContext,
  name: string,
): Promise<Target<RoleRow>> {
  const role = await findRole(tx, call, name);
  if (!role) return { arn: namedRoleArn(name, call), missing: missingRole(name) };
  const boundary = await findBoundaryArn(tx, role, call.partition);
  const facts = () => ({ tags: JSON.parse(role.tags) as Tag[], ...(boundary && { boundary }) });
  return { arn: roleArn(role, call.partition), facts, found: role };
}
