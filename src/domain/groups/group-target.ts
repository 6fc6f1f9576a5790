import type { GroupRow } from '../../store/identity-tables.ts';
import type { Target } from '../access/target.ts';
import type { FindContext } from '../operation.ts';
import { groupArn, missingGroup, namedGroupArn } from './group.ts';
import { findIamGroup } from './group-store.ts';

/** The group that a call names, as what the call acts on. */
export async function targetIamGroup(
  { tx, call }: FindContext,
  name: string,
): Promise<Target<GroupRow>> {
  const group = await findIamGroup(tx, call, name);
  if (!group) return { arn: namedGroupArn(name, call), missing: missingGroup(name) };
  return { arn: groupArn(group, call.partition), found: group };
}
