import { parseArn } from '../../kernel/arn.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Call } from '../call.ts';
import { compiledPolicy } from './compiled-policies.ts';
import { conditionKeysOf, taggingKeysOf } from './condition-keys.ts';
import { deniedMessage } from './denied-message.ts';
import { evaluate } from './evaluate-policy.ts';
import type { AccessDecision, AccessRequest, PolicySet } from './evaluate-policy.ts';
import { silentPolicy } from './parse-policy.ts';
import { conditionKeyName } from './policy-variables.ts';
import type { ConditionKeys } from './policy-variables.ts';
import type { Principal } from './principal.ts';
import type { AccessTarget } from './target.ts';

/** What everybody may call, whatever a policy says. */
const free: ReadonlySet<string> = new Set(['sts:GetCallerIdentity', 'sts:GetSessionToken']);

/** What a user's session may call of STS; of IAM it may call nothing without a second factor. */
const openToUserSessions: ReadonlySet<string> = new Set([
  'sts:AssumeRole',
  'sts:GetCallerIdentity',
  // Refused in words of its own.
  'sts:GetSessionToken',
]);

/**
 * What the root user of the account of a group or a bus may call whatever its policy says: nobody
 * could undo a policy that denies everything to everyone.
 */
const neverLocked: ReadonlySet<string> = new Set([
  'events:DescribeEventBus',
  'events:PutPermission',
  'events:RemovePermission',
  'sagemaker:DeleteModelPackageGroupPolicy',
  'sagemaker:GetModelPackageGroupPolicy',
  'sagemaker:PutModelPackageGroupPolicy',
]);

const noPolicies: PolicySet = { identity: [] };

/** Answers, for one call, what its caller may do; each refusal has AWS's words. */
export class CallerAccess {
  readonly #call: Call;
  readonly #input: Readonly<Record<string, unknown>>;
  readonly #policies: PolicySet;

  /** The policies are those of the caller; a root user has none. */
  constructor(
    call: Call,
    input: Readonly<Record<string, unknown>>,
    policies: PolicySet = noPolicies,
  ) {
    this.#call = call;
    this.#input = input;
    this.#policies = policies;
  }

  /**
   * Refuses when the caller may not make its call on a resource, or another call of the service.
   *
   * A root user may do everything within its own account but what the policy of a resource denies,
   * and outside what such a policy allows; whoever else calls may do what a policy allows.
   */
  require(target: AccessTarget, operation = this.#call.operation): void {
    const { service, principal } = this.#call;
    const action = `${service}:${operation}`;
    this.#refuseUserSession(action);
    if (free.has(action)) return;
    const ownerId = ownerOf(target.arn, principal.accountId);
    if (principal.type === 'Account' && ownerId === principal.accountId) {
      if (!target.policy || neverLocked.has(action)) return;
    }
    const policies = this.#policiesFor(target);
    for (const request of this.#requestsFor(target, operation, ownerId)) {
      const decision = decide(request, policies, target.otherArn);
      if (decision.decision !== 'allowed') {
        const isReasonTold = target.trust === undefined || mayKnowOfTrust(request, decision);
        throw new Refusal('denied', deniedMessage(request, decision, isReasonTold));
      }
    }
  }

