import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import type { EventRuleRow, EventTargetRow } from '../../store/event-tables.ts';
import { query } from '../../store/query.ts';
import type { BusReference } from '../event-buses/event-bus.ts';
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

const insertRow = query<Omit<EventRuleRow, 'id'>, { id: number }>((sql, rule) =>
  sql
    .insertInto('event_rule')
    .values({
      account_id: rule.account_id,
      region: rule.region,
      bus_name: rule.bus_name,
      name: rule.name,
      pattern: rule.pattern,
      schedule: rule.schedule,
      state: rule.state,
      description: rule.description,
      role_arn: rule.role_arn,
      managed_by: rule.managed_by,
      created_by: rule.created_by,
      tags: rule.tags,
      created_at: rule.created_at,
      due_at: rule.due_at,
    })
    .returning('id'),
);

/** Inserts a rule and answers its id; fails on a taken name. */
export async function insertRule(tx: Transaction, rule: Omit<EventRuleRow, 'id'>): Promise<number> {
  return (await tx.first(insertRow, rule))!.id;
}

const updateRow = query<EventRuleRow>((sql, rule) =>
  sql
    .updateTable('event_rule')
    .set({
      pattern: rule.pattern,
      schedule: rule.schedule,
      state: rule.state,
      description: rule.description,
      role_arn: rule.role_arn,
      tags: rule.tags,
      due_at: rule.due_at,
    })
    .where('id', '=', rule.id),
);

/** Keeps what may change of a rule. */
export async function saveRule(tx: Transaction, rule: EventRuleRow): Promise<void> {
  await tx.run(updateRow, rule);
}

const deleteRow = query<{ id: number }>((sql, key) =>
  sql.deleteFrom('event_rule').where('id', '=', key.id),
);

/** Removes a rule that has no targets. */
export async function removeRule(tx: Transaction, { id }: Pick<EventRuleRow, 'id'>): Promise<void> {
  await tx.run(deleteRow, { id });
}

const countRows = query<BusReference, { count: number }>((sql, bus) =>
  sql
    .selectFrom('event_rule')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account_id', '=', bus.accountId)
    .where('region', '=', bus.region)
    .where('bus_name', '=', bus.name),
);

/** How many rules a bus has. */
export async function countRules(
  tx: Transaction,
  { accountId, region, name }: BusReference,
): Promise<number> {
  return (await tx.first(countRows, { accountId, region, name }))!.count;
}

/** Which rules of a bus to list. */
export interface RuleList {
  readonly bus: BusReference;
  readonly prefix?: string | undefined;
  /** Only those that have a target of this ARN. */
  readonly targetArn?: string | undefined;
  /** The name that the page before ended with. */
  readonly after: string;
  readonly limit: number;
}

/** The rules of a bus by name. */
export function listRuleRows(tx: Transaction, list: RuleList): Promise<EventRuleRow[]> {
  const { bus, prefix, targetArn, after, limit } = list;
  let q = tx.sql
    .selectFrom('event_rule as r')
    .selectAll()
    .where('r.account_id', '=', bus.accountId)
    .where('r.region', '=', bus.region)
    .where('r.bus_name', '=', bus.name)
    .where('r.name', '>', after);
  if (prefix !== undefined) {
    q = q.where('r.name', '>=', prefix).where((e) => {
      const start = e.fn<string>('substr', ['r.name', e.lit(1), e.lit(prefix.length)]);
      return e(start, '=', prefix);
    });
  }
  if (targetArn !== undefined) {
    q = q.where((e) =>
      e.exists(
        e
          .selectFrom('event_target as t')
          .select('t.rule_id')
          .where('t.arn', '=', targetArn)
          .whereRef('t.rule_id', '=', 'r.id'),
      ),
    );
  }
  return tx.rows(q.orderBy('r.name').limit(limit));
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
