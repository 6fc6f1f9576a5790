import { UpdateResourceShare } from '../../contracts/ram.gen.ts';
import { operation } from '../operation.ts';
import { changeShare } from './change-share.ts';
import { shareView } from './resource-share.ts';
import { notPermitted } from './resource-share-refusals.ts';
import { findPrincipals } from './share-principal-store.ts';
import { targetShare } from './share-target.ts';

/** Renames a share, or closes it to other accounts before any was invited. */
export const updateResourceShare = operation(UpdateResourceShare, {
  effect: 'write',
  resource: (input) => input.resourceShareArn,
  find: (input, context) => targetShare(context, input.resourceShareArn),
  async run(input, context) {
    const { tx, call, found: share } = context;
    const { name = share.name, allowExternalPrincipals: allowed, clientToken } = input;
    if (allowed === false && (await findPrincipals(tx, share.id)).length > 0) {
      throw notPermitted('The resource share has external principals. Disassociate them first.');
    }
    const allows_external = allowed === undefined ? share.allows_external : Number(allowed);
    const saved = await changeShare(context, { name, allows_external });
    return {
      resourceShare: shareView(saved, call),
      ...(clientToken !== undefined && { clientToken }),
    };
  },
});
