import { DisassociateResourceShare } from '../../contracts/ram.gen.ts';
import type { ResourceShareAssociation } from '../../contracts/ram.gen.ts';
import type { ResourceShareRow } from '../../store/resource-share-tables.ts';
import { modelPackageGroupArn } from '../model-package-groups/model-package-group.ts';
import { operation } from '../operation.ts';
import type { FindContext } from '../operation.ts';
import {
  accountOfPrincipal,
  groupAssociation,
  principalAssociation,
  shareArn,
} from './resource-share.ts';
import { unknownResource } from './resource-share-refusals.ts';
import { deleteShareGroup, findShareGroups } from './share-group-store.ts';
import { checkMembers } from './share-members.ts';
import { applyShares } from './share-policy-store.ts';
import { deletePrincipal, findPrincipals } from './share-principal-store.ts';
import { targetShare } from './share-target.ts';

/** Takes groups or accounts out of a share: what they were let do ends at once. */
export const disassociateResourceShare = operation(DisassociateResourceShare, {
  effect: 'write',
  resource: (input) => input.resourceShareArn,
  find: (input, context) => targetShare(context, input.resourceShareArn),
  check: (input) => checkMembers(input),
  async run(input, context) {
    const { tx, call, journal, found: share } = context;
    // Also those that go: what is shared of them must be worked out anew as well.
    const groups = await findShareGroups(tx, share.id);
    const gone = [
      ...(await removeGroups(context, share, input.resourceArns ?? [])),
      ...(await removePrincipals(context, share, input.principals ?? [])),
    ];
    await applyShares(
      tx,
      groups.map(({ id }) => id),
      call.partition,
    );
    if (gone.length > 0) {
      journal.record({
        resourceArn: shareArn(share, call.partition),
        before: { resourceShareAssociations: gone },
      });
    } else journal.unchanged();
    const { clientToken } = input;
    const ended = { status: 'DISASSOCIATED' as const, lastUpdatedTime: call.now };
    return {
      resourceShareAssociations: gone.map(({ statusMessage: _, ...one }) => ({ ...one, ...ended })),
      ...(clientToken !== undefined && { clientToken }),
    };
  },
});

async function removeGroups(
  { tx, call }: FindContext,
  share: ResourceShareRow,
  arns: readonly string[],
): Promise<ResourceShareAssociation[]> {
  const present = new Map(
    (await findShareGroups(tx, share.id)).map((group) => [
      modelPackageGroupArn(group, call.partition).toLowerCase(),
      group,
    ]),
  );
  const gone: ResourceShareAssociation[] = [];
  for (const arn of new Set(arns)) {
    const group = present.get(arn.toLowerCase());
    if (!group) throw unknownResource(`Resource ${arn}`);
    await deleteShareGroup(tx, share.id, group.id);
    const own = modelPackageGroupArn(group, call.partition);
    gone.push(groupAssociation(share, { arn: own, at: group.shared_at }, call));
  }
  return gone;
}

async function removePrincipals(
  { tx, call }: FindContext,
  share: ResourceShareRow,
  principals: readonly string[],
): Promise<ResourceShareAssociation[]> {
  const present = new Map((await findPrincipals(tx, share.id)).map((one) => [one.account_id, one]));
  const gone: ResourceShareAssociation[] = [];
  for (const id of new Set(principals.map((one) => accountOfPrincipal(one, call)))) {
    const principal = present.get(id);
    if (!principal) throw unknownResource(`Principal ${id}`);
    await deletePrincipal(tx, share.id, id);
    gone.push(principalAssociation(share, principal, call));
  }
  return gone;
}
