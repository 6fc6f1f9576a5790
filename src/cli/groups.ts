import { ListModelPackageGroups } from '../contracts/sagemaker.gen.ts';
import type { ModelPackageGroup } from '../contracts/sagemaker.gen.ts';
import { listAll, noteMore, printJson, shortTime } from './answer.ts';
import { addCommonOptions, countOption, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { renderTable } from './table.ts';
import type { Column } from './table.ts';
import type { Terminal } from './terminal.ts';

interface GroupsOptions extends CommonOptions {
  readonly nameContains?: string;
  readonly limit?: number;
}

/** `imprimatur groups`: lists the model package groups by name. */
export function groups(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'groups',
      summary: 'Lists the model package groups by name.',
      examples: [
        ['groups', 'lists all groups'],
        ['groups --name-contains fraud', 'lists those with "fraud" in their name'],
        ['groups --json', 'prints what ListModelPackageGroups answers'],
      ],
    },
    terminal,
  )
    .option('--name-contains <text>', 'only groups with this in their name')
    .option('--limit <number>', 'only so many', countOption);
  addCommonOptions(command).action((options: GroupsOptions) => listGroups(options, terminal));
  return runCommand(command, args);
}

async function listGroups(options: GroupsOptions, terminal: Terminal): Promise<void> {
  const { nameContains } = options;
  const output = await listAll(
    connect(options, terminal),
    ListModelPackageGroups,
    { SortBy: 'Name', ...(nameContains !== undefined && { NameContains: nameContains }) },
    options.limit,
  );
  if (options.json) {
    printJson(ListModelPackageGroups, output, terminal);
    return;
  }
  const found = output.ModelPackageGroupSummaryList;
  if (found.length > 0) terminal.out.write(renderTable(groupColumns, found, terminal));
  else terminal.error.write('There are no such groups.\n');
  noteMore(output, terminal);
}

/** How groups are listed. */
export const groupColumns: readonly Column<ModelPackageGroup>[] = [
  { title: 'GROUP', text: (group) => group.ModelPackageGroupName },
  { title: 'STATUS', text: (group) => group.ModelPackageGroupStatus },
  { title: 'CREATED', text: (group) => shortTime(group.CreationTime) },
  {
    title: 'DESCRIPTION',
    text: (group) => group.ModelPackageGroupDescription,
    flexible: true,
  },
];
