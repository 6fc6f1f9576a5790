import { SimulateCustomPolicy } from '../../contracts/iam.gen.ts';
import type { Principal } from '../access/principal.ts';
import { operation } from '../operation.ts';
import type { Call } from '../call.ts';
import { callerRequired, namedCaller, simulatePage } from './simulated-policies.ts';

/** Tells what given policies would allow, whoever had them. */
export const simulateCustomPolicy = operation(SimulateCustomPolicy, {
  effect: 'read',
  resource: () => '*',
  run(input, { call }) {
    const { CallerArn: arn } = input;
    if (input.ResourcePolicy !== undefined && arn === undefined) throw callerRequired();
    const principal = arn === undefined ? somebody(call) : namedCaller(arn);
    return simulatePage(input, { principal, policies: { identity: [] } }, call);
  },
});

/** A user of the account of whom nothing else is known. */
function somebody({ accountId }: Call): Principal {
  return { type: 'User', accountId, arn: '', principalId: '', tags: new Map() };
}
