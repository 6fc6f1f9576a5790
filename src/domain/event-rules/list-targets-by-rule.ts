import { ListTargetsByRule } from '../../contracts/events.gen.ts';
import { eventPage } from '../event-page.ts';
import { operation } from '../operation.ts';
import { ruleArnOf } from './event-rule.ts';
import { targetRule } from './event-rule-target.ts';
import { targetView } from './event-target.ts';
import { listTargets } from './event-target-store.ts';

/** Lists the targets of a rule by their ids, page by page. */
export const listTargetsByRule = operation(ListTargetsByRule, {
  effect: 'read',
  resource: (input, call) => ruleArnOf({ ...input, Name: input.Rule }, call),
  find: (input, context) => targetRule(context, { ...input, Name: input.Rule }),
  async run(input, { tx, call, found: rule }) {
    const { items, rest } = await eventPage(
      input,
      call,
      (after, limit) => listTargets(tx, rule.id, { after, limit }),
      (target) => target.target_id,
    );
    return { Targets: items.map(targetView), ...rest };
  },
});
