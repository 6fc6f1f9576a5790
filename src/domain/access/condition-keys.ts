import type { Tag } from '../../contracts/sagemaker.gen.ts';
import { eventConditionKeys } from './event-condition-keys.ts';
import type { Principal } from './principal.ts';
import { conditionKeyName } from './policy-variables.ts';
import type { ConditionKeys } from './policy-variables.ts';

/** What condition keys tell of a call besides its input. */
export interface CallFacts {
  readonly service: string;
  readonly operation: string;
  readonly principal: Principal;
  readonly region: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Whether the call came over TLS. */
  readonly isSecure: boolean;
}

/** What condition keys tell of the resource as it was before the call. */
export interface ResourceFacts {
  readonly accountId: string;
  readonly tags?: readonly Tag[];
  /** The ARN of a user's or a role's permissions boundary. */
  readonly boundary?: string;
  /** The tags of a version's group, which hold for the version too. */
  readonly groupTags?: readonly Tag[];
  /** Of a model package. */
  readonly customerMetadata?: Readonly<Record<string, string>>;
  readonly lifeCycle?: LifeCycle;
  /** Of a rule of EventBridge: whose account made it, and which service, if one did. */
  readonly rule?: { readonly creatorAccount: string; readonly managedBy: string | null };
  /** What a caller is about to put on an event bus. */
  readonly event?: {
    readonly source: string | undefined;
    readonly detailType: string | undefined;
  };
}

interface LifeCycle {
  readonly Stage?: string;
  readonly StageStatus?: string;
}

/** Members of inputs that condition keys tell of; the contracts have checked them. */
interface KnownInput extends Readonly<Record<string, unknown>> {
  readonly Tags?: readonly Tag[];
  readonly TagKeys?: readonly string[];
  readonly PolicyArn?: string;
  readonly PermissionsBoundary?: string;
  readonly RoleSessionName?: string;
  readonly ExternalId?: string;
  readonly SourceIdentity?: string;
  readonly TransitiveTagKeys?: readonly string[];
  readonly ModelApprovalStatus?: string;
  readonly ModelLifeCycle?: LifeCycle;
  readonly CustomerMetadataProperties?: Readonly<Record<string, string>>;
  readonly CustomerMetadataPropertiesToRemove?: readonly string[];
  readonly VisibilityConditions?: readonly { readonly Key?: string; readonly Value?: string }[];
}

/**
 * The condition keys of a call (identity.md sections 3.3 and 4); a key is absent where the caller
 * or the resource has nothing of the kind.
 */
export function conditionKeysOf(
  call: CallFacts,
  input: Readonly<Record<string, unknown>>,
  resource: ResourceFacts | undefined,
): ConditionKeys {
  const keys = new Keys();
  addPrincipal(keys, call.principal);
  addCircumstances(keys, call);
  addResource(keys, call.service, resource);
  addInput(keys, call.operation, input);
  if (call.service === 'iam') addIdentityInput(keys, call.operation, input, resource);
  if (call.service === 'events') {
    for (const [name, values] of eventConditionKeys(call.operation, input, resource)) {
      keys.add(name, ...values);
    }
  }
  if (call.operation === 'AssumeRole') addSessionInput(keys, call.principal, input);
  return keys.byName;
}

/**
 * The condition keys of the tagging that tags in a create call amount to; it is asked for beside
 * the create itself, on the same resource (identity.md section 4).
 */
export function taggingKeysOf(keys: ConditionKeys, operation: string): ConditionKeys {
  return new Map([...keys, ['sagemaker:taggingaction', [operation]]]);
}

/** The condition keys that tell of a principal and of nothing else. */
export function principalKeysOf(principal: Principal): ConditionKeys {
  const keys = new Keys();
  addPrincipal(keys, principal);
  return keys.byName;
}

class Keys {
  readonly byName = new Map<string, string[]>();

  /** Adds values to a key; a key that was given twice, in two cases, has both. */
  add(name: string, ...values: readonly (string | undefined)[]): void {
    const present = values.filter((value) => value !== undefined);
    if (present.length === 0) return;
    const key = conditionKeyName(name);
    const known = this.byName.get(key);
    if (known) known.push(...present);
    else this.byName.set(key, present);
  }
}

function addPrincipal(keys: Keys, principal: Principal): void {
  const { type, arn, accountId, principalId, tags, roleArn, session } = principal;
  keys.add('aws:PrincipalArn', type === 'AssumedRole' ? roleArn : arn);
  keys.add('aws:PrincipalAccount', accountId);
  keys.add('aws:PrincipalType', type);
  keys.add('aws:userid', principalId);
  if (type === 'User') keys.add('aws:username', arn.slice(arn.lastIndexOf('/') + 1));
  for (const [key, value] of tags) keys.add(`aws:PrincipalTag/${key}`, value);
  if (!session) return;
  keys.add('aws:TokenIssueTime', timeOf(session.issuedAt));
  keys.add('aws:SourceIdentity', session.sourceIdentity);
  // Long-lived keys lack the key; temporary ones say that nobody asked for a second factor.
  keys.add('aws:MultiFactorAuthPresent', 'false');
}

