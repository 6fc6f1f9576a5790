import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import {
  findGroupById,
  saveSharePolicy,
} from '../model-package-groups/model-package-group-store.ts';
import { indexSharing } from '../model-package-groups/shared-group-store.ts';
import { tooMany } from './resource-share-refusals.ts';
import { sharePolicy } from './share-policy.ts';
import type { Grant } from './share-policy.ts';

/** What the accepted shares of some groups give to whom. */
export async function findGrants(
  tx: Transaction,
  groupIds: readonly number[],
): Promise<Map<number, Grant[]>> {
  const grants = new Map<number, Grant[]>();
  if (groupIds.length === 0) return grants;
  const rows = await tx.rows(
    tx.sql
      .selectFrom('resource_share_group as g')
      .innerJoin('resource_share as s', 's.id', 'g.share_id')
      .innerJoin('resource_share_principal as p', 'p.share_id', 'g.share_id')
      .select(['g.group_id as groupId', 'p.account_id as accountId', 's.permission'])
      .where('g.group_id', 'in', groupIds)
      .where('p.invitation_status', '=', 'ACCEPTED'),
  );
  for (const { groupId, accountId, permission } of rows) {
    grants.set(groupId, [...(grants.get(groupId) ?? []), { accountId, permission }]);
  }
  return grants;
}

/**
 * Works out anew what shares let others do with some groups, and keeps it with them, so that it
 * holds for the next call and costs that call nothing.
 */
export async function applyShares(
  tx: Transaction,
  groupIds: readonly number[],
  partition: string,
): Promise<void> {
  const ids = [...new Set(groupIds)].sort((one, other) => one - other);
  for (const id of ids) {
    // Locked before it is asked what is shared: whoever changes another share of it waits.
    const group = await findGroupById(tx, id);
    if (!group) continue;
    const grants = (await findGrants(tx, [id])).get(id) ?? [];
    if (new Set(grants.map(({ accountId }) => accountId)).size > limits.accountsPerSharedGroupMax) {
      const most = limits.accountsPerSharedGroupMax;
      throw tooMany(`A model package group may be shared with at most ${most} accounts.`);
    }
    const policy = sharePolicy(group, grants, partition);
    if (policy === group.share_policy) continue;
    await saveSharePolicy(tx, id, policy);
    await indexSharing(tx, { ...group, share_policy: policy });
  }
}
