import type { Database, Transaction } from '../../store/database.ts';
import type { EventOutboxRow } from '../../store/event-tables.ts';
import { query } from '../../store/query.ts';
import type { EntryDocument } from '../journal/journal-entry.ts';
import { envelopeOf } from './event-envelope.ts';
import type { EventEnvelope } from './event-envelope.ts';

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

/** An event on its way to a bus. */
export interface OutboxEvent extends Pick<EventOutboxRow, 'account_id' | 'region' | 'bus_name'> {
  readonly envelope: EventEnvelope;
  /** Its place in its journal entry, of which it is. */
  readonly journal_index: number | null;
  readonly entry: OutboxEntry;
}

/** What a row of the outbox holds: an event, or all those of a journal entry. */
export function outboxEvents(entry: OutboxEntry): OutboxEvent[] {
  const { account_id, region, bus_name, entry_id: id, entry_at: at, document, body } = entry;
  const place = { account_id, region, bus_name, entry };
  if (body !== null) {
    return [{ ...place, envelope: JSON.parse(body) as EventEnvelope, journal_index: null }];
  }
  if (id === null || at === null || document === null) {
    throw new Error(`The journal lacks entry ${entry.journal_seq}, which the outbox names.`);
  }
  const { events = [] } = JSON.parse(document) as EntryDocument;
  return events.map((event, index) => ({
    ...place,
    envelope: envelopeOf(event, { id, at, account_id, region }, index),
    journal_index: index,
  }));
}

const deleteRow = query<{ id: number }>((sql, { id }) =>
  sql.deleteFrom('event_outbox').where('id', '=', id),
);

/** Takes out what has its place: by its number, as on PostgreSQL a smaller one may come later. */
export function removeFromOutbox(tx: Transaction, id: number): Promise<void> {
  return tx.run(deleteRow, { id });
}

const selectAny = query<object, { id: number }>((sql) =>
  sql.selectFrom('event_outbox').select('id').orderBy('id').limit(1),
);

/** Whether something waits for its place on a bus. */
export async function hasOutbox(tx: Transaction): Promise<boolean> {
  return (await tx.first(selectAny, {})) !== undefined;
}

const channel = 'imprimatur_outbox';

/** Tells the other servers that something waits in the outbox. */
export function announceOutbox(tx: Transaction): Promise<void> {
  return tx.notify(channel);
}

/** Tells a listener of that, if the database can; answers how to end it. */
export function onOutbox(database: Database, listener: () => void): () => void {
  return database.onChange?.(channel, listener) ?? (() => undefined);
}