function addCircumstances(keys: Keys, call: CallFacts): void {
  keys.add('aws:SourceIp', call.sourceIp);
  keys.add('aws:UserAgent', call.userAgent === '' ? undefined : call.userAgent);
  keys.add('aws:RequestedRegion', call.region);
  keys.add('aws:CurrentTime', timeOf(call.now));
  keys.add('aws:EpochTime', String(Math.floor(call.now / 1000)));
  keys.add('aws:ViaAWSService', 'false');
  keys.add('aws:PrincipalIsAWSService', 'false');
  keys.add('aws:SecureTransport', String(call.isSecure));
}

/** Whole seconds, as AWS gives them. */
function timeOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

function addResource(keys: Keys, service: string, resource: ResourceFacts | undefined): void {
  if (!resource) return;
  const ownPrefix = service === 'iam' ? 'iam' : 'sagemaker';
  keys.add('aws:ResourceAccount', resource.accountId);
  // Where a version and its group differ both values count, so that no tag of its own frees it.
  const tags = [...(resource.groupTags ?? []), ...(resource.tags ?? [])];
  const distinct = new Map(tags.map((tag) => [`${tag.Key}\0${tag.Value}`, tag]));
  for (const { Key, Value } of distinct.values()) {
    keys.add(`aws:ResourceTag/${Key}`, Value);
    keys.add(`${ownPrefix}:ResourceTag/${Key}`, Value);
  }
  for (const [key, value] of Object.entries(resource.customerMetadata ?? {})) {
    keys.add(`sagemaker:CurrentCustomerMetadataProperties/${key}`, value);
  }
  keys.add('sagemaker:CurrentModelLifeCycleStage', resource.lifeCycle?.Stage);
  keys.add('sagemaker:CurrentModelLifeCycleStageStatus', resource.lifeCycle?.StageStatus);
}

function addInput(keys: Keys, operation: string, input: KnownInput): void {
  if (/^(?:AddTags$|Tag|Create|PutRule$|AssumeRole$)/.test(operation)) {
    for (const { Key, Value } of input.Tags ?? []) {
      keys.add(`aws:RequestTag/${Key}`, Value);
      keys.add('aws:TagKeys', Key);
    }
  }
  if (operation === 'DeleteTags' || operation.startsWith('Untag')) {
    keys.add('aws:TagKeys', ...(input.TagKeys ?? []));
  }
  if (operation === 'Search') {
    for (const { Key, Value } of input.VisibilityConditions ?? []) {
      keys.add(`sagemaker:SearchVisibilityCondition/${Key ?? ''}`, Value);
    }
  }
  if (operation === 'CreateModelPackage' || operation === 'UpdateModelPackage') {
    addPackageInput(keys, input);
  }
}

const boundaryOperations =
  /^(?:Create|(?:Put|Delete|Attach|Detach)(?=.*(?:Policy|Boundary)$))(?:User|Role)/;

/**
 * A boundary is that of the request, else the one that a user or role has: what may be given to
 * it can be made to depend on it.
 */
function addIdentityInput(
  keys: Keys,
  operation: string,
  input: KnownInput,
  resource: ResourceFacts | undefined,
): void {
  if (/^(?:Attach|Detach)/.test(operation)) keys.add('iam:PolicyARN', input.PolicyArn);
  if (boundaryOperations.test(operation)) {
    keys.add('iam:PermissionsBoundary', input.PermissionsBoundary ?? resource?.boundary);
  }
}

/** What trust policies ask of a session that is about to be made. */
function addSessionInput(keys: Keys, { session }: Principal, input: KnownInput): void {
  keys.add('sts:RoleSessionName', input.RoleSessionName);
  keys.add('sts:ExternalId', input.ExternalId);
  keys.add('sts:SourceIdentity', session?.sourceIdentity ?? input.SourceIdentity);
  keys.add('sts:TransitiveTagKeys', ...(input.TransitiveTagKeys ?? []));
}

function addPackageInput(keys: Keys, input: KnownInput): void {
  keys.add('sagemaker:ModelApprovalStatus', input.ModelApprovalStatus);
  keys.add('sagemaker:ModelLifeCycle:Stage', input.ModelLifeCycle?.Stage);
  keys.add('sagemaker:ModelLifeCycle:StageStatus', input.ModelLifeCycle?.StageStatus);
  for (const [key, value] of Object.entries(input.CustomerMetadataProperties ?? {})) {
    keys.add(`sagemaker:CustomerMetadataProperties/${key}`, value);
  }
  keys.add(
    'sagemaker:CustomerMetadataPropertiesToRemove',
    ...(input.CustomerMetadataPropertiesToRemove ?? []),
  );
}
