import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import type { EventTargetRow } from '../../store/event-tables.ts';
import { query } from '../../store/query.ts';

/** What tells one target from all others. */
export interface TargetKey {
  readonly ruleId: number;
  readonly targetId: string;
}

const selectTarget = query<TargetKey, EventTargetRow>((sql, key) =>
  sql
    .selectFrom('event_target')
    .selectAll()
    .where('rule_id', '=', key.ruleId)
    .where('target_id', '=', key.targetId),
);

/** A target as it is now, for who is about to send to it. */
export function findTarget(
  tx: Transaction,
  { ruleId, targetId }: TargetKey,
): Promise<EventTargetRow | undefined> {
  return tx.first(selectTarget, { ruleId, targetId });
}

const selectTargets = query<{ ruleId: number; after: string; limit: number }, EventTargetRow>(
  (sql, q) =>
    sql
      .selectFrom('event_target')
      .selectAll()
      .where('rule_id', '=', q.ruleId)
      .where('target_id', '>', q.after)
      .orderBy('target_id')
      .limit(q.limit),
);

/** The targets of a rule by their ids, after one. */
export function listTargets(
  tx: Transaction,
  ruleId: number,
  { after = '', limit = limits.targetsPerRuleMax }: { after?: string; limit?: number } = {},
): Promise<EventTargetRow[]> {
  return tx.all(selectTargets, { ruleId, after, limit });
}

const upsertRow = query<EventTargetRow>((sql, target) =>
  sql
    .insertInto('event_target')
    .values({
      rule_id: target.rule_id,
      target_id: target.target_id,
      arn: target.arn,
      document: target.document,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['rule_id', 'target_id'])
        .doUpdateSet({ arn: target.arn, document: target.document }),
    ),
);

/** Keeps a target, in the place of the one that had its id. */
export async function putTarget(tx: Transaction, target: EventTargetRow): Promise<void> {
  await tx.run(upsertRow, target);
}

const deleteRow = query<TargetKey>((sql, key) =>
  sql
    .deleteFrom('event_target')
    .where('rule_id', '=', key.ruleId)
    .where('target_id', '=', key.targetId),
);

/** Removes a target. */
export async function removeTarget(
  tx: Transaction,
  { ruleId, targetId }: TargetKey,
): Promise<void> {
  await tx.run(deleteRow, { ruleId, targetId });
}
