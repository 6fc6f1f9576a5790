import { Refusal } from '../../kernel/refusal.ts';
import type { InlinePolicyRow } from '../../store/identity-tables.ts';
import { nameKey } from '../resource-reference.ts';
import type { HolderKind } from './policy-holder.ts';

/** The inline policy of a name, whatever the name's case, or IAM's refusal. */
export function requireInline(
  policies: readonly InlinePolicyRow[],
  name: string,
  { noun }: Pick<HolderKind<unknown>, 'noun'>,
): InlinePolicyRow {
  const policy = policies.find((one) => one.name_key === nameKey(name));
  if (policy) return policy;
  throw new Refusal('missing', `The ${noun} policy with name ${name} cannot be found.`);
}
