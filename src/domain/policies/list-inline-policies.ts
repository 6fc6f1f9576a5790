import { ListGroupPolicies, ListRolePolicies, ListUserPolicies } from '../../contracts/iam.gen.ts';
import type { ListUserPoliciesResponse } from '../../contracts/iam.gen.ts';
import type { OperationContract } from '../../contracts/contract.ts';
import { identityPage } from '../identity-page.ts';
import type { PageInput } from '../identity-page.ts';
import { operation } from '../operation.ts';
import type { AnyOperation } from '../operation.ts';
import { listInlinePolicies } from './inline-policy-store.ts';
import { ofGroup, ofRole, ofUser } from './policy-holder.ts';
import type { HolderKind } from './policy-holder.ts';

function listPoliciesOf<Named>(
  contract: OperationContract<NoInfer<Named> & PageInput, ListUserPoliciesResponse>,
  kind: HolderKind<Named>,
): AnyOperation {
  return operation(contract, {
    effect: 'read',
    resource: (input, call) => kind.resource(input, call),
    find: (input, context) => kind.find(input, context),
    async run(input, { tx, call, found: holder }) {
      const policies = await listInlinePolicies(tx, holder);
      const { items, rest } = await identityPage(
        input,
        call,
        (after, limit) => policies.filter((one) => one.name_key > after).slice(0, limit),
        (policy) => policy.name_key,
      );
      return { PolicyNames: items.map(({ name }) => name), ...rest };
    },
  });
}

/** Lists the names of a user's inline policies. */
export const listUserPolicies = listPoliciesOf(ListUserPolicies, ofUser);

/** Lists the names of a group's inline policies. */
export const listGroupPolicies = listPoliciesOf(ListGroupPolicies, ofGroup);

/** Lists the names of a role's inline policies. */
export const listRolePolicies = listPoliciesOf(ListRolePolicies, ofRole);
