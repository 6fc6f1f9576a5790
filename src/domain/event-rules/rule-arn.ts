import { formatArn } from '../../kernel/arn.ts';
import type { EventRuleRow } from '../../store/event-tables.ts';

/** What an ARN tells of a rule. */
export type RuleInArn = Pick<EventRuleRow, 'account_id' | 'region' | 'bus_name' | 'name'>;

/** A rule's ARN, which names the bus unless it is `default`. */
export function ruleArn(rule: RuleInArn, partition: string): string {
  const bus = rule.bus_name === 'default' ? '' : `${rule.bus_name}/`;
  return formatArn({
    partition,
    service: 'events',
    region: rule.region,
    accountId: rule.account_id,
    resource: `rule/${bus}${rule.name}`,
  });
}
