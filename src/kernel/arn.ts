/** An Amazon Resource Name, taken apart. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  /** What follows the fifth colon: `model-package/fraud/3`. */
  readonly resource: string;
}

/** Takes an ARN apart, or answers undefined when the text is none. */
export function parseArn(text: string): Arn | undefined {
  const [arn, partition, service, region, accountId, ...resource] = text.split(':');
  if (arn !== 'arn' || !partition || !service || resource.length === 0) return undefined;
  return {
    partition,
    service,
    region: region ?? '',
    accountId: accountId ?? '',
    resource: resource.join(':'),
  };
}

const globalRegions: Readonly<Record<string, string>> = {
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};

/** The region that stands for those services of a partition that have none, such as IAM. */
export function globalRegion(partition: string): string {
  return globalRegions[partition] ?? 'us-east-1';
}

/** Puts an ARN together. */
export function formatArn(arn: Arn): string {
  return `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.accountId}:${arn.resource}`;
}
