import { GetResourceShareAssociations } from '../../contracts/ram.gen.ts';
import type {
  GetResourceShareAssociationsRequest,
  GetResourceShareAssociationsResponse,
  ResourceShareAssociation,
} from '../../contracts/ram.gen.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import { modelPackageGroupArn } from '../model-package-groups/model-package-group.ts';
import { operation } from '../operation.ts';
import type { FindContext } from '../operation.ts';
import { accountOfPrincipal, groupAssociation, principalAssociation } from './resource-share.ts';
import { requireShareIds } from './share-filter.ts';
import { listGroupRows, listPrincipalRows } from './share-list-store.ts';
import type { ShareFilter } from './share-list-store.ts';
import { sharePage } from './share-page.ts';

/** Lists the groups or the principals of the caller's own shares. */
export const getResourceShareAssociations = operation(GetResourceShareAssociations, {
  effect: 'read',
  resource: () => '*',
  async run(input, context) {
    const { tx, call } = context;
    const { associationType: type, resourceArn, principal } = input;
    if (type !== 'RESOURCE' && resourceArn !== undefined) {
      refuseInvalid('resourceArn goes with the association type RESOURCE.');
    }
    if (type !== 'PRINCIPAL' && principal !== undefined) {
      refuseInvalid('principal goes with the association type PRINCIPAL.');
    }
    const shareIds = await requireShareIds(tx, input.resourceShareArns, call, 'SELF');
    const { accountId, region } = call;
    const filter: ShareFilter = { accountId, region, owner: 'SELF', shareIds };
    if (type === 'PRINCIPAL') return principalsOf(input, filter, context);
    // Sources are for service principals, which are not here.
    return type === 'RESOURCE'
      ? groupsOf(input, filter, context)
      : { resourceShareAssociations: [] };
  },
});

async function principalsOf(
  input: GetResourceShareAssociationsRequest,
  filter: ShareFilter,
  { tx, call }: FindContext,
): Promise<GetResourceShareAssociationsResponse> {
  const { principal } = input;
  const accountId = principal === undefined ? undefined : accountOfPrincipal(principal, call);
  const { rows, rest } = await sharePage(input, call, {
    kinds: ['string', 'string'],
    list: (after, limit) =>
      listPrincipalRows(tx, filter, { after: after as [string, string], limit, accountId }),
    accepts: (row) => isOf(principalAssociation(row.share, row.principal, call), input),
    positionOf: (row) => [row.share.id, row.principal.account_id],
  });
  return {
    resourceShareAssociations: rows.map((row) =>
      principalAssociation(row.share, row.principal, call),
    ),
    ...rest,
  };
}

async function groupsOf(
  input: GetResourceShareAssociationsRequest,
  filter: ShareFilter,
  { tx, call }: FindContext,
): Promise<GetResourceShareAssociationsResponse> {
  const view = ({ share, group }: Awaited<ReturnType<typeof listGroupRows>>[number]) =>
    groupAssociation(
      share,
      { arn: modelPackageGroupArn(group, call.partition), at: group.shared_at },
      call,
    );
  const { rows, rest } = await sharePage(input, call, {
    kinds: ['string', 'number'],
    list: (after, limit) => listGroupRows(tx, filter, { after: after as [string, number], limit }),
    accepts: (row) => isOf(view(row), input),
    positionOf: ({ share, group }) => [share.id, group.id],
  });
  return { resourceShareAssociations: rows.map(view), ...rest };
}

function isOf(
  association: ResourceShareAssociation,
  { resourceArn, associationStatus }: GetResourceShareAssociationsRequest,
): boolean {
  if (associationStatus !== undefined && association.status !== associationStatus) return false;
  return resourceArn === undefined || association.associatedEntity === resourceArn;
}
