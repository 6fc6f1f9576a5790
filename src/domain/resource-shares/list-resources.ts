import { ListResources } from '../../contracts/ram.gen.ts';
import { modelPackageGroupArn } from '../model-package-groups/model-package-group.ts';
import { operation } from '../operation.ts';
import { groupType } from './managed-permission.ts';
import { accountOfPrincipal, shareArn } from './resource-share.ts';
import { requireShareIds } from './share-filter.ts';
import { listGroupRows, listPrincipalRows } from './share-list-store.ts';
import type { ShareFilter, ShareGroup } from './share-list-store.ts';
import { sharePage } from './share-page.ts';

/** Lists the groups that the caller shares, or that others share with it. */
export const listResources = operation(ListResources, {
  effect: 'read',
  resource: () => '*',
  async run(input, { tx, call }) {
    const { resourceOwner: owner, resourceArns: arns = [], resourceType: type } = input;
    const shareIds = await requireShareIds(tx, input.resourceShareArns, call, owner);
    if (type !== undefined && type !== groupType) return { resources: [] };
    if (input.resourceRegionScope === 'GLOBAL') return { resources: [] };
    const { accountId, region } = call;
    const filter: ShareFilter = { accountId, region, owner, shareIds };
    const isWith = await sharesWith(input.principal);
    const arnOf = ({ group }: ShareGroup) => modelPackageGroupArn(group, call.partition);
    const { rows, rest } = await sharePage(input, call, {
      kinds: ['string', 'number'],
      list: (after, limit) =>
        listGroupRows(tx, filter, { after: after as [string, number], limit }),
      accepts: (row) => isWith(row) && (arns.length === 0 || arns.includes(arnOf(row))),
      positionOf: ({ share, group }) => [share.id, group.id],
    });
    const resources = rows.map((row) => ({
      arn: arnOf(row),
      type: groupType,
      resourceShareArn: shareArn(row.share, call.partition),
      status: 'AVAILABLE' as const,
      creationTime: row.group.shared_at,
      lastUpdatedTime: row.group.shared_at,
      resourceRegionScope: 'REGIONAL' as const,
    }));
    return { resources, ...rest };

    /** Of one's own shares, those with an account; of others', those by an account. */
    async function sharesWith(
      principal: string | undefined,
    ): Promise<(row: ShareGroup) => boolean> {
      if (principal === undefined) return () => true;
      const id = accountOfPrincipal(principal, call);
      if (owner !== 'SELF') return ({ share }) => share.account_id === id;
      const limit = Number.MAX_SAFE_INTEGER;
      const page = { after: undefined, limit, accountId: id };
      const shares = await listPrincipalRows(tx, filter, page);
      const ids = new Set(shares.map(({ share }) => share.id));
      return ({ share }) => ids.has(share.id);
    }
  },
});
