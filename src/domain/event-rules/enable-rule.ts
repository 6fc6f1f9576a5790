import { EnableRule } from '../../contracts/events.gen.ts';
import { nothing, operation } from '../operation.ts';
import { changeRule } from './change-rule.ts';
import { dueAfter, refuseManaged, ruleArnOf } from './event-rule.ts';
import { targetRule } from './event-rule-target.ts';

/** Has a rule wait for events and times again. */
export const enableRule = operation(EnableRule, {
  effect: 'write',
  resource: (input, call) => ruleArnOf(input, call),
  find: (input, context) => targetRule(context, input),
  async run(_, context) {
    const { call, found: rule } = context;
    refuseManaged(rule);
    const state = 'ENABLED';
    await changeRule(context, rule, { state, due_at: dueAfter({ ...rule, state }, call.now) });
    return nothing;
  },
});
