import type { EventBusRow, EventRuleRow } from '../../store/event-tables.ts';
import type { AccessTarget, Target } from '../access/target.ts';
import { missingBus, resolveBus } from '../event-buses/event-bus.ts';
import type { BusReference } from '../event-buses/event-bus.ts';
import { findBus } from '../event-buses/event-bus-store.ts';
import { targetBus } from '../event-buses/event-bus-target.ts';
import type { FindContext } from '../operation.ts';
import { parseTags } from '../tags/tag-list.ts';
import { missingRule, namedRuleArn } from './event-rule.ts';
import type { RuleInput } from './event-rule.ts';
import { findRule } from './event-rule-store.ts';

/** The place of a rule on a bus, taken or not. */
export interface RulePlace {
  readonly bus: BusReference;
  readonly rule: EventRuleRow | undefined;
}

/** The place of the rule that a caller names, as what its call acts on. */
export async function targetRulePlace(
  context: FindContext,
  { Name, EventBusName }: RuleInput,
): Promise<Target<RulePlace>> {
  return targetPlace(context, resolveBus(EventBusName, context.call), Name);
}

async function targetPlace(
  { tx, call }: FindContext,
  bus: BusReference,
  name: string,
): Promise<Target<RulePlace>> {
  const row = await findBus(tx, bus);
  const arn = namedRuleArn(bus, name, call.partition);
  if (!row) return { arn, missing: missingBus(bus.name) };
  const rule = await findRule(tx, { ...bus, busName: bus.name, name });
  return { ...ruleAccess(row, rule, arn), found: { bus, rule } };
}

/** The rule that a caller names, as what its call acts on. */
export function targetRule(
  context: FindContext,
  { Name, EventBusName }: RuleInput,
): Promise<Target<EventRuleRow>> {
  return targetRuleOn(context, resolveBus(EventBusName, context.call), Name);
}

/** The rule of a name on a bus, as what a call acts on. */
export async function targetRuleOn(
  context: FindContext,
  bus: BusReference,
  name: string,
): Promise<Target<EventRuleRow>> {
  const place = await targetPlace(context, bus, name);
  if ('missing' in place) return place;
  const { found, ...access } = place;
  if (found.rule) return { ...access, found: found.rule };
  return { ...access, missing: missingRule(name, bus) };
}

/** A bus lets others use the rules on it by its policy. */
function ruleAccess(bus: EventBusRow, rule: EventRuleRow | undefined, arn: string): AccessTarget {
  return {
    arn,
    policy: bus.policy,
    facts: () =>
      rule
        ? {
            tags: parseTags(rule.tags),
            rule: { creatorAccount: rule.created_by, managedBy: rule.managed_by },
          }
        : {},
  };
}

/** The bus whose rules are listed: those of the caller's own are no resource, as in AWS. */
export async function targetBusOfList(
  context: FindContext,
  nameOrArn: string | undefined,
): Promise<Target<BusReference>> {
  const bus = resolveBus(nameOrArn, context.call);
  const target = await targetBus(context, bus);
  const isOwn = bus.accountId === context.call.accountId;
  const access = isOwn ? { arn: '*' } : target;
  if ('missing' in target) return { ...access, missing: target.missing };
  return { ...access, found: bus };
}
