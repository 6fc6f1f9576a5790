import type { DescribeRuleResponse, PutRuleRequest, Rule } from '../../contracts/events.gen.ts';
import { parseArn } from '../../kernel/arn.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import type { EventRuleRow } from '../../store/event-tables.ts';
import { defaultBusName, resolveBus } from '../event-buses/event-bus.ts';
import type { BusReference } from '../event-buses/event-bus.ts';
import type { Call } from '../call.ts';
import { parseEventPattern } from '../events/event-pattern.ts';
import { parseTags } from '../tags/tag-list.ts';
import { ruleArn } from './rule-arn.ts';
import { parseSchedule } from './schedule-expression.ts';

/** The ARN that a rule of a name on a bus has or would have. */
export function namedRuleArn(bus: BusReference, name: string, partition: string): string {
  const { accountId: account_id, region, name: bus_name } = bus;
  return ruleArn({ account_id, region, bus_name, name }, partition);
}

/** How calls name a rule. */
export interface RuleInput {
  readonly Name: string;
  readonly EventBusName?: string;
}

/** The ARN of the rule that a caller names; it need not be there. */
export function ruleArnOf({ Name, EventBusName }: RuleInput, call: Call): string {
  return namedRuleArn(resolveBus(EventBusName, call), Name, call.partition);
}

/** A rule that is not there. */
export function missingRule(name: string, bus: BusReference): Refusal {
  return new Refusal('missing', `Rule ${name} does not exist on EventBus ${bus.name}.`);
}

/** Refuses to change a rule that is the registry's own, as it would no longer do what it is for. */
export function refuseManaged(rule: EventRuleRow | undefined): void {
  if (!rule || rule.managed_by === null) return;
  const message = `${rule.name} is a managed rule. It can only be changed by ${rule.managed_by}.`;
  throw new Refusal('invalid', message, { code: 'ManagedRuleException' });
}

/** Checks what a rule waits for: events of a pattern, times of a schedule, or both. */
export function checkRule(
  { EventPattern, ScheduleExpression, EventBusName, RoleArn }: PutRuleRequest,
  call: Call,
): void {
  if (!EventPattern && !ScheduleExpression) {
    refuseInvalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (ScheduleExpression) {
    if (resolveBus(EventBusName, call).name !== defaultBusName) {
      refuseInvalid('ScheduleExpression is supported only on the default event bus.');
    }
    if (!parseSchedule(ScheduleExpression)) {
      refuseInvalid('Parameter ScheduleExpression is not valid.');
    }
  }
  if (EventPattern) {
    if (EventPattern.length > limits.eventPatternCharactersMax) {
      const most = limits.eventPatternCharactersMax;
      const message = `Event pattern is not valid. Reason: It has more than ${most} characters`;
      // SDKs try again what is called LimitExceededException, many times.
      throw new Refusal('invalid', message, { code: 'InvalidEventPatternException' });
    }
    parseEventPattern(EventPattern);
  }
  checkRoleArn(RoleArn, call);
}

/** Refuses what is no role of the caller's own account. */
export function checkRoleArn(roleArn: string | undefined, call: Call): void {
  if (roleArn === undefined) return;
  const arn = parseArn(roleArn);
  const isRole = arn?.service === 'iam' && /^role\/./.test(arn.resource);
  if (!isRole || arn.partition !== call.partition) {
    refuseInvalid('Parameter RoleArn is not valid. Reason: Provided Arn is not in correct format.');
  }
  if (arn.accountId !== call.accountId) refuseInvalid('Cross-account pass role is not allowed.');
}

/** When a rule's schedule is due next; null without one, and while the rule is disabled. */
export function dueAfter(
  { schedule, state }: Pick<EventRuleRow, 'schedule' | 'state'>,
  now: number,
): number | null {
  if (schedule === null || state === 'DISABLED') return null;
  return parseSchedule(schedule)?.next(now) ?? null;
}

/** A rule as ListRules answers it. */
export function ruleView(rule: EventRuleRow, partition: string): Rule {
  return {
    Name: rule.name,
    Arn: ruleArn(rule, partition),
    ...(rule.pattern !== null && { EventPattern: rule.pattern }),
    State: rule.state,
    ...(rule.description !== null && { Description: rule.description }),
    ...(rule.schedule !== null && { ScheduleExpression: rule.schedule }),
    ...(rule.role_arn !== null && { RoleArn: rule.role_arn }),
    ...(rule.managed_by !== null && { ManagedBy: rule.managed_by }),
    EventBusName: rule.bus_name,
  };
}

/** A rule as DescribeRule answers it. */
export function ruleDetails(rule: EventRuleRow, partition: string): DescribeRuleResponse {
  return { ...ruleView(rule, partition), CreatedBy: rule.created_by };
}

/** A rule as the journal tells it. */
export function toldRule(rule: EventRuleRow, partition: string): Record<string, unknown> {
  const { Arn: _, ...members } = ruleDetails(rule, partition);
  return { ...members, Tags: parseTags(rule.tags) };
}
