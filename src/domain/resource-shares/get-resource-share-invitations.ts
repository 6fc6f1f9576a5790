import { GetResourceShareInvitations } from '../../contracts/ram.gen.ts';
import { operation } from '../operation.ts';
import { invitationView, keyInArn } from './resource-share.ts';
import { requireInvitationIds } from './share-filter.ts';
import { listInvitationRows } from './share-list-store.ts';
import { sharePage } from './share-page.ts';

/** Lists the invitations that the caller's account got, answered ones included. */
export const getResourceShareInvitations = operation(GetResourceShareInvitations, {
  effect: 'read',
  resource: () => '*',
  async run(input, { tx, call }) {
    const invitationIds = await requireInvitationIds(tx, input.resourceShareInvitationArns, call);
    const arns = input.resourceShareArns ?? [];
    const shareIds =
      arns.length === 0 ? undefined : arns.map((arn) => keyInArn(arn, 'resource-share', call).id);
    const { rows, rest } = await sharePage(input, call, {
      kinds: ['string'],
      list: (after, limit) =>
        listInvitationRows(tx, call, {
          ...{ after: after?.[0] as string | undefined, limit },
          ...{ invitationIds, shareIds },
        }),
      positionOf: ({ share }) => [share.id],
    });
    return {
      resourceShareInvitations: rows.map(({ share, principal }) =>
        invitationView(share, principal, call),
      ),
      ...rest,
    };
  },
});
