import { limits } from '../../kernel/limits.ts';
import { parsePolicy } from '../access/parse-policy.ts';
import type { Policy, PolicyKind } from '../access/parse-policy.ts';

const compiled = new Map<string, Policy>();

/**
 * A stored policy, ready to be asked. Each text is compiled once and remembered, as one policy is
 * attached to many; a text that was changed is another text.
 */
export function compiledPolicy(text: string, kind: PolicyKind): Policy {
  const key = `${kind} ${text}`;
  const known = compiled.get(key);
  if (known) return known;
  const policy = parsePolicy(text, kind);
  if (compiled.size >= limits.compiledPoliciesMax) {
    const [oldest] = compiled.keys();
    compiled.delete(oldest!);
  }
  compiled.set(key, policy);
  return policy;
}
