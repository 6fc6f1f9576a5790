import { parseArn } from '../../kernel/arn.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import type { Call } from '../call.ts';
import type { BusReference } from '../event-buses/event-bus.ts';

/** What a rule's events can be sent to, by the ARN of it. */
export type TargetPlace =
  | { readonly kind: 'event-bus'; readonly bus: BusReference }
  | { readonly kind: 'api-destination'; readonly name: string; readonly uuid: string }
  | { readonly kind: 'webhook'; readonly name: string }
  /** Of a service of AWS that EventBridge has as a target and the registry does not. */
  | { readonly kind: 'unserved'; readonly service: string };

/** Services of AWS that EventBridge delivers to (events.md section 6). */
const unservedServices: ReadonlySet<string> = new Set([
  'appsync',
  'batch',
  'codebuild',
  'codepipeline',
  'ec2',
  'ecs',
  'execute-api',
  'firehose',
  'inspector',
  'kinesis',
  'lambda',
  'logs',
  'redshift',
  'redshift-serverless',
  'sagemaker',
  'sns',
  'sqs',
  'ssm',
  'ssm-incidents',
  'states',
]);

/** Reads the ARN of a target; refuses what nothing is delivered to, in EventBridge's words. */
export function readTargetArn(arnText: string, call: Call): TargetPlace {
  const arn = parseArn(arnText);
  if (!arn || arn.partition !== call.partition || arn.resource === '') return refuseArn(arnText);
  const { service, resource, region, accountId } = arn;
  const isOwn = accountId === call.accountId && region === call.region;
  if (service === 'imprimatur' && !call.strictAws) {
    const name = /^webhook\/([^/]+)$/.exec(resource)?.[1];
    return name !== undefined && isOwn ? { kind: 'webhook', name } : refuseArn(arnText);
  }
  if (service === 'events') {
    const [, busName] = /^event-bus\/(.+)$/.exec(resource) ?? [];
    if (busName !== undefined && /^\d{12}$/.test(accountId)) {
      return { kind: 'event-bus', bus: { accountId, region, name: busName } };
    }
    const [, name, uuid] = /^api-destination\/([^/]+)\/([^/]+)$/.exec(resource) ?? [];
    if (!isOwn || name === undefined || uuid === undefined) return refuseArn(arnText);
    return { kind: 'api-destination', name, uuid };
  }
  if (unservedServices.has(service)) return { kind: 'unserved', service };
  return refuseInvalid(`${service} is not a supported service for a target.`);
}

function refuseArn(arn: string): never {
  refuseInvalid(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
}
