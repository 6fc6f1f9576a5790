import {
  ListAttachedGroupPolicies,
  ListAttachedRolePolicies,
  ListAttachedUserPolicies,
} from '../../contracts/iam.gen.ts';
import type { ListAttachedUserPoliciesResponse } from '../../contracts/iam.gen.ts';
import type { OperationContract } from '../../contracts/contract.ts';
import { identityPage } from '../identity-page.ts';
import type { PageInput } from '../identity-page.ts';
import { operation } from '../operation.ts';
import type { AnyOperation } from '../operation.ts';
import { listHeldPolicies } from './attached-policy-store.ts';
import { ofGroup, ofRole, ofUser } from './policy-holder.ts';
import type { HolderKind } from './policy-holder.ts';

interface ListInput extends PageInput {
  readonly PathPrefix?: string;
}

function listAttachedTo<Named>(
  contract: OperationContract<NoInfer<Named> & ListInput, ListAttachedUserPoliciesResponse>,
  kind: HolderKind<Named>,
): AnyOperation {
  return operation(contract, {
    effect: 'read',
    resource: (input, call) => kind.resource(input, call),
    find: (input, context) => kind.find(input, context),
    async run(input, { tx, call, found: holder }) {
      const { PathPrefix: pathPrefix = '/' } = input;
      const held = await listHeldPolicies(tx, holder, call.partition);
      const listed = held.filter(({ path }) => path.startsWith(pathPrefix));
      const { items, rest } = await identityPage(
        input,
        call,
        (after, limit) => listed.filter(({ id }) => id > after).slice(0, limit),
        ({ id }) => id,
      );
      return { AttachedPolicies: items.map(({ view }) => view), ...rest };
    },
  });
}

/** Lists the managed policies that are attached to a user. */
export const listAttachedUserPolicies = listAttachedTo(ListAttachedUserPolicies, ofUser);

/** Lists the managed policies that are attached to a group. */
export const listAttachedGroupPolicies = listAttachedTo(ListAttachedGroupPolicies, ofGroup);

/** Lists the managed policies that are attached to a role. */
export const listAttachedRolePolicies = listAttachedTo(ListAttachedRolePolicies, ofRole);
