import { randomBytes } from 'node:crypto';
import { CreateWebhook } from '../../contracts/imprimatur-webhooks.ts';
import type { CreateWebhookInput } from '../../contracts/imprimatur-webhooks.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import type { WebhookRow } from '../../store/event-tables.ts';
import { lockAccount } from '../accounts/account-store.ts';
import type { Call } from '../call.ts';
import { defaultBusName } from '../event-buses/event-bus.ts';
import { countEventRevision } from '../event-rules/event-revision-store.ts';
import { findRule, insertRule } from '../event-rules/event-rule-store.ts';
import { putTarget } from '../event-rules/event-target-store.ts';
import { operation } from '../operation.ts';
import { newSigningSecret, sealSigningSecrets } from './signing-secret.ts';
import {
  checkWebhookUrl,
  choiceFrom,
  journaledWebhook,
  manager,
  namedWebhookArn,
  patternOf,
  ruleState,
  takenWebhook,
  takenWebhookRule,
  webhookArn,
  webhookBinding,
  webhookRuleName,
  webhookView,
} from './webhook.ts';
import { countWebhooks, findWebhook, insertWebhook } from './webhook-store.ts';

/** Makes a webhook and the rule that feeds it; only this answer ever holds its secret. */
export const createWebhook = operation(CreateWebhook, {
  effect: 'write',
  resource: (input, call) => namedWebhookArn(input.Name, call),
  check(input) {
    checkWebhookUrl(input.Url);
    patternOf('', choiceFrom(input));
  },
  async run(input, { tx, call, journal, secrets }) {
    await lockAccount(tx, call);
    const name = input.Name ?? nameOf(input.Url);
    if (await findWebhook(tx, call, name)) throw takenWebhook(name);
    if ((await countWebhooks(tx, call)) >= limits.webhooksMax) {
      const most = limits.webhooksMax;
      throw new Refusal('limit', `An account may have at most ${most} webhooks in a region.`);
    }
    const secret = newSigningSecret();
    const rule = newRule(name, input, call);
    const taken = await findRule(tx, { ...call, busName: rule.bus_name, name: rule.name });
    if (taken) throw takenWebhookRule(rule.name);
    const ruleId = await insertRule(tx, rule);
    const arn = webhookArn(call, name, call.partition);
    const target = { Id: targetId, Arn: arn };
    await putTarget(tx, {
      ...{ rule_id: ruleId, target_id: targetId, arn },
      document: JSON.stringify(target),
    });
    await countEventRevision(tx);
    const row = newRow({ name, ruleId, secret }, input, { call, secrets });
    await insertWebhook(tx, row);
    const made = { ...row, id: 0, rule_state: rule.state };
    journal.record({ resourceArn: arn, after: journaledWebhook(made, call) });
    return { Webhook: webhookView(made, call), Secret: secret };
  },
});

const targetId = 'webhook';

const suffixBytes = 3;

/** A name for a webhook that is given none: whose it is, and what tells it from others there. */
function nameOf(url: string): string {
  const host = new URL(url).hostname.replaceAll(/[^.\-A-Za-z0-9]/g, '');
  return `${host.slice(0, 32)}-${randomBytes(suffixBytes).toString('hex')}`;
}

function newRule(name: string, input: CreateWebhookInput, call: Call) {
  return {
    account_id: call.accountId,
    region: call.region,
    bus_name: defaultBusName,
    name: webhookRuleName(name),
    pattern: patternOf(name, choiceFrom(input)),
    schedule: null,
    state: ruleState(input.State),
    description: `Feeds the webhook '${name}'.`,
    role_arn: null,
    managed_by: manager,
    created_by: call.accountId,
    tags: '[]',
    created_at: call.now,
    due_at: null,
  };
}

function newRow(
  { name, ruleId, secret }: { name: string; ruleId: number; secret: string },
  input: CreateWebhookInput,
  { call, secrets }: { call: Call; secrets: SecretBox },
): Omit<WebhookRow, 'id'> {
  const scope = { account_id: call.accountId, region: call.region, name };
  return {
    ...scope,
    url: input.Url,
    format: input.Format ?? 'EventBridge',
    description: input.Description || null,
    document: JSON.stringify(choiceFrom(input)),
    rule_id: ruleId,
    ...sealSigningSecrets(secrets, [{ secret, until: null }], webhookBinding(scope)),
    created_at: call.now,
    modified_at: call.now,
  };
}
