import { parseArn } from '../../kernel/arn.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Call } from '../call.ts';
import { conditionKeysOf, taggingKeysOf } from './condition-keys.ts';
import type { ResourceFacts } from './condition-keys.ts';
import { deniedMessage } from './denied-message.ts';
import { evaluate } from './evaluate-policy.ts';
import type { AccessRequest, PolicySet } from './evaluate-policy.ts';
import type { ConditionKeys } from './policy-variables.ts';

/** What decides about a call besides its caller and its resource's ARN. */
export interface AccessGrounds {
  readonly input?: Readonly<Record<string, unknown>>;
  /** What is known of the resource as it is before the call. */
  readonly resource?: Omit<ResourceFacts, 'accountId'>;
  /** The policies that apply; a root user has none of its own. */
  readonly policies?: PolicySet;
}

/** What everybody may call, whatever a policy says. */
const free: ReadonlySet<string> = new Set(['sts:GetCallerIdentity']);

/**
 * Refuses a call that its principal may not make on a resource (`*` when it has none).
 *
 * A root user may do everything within its own account, and outside what the policy of a resource
 * allows; whoever else calls may do what a policy allows. The wording is AWS's.
 */
export function requireAccess(call: Call, resourceArn: string, grounds: AccessGrounds = {}): void {
  if (free.has(`${call.service}:${call.operation}`)) return;
  const { policies = noPolicies } = grounds;
  for (const request of requestsOf(call, resourceArn, grounds)) {
    const decision = evaluate(request, policies);
    if (decision.decision !== 'allowed') {
      throw new Refusal('denied', deniedMessage(request, decision));
    }
  }
}

const noPolicies: PolicySet = { identity: [] };
const noKeys: ConditionKeys = new Map();

/** What a call asks for: its own action and, where a create brings tags, AddTags. */
function requestsOf(
  call: Call,
  resource: string,
  { input = {}, policies, resource: facts }: AccessGrounds,
): AccessRequest[] {
  const { service, operation, principal } = call;
  const resourceAccountId = parseArn(resource)?.accountId ?? principal.accountId;
  // Without policies nobody asks for condition keys, and most calls are made so.
  const conditionKeys = policies
    ? conditionKeysOf(call, input, { ...facts, accountId: resourceAccountId })
    : noKeys;
  const action = `${service}:${operation}`;
  const request = { action, resource, principal, resourceAccountId, conditionKeys };
  const { Tags: tags } = input;
  const isTagged =
    service === 'sagemaker' &&
    operation.startsWith('Create') &&
    Array.isArray(tags) &&
    tags.length > 0;
  if (!isTagged) return [request];
  const tagging = taggingKeysOf(conditionKeys, operation);
  return [request, { ...request, action: `${service}:AddTags`, conditionKeys: tagging }];
}
