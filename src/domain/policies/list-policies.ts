import { ListPolicies } from '../../contracts/iam.gen.ts';
import type { ListPoliciesRequest } from '../../contracts/iam.gen.ts';
import { chainLists } from '../chained-lists.ts';
import type { NamedList } from '../chained-lists.ts';
import { identityPage } from '../identity-page.ts';
import { operation } from '../operation.ts';
import type { FindContext } from '../operation.ts';
import { nameKey } from '../resource-reference.ts';
import { iamArn } from '../users/user.ts';
import { awsManagedPolicies } from './aws-managed-policies.ts';
import { ownPolicy, policyView, providedPolicy } from './policy.ts';
import type { ManagedPolicy, PolicyUses } from './policy.ts';
import { listPolicyRows } from './policy-store.ts';
import { countUses } from './policy-use-store.ts';

/** Lists managed policies by name, AWS's before the account's own; details are GetPolicy's. */
export const listPolicies = operation(ListPolicies, {
  effect: 'read',
  resource: ({ PathPrefix = '/' }, call) =>
    iamArn(call.accountId, call.partition, `policy${PathPrefix}`),
  async run(input, context) {
    const { tx, call } = context;
    const { Scope: scope = 'All' } = input;
    const lists = [
      ...(scope === 'Local' ? [] : [awsPolicies(input, context)]),
      ...(scope === 'AWS' ? [] : [ownPolicies(input, context)]),
    ];
    const { items, rest } = await identityPage(
      input,
      call,
      (after, limit) => chainLists(lists, after, limit),
      ({ place }) => place,
    );
    const uses = await countUses(
      tx,
      call.accountId,
      items.map(({ item }) => item.id),
    );
    return { Policies: items.map(({ item }) => policyView(item, uses.get(item.id)!)), ...rest };
  },
});

/** In which ways the policies that are asked for are used; undefined where it does not matter. */
function usedAs({
  OnlyAttached: onlyAttached,
  PolicyUsageFilter: filter,
}: ListPoliciesRequest): readonly ('attached' | 'boundary')[] | undefined {
  if (filter === 'PermissionsPolicy') return ['attached'];
  if (filter === 'PermissionsBoundary') return ['boundary'];
  return onlyAttached === true ? ['attached', 'boundary'] : undefined;
}

function ownPolicies(
  input: ListPoliciesRequest,
  { tx, call: { accountId, partition } }: FindContext,
): NamedList<ManagedPolicy> {
  const { PathPrefix: pathPrefix = '/' } = input;
  return {
    name: 'Local',
    async list(after, limit) {
      const list = { accountId, pathPrefix, usedAs: usedAs(input), after, limit };
      return (await listPolicyRows(tx, list)).map((row) => ownPolicy(row, partition));
    },
    nameOf: ({ name }) => nameKey(name),
  };
}

function awsPolicies(
  input: ListPoliciesRequest,
  { tx, call: { accountId, partition } }: FindContext,
): NamedList<ManagedPolicy> {
  const { PathPrefix: pathPrefix = '/' } = input;
  const wanted = usedAs(input);
  return {
    name: 'AWS',
    async list(after, limit) {
      const uses = await countUses(tx, accountId, [...awsManagedPolicies.keys()]);
      return [...awsManagedPolicies.values()]
        .filter(({ id, path }) => path.startsWith(pathPrefix) && isUsed(uses.get(id)!, wanted))
        .map((policy) => providedPolicy(policy, partition))
        .filter(({ name }) => nameKey(name) > after)
        .toSorted((one, other) => (nameKey(one.name) < nameKey(other.name) ? -1 : 1))
        .slice(0, limit);
    },
    nameOf: ({ name }) => nameKey(name),
  };
}

function isUsed(uses: PolicyUses, wanted: ReturnType<typeof usedAs>): boolean {
  if (!wanted) return true;
  if (wanted.includes('attached') && uses.attached > 0) return true;
  return wanted.includes('boundary') && uses.asBoundary > 0;
}
