import type { Transaction } from '../../store/database.ts';
import type { Call } from '../call.ts';
import { keyInArn } from './resource-share.ts';
import { unknownInvitation, unknownResource } from './resource-share-refusals.ts';
import { listInvitationRows, listShares } from './share-list-store.ts';
import type { ShareFilter } from './share-list-store.ts';

/** The ids in ARNs of shares that the caller may see; refuses the first that it may not. */
export async function requireShareIds(
  tx: Transaction,
  arns: readonly string[] | undefined,
  call: Call,
  owner: ShareFilter['owner'],
): Promise<string[] | undefined> {
  if (!arns || arns.length === 0) return undefined;
  const keys = arns.map((arn) => keyInArn(arn, 'resource-share', call));
  const filter = { ...call, owner, shareIds: keys.map(({ id }) => id) };
  const found = await listShares(tx, filter, { after: undefined, limit: arns.length });
  const isThere = ({ id, account_id, region }: (typeof keys)[number]) =>
    found.some((row) => row.id === id && row.account_id === account_id && row.region === region);
  const missing = keys.findIndex((key) => !isThere(key));
  if (missing >= 0) throw unknownResource(`ResourceShare ${arns[missing]!}`);
  return found.map(({ id }) => id);
}

/** The ids in ARNs of invitations that the caller got; refuses the first that it did not. */
export async function requireInvitationIds(
  tx: Transaction,
  arns: readonly string[] | undefined,
  call: Call,
): Promise<string[] | undefined> {
  if (!arns || arns.length === 0) return undefined;
  const keys = arns.map((arn) => keyInArn(arn, 'resource-share-invitation', call));
  const invitationIds = keys.map(({ id }) => id);
  const found = await listInvitationRows(tx, call, {
    ...{ after: undefined, limit: arns.length },
    invitationIds,
  });
  const ids = new Set(
    found.map(({ principal, share }) => `${share.account_id} ${principal.invitation_id}`),
  );
  const missing = keys.findIndex(({ account_id, id }) => !ids.has(`${account_id} ${id}`));
  if (missing >= 0) throw unknownInvitation(arns[missing]!);
  return invitationIds;
}
