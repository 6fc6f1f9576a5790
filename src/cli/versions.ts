import { ListModelPackagesAsOf } from '../contracts/imprimatur-past.ts';
import type { AsOf, ModelPackageAsOf } from '../contracts/imprimatur-past.ts';
import { DescribeModelPackageGroup, ListModelPackages } from '../contracts/sagemaker.gen.ts';
import type { ModelApprovalStatus, ModelPackage } from '../contracts/sagemaker.gen.ts';
import { listAll, noteMore, printJson, shortTime } from './answer.ts';
import { approverText, asOfOption } from './as-of.ts';
import { approvalOption, approvalStatuses, approvalStyle } from './approval.ts';
import { addCommonOptions, countOption, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { renderTable } from './table.ts';
import type { Column } from './table.ts';
import type { Terminal } from './terminal.ts';
import { aliasOf, versionName } from './version-name.ts';

interface VersionsOptions extends CommonOptions {
  readonly status?: ModelApprovalStatus;
  readonly limit?: number;
  readonly asOf?: AsOf;
}

/** `imprimatur versions`: lists the versions of a group, the newest first. */
export function versions(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'versions',
      summary: 'Lists the versions of a group, the newest first.',
      examples: [
        ['versions fraud', 'lists all versions of the group fraud'],
        ['versions fraud --status Approved --limit 1', 'shows the newest approved one'],
        [
          'versions fraud --status Approved --as-of 2026-05-03',
          'lists what was approved at the end of 3 May, and by whom',
        ],
        ['versions fraud --json', 'prints what ListModelPackages answers'],
      ],
    },
    terminal,
  )
    .argument('<group>', 'name or ARN of the group')
    .option('--status <status>', `only ${approvalStatuses.join(', ')}`, approvalOption)
    .option('--limit <number>', 'only so many', countOption)
    .addOption(asOfOption());
  addCommonOptions(command).action((group: string, options: VersionsOptions) =>
    options.asOf
      ? listVersionsAsOf(group, options, options.asOf, terminal)
      : listVersions(group, options, terminal),
  );
  return runCommand(command, args);
}

async function listVersions(
  group: string,
  options: VersionsOptions,
  terminal: Terminal,
): Promise<void> {
  const client = connect(options, terminal);
  const output = await listAll(
    client,
    ListModelPackages,
    {
      ModelPackageGroupName: group,
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      ...(options.status && { ModelApprovalStatus: options.status }),
    },
    options.limit,
  );
  const found = output.ModelPackageSummaryList;
  // The list of a group that is not there is empty too; its description is refused.
  if (found.length === 0) {
    await client.call(DescribeModelPackageGroup, { ModelPackageGroupName: group });
  }
  if (options.json) printJson(ListModelPackages, output, terminal);
  else if (found.length > 0) terminal.out.write(renderTable(versionColumns, found, terminal));
  else terminal.error.write('There are no such versions.\n');
  noteMore(output, terminal);
}

async function listVersionsAsOf(
  group: string,
  options: VersionsOptions,
  moment: AsOf,
  terminal: Terminal,
): Promise<void> {
  const output = await listAll(
    connect(options, terminal),
    ListModelPackagesAsOf,
    {
      ModelPackageGroupName: group,
      ...moment,
      ...(options.status && { ModelApprovalStatus: options.status }),
    },
    options.limit,
  );
  const found = output.ModelPackages;
  if (options.json) printJson(ListModelPackagesAsOf, output, terminal);
  else if (found.length > 0) terminal.out.write(renderTable(pastColumns, found, terminal));
  else terminal.error.write('There were no such versions.\n');
  noteMore(output, terminal);
}

/** How versions are listed as they were: with who had given them their approval status. */
const pastColumns: readonly Column<ModelPackageAsOf>[] = [
  { title: 'VERSION', text: ({ ModelPackage: one }) => versionName(one) },
  {
    title: 'APPROVAL',
    text: ({ ModelPackage: one }) => one.ModelApprovalStatus,
    style: ({ ModelPackage: one }) => approvalStyle(one.ModelApprovalStatus),
  },
  {
    title: 'SET BY',
    text: ({ ModelPackage: one, ApprovalSetBy: by }) => by && approverText(by, one.ModelPackageArn),
  },
  { title: 'SET', text: ({ ApprovalSetBy: by }) => shortTime(by?.EventTime) },
  { title: 'ENTRY', text: ({ ApprovalSetBy: by }) => by && `#${by.Sequence}` },
  { title: 'REASON', text: ({ ApprovalSetBy: by }) => by?.ApprovalDescription, flexible: true },
  { title: 'ALIAS', text: ({ ModelPackage: one }) => aliasOf(one), flexible: true },
  { title: 'CREATED', text: ({ ModelPackage: one }) => shortTime(one.CreationTime) },
];

/** How versions are listed. */
export const versionColumns: readonly Column<ModelPackage>[] = [
  { title: 'VERSION', text: versionName },
  { title: 'STATUS', text: (one) => one.ModelPackageStatus },
  {
    title: 'APPROVAL',
    text: (one) => one.ModelApprovalStatus,
    style: (one) => approvalStyle(one.ModelApprovalStatus),
  },
  { title: 'ALIAS', text: aliasOf, flexible: true },
  { title: 'CREATED', text: (one) => shortTime(one.CreationTime) },
  { title: 'STAGE', text: stageText, flexible: true },
  { title: 'DESCRIPTION', text: (one) => one.ModelPackageDescription, flexible: true },
];

/** Where a version stands in its life cycle: `Production (Approved)`. */
export function stageText({ ModelLifeCycle: stage }: ModelPackage): string | undefined {
  return stage && `${stage.Stage} (${stage.StageStatus})`;
}
