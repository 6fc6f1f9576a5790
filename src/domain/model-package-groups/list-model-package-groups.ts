import { ListModelPackageGroups } from '../../contracts/sagemaker.gen.ts';
import type { ListModelPackageGroupsInput } from '../../contracts/sagemaker.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { formatPageToken, parsePageToken } from '../../kernel/page-token.ts';
import type { ModelPackageGroupRow } from '../../store/tables.ts';
import { operation } from '../operation.ts';
import { summarizeModelPackageGroup } from './model-package-group.ts';
import { listGroups } from './model-package-group-store.ts';

/** Lists the groups of account and region, page by page. */
export const listModelPackageGroups = operation(ListModelPackageGroups, {
  effect: 'read',
  resource: () => '*',
  async run(input, { tx, call }) {
    const { NextToken, MaxResults: limit = limits.pageItemsMax, ...filters } = input;
    const binding = ['ListModelPackageGroups', call.accountId, call.region, filters];
    const sortBy = input.SortBy ?? 'CreationTime';
    const after = parsePageToken(NextToken, binding, positionKinds[sortBy]);
    // Groups are shared by access control's resource policies; none is shared with anyone yet.
    if (input.CrossAccountFilterOption === 'CrossAccount') {
      return { ModelPackageGroupSummaryList: [] };
    }
    const rows = await listGroups(tx, {
      accountId: call.accountId,
      region: call.region,
      createdAfter: input.CreationTimeAfter,
      createdBefore: input.CreationTimeBefore,
      nameContains: input.NameContains,
      sortBy,
      direction: input.SortOrder === 'Descending' ? 'desc' : 'asc',
      after,
      limit: limit + 1,
    });
    const page = rows.slice(0, limit);
    return {
      ModelPackageGroupSummaryList: page.map((row) => summarizeModelPackageGroup(row, call)),
      ...(rows.length > limit && {
        NextToken: formatPageToken(positionOf(page.at(-1)!, sortBy), binding),
      }),
    };
  },
});

type SortBy = NonNullable<ListModelPackageGroupsInput['SortBy']>;

const positionKinds: Record<SortBy, ('string' | 'number')[]> = {
  Name: ['string'],
  CreationTime: ['number', 'string'],
};

function positionOf(row: ModelPackageGroupRow, sortBy: SortBy): (string | number)[] {
  return sortBy === 'Name' ? [row.name_key] : [row.created_at, row.name_key];
}
