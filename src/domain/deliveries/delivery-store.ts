import { sql as raw } from 'kysely';
import type { Transaction } from '../../store/database.ts';
import type { DeliveryAttemptRow, DeliveryRow } from '../../store/event-tables.ts';
import { query } from '../../store/query.ts';

/** What a delivery begins with; the rest follows. */
export type NewDelivery = Pick<
  DeliveryRow,
  | 'account_id'
  | 'region'
  | 'bus_event_id'
  | 'rule_id'
  | 'rule_arn'
  | 'target_id'
  | 'target_arn'
  | 'lane'
  | 'replay_name'
  | 'created_at'
>;

const insertRow = query<NewDelivery>((sql, row) =>
  sql.insertInto('delivery').values({
    account_id: row.account_id,
    region: row.region,
    bus_event_id: row.bus_event_id,
    rule_id: row.rule_id,
    rule_arn: row.rule_arn,
    target_id: row.target_id,
    target_arn: row.target_arn,
    lane: row.lane,
    replay_name: row.replay_name,
    state: 'PENDING',
    attempts: 0,
    created_at: row.created_at,
    round_attempts: 0,
    round_at: row.created_at,
    next_attempt_at: row.created_at,
    settled_at: null,
    error_code: null,
    error_message: null,
    exhausted: null,
  }),
);

/** Has an event sent to a target; who sends finds it by itself. */
export function insertDelivery(tx: Transaction, row: NewDelivery): Promise<void> {
  return tx.run(insertRow, row);
}

/** As the index of them says it: with a placeholder SQLite would not use that. */
const isPending = raw<boolean>`state = 'PENDING'`;

/** What a target gets one after the other; its place in the order in which they are looked for. */
export type LaneKey = Pick<DeliveryRow, 'rule_id' | 'target_id' | 'lane'>;

const selectAfterLane = query<LaneKey & { limit: number }, DeliveryRow>((sql, q) =>
  sql
    .selectFrom('delivery')
    .selectAll()
    .where(isPending)
    .where((e) =>
      e(e.refTuple('rule_id', 'target_id', 'lane'), '>', e.tuple(q.rule_id, q.target_id, q.lane)),
    )
    .orderBy('rule_id')
    .orderBy('target_id')
    .orderBy('lane')
    .orderBy('id')
    .limit(q.limit),
);

/** Pending deliveries of the lanes after one: by rule, target and lane, in each the oldest first. */
export function scanPending(
  tx: Transaction,
  { rule_id, target_id, lane }: LaneKey,
  limit: number,
): Promise<DeliveryRow[]> {
  return tx.all(selectAfterLane, { rule_id, target_id, lane, limit });
}

const selectOfLane = query<LaneKey & { limit: number }, DeliveryRow>((sql, q) =>
  sql
    .selectFrom('delivery')
    .selectAll()
    .where(isPending)
    .where('rule_id', '=', q.rule_id)
    .where('target_id', '=', q.target_id)
    .where('lane', '=', q.lane)
    .orderBy('id')
    .limit(q.limit),
);

/** The first pending deliveries of a lane. */
export function listPendingOfLane(
  tx: Transaction,
  { rule_id, target_id, lane }: LaneKey,
  limit: number,
): Promise<DeliveryRow[]> {
  return tx.all(selectOfLane, { rule_id, target_id, lane, limit });
}

/** What a try changes in a delivery. */
export type TriedDelivery = Pick<
  DeliveryRow,
  | 'id'
  | 'state'
  | 'attempts'
  | 'round_attempts'
  | 'next_attempt_at'
  | 'settled_at'
  | 'error_code'
  | 'error_message'
  | 'exhausted'
>;

const updateTried = query<TriedDelivery>((sql, row) =>
  sql
    .updateTable('delivery')
    .set({
      state: row.state,
      attempts: row.attempts,
      round_attempts: row.round_attempts,
      next_attempt_at: row.next_attempt_at,
      settled_at: row.settled_at,
      error_code: row.error_code,
      error_message: row.error_message,
      exhausted: row.exhausted,
    })
    .where('id', '=', row.id),
);

/** Writes down what came of a try. */
export function updateDelivery(tx: Transaction, row: TriedDelivery): Promise<void> {
  return tx.run(updateTried, row);
}

const insertAttemptRow = query<DeliveryAttemptRow>((sql, row) =>
  sql.insertInto('delivery_attempt').values({
    delivery_id: row.delivery_id,
    number: row.number,
    at: row.at,
    duration: row.duration,
    status_code: row.status_code,
    error_code: row.error_code,
    answer: row.answer,
  }),
);

/** Keeps one try. */
export function insertAttempt(tx: Transaction, row: DeliveryAttemptRow): Promise<void> {
  return tx.run(insertAttemptRow, row);
}

const beginRound = query<{ id: number; now: number }, { id: number }>((sql, { id, now }) =>
  sql
    .updateTable('delivery')
    .set({
      state: 'PENDING',
      round_attempts: 0,
      round_at: now,
      next_attempt_at: now,
      settled_at: null,
      exhausted: null,
    })
    .where('id', '=', id)
    .where('state', 'in', ['FAILED', 'DEAD_LETTERED'])
    .returning('id'),
);

/** Has what was given up tried anew, by the whole RetryPolicy; answers whether it was given up. */
export async function redriveDelivery(tx: Transaction, id: number, now: number): Promise<boolean> {
  return (await tx.first(beginRound, { id, now })) !== undefined;
}
