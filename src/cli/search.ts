import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import { Search } from '../contracts/sagemaker.gen.ts';
import type {
  Filter,
  ModelApprovalStatus,
  SearchExpression,
  SearchRequest,
} from '../contracts/sagemaker.gen.ts';
import { listAll, noteMore, printJson } from './answer.ts';
import { approvalOption } from './approval.ts';
import { addCommonOptions, collect, countOption, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { UsageFailure } from './failure.ts';
import { groupColumns } from './groups.ts';
import { parseCondition } from './search-condition.ts';
import { renderTable } from './table.ts';
import type { Terminal } from './terminal.ts';
import { versionColumns } from './versions.ts';

type SearchedResource = 'ModelPackage' | 'ModelPackageGroup';

interface SearchOptions extends CommonOptions {
  readonly resource: SearchedResource;
  readonly group?: string;
  readonly tag?: string[];
  readonly status?: ModelApprovalStatus;
  readonly nameContains?: string;
  readonly expression?: string;
  readonly sortBy?: string;
  readonly ascending?: boolean;
  readonly limit?: number;
}

/** `imprimatur search`: finds versions or groups by their properties. */
export function search(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'search',
      summary:
        'Finds versions, or groups, by their properties: all conditions must hold. A condition ' +
        'is a property, an operator and a value; the operators are = != ~ (contains) > >= < <=. ' +
        'A property alone must be there; with ! before it, it must not.',
      examples: [
        ['search CustomerMetadataProperties.accuracy=0.9', 'finds versions by customer metadata'],
        ['search --group fraud --status Approved', 'finds the approved versions of fraud'],
        ["search 'CreationTime>=2026-11-01T00:00:00' --tag team=risk", 'finds by time and tag'],
        ['search --resource ModelPackageGroup --name-contains fraud', 'finds groups by name'],
        ['search --expression \'{"Operator":"Or","Filters":[…]}\'', 'takes all of the API'],
      ],
    },
    terminal,
  )
    .argument('[conditions...]', 'conditions such as ModelPackageVersion>=3, in quotes')
    .option('--group <name>', 'only versions of this group, or the group of this name')
    .option('--status <status>', 'only versions with this approval status', approvalOption)
    .option('--tag <key[=value]>', 'only what has this tag; may be repeated', collect)
    .option('--name-contains <text>', 'only what has this in its name')
    .option('--expression <json>', 'SearchExpression of the API: JSON, or the path of a file')
    .addOption(
      new Option('--resource <resource>', 'what to find')
        .choices(['ModelPackage', 'ModelPackageGroup'])
        .default('ModelPackage'),
    )
    .option('--sort-by <property>', 'property to sort by (default LastModifiedTime)')
    .option('--ascending', 'the least first, instead of the greatest')
    .option('--limit <number>', 'only so many', countOption);
  addCommonOptions(command).action((conditions: string[], options: SearchOptions) =>
    find(conditions, options, terminal),
  );
  return runCommand(command, args);
}

async function find(
  conditions: readonly string[],
  options: SearchOptions,
  terminal: Terminal,
): Promise<void> {
  const { resource, sortBy, ascending } = options;
  const expression = searchExpression(conditions, options);
  const request: SearchRequest = {
    Resource: resource,
    ...(expression && { SearchExpression: expression }),
    ...(sortBy !== undefined && { SortBy: sortBy }),
    ...(ascending && { SortOrder: 'Ascending' }),
  };
  const output = await listAll(connect(options, terminal), Search, request, options.limit);
  if (options.json) {
    printJson(Search, output, terminal);
    return;
  }
  const results = output.Results ?? [];
  const versions = results.flatMap(({ ModelPackage: one }) => one ?? []);
  const groups = results.flatMap(({ ModelPackageGroup: one }) => one ?? []);
  if (versions.length > 0) terminal.out.write(renderTable(versionColumns, versions, terminal));
  if (groups.length > 0) terminal.out.write(renderTable(groupColumns, groups, terminal));
  if (results.length === 0) terminal.error.write('Nothing was found.\n');
  noteMore(output, terminal);
}

/** All conditions together; undefined finds everything. */
export function searchExpression(
  conditions: readonly string[],
  options: Pick<
    SearchOptions,
    'resource' | 'group' | 'status' | 'tag' | 'nameContains' | 'expression'
  >,
): SearchExpression | undefined {
  const { resource, group, status, tag = [], nameContains, expression } = options;
  const filters = conditions.map(parseCondition);
  const add = (Name: string, Operator: Filter['Operator'], Value: string | undefined): void => {
    if (Value !== undefined) filters.push({ Name, Operator: Operator!, Value });
  };
  add('ModelPackageGroupName', 'Equals', group);
  add('ModelApprovalStatus', 'Equals', status);
  add(`${resource}Name`, 'Contains', nameContains);
  filters.push(...tag.map((pair) => parseCondition(`Tags.${pair}`)));
  const given = expression === undefined ? undefined : readExpression(expression);
  if (filters.length === 0) return given;
  return { Filters: filters, ...(given && { SubExpressions: [given] }) };
}

function readExpression(text: string): SearchExpression {
  const isJson = text.trimStart().startsWith('{');
  try {
    return JSON.parse(isJson ? text : readFileSync(text, 'utf8')) as SearchExpression;
  } catch (error) {
    throw new UsageFailure(`--expression cannot be read: ${(error as Error).message}`);
  }
}
