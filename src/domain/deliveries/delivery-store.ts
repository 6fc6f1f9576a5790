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

/** What a target gets one after the other. */
export type LaneKey = Pick<DeliveryRow, 'rule_id' | 'target_id' | 'lane'>;

const selectNextTarget = query<LaneKey, LaneKey>((sql, q) =>
  sql
    .selectFrom('delivery')
    .select(['rule_id', 'target_id', 'lane'])
    .where(isPending)
    .where((e) => e(e.refTuple('rule_id', 'target_id'), '>', e.tuple(q.rule_id, q.target_id)))
    .orderBy('rule_id')
    .orderBy('target_id')
    .orderBy('lane')
    .orderBy('id')
    .limit(1),
);

/** The targets with pending deliveries, each by one of their lanes. */
export async function listPendingTargets(tx: Transaction): Promise<LaneKey[]> {
  const found: LaneKey[] = [];
  let next: LaneKey | undefined = { rule_id: 0, target_id: '', lane: '' };
  for (;;) {
    next = await tx.first(selectNextTarget, next);
    if (!next) return found;
    found.push(next);
  }
}

const selectOfTarget = query<LaneKey & { limit: number }, DeliveryRow>((sql, q) =>
  sql
    .selectFrom('delivery')
    .selectAll()
    .where(isPending)
    .where('rule_id', '=', q.rule_id)
    .where('target_id', '=', q.target_id)
    .where('lane', '>', q.lane)
    .orderBy('lane')
    .orderBy('id')
    .limit(q.limit),
);

/** Pending deliveries of a target in the lanes after one, in each the oldest first. */
export function listPendingOfTarget(
  tx: Transaction,
  { rule_id, target_id, lane }: LaneKey,
  limit: number,
): Promise<DeliveryRow[]> {
  return tx.all(selectOfTarget, { rule_id, target_id, lane, limit });
}

const selectOfLane = query<LaneKey & { after: number; limit: number }, DeliveryRow>((sql, q) =>
  sql
    .selectFrom('delivery')
    .selectAll()
    .where(isPending)
    .where('rule_id', '=', q.rule_id)
    .where('target_id', '=', q.target_id)
    .where('lane', '=', q.lane)
    .where('id', '>', q.after)
    .orderBy('id')
    .limit(q.limit),
);

/** The first pending deliveries of a lane after one. */
export function listPendingOfLane(
  tx: Transaction,
  { rule_id, target_id, lane }: LaneKey,
  after: number,
  limit: number,
): Promise<DeliveryRow[]> {
  return tx.all(selectOfLane, { rule_id, target_id, lane, after, limit });
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

const selectAnyPending = query<object, { id: number }>((sql) =>
  sql
    .selectFrom('delivery')
    .select('id')
    .where(isPending)
    .orderBy('rule_id')
    .orderBy('target_id')
    .orderBy('lane')
    .orderBy('id')
    .limit(1),
);

/** Whether something is to be sent. */
export async function hasPending(tx: Transaction): Promise<boolean> {
  return (await tx.first(selectAnyPending, {})) !== undefined;
}

const selectSettled = query<{ before: number; limit: number }, { id: number }>((sql, q) =>
  sql
    .selectFrom('delivery')
    .select('id')
    .where('settled_at', 'is not', null)
    .where('settled_at', '<', q.before)
    .orderBy('settled_at')
    .limit(q.limit),
);
const deleteAttempts = query<{ id: number }>((sql, { id }) =>
  sql.deleteFrom('delivery_attempt').where('delivery_id', '=', id),
);
const deleteDelivery = query<{ id: number }>((sql, { id }) =>
  sql.deleteFrom('delivery').where('id', '=', id),
);

/** Removes some of the deliveries that ended before a time, with their tries; answers how many. */
export async function removeSettled(
  tx: Transaction,
  before: number,
  limit: number,
): Promise<number> {
  const rows = await tx.all(selectSettled, { before, limit });
  for (const { id } of rows) {
    await tx.run(deleteAttempts, { id });
    await tx.run(deleteDelivery, { id });
  }
  return rows.length;
}

const selectOldestSettled = query<object, { settled_at: number | null }>((sql) =>
  sql
    .selectFrom('delivery')
    .select('settled_at')
    .where('settled_at', 'is not', null)
    .orderBy('settled_at')
    .limit(1),
);

/** When the delivery ended that ended first. */
export async function findOldestSettledTime(tx: Transaction): Promise<number | undefined> {
  return (await tx.first(selectOldestSettled, {}))?.settled_at ?? undefined;
}
