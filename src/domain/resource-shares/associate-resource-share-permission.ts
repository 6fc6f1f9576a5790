import { AssociateResourceSharePermission } from '../../contracts/ram.gen.ts';
import { operation } from '../operation.ts';
import { changeShare } from './change-share.ts';
import { checkPermissionVersion, requirePermission } from './managed-permission.ts';
import { notPermitted } from './resource-share-refusals.ts';
import { findShareGroups } from './share-group-store.ts';
import { applyShares } from './share-policy-store.ts';
import { targetShare } from './share-target.ts';

/** Gives a share another permission in the place of the one it has. */
export const associateResourceSharePermission = operation(AssociateResourceSharePermission, {
  effect: 'write',
  resource: (input) => input.resourceShareArn,
  find: (input, context) => targetShare(context, input.resourceShareArn),
  async run(input, context) {
    const { tx, call, found: share } = context;
    const { permissionArn: arn, permissionVersion, replace = false, clientToken } = input;
    const { name: permission } = requirePermission(arn, call.partition);
    checkPermissionVersion(permissionVersion, arn);
    if (permission !== share.permission && !replace) {
      throw notPermitted(
        'The resource share has a permission for this type of resource. Say that it is replaced.',
      );
    }
    await changeShare(context, { permission });
    const groups = await findShareGroups(tx, share.id);
    await applyShares(
      tx,
      groups.map(({ id }) => id),
      call.partition,
    );
    return { returnValue: true, ...(clientToken !== undefined && { clientToken }) };
  },
});
