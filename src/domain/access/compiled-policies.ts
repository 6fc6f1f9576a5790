import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { parsePolicy } from './parse-policy.ts';
import type { Policy, PolicyKind } from './parse-policy.ts';

const compiled = new Map<string, Policy>();

/**
 * A stored policy, ready to be asked. Each text is compiled once and remembered, as one policy is
 * attached to many; a text that was changed is another text.
 *
 * A text that is not understood, as when a newer server stored it, denies everything: what it
 * denies is not known, so that it cannot be left out.
 */
export function compiledPolicy(text: string, kind: PolicyKind): Policy {
  const key = `${kind} ${text}`;
  const known = compiled.get(key);
  if (known) return known;
  const policy = compile(text, kind);
  if (compiled.size >= limits.compiledPoliciesMax) {
    const [oldest] = compiled.keys();
    compiled.delete(oldest!);
  }
  compiled.set(key, policy);
  return policy;
}

function compile(text: string, kind: PolicyKind): Policy {
  try {
    return parsePolicy(text, kind);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...parsePolicy(denyEverything, 'resource'), text };
  }
}

const denyEverything = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' },
});
