import { DeleteGroupPolicy, DeleteRolePolicy, DeleteUserPolicy } from '../../contracts/iam.gen.ts';
import type { OperationContract } from '../../contracts/contract.ts';
import { nothing, operation } from '../operation.ts';
import type { AnyOperation } from '../operation.ts';
import { requireInline } from './inline-policy.ts';
import { listInlinePolicies, removeInlinePolicy } from './inline-policy-store.ts';
import { ofGroup, ofRole, ofUser } from './policy-holder.ts';
import type { HolderKind } from './policy-holder.ts';

function deletePolicyOf<Named>(
  contract: OperationContract<NoInfer<Named> & { PolicyName: string }, typeof nothing>,
  kind: HolderKind<Named>,
): AnyOperation {
  return operation(contract, {
    effect: 'write',
    resource: (input, call) => kind.resource(input, call),
    find: (input, context) => kind.find(input, context),
    async run({ PolicyName }, { tx, journal, found: holder }) {
      const policy = requireInline(await listInlinePolicies(tx, holder), PolicyName, kind);
      await removeInlinePolicy(tx, policy);
      const before = { PolicyName: policy.name, PolicyDocument: policy.document };
      journal.record({ resourceArn: holder.arn, before });
      return nothing;
    },
  });
}

/** Takes a policy out of a user. */
export const deleteUserPolicy = deletePolicyOf(DeleteUserPolicy, ofUser);

/** Takes a policy out of a group. */
export const deleteGroupPolicy = deletePolicyOf(DeleteGroupPolicy, ofGroup);

/** Takes a policy out of a role. */
export const deleteRolePolicy = deletePolicyOf(DeleteRolePolicy, ofRole);
