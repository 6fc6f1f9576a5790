import { GetContextKeysForPrincipalPolicy } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { contextKeyNames } from './context-key-names.ts';
import { targetPolicySource } from './policy-source.ts';
import { checkInputPolicies } from './simulated-policies.ts';

/** Lists the condition keys that the policies of a user, a group or a role ask for. */
export const getContextKeysForPrincipalPolicy = operation(GetContextKeysForPrincipalPolicy, {
  effect: 'read',
  resource: (input) => input.PolicySourceArn,
  find: (input, context) => targetPolicySource(context, input.PolicySourceArn),
  run({ PolicyInputList: given = [] }, { found: { policies } }) {
    checkInputPolicies(given);
    const attached = policies.identity.map(({ policy }) => policy.text);
    return Promise.resolve({ ContextKeyNames: contextKeyNames([...attached, ...given]) });
  },
});
