import { GetPermission } from '../../contracts/ram.gen.ts';
import { operation } from '../operation.ts';
import {
  checkPermissionVersion,
  permissionDetail,
  requirePermission,
} from './managed-permission.ts';

/** Tells what a permission lets others do. */
export const getPermission = operation(GetPermission, {
  effect: 'read',
  resource: (input) => input.permissionArn,
  async run({ permissionArn: arn, permissionVersion }, { call }) {
    const permission = requirePermission(arn, call.partition);
    checkPermissionVersion(permissionVersion, arn);
    return { permission: permissionDetail(permission, call.partition) };
  },
});
