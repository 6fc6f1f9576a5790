import type { DescribeModelPackageOutput, Tag } from '../contracts/sagemaker.gen.ts';
import { longTime } from './answer.ts';
import { approvalStyle } from './approval.ts';
import { printable } from './printable.ts';
import { paint } from './terminal.ts';
import type { Style, Terminal } from './terminal.ts';
import { aliasOf, versionName } from './version-name.ts';
import { stageText } from './versions.ts';

/** A line of what is shown first; a fact without a value has none. */
export type Fact = readonly [label: string, value: string | undefined, style?: Style | undefined];

/** What is told besides, of a package as it was. */
export interface MoreFacts {
  readonly first: readonly Fact[];
  readonly approval: readonly Fact[];
}

/** A package as a person reads it: what matters in lines, the rest as an outline. */
export async function packageText(
  one: DescribeModelPackageOutput,
  tags: readonly Tag[],
  terminal: Terminal,
  more: MoreFacts = { first: [], approval: [] },
): Promise<string> {
  const { ModelApprovalStatus: approval, LastModifiedTime: modified } = one;
  const facts: Fact[] = [
    ...more.first,
    ['Approval', approval, approvalStyle(approval)],
    ...more.approval,
    ['Reason', one.ApprovalDescription],
    ['Alias', aliasOf(one)],
    ['Status', one.ModelPackageStatus],
    ['Stage', stageText(one)],
    ['Created', `${longTime(one.CreationTime)}${by(one.CreatedBy)}`],
    ['Modified', modified === undefined ? undefined : longTime(modified) + by(one.LastModifiedBy)],
    ['Tags', tags.map(({ Key, Value }) => `${Key}=${Value}`).join(', ') || undefined],
    ['Description', one.ModelPackageDescription],
  ];
  const rest = await outline(otherMembers(one));
  return [...headOf(versionName(one), one.ModelPackageArn, facts, terminal), '', rest].join('\n');
}

/** The name, the ARN, and a line for each fact. */
export function headOf(
  name: string,
  arn: string,
  facts: readonly Fact[],
  terminal: Terminal,
): string[] {
  const lines = facts.flatMap(([label, value, style = []]) =>
    value === undefined ? [] : [`${label.padEnd(12)} ${styled(printable(value), style, terminal)}`],
  );
  return [styled(name, 'bold', terminal), arn, '', ...lines];
}

function by(user: DescribeModelPackageOutput['CreatedBy']): string {
  const arn = user?.IamIdentity?.Arn ?? user?.UserProfileArn;
  return arn === undefined ? '' : ` by ${arn}`;
}

/** What the first lines have told, or what tells nothing. */
const told = new Set<string>([
  'ModelPackageName',
  'ModelPackageGroupName',
  'ModelPackageVersion',
  'ModelPackageArn',
  'ModelPackageDescription',
  'CreationTime',
  'CreatedBy',
  'LastModifiedTime',
  'LastModifiedBy',
  'ModelPackageStatus',
  'ModelApprovalStatus',
  'ApprovalDescription',
  'ModelLifeCycle',
]);

function otherMembers(one: DescribeModelPackageOutput): Record<string, unknown> {
  const entries = Object.entries(one).filter(([name]) => !told.has(name));
  const card = one.ModelCard?.ModelCardContent;
  const shown = card === undefined ? {} : { ...one.ModelCard, ModelCardContent: parsed(card) };
  return { ...Object.fromEntries(entries), ...(card !== undefined && { ModelCard: shown }) };
}

/** A JSON text's value; the text itself where it is none. */
export function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return json;
  }
}

/** The rest as YAML, which is read easily and writes control characters as escapes. */
async function outline(members: Record<string, unknown>): Promise<string> {
  const { stringify } = await import('yaml');
  const lines = stringify(members, { lineWidth: 0 }).split('\n');
  return lines.map(printable).join('\n');
}

function styled(text: string, style: Style, terminal: Terminal): string {
  return paint(text, style, terminal.out, terminal.environment);
}
