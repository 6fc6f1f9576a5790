import type {
  AttachedPermissionsBoundary,
  Policy,
  PolicyVersion,
  Tag,
} from '../../contracts/iam.gen.ts';
import { parseArn } from '../../kernel/arn.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import type { PolicyRow, PolicyVersionRow } from '../../store/identity-tables.ts';
import type { Call } from '../call.ts';
import { nameKey } from '../resource-reference.ts';
import { iamArn } from '../users/user.ts';
import { awsManagedPolicies, awsManagedPolicyArn, providedSince } from './aws-managed-policies.ts';
import type { AwsManagedPolicy } from './aws-managed-policies.ts';

/** A managed policy, the account's own or one of AWS's. */
export interface ManagedPolicy {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly description: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly defaultVersion: number;
  readonly tags: readonly Tag[];
  /** The text of its only version, if it is AWS's. */
  readonly provided?: string;
}

/** By how many a managed policy is used, and how. */
export interface PolicyUses {
  readonly attached: number;
  readonly asBoundary: number;
}

/** The ARN of an account's own policy. */
export function policyArn(
  { account_id, path, name }: Pick<PolicyRow, 'account_id' | 'path' | 'name'>,
  partition: string,
): string {
  return iamArn(account_id, partition, `policy${path}${name}`);
}

/** A policy of the account. */
export function ownPolicy(row: PolicyRow, partition: string): ManagedPolicy {
  return {
    id: row.id,
    arn: policyArn(row, partition),
    name: row.name,
    path: row.path,
    description: row.description,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    defaultVersion: row.default_version,
    tags: policyTags(row),
  };
}

/** A policy of AWS's. */
export function providedPolicy(policy: AwsManagedPolicy, partition: string): ManagedPolicy {
  return {
    id: policy.id,
    arn: awsManagedPolicyArn(policy, partition),
    name: policy.name,
    path: policy.path,
    description: policy.description,
    createdAt: providedSince,
    updatedAt: providedSince,
    defaultVersion: 1,
    tags: [],
    provided: policy.document,
  };
}

/** AWS's policy of an ARN. */
export function findProvided(arn: string, partition: string): ManagedPolicy | undefined {
  const policy = [...awsManagedPolicies.values()].find(
    (one) => awsManagedPolicyArn(one, partition) === arn,
  );
  return policy && providedPolicy(policy, partition);
}

/** A policy's tags. */
export function policyTags({ tags }: Pick<PolicyRow, 'tags'>): Tag[] {
  return JSON.parse(tags) as Tag[];
}

/** A policy as lists show one. */
export function policyView(policy: ManagedPolicy, { attached, asBoundary }: PolicyUses): Policy {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: versionId(policy.defaultVersion),
    AttachmentCount: attached,
    PermissionsBoundaryUsageCount: asBoundary,
    IsAttachable: true,
    CreateDate: policy.createdAt,
    UpdateDate: policy.updatedAt,
  };
}

/** What a policy shows besides when it is asked for by itself. */
export function policyDetails({ description, tags }: ManagedPolicy): Policy {
  return {
    ...(description !== null && { Description: description }),
    ...(tags.length > 0 && { Tags: [...tags] }),
  };
}

/** A version as its policy's list shows it: without its document. */
export function policyVersionView(
  version: Pick<PolicyVersionRow, 'version' | 'created_at'>,
  defaultVersion: number,
): PolicyVersion {
  return {
    VersionId: versionId(version.version),
    IsDefaultVersion: version.version === defaultVersion,
    CreateDate: version.created_at,
  };
}

/** A version's number as the wire has it: `v3`. */
export function versionId(version: number): string {
  return `v${version}`;
}

/** A boundary as users and roles show it. */
export function boundaryView(arn: string): AttachedPermissionsBoundary {
  return { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: arn };
}

/** A policy's document as IAM's answers spell it: percent-encoded (RFC 3986). */
export function encodeDocument(text: string): string {
  const escape = (character: string): string =>
    `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, escape);
}

/** The key of the name in a policy's ARN, if it is one of this account and partition. */
export function ownPolicyKey(
  arn: string,
  { accountId, partition }: Pick<Call, 'accountId' | 'partition'>,
): string | undefined {
  const parts = parseArn(arn);
  const isOwn =
    parts?.service === 'iam' && parts.accountId === accountId && parts.partition === partition;
  if (!isOwn || !parts.resource.startsWith('policy/')) return undefined;
  return nameKey(parts.resource.slice(parts.resource.lastIndexOf('/') + 1));
}

/** Refuses a text that is not an ARN of a policy. */
export function checkPolicyArn({ PolicyArn: arn }: { readonly PolicyArn: string }): void {
  const parts = parseArn(arn);
  if (parts?.service === 'iam' && parts.resource.startsWith('policy/')) return;
  refuseInvalid('Invalid ARN:  Could not be parsed!');
}

/** A policy that is not there. */
export function missingPolicy(arn: string): Refusal {
  return new Refusal('missing', `Policy ${arn} was not found.`);
}

/** A policy that is not there to be attached. */
export function notAttachable(arn: string): Refusal {
  return new Refusal('missing', `Policy ${arn} does not exist or is not attachable.`);
}

/** A version that is not there. */
export function missingVersion(arn: string, id: string): Refusal {
  return notAttachable(`${arn} version ${id}`);
}

/** A boundary that is no policy. */
export function missingBoundary(arn: string): Refusal {
  const isArn = parseArn(arn) !== undefined;
  return isArn
    ? new Refusal('missing', `Scope ARN: ${arn} does not exist or is not attachable.`)
    : new Refusal('invalid', `Value (${arn}) for parameter PermissionsBoundary is invalid.`);
}

/** A change to one of AWS's policies, which nobody may make. */
export function unchangeable(arn: string, { principal, operation }: Call): Refusal {
  const who = `User: ${principal.arn} is not authorized to perform: iam:${operation}`;
  return new Refusal('denied', `${who} on resource: ${arn}`);
}
