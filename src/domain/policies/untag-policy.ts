import { UntagPolicy } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { removeIdentityTags } from '../users/identity-tags.ts';
import { checkPolicyArn, policyTags } from './policy.ts';
import { targetOwnPolicy } from './policy-target.ts';
import { savePolicyTags } from './save-policy-tags.ts';

/** Removes tags from a managed policy; keys that it lacks do no harm. */
export const untagPolicy = operation(UntagPolicy, {
  effect: 'write',
  resource: (input) => input.PolicyArn,
  find: (input, context) => targetOwnPolicy(context, input.PolicyArn),
  check: (input) => checkPolicyArn(input),
  async run({ TagKeys }, context) {
    const policy = context.found;
    await savePolicyTags(context, policy, removeIdentityTags(policyTags(policy), TagKeys));
    return {};
  },
});
