import { parseArn } from '../kernel/arn.ts';
import { Refusal, refuseInvalid } from '../kernel/refusal.ts';
import type { Call } from './call.ts';

/** The account and region that a name lives in. */
export interface Scope {
  readonly accountId: string;
  readonly region: string;
}

/** A resource named by a caller, by its ARN or by a bare name. */
export interface ResourceReference extends Scope {
  /** The full ARN, in the caller's spelling. */
  readonly arn: string;
  /** What follows the type: `fraud`, `fraud/3`. */
  readonly name: string;
}

/**
 * Resolves an ARN or a bare name of a SageMaker resource type (registry.md section 2.3): a bare
 * name lives in the caller's account and region.
 *
 * Refuses an ARN of another region; an ARN of another type is refused by `missing`, which gets the
 * ARN as the caller spelt it.
 */
export function resolveReference(
  nameOrArn: string,
  type: string,
  call: Call,
  missing: (arn: string) => Refusal,
): ResourceReference {
  const arn = parseArn(nameOrArn);
  if (!arn) {
    return {
      accountId: call.accountId,
      region: call.region,
      name: nameOrArn,
      arn: sagemakerArn(call, call.partition, `${type}/${nameOrArn}`),
    };
  }
  checkRegion(arn.region, call);
  const isOurs = arn.service === 'sagemaker' && arn.partition === call.partition;
  if (!isOurs || !arn.resource.startsWith(`${type}/`)) throw missing(nameOrArn);
  return {
    accountId: arn.accountId,
    region: arn.region,
    name: arn.resource.slice(type.length + 1),
    arn: nameOrArn,
  };
}

/** Refuses an ARN that is not of the region that was called; its text is AWS's. */
export function checkRegion(region: string, call: Call): void {
  if (region === call.region) return;
  refuseInvalid(`ARN should be scoped to correct region: ${call.region}`);
}

/** The ARN of a SageMaker resource. */
export function sagemakerArn(scope: Scope, partition: string, resource: string): string {
  return `arn:${partition}:sagemaker:${scope.region}:${scope.accountId}:${resource}`;
}

/** A name as unique keys hold it: AWS once lower-cased names in ARNs, so case never tells apart. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}

/** A resource that is not there; the wire names it ValidationException, as AWS does. */
export function missing(message: string): Refusal {
  return new Refusal('missing', message);
}
