import { RemovePermission } from '../../contracts/events.gen.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import { nothing, operation } from '../operation.ts';
import { changeBus } from './change-bus.ts';
import { busArn, ownBus } from './event-bus.ts';
import { withoutPermission } from './event-bus-policy.ts';
import { targetBus } from './event-bus-target.ts';

/** Takes a statement out of a bus's policy, or all of them; with the last the policy is gone. */
export const removePermission = operation(RemovePermission, {
  effect: 'write',
  resource: (input, call) => busArn(ownBus(input.EventBusName, call), call.partition),
  find: (input, context) => targetBus(context, ownBus(input.EventBusName, context.call)),
  check({ RemoveAllPermissions, StatementId }) {
    if (RemoveAllPermissions || StatementId !== undefined) return;
    refuseInvalid(
      'Parameter StatementId is not valid. Reason: StatementId is a required argument.',
    );
  },
  async run({ RemoveAllPermissions, StatementId }, context) {
    const { found } = context;
    const policy = RemoveAllPermissions ? null : withoutPermission(found.policy, StatementId!);
    await changeBus(context, found, { policy });
    return nothing;
  },
});
