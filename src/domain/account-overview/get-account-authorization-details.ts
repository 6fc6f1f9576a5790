import { GetAccountAuthorizationDetails } from '../../contracts/iam.gen.ts';
import type {
  EntityType,
  GetAccountAuthorizationDetailsResponse,
} from '../../contracts/iam.gen.ts';
import type { GroupRow, PolicyRow, RoleRow, UserRow } from '../../store/identity-tables.ts';
import { chainLists } from '../chained-lists.ts';
import type { NamedList } from '../chained-lists.ts';
import { identityPage } from '../identity-page.ts';
import { operation } from '../operation.ts';
import type { FindContext } from '../operation.ts';
import { listGroupRows } from '../groups/group-store.ts';
import { awsManagedPolicies } from '../policies/aws-managed-policies.ts';
import type { AwsManagedPolicy } from '../policies/aws-managed-policies.ts';
import { ownPolicy, providedPolicy } from '../policies/policy.ts';
import { listPolicyRows } from '../policies/policy-store.ts';
import { countUses } from '../policies/policy-use-store.ts';
import { nameKey } from '../resource-reference.ts';
import { listUserRows } from '../users/user-store.ts';
import { groupDetail, managedPolicyDetail, roleDetail, userDetail } from './account-details.ts';
import { listRoleRows } from '../roles/role-store.ts';

/** One thing of the account, as the list that it came from. */
type Entity =
  | { readonly kind: 'User'; readonly row: UserRow }
  | { readonly kind: 'Group'; readonly row: GroupRow }
  | { readonly kind: 'Role'; readonly row: RoleRow }
  | { readonly kind: 'LocalManagedPolicy'; readonly row: PolicyRow }
  | { readonly kind: 'AWSManagedPolicy'; readonly row: AwsManagedPolicy };

type Details = Required<Omit<GetAccountAuthorizationDetailsResponse, 'IsTruncated' | 'Marker'>>;

/** Tells everything about who may do what: users, groups, roles and the policies they have. */
export const getAccountAuthorizationDetails = operation(GetAccountAuthorizationDetails, {
  effect: 'read',
  resource: () => '*',
  async run(input, context) {
    const { Filter: filter = [] } = input;
    const isWanted = ({ name }: NamedList<Entity>) =>
      filter.length === 0 || filter.includes(name as EntityType);
    const { items, rest } = await identityPage(
      input,
      context.call,
      (after, limit) => chainLists(listsOf(context).filter(isWanted), after, limit),
      ({ place }) => place,
    );
    const details: Details = {
      UserDetailList: [],
      GroupDetailList: [],
      RoleDetailList: [],
      Policies: [],
    };
    for (const { item } of items) await addDetail(details, context, item);
    return { ...details, ...rest };
  },
});

function listsOf({ tx, call: { accountId } }: FindContext): NamedList<Entity>[] {
  const all = { accountId, pathPrefix: '/' };
  const listOf = <Row extends { name: string }>(
    name: EntityType,
    list: (page: { after: string; limit: number }) => Promise<Row[]>,
    entityOf: (row: Row) => Entity,
  ): NamedList<Entity> => ({
    name,
    list: async (after, limit) => (await list({ after, limit })).map(entityOf),
    nameOf: ({ row }) => nameKey(row.name),
  });
  return [
    listOf(
      'User',
      (page) => listUserRows(tx, { ...all, ...page }),
      (row) => ({ kind: 'User', row }),
    ),
    listOf(
      'Group',
      (page) => listGroupRows(tx, { ...all, ...page }),
      (row) => ({ kind: 'Group', row }),
    ),
    listOf(
      'Role',
      (page) => listRoleRows(tx, { accountId, pathPrefix: '/', ...page }),
      (row) => ({ kind: 'Role', row }),
    ),
    listOf(
      'LocalManagedPolicy',
      (page) => listPolicyRows(tx, { ...all, usedAs: undefined, ...page }),
      (row) => ({ kind: 'LocalManagedPolicy', row }),
    ),
    listOf(
      'AWSManagedPolicy',
      (page) => listUsedAwsPolicies(tx, accountId, page),
      (row) => ({ kind: 'AWSManagedPolicy', row }),
    ),
  ];
}

/** Those of AWS's policies that somebody of the account has. */
async function listUsedAwsPolicies(
  tx: FindContext['tx'],
  accountId: string,
  { after, limit }: { after: string; limit: number },
): Promise<AwsManagedPolicy[]> {
  const uses = await countUses(tx, accountId, [...awsManagedPolicies.keys()]);
  return [...awsManagedPolicies.values()]
    .filter(({ id }) => uses.get(id)!.attached + uses.get(id)!.asBoundary > 0)
    .filter(({ name }) => nameKey(name) > after)
    .toSorted((one, other) => (nameKey(one.name) < nameKey(other.name) ? -1 : 1))
    .slice(0, limit);
}

async function addDetail(
  details: Details,
  context: FindContext,
  { kind, row }: Entity,
): Promise<void> {
  const { partition } = context.call;
  if (kind === 'User') details.UserDetailList.push(await userDetail(context, row));
  else if (kind === 'Group') details.GroupDetailList.push(await groupDetail(context, row));
  else if (kind === 'Role') details.RoleDetailList.push(await roleDetail(context, row));
  else {
    const policy =
      kind === 'AWSManagedPolicy' ? providedPolicy(row, partition) : ownPolicy(row, partition);
    details.Policies.push(await managedPolicyDetail(context, policy));
  }
}
