import { ListResourceSharePermissions } from '../../contracts/ram.gen.ts';
import { operation } from '../operation.ts';
import { permissionNamed, permissionSummary } from './managed-permission.ts';
import { pageOfNames, sharePage } from './share-page.ts';
import { targetShare } from './share-target.ts';

/** Tells which permission a share gives. */
export const listResourceSharePermissions = operation(ListResourceSharePermissions, {
  effect: 'read',
  resource: (input) => input.resourceShareArn,
  find: (input, context) => targetShare(context, input.resourceShareArn),
  async run(input, { call, found: share }) {
    const list = pageOfNames([permissionNamed(share.permission)]);
    const { rows, rest } = await sharePage(input, call, list);
    return { permissions: rows.map((one) => permissionSummary(one, call.partition)), ...rest };
  },
});
