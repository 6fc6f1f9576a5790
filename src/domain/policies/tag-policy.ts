import { TagPolicy } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { checkIdentityTags, mergeIdentityTags } from '../users/identity-tags.ts';
import { checkPolicyArn, policyTags } from './policy.ts';
import { targetOwnPolicy } from './policy-target.ts';
import { savePolicyTags } from './save-policy-tags.ts';

/** Adds tags to a managed policy; a key that it has gets the new value. */
export const tagPolicy = operation(TagPolicy, {
  effect: 'write',
  resource: (input) => input.PolicyArn,
  find: (input, context) => targetOwnPolicy(context, input.PolicyArn),
  check(input) {
    checkPolicyArn(input);
    checkIdentityTags(input.Tags);
  },
  async run({ Tags }, context) {
    const policy = context.found;
    await savePolicyTags(context, policy, mergeIdentityTags(policyTags(policy), Tags));
    return {};
  },
});
