import type { Transaction } from '../../store/database.ts';
import type { EventOutboxRow } from '../../store/event-tables.ts';
import { query } from '../../store/query.ts';

type NewOutboxRow = Omit<EventOutboxRow, 'id'>;

const insertRow = query<NewOutboxRow>((sql, row) =>
  sql.insertInto('event_outbox').values({
    journal_seq: row.journal_seq,
    account_id: row.account_id,
    region: row.region,
    bus_name: row.bus_name,
    hops: row.hops,
    body: row.body,
  }),
);

/** Puts what is to go on a bus into the outbox, in the transaction of what it tells of. */
export function putInOutbox(tx: Transaction, row: NewOutboxRow): Promise<void> {
  return tx.run(insertRow, row);
}

/** Events of the outbox, with what the journal holds of them. */
export interface OutboxEntry extends EventOutboxRow {
  readonly entry_id: string | null;
  readonly entry_at: number | null;
  readonly document: string | null;
}

const selectFirst = query<{ limit: number }, OutboxEntry>((sql, { limit }) =>
  sql
    .selectFrom('event_outbox as o')
    .leftJoin('journal as j', 'j.seq', 'o.journal_seq')
    .selectAll('o')
    .select(['j.id as entry_id', 'j.at as entry_at', 'j.document'])
    .orderBy('o.id')
    .limit(limit),
);

/** What waits longest for its place on a bus, in order. */
export function listOutbox(tx: Transaction, limit: number): Promise<OutboxEntry[]> {
  return tx.all(selectFirst, { limit });
}

const deleteRow = query<{ id: number }>((sql, { id }) =>
  sql.deleteFrom('event_outbox').where('id', '=', id),
);

/** Takes out what has its place: by its number, as on PostgreSQL a smaller one may come later. */
export function removeFromOutbox(tx: Transaction, id: number): Promise<void> {
  return tx.run(deleteRow, { id });
}
