import { DeleteRule } from '../../contracts/events.gen.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import { nothing, operation } from '../operation.ts';
import { refuseManaged, ruleArnOf, toldRule } from './event-rule.ts';
import { ruleArn } from './rule-arn.ts';
import { removeRule } from './event-rule-store.ts';
import { targetRulePlace } from './event-rule-target.ts';
import { countEventRevision } from './event-revision-store.ts';
import { listTargets } from './event-target-store.ts';

/** Deletes a rule that has no targets left; one that is not there counts as deleted. */
export const deleteRule = operation(DeleteRule, {
  effect: 'write',
  resource: (input, call) => ruleArnOf(input, call),
  find: (input, context) => targetRulePlace(context, input),
  async run(_, { tx, call, journal, found: { rule } }) {
    if (!rule) {
      journal.unchanged();
      return nothing;
    }
    refuseManaged(rule);
    if ((await listTargets(tx, rule.id)).length > 0) {
      refuseInvalid("Rule can't be deleted since it has targets.");
    }
    await removeRule(tx, rule);
    await countEventRevision(tx);
    journal.record({
      resourceArn: ruleArn(rule, call.partition),
      before: toldRule(rule, call.partition),
    });
    return nothing;
  },
});
