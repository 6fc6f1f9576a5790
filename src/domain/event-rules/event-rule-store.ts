import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import type { EventRuleRow, EventTargetRow } from '../../store/event-tables.ts';
import { query } from '../../store/query.ts';
import type { Scope } from '../resource-reference.ts';

/** What tells one rule from all others. */
export interface RuleKey extends Scope {
  readonly busName: string;
  readonly name: string;
}

const selectRule = query<RuleKey, EventRuleRow>((sql, key) =>
  sql
    .selectFrom('event_rule')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('bus_name', '=', key.busName)
    .where('name', '=', key.name)
    .forNoKeyUpdate(),
);

/** The rule of a name on a bus; names differ by case. */
export function findRule(
  tx: Transaction,
  { accountId, region, busName, name }: RuleKey,
): Promise<EventRuleRow | undefined> {
  return tx.first(selectRule, { accountId, region, busName, name });
}

const selectRuleById = query<{ id: number }, EventRuleRow>((sql, key) =>
  sql.selectFrom('event_rule').selectAll().where('id', '=', key.id),
);

/** The rule of an id, without holding up who changes it; it may be gone the moment after. */
export function findRuleById(tx: Transaction, id: number): Promise<EventRuleRow | undefined> {
  return tx.first(selectRuleById, { id });
}

const selectRulesInForce = query<{ after: number; limit: number }, EventRuleRow>((sql, q) =>
  sql
    .selectFrom('event_rule')
    .selectAll()
    .where('id', '>', q.after)
    .where('state', '!=', 'DISABLED')
    .where('pattern', 'is not', null)
    .orderBy('id')
    .limit(q.limit),
);

const selectTargetsBetween = query<{ first: number; last: number }, EventTargetRow>((sql, q) =>
  sql
    .selectFrom('event_target')
    .selectAll()
    .where('rule_id', '>=', q.first)
    .where('rule_id', '<=', q.last)
    .orderBy('rule_id')
    .orderBy('target_id'),
);

/** A rule and where its events go. */
export interface RuleWithTargets {
  readonly rule: EventRuleRow;
  readonly targets: readonly EventTargetRow[];
}

/** The rules of all accounts that wait for events of a pattern, in the order they were made. */
export async function listEnabledRules(tx: Transaction): Promise<RuleWithTargets[]> {
  const limit = limits.eventRulesAtOnce;
  const all: RuleWithTargets[] = [];
  let after = 0;
  for (;;) {
    const rules = await tx.all(selectRulesInForce, { after, limit });
    if (rules.length === 0) return all;
    const last = rules.at(-1)!.id;
    const targets = await tx.all(selectTargetsBetween, { first: rules[0]!.id, last });
    const byRule = Map.groupBy(targets, (target) => target.rule_id);
    all.push(...rules.map((rule) => ({ rule, targets: byRule.get(rule.id) ?? [] })));
    if (rules.length < limit) return all;
    after = last;
  }
}
