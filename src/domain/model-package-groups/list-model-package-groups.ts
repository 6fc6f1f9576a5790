import { ListModelPackageGroups } from '../../contracts/sagemaker.gen.ts';
import type { ListModelPackageGroupsInput } from '../../contracts/sagemaker.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { formatPageToken, parsePageToken } from '../../kernel/page-token.ts';
import type { ModelPackageGroupRow } from '../../store/tables.ts';
import { operation } from '../operation.ts';
import type { OperationContext } from '../operation.ts';
import { summarizeModelPackageGroup } from './model-package-group.ts';
import { listGroups } from './model-package-group-store.ts';
import type { GroupListing } from './model-package-group-store.ts';
import { groupAccess } from './model-package-group-target.ts';
import { listSharedGroups } from './shared-group-store.ts';

/** Lists the groups of account and region, or those that others share with it, page by page. */
export const listModelPackageGroups = operation(ListModelPackageGroups, {
  effect: 'read',
  resource: () => '*',
  async run(input, context) {
    const { tx, call } = context;
    const { NextToken, MaxResults: limit = limits.pageItemsMax, ...filters } = input;
    const binding = ['ListModelPackageGroups', call.accountId, call.region, filters];
    const sortBy = input.SortBy ?? 'CreationTime';
    const isShared = input.CrossAccountFilterOption === 'CrossAccount';
    // Groups of several owners may be called alike.
    const kinds = isShared ? [...positionKinds[sortBy], 'number' as const] : positionKinds[sortBy];
    const listing: GroupListing = {
      accountId: call.accountId,
      region: call.region,
      createdAfter: input.CreationTimeAfter,
      createdBefore: input.CreationTimeBefore,
      nameContains: input.NameContains,
      sortBy,
      direction: input.SortOrder === 'Descending' ? 'desc' : 'asc',
      after: parsePageToken(NextToken, binding, kinds),
      limit: limit + 1,
    };
    const rows = isShared ? await sharedGroups(listing, context) : await listGroups(tx, listing);
    const page = rows.slice(0, limit);
    return {
      ModelPackageGroupSummaryList: page.map((row) => summarizeModelPackageGroup(row, call)),
      ...(rows.length > limit && {
        NextToken: formatPageToken(positionOf(page.at(-1)!, sortBy, isShared), binding),
      }),
    };
  },
});

/** Those of the groups that let the caller's account in which the caller may describe. */
async function sharedGroups(
  listing: GroupListing,
  { tx, call, access }: OperationContext,
): Promise<ModelPackageGroupRow[]> {
  const found: ModelPackageGroupRow[] = [];
  // AWS shows only what was shared by RAM; a policy lets in whoever knows the ARN.
  const byShareOnly = call.strictAws;
  let { after } = listing;
  for (;;) {
    const rows = await listSharedGroups(tx, { ...listing, after, byShareOnly });
    const open = rows.filter((row) =>
      access.allows(groupAccess(row, call.partition), 'DescribeModelPackageGroup'),
    );
    found.push(...open);
    if (found.length >= listing.limit) return found.slice(0, listing.limit);
    if (rows.length < listing.limit) return found;
    after = positionOf(rows.at(-1)!, listing.sortBy, true);
  }
}

type SortBy = NonNullable<ListModelPackageGroupsInput['SortBy']>;

const positionKinds: Record<SortBy, ('string' | 'number')[]> = {
  Name: ['string'],
  CreationTime: ['number', 'string'],
};

function positionOf(
  row: ModelPackageGroupRow,
  sortBy: SortBy,
  isShared: boolean,
): (string | number)[] {
  const own = sortBy === 'Name' ? [row.name_key] : [row.created_at, row.name_key];
  return isShared ? [...own, row.id] : own;
}
