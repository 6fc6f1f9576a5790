import { ListPermissions } from '../../contracts/ram.gen.ts';
import { operation } from '../operation.ts';
import { groupType, managedPermissions, permissionSummary } from './managed-permission.ts';
import { pageOfNames, sharePage } from './share-page.ts';

/** Lists the permissions that a share can give; there are none but AWS's. */
export const listPermissions = operation(ListPermissions, {
  effect: 'read',
  resource: () => '*',
  async run(input, { call }) {
    const { resourceType, permissionType } = input;
    const isNone = permissionType === 'CUSTOMER_MANAGED';
    const isOther = resourceType !== undefined && !isGroupType(resourceType);
    const all = isNone || isOther ? [] : managedPermissions;
    const { rows, rest } = await sharePage(input, call, pageOfNames(all));
    return { permissions: rows.map((one) => permissionSummary(one, call.partition)), ...rest };
  },
});

/** As in AWS, whose documents write the type in either case. */
function isGroupType(text: string): boolean {
  return text.toLowerCase() === groupType.toLowerCase();
}
