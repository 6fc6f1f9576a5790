import { ListModelPackages } from '../../contracts/sagemaker.gen.ts';
import type { ListModelPackagesInput } from '../../contracts/sagemaker.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { formatPageToken, parsePageToken } from '../../kernel/page-token.ts';
import type { Transaction } from '../../store/database.ts';
import type { ModelPackageGroupRow, ModelPackageRow } from '../../store/tables.ts';
import { resolveGroup } from '../model-package-groups/model-package-group.ts';
import { findGroup } from '../model-package-groups/model-package-group-store.ts';
import { groupAccess } from '../model-package-groups/model-package-group-target.ts';
import { operation } from '../operation.ts';
import {
  listPackages,
  listPosition,
  listPositionKinds,
  listVersions,
} from './model-package-list-store.ts';
import type { PackageListing } from './model-package-list-store.ts';
import { summarizeModelPackage, versionsArn } from './model-package.ts';

/** Lists a group's versions, or the packages of account and region; every page is full. */
export const listModelPackages = operation(ListModelPackages, {
  effect: 'read',
  resource: (input, call) =>
    input.ModelPackageGroupName === undefined
      ? '*'
      : resolveGroup(input.ModelPackageGroupName, call).arn,
  async find(input, { tx, call }) {
    const { ModelPackageGroupName: groupName } = input;
    if (groupName === undefined) return { arn: '*', found: undefined };
    const reference = resolveGroup(groupName, call);
    const group = await findGroup(tx, reference, reference.name);
    if (!group) return { arn: reference.arn, found: undefined };
    // Guides grant it on the group and on its versions alike (registry.md 18.1).
    const otherArn = versionsArn(group, call);
    return { ...groupAccess(group, call.partition), otherArn, found: group };
  },
  async run(input, { tx, call, found: group }) {
    const { NextToken, MaxResults: limit = limits.pageItemsMax, ...filters } = input;
    const binding = ['ListModelPackages', call.accountId, call.region, filters];
    const sortBy = input.SortBy ?? 'CreationTime';
    const listing: PackageListing = {
      accountId: call.accountId,
      region: call.region,
      createdAfter: input.CreationTimeAfter,
      createdBefore: input.CreationTimeBefore,
      nameContains: input.NameContains,
      approvalStatus: input.ModelApprovalStatus,
      sortBy,
      direction: input.SortOrder === 'Descending' ? 'desc' : 'asc',
      after: parsePageToken(NextToken, binding, listPositionKinds[sortBy]),
      limit: limit + 1,
    };
    const rows = await listed(tx, input, listing, group);
    const page = rows.slice(0, limit);
    return {
      ModelPackageSummaryList: page.map((row) => summarizeModelPackage(row, call)),
      ...(rows.length > limit && {
        NextToken: formatPageToken(listPosition(page.at(-1)!, sortBy), binding),
      }),
    };
  },
});

/** Without a group the default type is Unversioned, with one its versions (registry.md 10). */
async function listed(
  tx: Transaction,
  input: ListModelPackagesInput,
  listing: PackageListing,
  group: ModelPackageGroupRow | undefined,
): Promise<ModelPackageRow[]> {
  const { ModelPackageGroupName: groupName, ModelPackageType: type } = input;
  if (groupName === undefined) {
    if (type !== 'Both') return listPackages(tx, type ?? 'Unversioned', listing);
    const versions = await listPackages(tx, 'Versioned', listing);
    const unversioned = await listPackages(tx, 'Unversioned', listing);
    return [...versions, ...unversioned].sort(order(listing)).slice(0, listing.limit);
  }
  if (type === 'Unversioned') return [];
  return group ? listVersions(tx, group.id, listing) : [];
}

function order({ sortBy, direction }: PackageListing) {
  const sign = direction === 'asc' ? 1 : -1;
  return (a: ModelPackageRow, b: ModelPackageRow): number => {
    const [first, second] = [listPosition(a, sortBy), listPosition(b, sortBy)];
    const differing = first.findIndex((value, index) => value !== second[index]);
    if (differing < 0) return 0;
    return first[differing]! < second[differing]! ? -sign : sign;
  };
}
