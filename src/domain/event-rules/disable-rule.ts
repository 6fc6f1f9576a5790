import { DisableRule } from '../../contracts/events.gen.ts';
import { nothing, operation } from '../operation.ts';
import { changeRule } from './change-rule.ts';
import { refuseManaged, ruleArnOf } from './event-rule.ts';
import { targetRule } from './event-rule-target.ts';

/** Has a rule wait for nothing until it is enabled. */
export const disableRule = operation(DisableRule, {
  effect: 'write',
  resource: (input, call) => ruleArnOf(input, call),
  find: (input, context) => targetRule(context, input),
  async run(_, context) {
    refuseManaged(context.found);
    await changeRule(context, context.found, { state: 'DISABLED', due_at: null });
    return nothing;
  },
});
