import { AssociateResourceShare } from '../../contracts/ram.gen.ts';
import { operation } from '../operation.ts';
import { shareArn } from './resource-share.ts';
import { addMembers, checkMembers } from './share-members.ts';
import { targetShare } from './share-target.ts';

/** Adds groups to a share, and invites accounts to it. */
export const associateResourceShare = operation(AssociateResourceShare, {
  effect: 'write',
  resource: (input) => input.resourceShareArn,
  find: (input, context) => targetShare(context, input.resourceShareArn),
  check: (input) => checkMembers(input),
  async run(input, context) {
    const { call, journal, found: share } = context;
    const { associations, isChanged } = await addMembers(context, share, input);
    if (isChanged) {
      journal.record({
        resourceArn: shareArn(share, call.partition),
        after: { resourceShareAssociations: associations },
      });
    } else journal.unchanged();
    const { clientToken } = input;
    return {
      resourceShareAssociations: associations,
      ...(clientToken !== undefined && { clientToken }),
    };
  },
});
