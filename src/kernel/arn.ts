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
  const parts = splitArn(text);
  if (!parts) return undefined;
  const [arn, partition, service, region, accountId, resource] = parts;
  if (arn !== 'arn' || partition === '' || service === '') return undefined;
  return { partition, service, region, accountId, resource };
}

/** How many parts an ARN has. */
export const arnParts = 6;

type ArnParts = readonly [string, string, string, string, string, string];

/** The six parts of an ARN, the last with all further colons; undefined when it has fewer. */
export function splitArn(text: string): ArnParts | undefined {
  const parts: string[] = [];
  let at = 0;
  while (parts.length < arnParts - 1) {
    const colon = text.indexOf(':', at);
    if (colon === -1) return undefined;
    parts.push(text.slice(at, colon));
    at = colon + 1;
  }
  parts.push(text.slice(at));
  return parts as unknown as ArnParts;
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
