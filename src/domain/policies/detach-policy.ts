import { DetachGroupPolicy, DetachRolePolicy, DetachUserPolicy } from '../../contracts/iam.gen.ts';
import type { OperationContract } from '../../contracts/contract.ts';
import { nothing, operation } from '../operation.ts';
import type { AnyOperation } from '../operation.ts';
import { detachPolicy, listHeldPolicies } from './attached-policy-store.ts';
import { checkPolicyArn, missingPolicy } from './policy.ts';
import { ofGroup, ofRole, ofUser } from './policy-holder.ts';
import type { HolderKind } from './policy-holder.ts';

function detachFrom<Named>(
  contract: OperationContract<NoInfer<Named> & { PolicyArn: string }, typeof nothing>,
  kind: HolderKind<Named>,
): AnyOperation {
  return operation(contract, {
    effect: 'write',
    resource: (input, call) => kind.resource(input, call),
    find: (input, context) => kind.find(input, context),
    check: (input) => checkPolicyArn(input),
    async run({ PolicyArn }, { tx, call, journal, found: holder }) {
      const held = await listHeldPolicies(tx, holder, call.partition);
      const policy = held.find(({ view }) => view.PolicyArn === PolicyArn);
      if (!policy) throw missingPolicy(PolicyArn);
      await detachPolicy(tx, holder, policy.id);
      journal.record({ resourceArn: holder.arn, before: { PolicyArn } });
      return nothing;
    },
  });
}

/** Detaches a managed policy from a user. */
export const detachUserPolicy = detachFrom(DetachUserPolicy, ofUser);

/** Detaches a managed policy from a group. */
export const detachGroupPolicy = detachFrom(DetachGroupPolicy, ofGroup);

/** Detaches a managed policy from a role. */
export const detachRolePolicy = detachFrom(DetachRolePolicy, ofRole);
