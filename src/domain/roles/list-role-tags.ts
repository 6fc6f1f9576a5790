import { ListRoleTags } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { identityPage } from '../identity-page.ts';
import { namedRoleArn, roleTags } from './role.ts';
import { targetRole } from './role-target.ts';

/** Lists a role's tags by key. */
export const listRoleTags = operation(ListRoleTags, {
  effect: 'read',
  resource: (input, call) => namedRoleArn(input.RoleName, call),
  find: (input, context) => targetRole(context, input.RoleName),
  async run(input, { call, found: role }) {
    const sorted = roleTags(role).toSorted((one, other) => (one.Key < other.Key ? -1 : 1));
    const { items, rest } = await identityPage(
      input,
      call,
      (after, limit) => sorted.filter(({ Key }) => Key > after).slice(0, limit),
      (tag) => tag.Key,
    );
    return { Tags: items, ...rest };
  },
});
