import { ListEntitiesForPolicy } from '../../contracts/iam.gen.ts';
import type { ListEntitiesForPolicyRequest } from '../../contracts/iam.gen.ts';
import { chainLists } from '../chained-lists.ts';
import type { ChainedItem, NamedList } from '../chained-lists.ts';
import { identityPage } from '../identity-page.ts';
import { operation } from '../operation.ts';
import type { FindContext } from '../operation.ts';
import { checkPolicyArn } from './policy.ts';
import { targetPolicy } from './policy-target.ts';
import { listUsing } from './policy-use-store.ts';
import type { PolicyUser } from './policy-use-store.ts';

const tables = { Group: 'iam_group', Role: 'iam_role', User: 'iam_user' } as const;
type Kind = keyof typeof tables;
const kinds: readonly Kind[] = ['Group', 'Role', 'User'];

/** Lists who has a policy, attached or as a boundary: groups, roles and users, by name. */
export const listEntitiesForPolicy = operation(ListEntitiesForPolicy, {
  effect: 'read',
  resource: (input) => input.PolicyArn,
  find: (input, context) => targetPolicy(context, input.PolicyArn),
  check: (input) => checkPolicyArn(input),
  async run(input, { found: policy, ...context }) {
    const lists = kinds
      .filter((kind) => (input.EntityFilter ?? kind) === kind)
      .map((kind) => usersOfKind(kind, policy.id, input, context));
    const { items, rest } = await identityPage(
      input,
      context.call,
      (after, limit) => chainLists(lists, after, limit),
      ({ place }) => place,
    );
    return {
      PolicyGroups: ofKind(items, 'Group').map(({ id, name }) => ({
        GroupName: name,
        GroupId: id,
      })),
      PolicyUsers: ofKind(items, 'User').map(({ id, name }) => ({ UserName: name, UserId: id })),
      PolicyRoles: ofKind(items, 'Role').map(({ id, name }) => ({ RoleName: name, RoleId: id })),
      ...rest,
    };
  },
});

function usersOfKind(
  kind: Kind,
  policyId: string,
  { PathPrefix: pathPrefix = '/', PolicyUsageFilter: filter }: ListEntitiesForPolicyRequest,
  { tx, call: { accountId } }: FindContext,
): NamedList<PolicyUser> {
  const usedAs = [
    ...(filter === 'PermissionsBoundary' ? [] : (['attached'] as const)),
    ...(filter === 'PermissionsPolicy' ? [] : (['boundary'] as const)),
  ];
  return {
    name: kind,
    list: (after, limit) =>
      listUsing(tx, tables[kind], { accountId, policyId, pathPrefix, usedAs, after, limit }),
    nameOf: (user) => user.name_key,
  };
}

function ofKind(items: readonly ChainedItem<PolicyUser>[], kind: Kind): PolicyUser[] {
  return items.filter(({ place }) => place.startsWith(`${kind}/`)).map(({ item }) => item);
}
