import { ListPrincipals } from '../../contracts/ram.gen.ts';
import type { ListPrincipalsResponse } from '../../contracts/ram.gen.ts';
import type { ResourceShareRow } from '../../store/resource-share-tables.ts';
import { findGroup } from '../model-package-groups/model-package-group-store.ts';
import { operation } from '../operation.ts';
import { groupType } from './managed-permission.ts';
import { invitationStatus, shareArn } from './resource-share.ts';
import { requireShareIds } from './share-filter.ts';
import { findSharesOfGroup } from './share-group-store.ts';
import { listPrincipalRows, listShares } from './share-list-store.ts';
import type { ShareFilter } from './share-list-store.ts';
import { sharePage } from './share-page.ts';
import { resolveGroup } from '../model-package-groups/model-package-group.ts';

/** Lists whom the caller shares with, or who shares with the caller. */
export const listPrincipals = operation(ListPrincipals, {
  effect: 'read',
  resource: () => '*',
  async run(input, { tx, call }): Promise<ListPrincipalsResponse> {
    const { resourceOwner: owner, principals: ids = [], resourceType: type } = input;
    const shareIds = await requireShareIds(tx, input.resourceShareArns, call, owner);
    if (type !== undefined && type !== groupType) return { principals: [] };
    const { accountId, region } = call;
    const filter: ShareFilter = { accountId, region, owner, shareIds };
    const ofGroup = await sharesOf(input.resourceArn);
    const isWanted = (share: ResourceShareRow, id: string) =>
      (!ofGroup || ofGroup.has(share.id)) && (ids.length === 0 || ids.includes(id));
    if (owner === 'SELF') {
      const { rows, rest } = await sharePage(input, call, {
        kinds: ['string', 'string'],
        list: (after, limit) =>
          listPrincipalRows(tx, filter, { after: after as [string, string], limit }),
        accepts: ({ share, principal }) =>
          isWanted(share, principal.account_id) &&
          ['PENDING', 'ACCEPTED'].includes(invitationStatus(principal, call.now)),
        positionOf: ({ share, principal }) => [share.id, principal.account_id],
      });
      const principals = rows.map(({ share, principal }) => ({
        id: principal.account_id,
        resourceShareArn: shareArn(share, call.partition),
        creationTime: principal.created_at,
        lastUpdatedTime: principal.updated_at,
        external: true,
      }));
      return { principals, ...rest };
    }
    const { rows, rest } = await sharePage(input, call, {
      kinds: ['string'],
      list: (after, limit) =>
        listShares(tx, filter, { after: after?.[0] as string | undefined, limit }),
      accepts: (share) => isWanted(share, share.account_id),
      positionOf: ({ id }) => [id],
    });
    const principals = rows.map((share) => ({
      id: share.account_id,
      resourceShareArn: shareArn(share, call.partition),
      creationTime: share.created_at,
      lastUpdatedTime: share.updated_at,
      external: true,
    }));
    return { principals, ...rest };

    /** The shares that a group is in; those that the caller may not see are left out later. */
    async function sharesOf(arn: string | undefined): Promise<Set<string> | undefined> {
      if (arn === undefined) return undefined;
      const reference = resolveGroup(arn, call);
      const group = await findGroup(tx, reference, reference.name);
      return new Set(group ? await findSharesOfGroup(tx, group.id) : []);
    }
  },
});
