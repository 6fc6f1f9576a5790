import { UpdateWebhook } from '../../contracts/imprimatur-webhooks.ts';
import type { UpdateWebhookInput } from '../../contracts/imprimatur-webhooks.ts';
import { countEventRevision } from '../event-rules/event-revision-store.ts';
import { findRuleById, saveRule } from '../event-rules/event-rule-store.ts';
import { changedMembers } from '../journal/changed-members.ts';
import { operation } from '../operation.ts';
import {
  checkWebhookUrl,
  choiceFrom,
  choiceOf,
  journaledWebhook,
  namedWebhookArn,
  patternOf,
  ruleState,
  webhookView,
} from './webhook.ts';
import type { WebhookChoice, WebhookWithState } from './webhook.ts';
import { requireWebhook, saveWebhook } from './webhook-store.ts';

/** Changes where a webhook's events go, which they are, or whether there are any. */
export const updateWebhook = operation(UpdateWebhook, {
  effect: 'write',
  resource: (input, call) => namedWebhookArn(input.Name, call),
  check: (input) => checkWebhookUrl(input.Url),
  async run(input, { tx, call, journal }) {
    const row = await requireWebhook(tx, call, input.Name);
    const next = updated(row, input);
    const pattern = patternOf(row.name, choiceOf(next));
    const isSame = JSON.stringify(next) === JSON.stringify(row);
    if (isSame) {
      journal.unchanged();
      return { Webhook: webhookView(row, call) };
    }
    const saved = { ...next, modified_at: call.now };
    await saveWebhook(tx, saved);
    const rule = (await findRuleById(tx, row.rule_id))!;
    await saveRule(tx, { ...rule, pattern, state: saved.rule_state });
    await countEventRevision(tx);
    const [before, after] = [row, saved].map((one) => journaledWebhook(one, call));
    journal.record({
      resourceArn: namedWebhookArn(row.name, call),
      ...changedMembers(before!, after!),
    });
    return { Webhook: webhookView(saved, call) };
  },
});

function updated(row: WebhookWithState, input: UpdateWebhookInput): WebhookWithState {
  const { Url, Format, State, Description } = input;
  return {
    ...row,
    url: Url ?? row.url,
    format: Format ?? row.format,
    description: Description === undefined ? row.description : Description || null,
    document: JSON.stringify(updatedChoice(choiceOf(row), input)),
    rule_state: State === undefined ? row.rule_state : ruleState(State),
  };
}

/** Words take the place of a pattern, and a pattern that of words. */
function updatedChoice(choice: WebhookChoice, input: UpdateWebhookInput): WebhookChoice {
  const { Events, EventPattern, ModelPackageGroupName } = input;
  if (EventPattern) return choiceFrom(input);
  return choiceFrom({
    ...choice,
    ...(Events && { Events, EventPattern: undefined }),
    ...(EventPattern !== undefined && { EventPattern }),
    ...(ModelPackageGroupName !== undefined && { ModelPackageGroupName }),
  });
}
