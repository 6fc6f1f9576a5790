import {
  DescribeModelPackageAsOf,
  DescribeModelPackageGroupAsOf,
} from '../contracts/imprimatur-past.ts';
import type {
  AsOf,
  DescribeModelPackageAsOfOutput,
  DescribeModelPackageGroupAsOfOutput,
} from '../contracts/imprimatur-past.ts';
import { longTime, printJson } from './answer.ts';
import { entryText } from './as-of.ts';
import type { Client } from './client.ts';
import { ServiceFailure } from './failure.ts';
import { headOf, packageText, parsed } from './show-text.ts';
import type { Fact } from './show-text.ts';
import type { Terminal } from './terminal.ts';

/** How the past is asked for. */
export interface ShownPast {
  readonly name: string;
  readonly moment: AsOf;
  readonly json: boolean | undefined;
}

/** Shows what a version or a group was. */
export async function showAsOf(client: Client, past: ShownPast, terminal: Terminal): Promise<void> {
  if (past.name.includes(':model-package-group/')) {
    await showGroup(await describeGroup(client, past), past, terminal);
    return;
  }
  try {
    await showPackage(await describePackage(client, past), past, terminal);
  } catch (error) {
    const mayBeGroup = /^[^/:]+$/.test(past.name);
    if (!(mayBeGroup && error instanceof ServiceFailure && error.isMissing)) throw error;
    await showGroup(await describeGroup(client, past), past, terminal);
  }
}

function describePackage(
  client: Client,
  { name, moment }: ShownPast,
): Promise<DescribeModelPackageAsOfOutput> {
  return client.call(DescribeModelPackageAsOf, { ModelPackageName: name, ...moment });
}

function describeGroup(
  client: Client,
  { name, moment }: ShownPast,
): Promise<DescribeModelPackageGroupAsOfOutput> {
  return client.call(DescribeModelPackageGroupAsOf, { ModelPackageGroupName: name, ...moment });
}

async function showPackage(
  output: DescribeModelPackageAsOfOutput,
  { json }: ShownPast,
  terminal: Terminal,
): Promise<void> {
  if (json) {
    printJson(DescribeModelPackageAsOf, output, terminal);
    return;
  }
  const { ModelPackage, Tags, ApprovalSetBy: by } = output;
  const text = await packageText(ModelPackage, Tags, terminal, {
    first: momentFacts(output),
    approval: [
      ['Set by', by && entryText(by)],
      ['Saying', by?.ApprovalDescription],
    ],
  });
  terminal.out.write(text);
}

async function showGroup(
  output: DescribeModelPackageGroupAsOfOutput,
  { json }: ShownPast,
  terminal: Terminal,
): Promise<void> {
  if (json) {
    printJson(DescribeModelPackageGroupAsOf, output, terminal);
    return;
  }
  const { ModelPackageGroup: group, Tags, ResourcePolicy: policy } = output;
  const facts: Fact[] = [
    ...momentFacts(output),
    ['Status', group.ModelPackageGroupStatus],
    ['Created', longTime(group.CreationTime)],
    ['Tags', Tags.map(({ Key, Value }) => `${Key}=${Value}`).join(', ') || undefined],
    ['Description', group.ModelPackageGroupDescription],
    ['Policy', policy && JSON.stringify(parsed(policy))],
  ];
  const { ModelPackageGroupName: name, ModelPackageGroupArn: arn } = group;
  terminal.out.write(`${headOf(name, arn, facts, terminal).join('\n')}\n`);
}

function momentFacts({
  AsOfSequence,
  LastChange,
}: Pick<DescribeModelPackageAsOfOutput, 'AsOfSequence' | 'LastChange'>): Fact[] {
  return [
    ['As of', `#${AsOfSequence}`],
    ['Last change', `${LastChange.EventName} by ${entryText(LastChange)}`],
  ];
}
