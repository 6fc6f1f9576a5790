import { DeleteResourceShare } from '../../contracts/ram.gen.ts';
import { operation } from '../operation.ts';
import { shareArn, shareView } from './resource-share.ts';
import { deleteShare } from './resource-share-store.ts';
import { findShareGroups } from './share-group-store.ts';
import { applyShares } from './share-policy-store.ts';
import { targetShare } from './share-target.ts';

/** Deletes a share: what it let others do ends with it. */
export const deleteResourceShare = operation(DeleteResourceShare, {
  effect: 'write',
  resource: (input) => input.resourceShareArn,
  find: (input, context) => targetShare(context, input.resourceShareArn),
  async run({ clientToken }, { tx, call, journal, found: share }) {
    const groups = await findShareGroups(tx, share.id);
    await deleteShare(tx, share.id);
    await applyShares(
      tx,
      groups.map(({ id }) => id),
      call.partition,
    );
    journal.record({
      resourceArn: shareArn(share, call.partition),
      before: { ...shareView(share, call) },
    });
    return { returnValue: true, ...(clientToken !== undefined && { clientToken }) };
  },
});
