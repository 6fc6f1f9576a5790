import { ListRoles } from '../../contracts/iam.gen.ts';
import type { Role } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { pageByPath } from '../identity-page.ts';
import { showTrust } from '../policies/policy-principals-store.ts';
import { iamArn } from '../users/user.ts';
import { roleView } from './role.ts';
import { listRoleRows } from './role-store.ts';

/** Lists the account's roles by name, page by page; tags and last uses are GetRole's. */
export const listRoles = operation(ListRoles, {
  effect: 'read',
  resource: ({ PathPrefix = '/' }, call) =>
    iamArn(call.accountId, call.partition, `role${PathPrefix}`),
  async run(input, { tx, call }) {
    const { items, rest } = await pageByPath(input, call, (list) => listRoleRows(tx, list));
    const roles: Role[] = [];
    for (const role of items) roles.push(roleView(await showTrust(tx, call, role), call.partition));
    return { Roles: roles, ...rest };
  },
});
