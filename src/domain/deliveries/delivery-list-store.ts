import { sql as raw } from 'kysely';
import type { Kysely } from 'kysely';
import type { Transaction } from '../../store/database.ts';
import type { DeliveryAttemptRow, DeliveryRow } from '../../store/event-tables.ts';
import { query } from '../../store/query.ts';
import type { Tables } from '../../store/tables.ts';
import type { Scope } from '../resource-reference.ts';

/** A delivery with the id of its event, where the log has that still. */
export interface ListedDelivery extends DeliveryRow {
  readonly event_id: string | null;
}

interface ListQuery extends Scope {
  readonly beforeId: number;
  readonly limit: number;
}

/** Deliveries with their events' ids; a left join, as the log need not have the event. */
function withEventId(sql: Kysely<Tables>) {
  return sql
    .selectFrom('delivery as d')
    .leftJoin('bus_event as b', 'b.id', 'd.bus_event_id')
    .selectAll('d')
    .select('b.event_id');
}

const selectNewest = query<ListQuery, ListedDelivery>((sql, q) =>
  withEventId(sql)
    .where('d.account_id', '=', q.accountId)
    .where('d.region', '=', q.region)
    .where('d.id', '<', q.beforeId)
    .orderBy('d.id', 'desc')
    .limit(q.limit),
);

const selectNewestOfState = query<ListQuery & { state: DeliveryRow['state'] }, ListedDelivery>(
  (sql, q) =>
    withEventId(sql)
      .where('d.account_id', '=', q.accountId)
      .where('d.region', '=', q.region)
      .where('d.state', '=', q.state)
      .where('d.id', '<', q.beforeId)
      .orderBy('d.id', 'desc')
      .limit(q.limit),
);

/** Deliveries before a number, the newest first. */
export function listDeliveriesBefore(
  tx: Transaction,
  { accountId, region, beforeId, limit }: ListQuery,
  state?: DeliveryRow['state'],
): Promise<ListedDelivery[]> {
  const q = { accountId, region, beforeId, limit };
  return state === undefined
    ? tx.all(selectNewest, q)
    : tx.all(selectNewestOfState, { ...q, state });
}

const selectOfEvent = query<ListQuery & { eventId: string }, ListedDelivery>((sql, q) =>
  sql
    .selectFrom('bus_event as b')
    .innerJoin('delivery as d', 'd.bus_event_id', 'b.id')
    .selectAll('d')
    .select('b.event_id')
    .where('b.event_id', '=', q.eventId)
    .where('d.account_id', '=', q.accountId)
    .where('d.region', '=', q.region)
    .where('d.id', '<', q.beforeId)
    .orderBy('d.id', 'desc')
    .limit(q.limit),
);

/** Those of one event. */
export function listDeliveriesOf(
  tx: Transaction,
  eventId: string,
  { accountId, region, beforeId, limit }: ListQuery,
): Promise<ListedDelivery[]> {
  return tx.all(selectOfEvent, { eventId, accountId, region, beforeId, limit });
}

const selectDelivery = query<Scope & { id: number }, ListedDelivery>((sql, key) =>
  withEventId(sql)
    .where('d.id', '=', key.id)
    .where('d.account_id', '=', key.accountId)
    .where('d.region', '=', key.region),
);

/** A delivery of an account in a region. */
export function findDelivery(
  tx: Transaction,
  { accountId, region }: Scope,
  id: number,
): Promise<ListedDelivery | undefined> {
  return tx.first(selectDelivery, { id, accountId, region });
}

const selectAttempts = query<{ id: number }, DeliveryAttemptRow>((sql, key) =>
  sql
    .selectFrom('delivery_attempt')
    .selectAll()
    .where('delivery_id', '=', key.id)
    .orderBy('number'),
);

/** All tries of a delivery, the first first. */
export function listAttempts(tx: Transaction, id: number): Promise<DeliveryAttemptRow[]> {
  return tx.all(selectAttempts, { id });
}

/** As the index of them says it: with a placeholder SQLite would not use that. */
const isGivenUp = raw<boolean>`state in ('FAILED', 'DEAD_LETTERED')`;

interface GivenUpQuery {
  readonly ruleId: number;
  readonly afterId: number;
  readonly limit: number;
}

const selectGivenUp = query<GivenUpQuery, DeliveryRow>((sql, q) =>
  sql
    .selectFrom('delivery')
    .selectAll()
    .where(isGivenUp)
    .where('rule_id', '=', q.ruleId)
    .where('id', '>', q.afterId)
    .orderBy('id')
    .limit(q.limit),
);

/** What was given up of a rule after a number, the oldest first. */
export function listGivenUp(
  tx: Transaction,
  { ruleId, afterId, limit }: GivenUpQuery,
): Promise<DeliveryRow[]> {
  return tx.all(selectGivenUp, { ruleId, afterId, limit });
}
