import type { PolicyRow } from '../../store/identity-tables.ts';
import type { Target } from '../access/target.ts';
import type { FindContext } from '../operation.ts';
import { findProvided, missingPolicy, ownPolicy, policyTags, unchangeable } from './policy.ts';
import type { ManagedPolicy } from './policy.ts';
import { findOwnPolicy } from './policy-store.ts';

/** The account's own policy that a call is to change. */
export async function targetOwnPolicy(
  { tx, call }: FindContext,
  arn: string,
): Promise<Target<PolicyRow>> {
  if (findProvided(arn, call.partition)) return { arn, missing: unchangeable(arn, call) };
  const row = await findOwnPolicy(tx, call, arn);
  if (!row) return { arn, missing: missingPolicy(arn) };
  return { arn, facts: () => ({ tags: policyTags(row) }), found: row };
}

/** The policy that a call asks about, AWS's or the account's own. */
export async function targetPolicy(
  context: FindContext,
  arn: string,
): Promise<Target<ManagedPolicy>> {
  const { partition } = context.call;
  const provided = findProvided(arn, partition);
  if (provided) return { arn, found: provided };
  const target = await targetOwnPolicy(context, arn);
  if ('missing' in target) return target;
  return { ...target, found: ownPolicy(target.found, partition) };
}
