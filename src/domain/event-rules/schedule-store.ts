import { derivedId } from '../../kernel/id.ts';
import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import type { EventRuleRow } from '../../store/event-tables.ts';
import { query } from '../../store/query.ts';
import { insertDelivery } from '../deliveries/delivery-store.ts';
import type { LaneKey } from '../deliveries/delivery-store.ts';
import { findNewestEventId, insertBusEvent } from '../events/bus-event-store.ts';
import { eventTime } from '../events/event-envelope.ts';
import type { EventEnvelope } from '../events/event-envelope.ts';
import { listTargets } from './event-target-store.ts';
import { ruleArn } from './rule-arn.ts';
import { parseSchedule } from './schedule-expression.ts';

const selectDue = query<{ now: number; limit: number }, EventRuleRow>((sql, q) =>
  sql
    .selectFrom('event_rule')
    .selectAll()
    .where('due_at', '<=', q.now)
    .orderBy('due_at')
    .orderBy('id')
    .limit(q.limit)
    .forNoKeyUpdate(),
);
const selectNext = query<object, { due_at: number }>((sql) =>
  sql
    .selectFrom('event_rule')
    .select('due_at')
    .where('due_at', 'is not', null)
    .orderBy('due_at')
    .orderBy('id')
    .limit(1)
    .$narrowType<{ due_at: number }>(),
);
const updateDue = query<{ id: number; due_at: number | null }>((sql, rule) =>
  sql.updateTable('event_rule').set({ due_at: rule.due_at }).where('id', '=', rule.id),
);

/**
 * Has each rule whose time has come send an event to its own targets, to which nobody else's
 * pattern listens; answers which lanes got something. Of times that were missed one is made up for.
 * Whoever calls it holds the lease on the log in the same transaction, so that no time comes twice.
 */
export async function fireDueSchedules(
  tx: Transaction,
  now: number,
  partition: string,
): Promise<LaneKey[]> {
  const lanes: LaneKey[] = [];
  const due = await tx.all(selectDue, { now, limit: limits.schedulesFiredAtOnce });
  for (const rule of due) {
    lanes.push(...(await fire(tx, rule, ruleArn(rule, partition), now)));
    const next = parseSchedule(rule.schedule ?? '')?.next(now, rule.due_at!);
    await tx.run(updateDue, { id: rule.id, due_at: next ?? null });
  }
  return lanes;
}

/** When the next schedule is due; undefined while there is none. */
export async function nextDue(tx: Transaction): Promise<number | undefined> {
  return (await tx.first(selectNext, {}))?.due_at;
}

async function fire(
  tx: Transaction,
  rule: EventRuleRow,
  arn: string,
  now: number,
): Promise<LaneKey[]> {
  const event = scheduledEvent(rule, arn);
  const id = (await findNewestEventId(tx)) + 1;
  const place = { account_id: rule.account_id, region: rule.region };
  await insertBusEvent(tx, {
    ...{ id, event_id: event.id, ...place, bus_name: rule.bus_name },
    at: rule.due_at!,
    ingested_at: now,
    hops: 0,
    journal_seq: null,
    journal_index: null,
    body: JSON.stringify(event),
  });
  const targets = await listTargets(tx, rule.id);
  for (const target of targets) {
    await insertDelivery(tx, {
      ...place,
      bus_event_id: id,
      rule_id: rule.id,
      rule_arn: arn,
      target_id: target.target_id,
      target_arn: target.arn,
      lane: event.id,
      replay_name: null,
      created_at: now,
    });
  }
  return targets.map(({ target_id }) => ({ rule_id: rule.id, target_id, lane: event.id }));
}

/** Its time is the one at which it was due, however late it is. */
function scheduledEvent(rule: EventRuleRow, arn: string): EventEnvelope {
  return {
    version: '0',
    id: derivedId(`${arn} ${rule.id}`, rule.due_at!),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: rule.account_id,
    time: eventTime(rule.due_at!),
    region: rule.region,
    resources: [arn],
    detail: {},
  };
}
