import { DescribeRule } from '../contracts/events.gen.ts';
import type { Client } from './client.ts';
import { Failure } from './failure.ts';

/** The ARN of a rule that is given by its ARN, or by its name on a bus. */
export async function ruleArn(
  client: Client,
  nameOrArn: string,
  bus: string | undefined,
): Promise<string> {
  if (nameOrArn.startsWith('arn:')) return nameOrArn;
  const named = { Name: nameOrArn, ...(bus !== undefined && { EventBusName: bus }) };
  const { Arn } = await client.call(DescribeRule, named);
  if (Arn === undefined) throw new Failure(`The rule '${nameOrArn}' has no ARN.`);
  return Arn;
}
