import { AttachGroupPolicy, AttachRolePolicy, AttachUserPolicy } from '../../contracts/iam.gen.ts';
import type { OperationContract } from '../../contracts/contract.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { nothing, operation } from '../operation.ts';
import type { AnyOperation } from '../operation.ts';
import { attachPolicy, listHeldPolicies } from './attached-policy-store.ts';
import { checkPolicyArn, notAttachable } from './policy.ts';
import { ofGroup, ofRole, ofUser } from './policy-holder.ts';
import type { HolderKind } from './policy-holder.ts';
import { findManagedPolicy } from './policy-store.ts';

const quotas = { user: 'PoliciesPerUser', group: 'PoliciesPerGroup', role: 'PoliciesPerRole' };

/** Attaches a managed policy; one that is attached already stays so. */
function attachTo<Named>(
  contract: OperationContract<NoInfer<Named> & { PolicyArn: string }, typeof nothing>,
  kind: HolderKind<Named>,
): AnyOperation {
  return operation(contract, {
    effect: 'write',
    resource: (input, call) => kind.resource(input, call),
    find: (input, context) => kind.find(input, context),
    check: (input) => checkPolicyArn(input),
    async run({ PolicyArn }, { tx, call, journal, found: holder }) {
      const policy = await findManagedPolicy(tx, call, PolicyArn);
      if (!policy) throw notAttachable(PolicyArn);
      const held = await listHeldPolicies(tx, holder, call.partition);
      if (held.some(({ id }) => id === policy.id)) {
        journal.unchanged();
        return nothing;
      }
      const most = limits.policiesPerHolderMax;
      if (held.length >= most) {
        throw new Refusal('limit', `Cannot exceed quota for ${quotas[kind.noun]}: ${most}`);
      }
      await attachPolicy(tx, holder, policy.id);
      journal.record({ resourceArn: holder.arn, after: { PolicyArn } });
      return nothing;
    },
  });
}

/** Attaches a managed policy to a user. */
export const attachUserPolicy = attachTo(AttachUserPolicy, ofUser);

/** Attaches a managed policy to a group. */
export const attachGroupPolicy = attachTo(AttachGroupPolicy, ofGroup);

/** Attaches a managed policy to a role. */
export const attachRolePolicy = attachTo(AttachRolePolicy, ofRole);
