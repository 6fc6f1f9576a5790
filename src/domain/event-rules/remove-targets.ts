import { RemoveTargets } from '../../contracts/events.gen.ts';
import { operation } from '../operation.ts';
import { refuseManaged, ruleArnOf } from './event-rule.ts';
import { ruleArn } from './rule-arn.ts';
import { targetRule } from './event-rule-target.ts';
import { countEventRevision } from './event-revision-store.ts';
import { targetView } from './event-target.ts';
import { listTargets, removeTarget } from './event-target-store.ts';

/** Takes targets from a rule; ids that it does not have do no harm. */
export const removeTargets = operation(RemoveTargets, {
  effect: 'write',
  resource: (input, call) => ruleArnOf({ ...input, Name: input.Rule }, call),
  find: (input, context) => targetRule(context, { ...input, Name: input.Rule }),
  async run({ Ids }, { tx, call, journal, found: rule }) {
    refuseManaged(rule);
    const before = (await listTargets(tx, rule.id)).map(targetView);
    const gone = new Set(Ids);
    const after = before.filter(({ Id }) => !gone.has(Id));
    if (after.length < before.length) {
      for (const targetId of gone) await removeTarget(tx, { ruleId: rule.id, targetId });
      await countEventRevision(tx);
      journal.record({
        resourceArn: ruleArn(rule, call.partition),
        before: { Targets: before },
        after: { Targets: after },
      });
    } else journal.unchanged();
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
});
