import { GetContextKeysForCustomPolicy } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { contextKeyNames } from './context-key-names.ts';
import { checkInputPolicies } from './simulated-policies.ts';

/** Lists the condition keys that given policies ask for. */
export const getContextKeysForCustomPolicy = operation(GetContextKeysForCustomPolicy, {
  effect: 'read',
  resource: () => '*',
  run(input) {
    checkInputPolicies(input.PolicyInputList);
    return Promise.resolve({ ContextKeyNames: contextKeyNames(input.PolicyInputList) });
  },
});
