import { isDeepStrictEqual } from 'node:util';
import type { Tag } from '../../contracts/iam.gen.ts';
import type { PolicyRow } from '../../store/identity-tables.ts';
import type { OperationContext } from '../operation.ts';
import { policyArn, policyTags } from './policy.ts';
import { savePolicy } from './policy-store.ts';

/** Writes and records a policy's tags after a change, unless it changes nothing. */
export async function savePolicyTags(
  { tx, call, journal }: Pick<OperationContext, 'tx' | 'call' | 'journal'>,
  policy: PolicyRow,
  after: readonly Tag[],
): Promise<void> {
  const before = policyTags(policy);
  if (isDeepStrictEqual(after, before)) {
    journal.unchanged();
    return;
  }
  await savePolicy(tx, { ...policy, tags: JSON.stringify(after) });
  const resourceArn = policyArn(policy, call.partition);
  journal.record({ resourceArn, before: { Tags: before }, after: { Tags: after } });
}
