import type { Webhook, WebhookEvent, WebhookState } from '../../contracts/imprimatur-webhooks.ts';
import { formatArn } from '../../kernel/arn.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import type { EventRuleRow, WebhookRow } from '../../store/event-tables.ts';
import type { Call } from '../call.ts';
import { parseEventPattern } from '../events/event-pattern.ts';
import type { Scope } from '../resource-reference.ts';
import { ownPattern, wordsPattern } from './webhook-events.ts';

/** Who manages the rules of webhooks. */
export const manager = 'imprimatur';

/** A webhook with the state of its rule. */
export interface WebhookWithState extends WebhookRow {
  readonly rule_state: EventRuleRow['state'];
}

/** Which events a webhook is told of, as its row keeps it. */
export interface WebhookChoice {
  readonly Events?: WebhookEvent[];
  readonly ModelPackageGroupName?: string;
  readonly EventPattern?: string;
}

/** The ARN of a webhook, which is also that of the target of its rule. */
export function webhookArn({ accountId, region }: Scope, name: string, partition: string): string {
  const resource = `webhook/${name}`;
  return formatArn({ partition, service: 'imprimatur', region, accountId, resource });
}

/** The ARN of a webhook that a call names; `*` where it names none. */
export function namedWebhookArn(name: string | undefined, call: Call): string {
  return webhookArn(call, name ?? '*', call.partition);
}

/** What the rule of a webhook is called. */
export function webhookRuleName(name: string): string {
  return `imprimatur-webhook-${name}`;
}

/** What a webhook's secrets are sealed together with. */
export function webhookBinding(row: Pick<WebhookRow, 'account_id' | 'region' | 'name'>): string {
  return `webhook ${row.name} of account ${row.account_id} in ${row.region}`;
}

/** A webhook as answers show one: never its secrets. */
export function webhookView(row: WebhookWithState, call: Call): Webhook {
  const rule = `rule/${webhookRuleName(row.name)}`;
  const { partition, region, accountId } = call;
  return {
    Name: row.name,
    WebhookArn: webhookArn(call, row.name, partition),
    Url: row.url,
    ...choiceOf(row),
    Format: row.format,
    State: row.rule_state === 'DISABLED' ? 'Disabled' : 'Enabled',
    ...(row.description !== null && { Description: row.description }),
    RuleArn: formatArn({ partition, service: 'events', region, accountId, resource: rule }),
    CreationTime: row.created_at,
    LastModifiedTime: row.modified_at,
  };
}

/** A webhook as the journal tells of it: of its URL, which may hold a password, only the origin. */
export function journaledWebhook(row: WebhookWithState, call: Call): Record<string, unknown> {
  return { ...webhookView(row, call), Url: `${new URL(row.url).origin}/…` };
}

/** Which events a webhook is told of. */
export function choiceOf({ document }: Pick<WebhookRow, 'document'>): WebhookChoice {
  return JSON.parse(document) as WebhookChoice;
}

/** The same as a call gives it; an empty text is as good as none. */
export function choiceFrom({
  Events,
  ModelPackageGroupName,
  EventPattern,
}: { readonly [Member in keyof WebhookChoice]: WebhookChoice[Member] | undefined }): WebhookChoice {
  return {
    ...(Events && { Events }),
    ...(ModelPackageGroupName && { ModelPackageGroupName }),
    ...(EventPattern && { EventPattern }),
  };
}

/** The state of the rule of a webhook. */
export function ruleState(state: WebhookState = 'Enabled'): 'ENABLED' | 'DISABLED' {
  return state === 'Enabled' ? 'ENABLED' : 'DISABLED';
}

/** The pattern of a webhook's rule; refuses a choice that says nothing, too much or nonsense. */
export function patternOf(name: string, choice: WebhookChoice): string {
  const { Events: events, EventPattern: pattern, ModelPackageGroupName: groupName } = choice;
  if ((events === undefined) === (pattern === undefined)) {
    refuseInvalid('A webhook is given either Events or an EventPattern.');
  }
  if (pattern !== undefined) {
    if (groupName !== undefined) {
      refuseInvalid('A webhook with an EventPattern has no ModelPackageGroupName besides.');
    }
    parseEventPattern(pattern);
    return ownPattern(name, pattern);
  }
  return wordsPattern(name, { events: events!, groupName });
}

/** Refuses what is no URL to send events to. */
export function checkWebhookUrl(text: string | undefined): void {
  if (text === undefined) return;
  const url = URL.parse(text);
  if (!url) refuseInvalid('The Url of a webhook must be a URL such as https://host/path.');
  if (url.username !== '' || url.password !== '') {
    refuseInvalid('The Url of a webhook may hold no user name and no password before its host.');
  }
}

/** A webhook that is not there. */
export function missingWebhook(name: string): Refusal {
  return new Refusal('missing', `The webhook '${name}' does not exist.`);
}

/** A name that is taken. */
export function takenWebhook(name: string): Refusal {
  return new Refusal('exists', `The webhook '${name}' already exists.`);
}

/** A rule that bears the name of the one that a webhook would get. */
export function takenWebhookRule(name: string): Refusal {
  return new Refusal('exists', `There is a rule '${name}' already, which is of no webhook.`);
}
