import { splitArn } from '../../kernel/arn.ts';
import type { Principal } from './principal.ts';
import { naming, namingOf } from './match-principal.ts';
import type { Naming } from './match-principal.ts';
import type { PlacedStatement, Policy, PolicyTarget } from './parse-policy.ts';
import type { ConditionKeys } from './policy-variables.ts';
import { statementsAbout } from './statement-index.ts';

/** A question: may this principal do this to that? */
export interface AccessRequest {
  /** `service:Name`. */
  readonly action: string;
  /** An ARN, or `*` when the action has no resource. */
  readonly resource: string;
  readonly principal: Principal;
  /** The account that owns the resource; the principal's own when there is none. */
  readonly resourceAccountId: string;
  readonly conditionKeys: ConditionKeys;
}

/** A policy and how answers call it: an ARN or a name. */
export interface NamedPolicy {
  readonly name: string;
  readonly policy: Policy;
  /** What kind of policy it is, where somebody asks. */
  readonly source?: PolicySource;
}

/** Whose inline policy one is, or whose managed one. */
export type PolicySource = 'user' | 'group' | 'role' | 'aws-managed' | 'user-managed';

/** The policies that a question is put to. */
export interface PolicySet {
  /** Those of a user and its groups, or of a role. */
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  /** Those that a session was made with, if any; together they limit what its role may do. */
  readonly session?: readonly NamedPolicy[];
  /** That of the resource: a group's covers its packages. */
  readonly resource?: NamedPolicy;
  /** What shares of the resource let others do: heard like a part of the resource's own policy. */
  readonly shared?: NamedPolicy;
  /** That of the role to be assumed, in the place of a resource's: it must allow. */
  readonly trust?: NamedPolicy;
}

/** Where a policy is attached. */
export type PolicyType = 'identity' | 'boundary' | 'session' | 'resource' | 'trust';

/** A statement that says something of a request. */
export interface MatchedStatement {
  readonly type: PolicyType;
  readonly from: NamedPolicy;
  /** The statement's place in its policy, counted from zero. */
  readonly index: number;
}

/** The answer to a question. */
export interface AccessDecision {
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  /** The statements that deny, or else all that allow. */
  readonly matched: readonly MatchedStatement[];
  /** The type of policy that denies or that should have allowed; undefined when allowed. */
  readonly deniedBy: PolicyType | undefined;
}

/** Answers whether a request is allowed: the logic of identity.md section 3.4, all of it. */
export function evaluate(request: AccessRequest, policies: PolicySet): AccessDecision {
  if (undeniable.has(request.action.toLowerCase())) return allowed([]);
  const hearing = new Hearing(request, policies);
  const denial = hearing.denial();
  if (denial) return { decision: 'explicitDeny', matched: hearing.denied, deniedBy: denial };
  const missing = missingAllow(request, policies, hearing);
  if (missing === undefined) return allowed(hearing.allowed);
  return { decision: 'implicitDeny', matched: hearing.allowed, deniedBy: missing };
}

/** Needs no permission and cannot be denied (identity.md section 6). */
const undeniable = new Set(['sts:getcalleridentity']);

function allowed(matched: readonly MatchedStatement[]): AccessDecision {
  return { decision: 'allowed', matched, deniedBy: undefined };
}

/** One type of policy is told although several may deny; the first of these (section 2). */
const denialOrder: readonly PolicyType[] = ['resource', 'trust', 'identity', 'boundary', 'session'];

/** What statements are held against; most ask for no keys, and to gather them costs. */
class RequestTarget implements PolicyTarget {
  readonly resource: PolicyTarget['resource'];
  readonly #request: AccessRequest;

  constructor(request: AccessRequest) {
    this.resource = splitArn(request.resource);
    this.#request = request;
  }

  get keys(): ConditionKeys {
    return this.#request.conditionKeys;
  }
}

/** What all policies say of a request. */
class Hearing {
  readonly #action: string;
  readonly #target: PolicyTarget;
  readonly allowed: MatchedStatement[] = [];
  readonly denied: MatchedStatement[] = [];
  /** How closely the resource's policy names the principal whom it allows. */
  grant: Naming = naming.none;
  readonly #principal: Principal;
  readonly #hasBoundary: boolean;

  constructor(request: AccessRequest, policies: PolicySet) {
    const { action, principal } = request;
    this.#action = action.toLowerCase();
    this.#target = new RequestTarget(request);
    this.#principal = principal;
    this.#hasBoundary = policies.boundary !== undefined;
    const last = this.#target.resource?.at(-1) ?? '';
    for (const placed of statementsAbout(policies.identity, this.#action, last)) {
      this.#weigh('identity', placed.from, placed);
    }
    if (policies.boundary) this.#hear('boundary', policies.boundary);
    for (const policy of policies.session ?? []) this.#hear('session', policy);
    if (policies.resource) this.#hear('resource', policies.resource);
    if (policies.shared) this.#hear('resource', policies.shared);
    if (policies.trust) this.#hear('trust', policies.trust);
  }

  #hear(type: PolicyType, from: NamedPolicy): void {
    for (const placed of from.policy.about(this.#action)) this.#weigh(type, from, placed);
  }

  #weigh(type: PolicyType, from: NamedPolicy, { index, statement }: PlacedStatement): void {
    const found = namingOf(statement.principals, this.#principal, this.#hasBoundary);
    if (found === naming.none || !statement.covers(this.#target)) return;
    const matched = { type, from, index };
    if (statement.effect === 'Deny') {
      this.denied.push(matched);
      return;
    }
    this.allowed.push(matched);
    const isGrant = type === 'resource' || type === 'trust';
    if (isGrant && found > this.grant) this.grant = found;
  }

  denial(): PolicyType | undefined {
    return denialOrder.find((type) => this.denied.some((statement) => statement.type === type));
  }

  allows(type: PolicyType): boolean {
    return this.allowed.some((statement) => statement.type === type);
  }
}

/** The type of policy whose allow is missing; undefined when nothing is. */
function missingAllow(
  { principal, resourceAccountId }: AccessRequest,
  policies: PolicySet,
  hearing: Hearing,
): PolicyType | undefined {
  const isOwn = principal.accountId === resourceAccountId;
  const isRoot = principal.type === 'Account';
  if (policies.trust && hearing.grant === naming.none) return 'trust';
  if (!isOwn && hearing.grant === naming.none) return 'resource';
  if (isRoot) return undefined;
  // The owner's word suffices for a principal of its own that is named closely enough.
  if (isOwn && hearing.grant === naming.itself) return undefined;
  const isGranted = isOwn && hearing.grant === naming.role;
  if (!isGranted && !hearing.allows('identity')) return 'identity';
  if (policies.boundary && !hearing.allows('boundary')) return 'boundary';
  return policies.session?.length && !hearing.allows('session') ? 'session' : undefined;
}
