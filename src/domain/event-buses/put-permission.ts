import { PutPermission } from '../../contracts/events.gen.ts';
import { nothing, operation } from '../operation.ts';
import { keepBusPolicy } from '../policies/policy-principals-store.ts';
import { changeBus } from './change-bus.ts';
import { busArn, busReference, ownBus } from './event-bus.ts';
import { checkBusPolicy, checkPermission, withPermission } from './event-bus-policy.ts';
import { targetBus } from './event-bus-target.ts';

/** Lets another account put events on a bus, or replaces the whole policy of the bus. */
export const putPermission = operation(PutPermission, {
  effect: 'write',
  resource: (input, call) => busArn(ownBus(input.EventBusName, call), call.partition),
  find: (input, context) => targetBus(context, ownBus(input.EventBusName, context.call)),
  check: checkPermission,
  async run(input, context) {
    const { call, found } = context;
    const { partition } = call;
    const bus = { arn: busArn(busReference(found), partition), partition };
    const text = input.Policy ?? withPermission(found.policy, input, bus);
    checkBusPolicy(text, bus);
    const isNew = input.Policy !== undefined;
    const policy = isNew ? await keepBusPolicy(context.tx, call, text) : text;
    await changeBus(context, found, { policy });
    return nothing;
  },
});
