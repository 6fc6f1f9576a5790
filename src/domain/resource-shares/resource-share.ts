import { hash } from 'node:crypto';
import type {
  CreateResourceShareRequest,
  ResourceShare,
  ResourceShareAssociation,
  ResourceShareAssociationStatus,
  ResourceShareInvitation,
  ResourceShareInvitationStatus,
  Tag,
} from '../../contracts/ram.gen.ts';
import { formatArn, parseArn } from '../../kernel/arn.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import type {
  ResourceSharePrincipalRow,
  ResourceShareRow,
} from '../../store/resource-share-tables.ts';
import type { Call } from '../call.ts';
import { malformedArn, malformedPrincipal } from './resource-share-refusals.ts';

type ShareKey = Pick<ResourceShareRow, 'id' | 'account_id' | 'region'>;

/** The ARN of a share. */
export function shareArn(share: ShareKey, partition: string): string {
  return ramArn(share, partition, `resource-share/${share.id}`);
}

/** The ARN of an invitation: it is of the account that invites. */
export function invitationArn(
  share: ShareKey,
  { invitation_id: id }: Pick<ResourceSharePrincipalRow, 'invitation_id'>,
  partition: string,
): string {
  return ramArn(share, partition, `resource-share-invitation/${id}`);
}

function ramArn({ account_id: accountId, region }: ShareKey, partition: string, resource: string) {
  return formatArn({ partition, service: 'ram', region, accountId, resource });
}

/** The key of a share or an invitation in its ARN; refuses what is none. */
export function keyInArn(
  text: string,
  type: 'resource-share' | 'resource-share-invitation',
  { partition }: Pick<Call, 'partition'>,
): ShareKey {
  const arn = parseArn(text);
  const [kind, id = '', ...more] = arn?.resource.split('/') ?? [];
  const isOurs = arn?.service === 'ram' && arn.partition === partition && kind === type;
  if (!isOurs || id === '' || more.length > 0) throw malformedArn(text);
  return { id, account_id: arn.accountId, region: arn.region };
}

/** The account that a principal is; there are no organisations, and no other principals here. */
export function accountOfPrincipal(principal: string, { accountId }: Call): string {
  const root = parseArn(principal);
  const isRoot = root?.service === 'iam' && root.resource === 'root';
  const id = isRoot ? root.accountId : principal;
  if (!/^\d{12}$/.test(id)) throw malformedPrincipal(principal);
  if (id === accountId) {
    refuseInvalid(`The account ${id} owns the resource share and cannot be one of its principals.`);
  }
  return id;
}

/** Refuses tags that a share may not have. */
export function checkShareTags(tags: readonly Tag[]): void {
  const keys = new Set<string>();
  for (const { key = '' } of tags) {
    if (keys.has(key)) refuseInvalid(`Duplicate tag key '${key}'.`);
    if (key === '' || key.length > limits.tagKeyCharactersMax || /^aws:/i.test(key)) {
      refuseInvalid(`'${key.slice(0, limits.tagKeyCharactersMax)}' is no key of a tag.`);
    }
    keys.add(key);
  }
  if (keys.size > limits.tagsPerResourceMax) {
    const message = `A resource share may have at most ${limits.tagsPerResourceMax} tags.`;
    throw new Refusal('limit', message, { code: 'TagLimitExceededException' });
  }
}

/** The tags of a column. */
export function shareTags({ tags }: Pick<ResourceShareRow, 'tags'>): Tag[] {
  return JSON.parse(tags) as Tag[];
}

/** A fingerprint of a request, its token apart; members come in the contract's order. */
export function shareRequestHash(input: CreateResourceShareRequest): string {
  const { clientToken: _, ...rest } = input;
  return hash('sha256', JSON.stringify(rest));
}

/** A share as answers show one; its tags are for its owner only. */
export function shareView(
  share: ResourceShareRow,
  { partition, accountId }: Pick<Call, 'partition' | 'accountId'>,
): ResourceShare {
  return {
    resourceShareArn: shareArn(share, partition),
    name: share.name,
    owningAccountId: share.account_id,
    allowExternalPrincipals: share.allows_external === 1,
    status: 'ACTIVE',
    ...(share.account_id === accountId && { tags: shareTags(share) }),
    creationTime: share.created_at,
    lastUpdatedTime: share.updated_at,
    featureSet: 'STANDARD',
  };
}

/** What has become of an invitation; one that waits too long expires. */
export function invitationStatus(
  { invitation_status: status, created_at: invitedAt }: ResourceSharePrincipalRow,
  now: number,
): ResourceShareInvitationStatus {
  const dayMilliseconds = 24 * 60 * 60 * 1000;
  const isLate = now - invitedAt > limits.invitationDays * dayMilliseconds;
  return status === 'PENDING' && isLate ? 'EXPIRED' : status;
}

/** An invitation as answers show one. */
export function invitationView(
  share: ResourceShareRow,
  principal: ResourceSharePrincipalRow,
  { partition, now }: Pick<Call, 'partition' | 'now'>,
): ResourceShareInvitation {
  return {
    resourceShareInvitationArn: invitationArn(share, principal, partition),
    resourceShareName: share.name,
    resourceShareArn: shareArn(share, partition),
    senderAccountId: share.account_id,
    receiverAccountId: principal.account_id,
    invitationTimestamp: principal.created_at,
    status: invitationStatus(principal, now),
  };
}

const associationStatuses: Record<
  ResourceShareInvitationStatus,
  { status: ResourceShareAssociationStatus; statusMessage?: string }
> = {
  PENDING: { status: 'ASSOCIATING' },
  ACCEPTED: { status: 'ASSOCIATED' },
  REJECTED: { status: 'FAILED', statusMessage: 'The invitation was rejected.' },
  EXPIRED: { status: 'FAILED', statusMessage: 'The invitation has expired.' },
};

/** A principal of a share as answers show one. */
export function principalAssociation(
  share: ResourceShareRow,
  principal: ResourceSharePrincipalRow,
  call: Pick<Call, 'partition' | 'now'>,
): ResourceShareAssociation {
  return {
    resourceShareArn: shareArn(share, call.partition),
    resourceShareName: share.name,
    associatedEntity: principal.account_id,
    associationType: 'PRINCIPAL',
    ...associationStatuses[invitationStatus(principal, call.now)],
    creationTime: principal.created_at,
    lastUpdatedTime: principal.updated_at,
    external: true,
  };
}

/** A group of a share as answers show one. */
export function groupAssociation(
  share: ResourceShareRow,
  group: { readonly arn: string; readonly at: number },
  { partition }: Pick<Call, 'partition'>,
): ResourceShareAssociation {
  return {
    resourceShareArn: shareArn(share, partition),
    resourceShareName: share.name,
    associatedEntity: group.arn,
    associationType: 'RESOURCE',
    status: 'ASSOCIATED',
    creationTime: group.at,
    lastUpdatedTime: group.at,
    external: false,
  };
}

/** The share whose tags are meant: of what can be tagged there is nothing else here. */
export function taggedArn({
  resourceShareArn,
  resourceArn,
}: {
  readonly resourceShareArn?: string;
  readonly resourceArn?: string;
}): string {
  const arn = resourceShareArn ?? resourceArn;
  if (arn === undefined || (resourceShareArn !== undefined && resourceArn !== undefined)) {
    refuseInvalid('Name either resourceShareArn or resourceArn.');
  }
  return arn;
}
