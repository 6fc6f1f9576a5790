import { DescribeModelPackage, ListTags } from '../contracts/sagemaker.gen.ts';
import type { DescribeModelPackageOutput, Tag } from '../contracts/sagemaker.gen.ts';
import { longTime, printJson } from './answer.ts';
import { approvalStyle } from './approval.ts';
import { addCommonOptions, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { printable } from './printable.ts';
import { paint } from './terminal.ts';
import type { Style, Terminal } from './terminal.ts';
import { aliasOf, describeVersion, versionName } from './version-name.ts';
import { stageText } from './versions.ts';

/** `imprimatur show`: shows all about a version. */
export function show(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'show',
      summary: 'Shows all about a version.',
      examples: [
        ['show fraud/3', 'shows version 3 of the group fraud'],
        ['show ImageClassifier-v1', 'shows the version with this alias'],
        ['show fraud/3 --json', 'prints what DescribeModelPackage answers'],
      ],
    },
    terminal,
  ).argument('<version>', 'ARN, <group>/<number> or alias');
  addCommonOptions(command).action((name: string, options: CommonOptions) =>
    showVersion(name, options, terminal),
  );
  return runCommand(command, args);
}

async function showVersion(
  name: string,
  options: CommonOptions,
  terminal: Terminal,
): Promise<void> {
  const client = connect(options, terminal);
  const described = await describeVersion(client, name);
  if (options.json) {
    printJson(DescribeModelPackage, described, terminal);
    return;
  }
  const { Tags = [] } = await client.call(ListTags, { ResourceArn: described.ModelPackageArn });
  const rest = await outline(otherMembers(described));
  terminal.out.write([...headLines(described, Tags, terminal), '', rest].join('\n'));
}

type Fact = readonly [label: string, value: string | undefined, style?: Style | undefined];

function headLines(one: DescribeModelPackageOutput, tags: Tag[], terminal: Terminal): string[] {
  const { ModelApprovalStatus: approval, LastModifiedTime: modified } = one;
  const facts: Fact[] = [
    ['Approval', approval, approvalStyle(approval)],
    ['Reason', one.ApprovalDescription],
    ['Alias', aliasOf(one)],
    ['Status', one.ModelPackageStatus],
    ['Stage', stageText(one)],
    ['Created', `${longTime(one.CreationTime)}${by(one.CreatedBy)}`],
    ['Modified', modified === undefined ? undefined : longTime(modified) + by(one.LastModifiedBy)],
    ['Tags', tags.map(({ Key, Value }) => `${Key}=${Value}`).join(', ') || undefined],
    ['Description', one.ModelPackageDescription],
  ];
  const lines = facts.flatMap(([label, value, style = []]) =>
    value === undefined ? [] : [`${label.padEnd(12)} ${styled(printable(value), style, terminal)}`],
  );
  return [styled(versionName(one), 'bold', terminal), one.ModelPackageArn, '', ...lines];
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

function parsed(json: string): unknown {
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
