import { DeleteWebhook } from '../../contracts/imprimatur-webhooks.ts';
import { countEventRevision } from '../event-rules/event-revision-store.ts';
import { findRuleById, removeRule } from '../event-rules/event-rule-store.ts';
import { listTargets, removeTarget } from '../event-rules/event-target-store.ts';
import { nothing, operation } from '../operation.ts';
import { journaledWebhook, namedWebhookArn } from './webhook.ts';
import { removeWebhook, requireWebhook } from './webhook-store.ts';

/** Deletes a webhook with its rule; what is on its way to it is given up. */
export const deleteWebhook = operation(DeleteWebhook, {
  effect: 'write',
  resource: (input, call) => namedWebhookArn(input.Name, call),
  async run({ Name }, { tx, call, journal }) {
    const row = await requireWebhook(tx, call, Name);
    await removeWebhook(tx, row);
    const rule = await findRuleById(tx, row.rule_id);
    if (rule) {
      for (const target of await listTargets(tx, rule.id)) {
        await removeTarget(tx, { ruleId: rule.id, targetId: target.target_id });
      }
      await removeRule(tx, rule);
    }
    await countEventRevision(tx);
    journal.record({
      resourceArn: namedWebhookArn(Name, call),
      before: journaledWebhook(row, call),
    });
    return nothing;
  },
});
