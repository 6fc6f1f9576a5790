import { GetPolicy } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { checkPolicyArn, policyDetails, policyView } from './policy.ts';
import { targetPolicy } from './policy-target.ts';
import { countUses } from './policy-use-store.ts';

/** Shows a managed policy without its documents, which are its versions'. */
export const getPolicy = operation(GetPolicy, {
  effect: 'read',
  resource: (input) => input.PolicyArn,
  find: (input, context) => targetPolicy(context, input.PolicyArn),
  check: (input) => checkPolicyArn(input),
  async run(_, { tx, call, found: policy }) {
    const uses = await countUses(tx, call.accountId, [policy.id]);
    return { Policy: { ...policyView(policy, uses.get(policy.id)!), ...policyDetails(policy) } };
  },
});
