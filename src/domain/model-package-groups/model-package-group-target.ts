import type { Refusal } from '../../kernel/refusal.ts';
import type { ModelPackageGroupRow } from '../../store/tables.ts';
import type { AccessTarget, Target } from '../access/target.ts';
import type { FindContext } from '../operation.ts';
import { parseTags } from '../tags/tag-list.ts';
import {
  missingGroup,
  missingGroupForPolicy,
  modelPackageGroupArn,
  ownGroupArn,
  resolveGroup,
} from './model-package-group.ts';
import { findGroup } from './model-package-group-store.ts';

/** The group that a caller names, as what its call acts on. */
export async function targetGroup(
  { tx, call }: FindContext,
  nameOrArn: string,
): Promise<Target<ModelPackageGroupRow>> {
  const reference = resolveGroup(nameOrArn, call);
  const group = await findGroup(tx, reference, reference.name);
  return targetOf(group, missingGroup, reference.arn, call.partition);
}

/** The caller's own group whose policy is meant. */
export async function targetGroupForPolicy(
  { tx, call }: FindContext,
  name: string,
): Promise<Target<ModelPackageGroupRow>> {
  const group = await findGroup(tx, call, name);
  return targetOf(group, missingGroupForPolicy, ownGroupArn(name, call), call.partition);
}

function targetOf(
  group: ModelPackageGroupRow | undefined,
  missing: (arn: string) => Refusal,
  arn: string,
  partition: string,
): Target<ModelPackageGroupRow> {
  if (!group) return { arn, missing: missing(arn) };
  return { ...groupAccess(group, partition), found: group };
}

/** What decides who may act on a group. */
export function groupAccess(group: ModelPackageGroupRow, partition: string): AccessTarget {
  return {
    arn: modelPackageGroupArn(group, partition),
    policy: group.policy,
    sharePolicy: group.share_policy,
    facts: () => ({ tags: parseTags(group.tags) }),
  };
}
