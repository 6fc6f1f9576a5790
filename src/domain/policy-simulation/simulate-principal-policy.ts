import { SimulatePrincipalPolicy } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { callerRequired, namedCaller, simulatePage } from './simulated-policies.ts';
import { targetPolicySource } from './policy-source.ts';

/** Tells what a user, a group's users or a role may do, with other policies put in if wanted. */
export const simulatePrincipalPolicy = operation(SimulatePrincipalPolicy, {
  effect: 'read',
  resource: (input) => input.PolicySourceArn,
  find: (input, context) => targetPolicySource(context, input.PolicySourceArn),
  run(input, { call, found: source }) {
    const { CallerArn: arn } = input;
    const isUser = source.principal.userName !== undefined;
    if (input.ResourcePolicy !== undefined && arn === undefined && !isUser) throw callerRequired();
    const principal = arn === undefined ? source.principal : namedCaller(arn);
    return simulatePage(input, { ...source, principal }, call);
  },
});
