import { ListRoleTags } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { tagPage } from '../users/tag-page.ts';
import { namedRoleArn, roleTags } from './role.ts';
import { targetRole } from './role-target.ts';

/** Lists a role's tags by key. */
export const listRoleTags = operation(ListRoleTags, {
  effect: 'read',
  resource: (input, call) => namedRoleArn(input.RoleName, call),
  find: (input, context) => targetRole(context, input.RoleName),
  run: (input, { call, found: role }) => tagPage(input, call, roleTags(role)),
});
