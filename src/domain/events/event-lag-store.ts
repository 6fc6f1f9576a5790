import { sql as raw } from 'kysely';
import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { EventEnvelope } from './event-envelope.ts';

/** How far the work on events is behind; what is much is counted up to limits.eventLagRowsMax. */
export interface EventLag {
  /** Changes and events that have no place on their bus yet. */
  readonly unrouted: number;
  /** When the first of them was written; undefined when there is none. */
  readonly unroutedSince: number | undefined;
  /** Deliveries that have not ended. */
  readonly pending: number;
  /** When the oldest of those that were counted began. */
  readonly pendingSince: number | undefined;
}

const selectFirst = query<object, { at: number | null; body: string | null }>((sql) =>
  sql
    .selectFrom('event_outbox as o')
    .leftJoin('journal as j', 'j.seq', 'o.journal_seq')
    .select(['j.at', 'o.body'])
    .orderBy('o.id')
    .limit(1),
);

const countOutbox = query<{ limit: number }, { rows: number }>((sql, { limit }) =>
  sql
    .selectFrom(sql.selectFrom('event_outbox').select('id').orderBy('id').limit(limit).as('some'))
    .select((e) => e.fn.countAll<number>().as('rows')),
);

const countPending = query<{ limit: number }, { rows: number; since: number | null }>(
  (sql, { limit }) =>
    sql
      .selectFrom(
        sql
          .selectFrom('delivery')
          .select('created_at')
          .where(raw<boolean>`state = 'PENDING'`)
          .orderBy('rule_id')
          .orderBy('target_id')
          .orderBy('lane')
          .orderBy('id')
          .limit(limit)
          .as('some'),
      )
      .select((e) => [e.fn.countAll<number>().as('rows'), e.fn.min('created_at').as('since')]),
);

/** How far the work on events is behind. */
export async function readEventLag(tx: Transaction): Promise<EventLag> {
  const limit = limits.eventLagRowsMax;
  const [first, outbox, deliveries] = await Promise.all([
    tx.first(selectFirst, {}),
    tx.first(countOutbox, { limit }),
    tx.first(countPending, { limit }),
  ]);
  return {
    unrouted: outbox!.rows,
    unroutedSince: first && timeOf(first),
    pending: deliveries!.rows,
    pendingSince: deliveries!.since ?? undefined,
  };
}

function timeOf({ at, body }: { at: number | null; body: string | null }): number | undefined {
  if (at !== null) return at;
  return body === null ? undefined : Date.parse((JSON.parse(body) as EventEnvelope).time);
}
