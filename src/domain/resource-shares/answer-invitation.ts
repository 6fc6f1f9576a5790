import {
  AcceptResourceShareInvitation,
  RejectResourceShareInvitation,
} from '../../contracts/ram.gen.ts';
import type {
  AcceptResourceShareInvitationRequest,
  AcceptResourceShareInvitationResponse,
  ResourceShareInvitationStatus,
} from '../../contracts/ram.gen.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { operation } from '../operation.ts';
import type { AnyOperation, OperationContext } from '../operation.ts';
import {
  invitationStatus,
  invitationView,
  principalAssociation,
  shareArn,
} from './resource-share.ts';
import { findShareGroups } from './share-group-store.ts';
import { applyShares } from './share-policy-store.ts';
import { saveInvitation } from './share-principal-store.ts';
import { targetInvitation } from './share-target.ts';
import type { Invitation } from './share-target.ts';

/** Takes what another account shares: from then on the caller's account may use it. */
export const acceptInvitation: AnyOperation = operation(AcceptResourceShareInvitation, {
  effect: 'write',
  resource: (input) => input.resourceShareInvitationArn,
  find: (input, context) => targetInvitation(context, input.resourceShareInvitationArn),
  run: (input, context) => settle(input, context, 'ACCEPTED'),
});

/** Declines what another account would share. */
export const rejectInvitation: AnyOperation = operation(RejectResourceShareInvitation, {
  effect: 'write',
  resource: (input) => input.resourceShareInvitationArn,
  find: (input, context) => targetInvitation(context, input.resourceShareInvitationArn),
  run: (input, context) => settle(input, context, 'REJECTED'),
});

async function settle(
  { clientToken }: AcceptResourceShareInvitationRequest,
  { tx, call, journal, found }: OperationContext<Invitation>,
  status: 'ACCEPTED' | 'REJECTED',
): Promise<AcceptResourceShareInvitationResponse> {
  const { share, principal } = found;
  const present = invitationStatus(principal, call.now);
  if (present !== 'PENDING') throw settledBefore(present);
  const settled = { ...principal, invitation_status: status, updated_at: call.now };
  await saveInvitation(tx, settled);
  if (status === 'ACCEPTED') {
    const groups = await findShareGroups(tx, share.id);
    await applyShares(
      tx,
      groups.map(({ id }) => id),
      call.partition,
    );
  }
  journal.record({
    resourceArn: shareArn(share, call.partition),
    before: { resourceShareAssociations: [principalAssociation(share, principal, call)] },
    after: { resourceShareAssociations: [principalAssociation(share, settled, call)] },
  });
  return {
    resourceShareInvitation: invitationView(share, settled, call),
    ...(clientToken !== undefined && { clientToken }),
  };
}

function settledBefore(status: Exclude<ResourceShareInvitationStatus, 'PENDING'>): Refusal {
  const { word, code } = {
    ACCEPTED: { word: 'was accepted already', code: 'AlreadyAccepted' },
    REJECTED: { word: 'was rejected already', code: 'AlreadyRejected' },
    EXPIRED: { word: 'has expired', code: 'Expired' },
  }[status];
  return new Refusal('conflict', `The invitation ${word}.`, {
    code: `ResourceShareInvitation${code}Exception`,
  });
}