  /** Whether the caller may, where a refusal is only left out of an answer. */
  allows(target: AccessTarget, operation: string): boolean {
    try {
      this.require(target, operation);
      return true;
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  }

  /** Refuses when the caller may not hand a role to a service, which will act by it. */
  requirePassRole(roleArn: string, toService: string): void {
    const { principal } = this.#call;
    if (principal.type === 'Account') return;
    const request = new LazyRequest(
      {
        action: 'iam:PassRole',
        resource: roleArn,
        principal,
        resourceAccountId: ownerOf(roleArn, principal.accountId),
      },
      () => {
        const about = { ...this.#call, service: 'iam', operation: 'PassRole' };
        const keys = conditionKeysOf(about, {}, { accountId: principal.accountId });
        return new Map([...keys, [conditionKeyName('iam:PassedToService'), [toService]]]);
      },
    );
    const decision = evaluate(request, this.#policies);
    if (decision.decision !== 'allowed') {
      throw new Refusal('denied', deniedMessage(request, decision));
    }
  }

  /** As in AWS, where a second factor lifts this; there is none here. */
  #refuseUserSession(action: string): void {
    const { type, session } = this.#call.principal;
    const { service } = this.#call;
    if (!session || type === 'AssumedRole' || openToUserSessions.has(action)) return;
    if (service !== 'iam' && service !== 'sts') return;
    throw new Refusal('unauthenticated', 'The security token included in the request is invalid.');
  }

  #policiesFor({ arn, policy, sharePolicy, trust }: AccessTarget): PolicySet {
    if (trust !== undefined) {
      const trusted = trust === null ? silentPolicy : compiledPolicy(trust, 'trust');
      return { ...this.#policies, trust: { name: arn, policy: trusted } };
    }
    if (!policy && !sharePolicy) return this.#policies;
    const named = (text: string) => ({ name: arn, policy: compiledPolicy(text, 'resource') });
    return {
      ...this.#policies,
      ...(policy && { resource: named(policy) }),
      ...(sharePolicy && { shared: named(sharePolicy) }),
    };
  }

  /** What a call asks for: its own action and, where it makes something with tags, to tag. */
  #requestsFor(target: AccessTarget, operation: string, ownerId: string): AccessRequest[] {
    const { service, principal } = this.#call;
    const input = operation === this.#call.operation ? this.#input : {};
    let keys: ConditionKeys | undefined;
    const keysOf = (): ConditionKeys =>
      (keys ??= conditionKeysOf({ ...this.#call, operation }, input, {
        ...target.facts?.(),
        accountId: ownerId,
      }));
    const about = { resource: target.arn, principal, resourceAccountId: ownerId };
    const request = new LazyRequest({ ...about, action: `${service}:${operation}` }, keysOf);
    if (target.trust !== undefined) {
      const actions = sessionActions(principal, input);
      return [request, ...actions.map((action) => new LazyRequest({ ...about, action }, keysOf))];
    }
    const tagging = hasTags(input) ? taggingAction(service, operation) : undefined;
    if (tagging === undefined) return [request];
    const keysOfTagging = () => taggingKeysOf(keysOf(), operation);
    return [request, new LazyRequest({ ...about, action: `${service}:${tagging}` }, keysOfTagging)];
  }
}

/** The account that a resource belongs to: what AWS provides is in every account. */
function ownerOf(arn: string, callerId: string): string {
  const accountId = parseArn(arn)?.accountId ?? callerId;
  return accountId === 'aws' ? callerId : accountId;
}

/** The operation that making something with tags amounts to besides, if it does. */
function taggingAction(service: string, operation: string): string | undefined {
  if (service === 'events' && operation === 'PutRule') return 'TagResource';
  if (!operation.startsWith('Create')) return undefined;
  if (service === 'sagemaker') return 'AddTags';
  if (service === 'events') return 'TagResource';
  return service === 'iam' ? operation.replace('Create', 'Tag') : undefined;
}

function hasTags({ Tags: tags }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(tags) && tags.length > 0;
}

/** What a session asks for besides being made; what a chain hands on is asked for at each role. */
function sessionActions(
  { session }: Principal,
  input: Readonly<Record<string, unknown>>,
): string[] {
  const isTagged = hasTags(input) || (session?.transitiveTagKeys ?? []).length > 0;
  const isNamed = input['SourceIdentity'] !== undefined || session?.sourceIdentity !== undefined;
  return [...(isTagged ? ['sts:TagSession'] : []), ...(isNamed ? ['sts:SetSourceIdentity'] : [])];
}

/** A role that is not there and one that does not trust the caller must look alike. */
function mayKnowOfTrust(
  { principal, resourceAccountId }: AccessRequest,
  { decision, deniedBy }: AccessDecision,
): boolean {
  if (decision !== 'explicitDeny') return false;
  return deniedBy !== 'trust' || principal.accountId === resourceAccountId;
}

/** Condition keys are gathered when the first condition asks for one: most policies have none. */
class LazyRequest implements AccessRequest {
  readonly action: string;
  readonly resource: string;
  readonly principal: Principal;
  readonly resourceAccountId: string;
  readonly #keysOf: () => ConditionKeys;

  constructor(about: Omit<AccessRequest, 'conditionKeys'>, keysOf: () => ConditionKeys) {
    this.action = about.action;
    this.resource = about.resource;
    this.principal = about.principal;
    this.resourceAccountId = about.resourceAccountId;
    this.#keysOf = keysOf;
  }

  get conditionKeys(): ConditionKeys {
    return this.#keysOf();
  }
}

/** What is allowed under either ARN is allowed, unless it is denied under one. */
function decide(
  request: AccessRequest,
  policies: PolicySet,
  otherArn: string | undefined,
): AccessDecision {
  const decision = evaluate(request, policies);
  if (otherArn === undefined || decision.decision === 'explicitDeny') return decision;
  const { action, principal, resourceAccountId } = request;
  const about = { action, principal, resourceAccountId, resource: otherArn };
  const other = evaluate(new LazyRequest(about, () => request.conditionKeys), policies);
  return other.decision === 'implicitDeny' ? decision : other;
}
