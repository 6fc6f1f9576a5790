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
