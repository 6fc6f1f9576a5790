import { isDeepStrictEqual } from 'node:util';
import type { ResourceShareRow } from '../../store/resource-share-tables.ts';
import type { OperationContext } from '../operation.ts';
import { permissionArn } from './managed-permission.ts';
import { shareArn, shareView } from './resource-share.ts';
import { saveShare } from './resource-share-store.ts';

/** Changes a share's own facts, and says in the journal which. */
export async function changeShare(
  { tx, call, journal, found: share }: OperationContext<ResourceShareRow>,
  change: Partial<Pick<ResourceShareRow, 'name' | 'allows_external' | 'permission' | 'tags'>>,
): Promise<ResourceShareRow> {
  const changed = { ...share, ...change };
  if (isDeepStrictEqual(changed, share)) {
    journal.unchanged();
    return share;
  }
  const saved = { ...changed, updated_at: call.now };
  await saveShare(tx, saved);
  const told = (row: ResourceShareRow) => ({
    ...shareView(row, { ...call, accountId: row.account_id }),
    permissionArn: permissionArn({ name: row.permission }, call.partition),
  });
  journal.record({
    resourceArn: shareArn(share, call.partition),
    before: told(share),
    after: told(saved),
  });
  return saved;
}
