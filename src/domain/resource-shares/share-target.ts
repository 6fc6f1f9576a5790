import type {
  ResourceSharePrincipalRow,
  ResourceShareRow,
} from '../../store/resource-share-tables.ts';
import type { Target } from '../access/target.ts';
import type { FindContext } from '../operation.ts';
import { invitationArn, keyInArn, shareArn, shareTags } from './resource-share.ts';
import { unknownInvitation, unknownResource } from './resource-share-refusals.ts';
import { findShare } from './resource-share-store.ts';
import { findInvited } from './share-principal-store.ts';

/** The share that a caller names, as what its call acts on. */
export async function targetShare(
  { tx, call }: FindContext,
  arnText: string,
): Promise<Target<ResourceShareRow>> {
  const share = await findShare(tx, keyInArn(arnText, 'resource-share', call));
  if (!share || share.region !== call.region) {
    return { arn: arnText, missing: unknownResource(`ResourceShare ${arnText}`) };
  }
  const tags = shareTags(share).map(({ key = '', value = '' }) => ({ Key: key, Value: value }));
  return { arn: shareArn(share, call.partition), facts: () => ({ tags }), found: share };
}

/** An invitation with the share that it is to. */
export interface Invitation {
  readonly share: ResourceShareRow;
  readonly principal: ResourceSharePrincipalRow;
}

/** The invitation that a caller answers; for all but whom it is to, it is not there. */
export async function targetInvitation(
  { tx, call }: FindContext,
  arnText: string,
): Promise<Target<Invitation>> {
  const key = keyInArn(arnText, 'resource-share-invitation', call);
  const missing = { arn: arnText, missing: unknownInvitation(arnText) };
  const invited = await findInvited(tx, key.id);
  if (invited?.account_id !== call.accountId) return missing;
  const share = await findShare(tx, { ...key, id: invited.share_id });
  // What was read before the share was locked may have changed meanwhile.
  const principal = share && (await findInvited(tx, key.id));
  if (!principal || share.region !== call.region) return missing;
  const arn = invitationArn(share, principal, call.partition);
  return { arn, policy: invitingPolicy(arn, call), found: { share, principal } };
}

/** An invitation is another account's: its word lets the invited one answer it. */
function invitingPolicy(arn: string, { accountId, partition }: FindContext['call']): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
      Action: ['ram:AcceptResourceShareInvitation', 'ram:RejectResourceShareInvitation'],
      Resource: arn,
    },
  });
}
