import type { Delivery, DeliveryAttempt } from '../../contracts/imprimatur-deliveries.ts';
import { parseArn } from '../../kernel/arn.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { DeliveryAttemptRow } from '../../store/event-tables.ts';
import type { Call } from '../call.ts';
import { defaultBusName, ownBus } from '../event-buses/event-bus.ts';
import { namedRuleArn } from '../event-rules/event-rule.ts';
import type { RuleKey } from '../event-rules/event-rule-store.ts';
import type { ListedDelivery } from './delivery-list-store.ts';

/** What stands for all rules of the caller, where a call is about the deliveries of any. */
export function anyRuleArn(call: Call): string {
  return namedRuleArn(ownBus(undefined, call), '*', call.partition);
}

/** What an ARN says of a rule of the caller's own; undefined where it names no such. */
export function ownRuleKey(ruleArn: string, call: Call): RuleKey | undefined {
  const arn = parseArn(ruleArn);
  const match = /^rule\/(?:(.+)\/)?([^/]+)$/.exec(arn?.resource ?? '');
  const isOwn =
    arn?.service === 'events' && arn.accountId === call.accountId && arn.region === call.region;
  if (!isOwn || !match) return undefined;
  const { accountId, region } = call;
  return { accountId, region, busName: match[1] ?? defaultBusName, name: match[2]! };
}

/** A delivery that is not there. */
export function missingDelivery(id: number): Refusal {
  return new Refusal('missing', `Delivery ${id} does not exist.`);
}

/** A delivery as answers show one. */
export function deliveryView(row: ListedDelivery): Delivery {
  return {
    DeliveryId: row.id,
    State: row.state,
    ...(row.event_id !== null && { EventId: row.event_id }),
    RuleArn: row.rule_arn,
    TargetId: row.target_id,
    TargetArn: row.target_arn,
    ...(row.replay_name !== null && { ReplayName: row.replay_name }),
    AttemptCount: row.attempts,
    CreationTime: row.created_at,
    ...(row.state === 'PENDING' && { NextAttemptTime: row.next_attempt_at }),
    ...(row.settled_at !== null && { SettledTime: row.settled_at }),
    ...(row.error_code !== null && { ErrorCode: row.error_code }),
    ...(row.error_message !== null && { ErrorMessage: row.error_message }),
  };
}

/** A try as answers show one. */
export function attemptView(row: DeliveryAttemptRow): DeliveryAttempt {
  return {
    Number: row.number,
    AttemptTime: row.at,
    DurationInMilliseconds: row.duration,
    ...(row.status_code !== null && { StatusCode: row.status_code }),
    ...(row.error_code !== null && { ErrorCode: row.error_code }),
    ...(row.answer !== null && { Answer: row.answer }),
  };
}
