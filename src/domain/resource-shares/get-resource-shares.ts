import { GetResourceShares } from '../../contracts/ram.gen.ts';
import type { TagFilter } from '../../contracts/ram.gen.ts';
import type { ResourceShareRow } from '../../store/resource-share-tables.ts';
import { operation } from '../operation.ts';
import { checkPermissionVersion, requirePermission } from './managed-permission.ts';
import { shareTags, shareView } from './resource-share.ts';
import { requireShareIds } from './share-filter.ts';
import { listShares } from './share-list-store.ts';
import { sharePage } from './share-page.ts';

/** Lists the caller's shares, or those of others that it has accepted. */
export const getResourceShares = operation(GetResourceShares, {
  effect: 'read',
  resource: () => '*',
  async run(input, { tx, call }) {
    const { resourceOwner: owner, name, permissionArn, resourceShareStatus: status } = input;
    const permission =
      permissionArn === undefined ? undefined : requirePermission(permissionArn, call.partition);
    checkPermissionVersion(input.permissionVersion, permissionArn ?? '');
    const shareIds = await requireShareIds(tx, input.resourceShareArns, call, owner);
    // Every share that is there is active.
    if (status !== undefined && status !== 'ACTIVE') return { resourceShares: [] };
    const { accountId, region } = call;
    const filter = { accountId, region, owner, shareIds, name, permission: permission?.name };
    const { rows, rest } = await sharePage(input, call, {
      kinds: ['string'],
      list: (after, limit) =>
        listShares(tx, filter, { after: after?.[0] as string | undefined, limit }),
      accepts: (row) => hasTags(row, input.tagFilters ?? [], call.accountId),
      positionOf: ({ id }) => [id],
    });
    return { resourceShares: rows.map((row) => shareView(row, call)), ...rest };
  },
});

/** Whether a share has each of the tags; those of another's share nobody else knows. */
function hasTags(row: ResourceShareRow, filters: readonly TagFilter[], viewer: string): boolean {
  if (filters.length === 0) return true;
  if (row.account_id !== viewer) return false;
  const tags = shareTags(row);
  return filters.every(({ tagKey, tagValues = [] }) =>
    tags.some(
      ({ key, value = '' }) =>
        key === tagKey && (tagValues.length === 0 || tagValues.includes(value)),
    ),
  );
}
