import { parseArn } from '../../kernel/arn.ts';
import { randomId } from '../../kernel/id.ts';
import { limits } from '../../kernel/limits.ts';
import { echo } from '../../contracts/validate.ts';
import type { ResourceShareAssociation } from '../../contracts/ram.gen.ts';
import type {
  ResourceSharePrincipalRow,
  ResourceShareRow,
} from '../../store/resource-share-tables.ts';
import type { ModelPackageGroupRow } from '../../store/tables.ts';
import type { Call } from '../call.ts';
import { modelPackageGroupArn } from '../model-package-groups/model-package-group.ts';
import { findGroup } from '../model-package-groups/model-package-group-store.ts';
import type { FindContext } from '../operation.ts';
import {
  accountOfPrincipal,
  groupAssociation,
  invitationStatus,
  principalAssociation,
} from './resource-share.ts';
import {
  malformedArn,
  notPermitted,
  tooMany,
  unknownResource,
  unshareable,
} from './resource-share-refusals.ts';
import { findShareGroups, insertShareGroup } from './share-group-store.ts';
import { deletePrincipal, findPrincipals, insertPrincipal } from './share-principal-store.ts';
import { applyShares } from './share-policy-store.ts';

/** What a call adds to a share or takes out of it. */
export interface NamedMembers {
  readonly resourceArns?: readonly string[];
  readonly principals?: readonly string[];
  readonly sources?: readonly string[];
}

/** Refuses what no share can hold, before anything is looked for. */
export function checkMembers({ resourceArns, principals, sources }: NamedMembers): void {
  if (sources?.length)
    throw notPermitted('Sources are for service principals, which are not here.');
  const most = limits.membersPerShareMax;
  for (const list of [resourceArns, principals]) {
    if (list && list.length > most)
      throw tooMany(`A resource share holds at most ${most} of a kind.`);
  }
}

/** Adds groups and accounts to a share; answers what is theirs now, and whether anything is new. */
export async function addMembers(
  context: FindContext,
  share: ResourceShareRow,
  members: NamedMembers,
): Promise<{ associations: ResourceShareAssociation[]; isChanged: boolean }> {
  const added = await addGroups(context, share, members.resourceArns ?? []);
  const invited = await invite(context, share, members.principals ?? []);
  const groups = await findShareGroups(context.tx, share.id);
  if (added.isChanged) {
    await applyShares(
      context.tx,
      groups.map(({ id }) => id),
      context.call.partition,
    );
  }
  return {
    associations: [...added.associations, ...invited.associations],
    isChanged: added.isChanged || invited.isChanged,
  };
}

/** A group of the caller's that can be shared, by its ARN. */
async function groupToShare(
  { tx, call }: FindContext,
  arnText: string,
): Promise<ModelPackageGroupRow> {
  const arn = parseArn(arnText);
  if (!arn || arn.partition !== call.partition) throw malformedArn(arnText);
  const [type, name = '', ...more] = arn.resource.split('/');
  if (arn.service !== 'sagemaker' || type !== 'model-package-group') throw unshareable();
  if (name === '' || more.length > 0 || arn.region !== call.region) throw malformedArn(arnText);
  if (arn.accountId !== call.accountId) {
    throw notPermitted(`The resource ${echo(arnText)} belongs to another account.`);
  }
  const group = await findGroup(tx, call, name);
  if (!group) throw unknownResource(`Resource ${arnText}`);
  return group;
}

async function addGroups(
  context: FindContext,
  share: ResourceShareRow,
  arns: readonly string[],
): Promise<{ associations: ResourceShareAssociation[]; isChanged: boolean }> {
  const { tx, call } = context;
  const present = new Map(
    (await findShareGroups(tx, share.id)).map((one) => [one.id, one.shared_at]),
  );
  const before = present.size;
  const associations: ResourceShareAssociation[] = [];
  for (const text of new Set(arns)) {
    const group = await groupToShare(context, text);
    const at = present.get(group.id) ?? call.now;
    if (!present.has(group.id)) {
      await insertShareGroup(tx, { share_id: share.id, group_id: group.id, created_at: at });
      present.set(group.id, at);
    }
    const arn = modelPackageGroupArn(group, call.partition);
    associations.push(groupAssociation(share, { arn, at }, call));
  }
  checkSize(present.size);
  return { associations, isChanged: present.size > before };
}

/** Invites accounts; one that has answered or was not heard of is invited anew. */
async function invite(
  { tx, call }: FindContext,
  share: ResourceShareRow,
  principals: readonly string[],
): Promise<{ associations: ResourceShareAssociation[]; isChanged: boolean }> {
  const ids = new Set(principals.map((one) => accountOfPrincipal(one, call)));
  if (ids.size > 0 && share.allows_external === 0) {
    throw notPermitted(
      'The resource share does not allow external principals, which every other account is.',
    );
  }
  const present = new Map((await findPrincipals(tx, share.id)).map((one) => [one.account_id, one]));
  let isChanged = false;
  const associations: ResourceShareAssociation[] = [];
  for (const id of ids) {
    const known = present.get(id);
    const isOpen = known && ['PENDING', 'ACCEPTED'].includes(invitationStatus(known, call.now));
    const principal = isOpen ? known : invitationOf(share, id, call);
    if (principal !== known) {
      if (known) await deletePrincipal(tx, share.id, id);
      await insertPrincipal(tx, principal);
      present.set(id, principal);
      isChanged = true;
    }
    associations.push(principalAssociation(share, principal, call));
  }
  checkSize(present.size);
  return { associations, isChanged };
}

function invitationOf(
  share: ResourceShareRow,
  accountId: string,
  { now }: Call,
): ResourceSharePrincipalRow {
  return {
    share_id: share.id,
    account_id: accountId,
    created_at: now,
    updated_at: now,
    invitation_id: randomId(),
    invitation_status: 'PENDING',
  };
}

function checkSize(size: number): void {
  const most = limits.membersPerShareMax;
  if (size > most) throw tooMany(`A resource share holds at most ${most} of a kind.`);
}
