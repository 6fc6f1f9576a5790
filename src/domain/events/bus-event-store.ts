import type { Database, Transaction } from '../../store/database.ts';
import type { BusEventRow } from '../../store/event-tables.ts';
import { query } from '../../store/query.ts';
import type { EntryDocument } from '../journal/journal-entry.ts';
import { envelopeOf } from './event-envelope.ts';
import type { EventEnvelope } from './event-envelope.ts';

/** What was put on a bus, with the event itself. */
export interface LoggedEvent {
  /** Its place in the log. */
  readonly id: number;
  readonly accountId: string;
  readonly region: string;
  readonly busName: string;
  readonly ingestedAt: number;
  readonly hops: number;
  readonly envelope: EventEnvelope;
  /** The envelope as JSON. */
  readonly text: string;
}

const selectNewestId = query<object, { id: number }>((sql) =>
  sql.selectFrom('bus_event').select('id').orderBy('id', 'desc').limit(1),
);
const insertRow = query<BusEventRow>((sql, row) =>
  sql.insertInto('bus_event').values({
    id: row.id,
    event_id: row.event_id,
    account_id: row.account_id,
    region: row.region,
    bus_name: row.bus_name,
    at: row.at,
    ingested_at: row.ingested_at,
    hops: row.hops,
    journal_seq: row.journal_seq,
    journal_index: row.journal_index,
    body: row.body,
  }),
);

/**
 * The number of the newest event in the log; 0 before the first. Only who holds the lease on the
 * log appends to it, and the newest event always stays, so that no number is given twice.
 */
export async function findNewestEventId(tx: Transaction): Promise<number> {
  return (await tx.first(selectNewestId, {}))?.id ?? 0;
}

/** Puts an event into the log. */
export function insertBusEvent(tx: Transaction, row: BusEventRow): Promise<void> {
  return tx.run(insertRow, row);
}

/** A row of the log with what the journal holds of it. */
interface JoinedRow extends BusEventRow {
  readonly entry_id: string | null;
  readonly entry_at: number | null;
  readonly document: string | null;
}

const joinedColumns = ['j.id as entry_id', 'j.at as entry_at', 'j.document'] as const;

const selectById = query<{ id: number }, JoinedRow>((sql, { id }) =>
  sql
    .selectFrom('bus_event as b')
    .leftJoin('journal as j', 'j.seq', 'b.journal_seq')
    .selectAll('b')
    .select(joinedColumns)
    .where('b.id', '=', id),
);

/** An event by its place in the log. */
export async function findBusEvent(tx: Transaction, id: number): Promise<LoggedEvent | undefined> {
  const row = await tx.first(selectById, { id });
  return row && loggedEvents(row)[0];
}

/** Which events are read: those of an account in a region after a place in the log. */
export interface BusEventQuery {
  readonly accountId: string;
  readonly region: string;
  readonly afterId: number;
  readonly limit: number;
}

const selectAfter = query<BusEventQuery, JoinedRow>((sql, q) =>
  sql
    .selectFrom('bus_event as b')
    .leftJoin('journal as j', 'j.seq', 'b.journal_seq')
    .selectAll('b')
    .select(joinedColumns)
    .where('b.account_id', '=', q.accountId)
    .where('b.region', '=', q.region)
    .where('b.id', '>', q.afterId)
    .orderBy('b.id')
    .limit(q.limit),
);

/** A part of the log. Of what its journal entry is gone with there is no event (ADR 20). */
export interface LogPage {
  readonly events: LoggedEvent[];
  /** The place to go on from; undefined where the log ends. */
  readonly next: number | undefined;
}

/** Events in the order of the log; whoever goes on from `next` misses none. */
export async function listBusEvents(tx: Transaction, q: BusEventQuery): Promise<LogPage> {
  return logPage(await tx.all(selectAfter, q), q.limit);
}

const selectBefore = query<Omit<BusEventQuery, 'afterId'> & { beforeId: number }, JoinedRow>(
  (sql, q) =>
    sql
      .selectFrom('bus_event as b')
      .leftJoin('journal as j', 'j.seq', 'b.journal_seq')
      .selectAll('b')
      .select(joinedColumns)
      .where('b.account_id', '=', q.accountId)
      .where('b.region', '=', q.region)
      .where('b.id', '<', q.beforeId)
      .orderBy('b.id', 'desc')
      .limit(q.limit),
);

/** Events before a place in the log, the newest first. */
export async function listBusEventsBefore(
  tx: Transaction,
  q: Omit<BusEventQuery, 'afterId'> & { readonly beforeId: number },
): Promise<LogPage> {
  return logPage(await tx.all(selectBefore, q), q.limit);
}

function logPage(rows: readonly JoinedRow[], limit: number): LogPage {
  const next = rows.length < limit ? undefined : rows.at(-1)?.id;
  return { events: rows.flatMap(loggedEvents), next };
}

/** None where the entry that held it has been removed from the journal (ADR 20). */
function loggedEvents(row: JoinedRow): LoggedEvent[] {
  const envelope = row.body === null ? fromJournal(row) : (JSON.parse(row.body) as EventEnvelope);
  if (!envelope) return [];
  return [
    {
      id: row.id,
      accountId: row.account_id,
      region: row.region,
      busName: row.bus_name,
      ingestedAt: row.ingested_at,
      hops: row.hops,
      envelope,
      text: row.body ?? JSON.stringify(envelope),
    },
  ];
}

function fromJournal(row: JoinedRow): EventEnvelope | undefined {
  const { entry_id: id, entry_at: at, journal_index: index, document } = row;
  if (id === null || at === null || index === null || document === null) return undefined;
  const event = (JSON.parse(document) as EntryDocument).events?.[index];
  return (
    event && envelopeOf(event, { id, at, account_id: row.account_id, region: row.region }, index)
  );
}

const channel = 'imprimatur_bus_event';

/** Tells the other servers that the log has grown. */
export function announceBusEvents(tx: Transaction): Promise<void> {
  return tx.notify(channel);
}

/** Tells a listener of that, if the database can; answers how to end it. */
export function onBusEvents(database: Database, listener: () => void): () => void {
  return database.onChange?.(channel, listener) ?? (() => undefined);
}

interface OldEvents {
  after: number;
  before: number;
  limit: number;
}

const selectOld = query<OldEvents, { id: number; is_kept: number | boolean }>((sql, q) =>
  sql
    .selectFrom('bus_event as b')
    .select('b.id')
    .select((e) =>
      e
        .or([
          e.exists(
            e
              .selectFrom('archived_event as a')
              .select('a.archive_id')
              .whereRef('a.bus_event_id', '=', 'b.id'),
          ),
          e.exists(
            e.selectFrom('delivery as d').select('d.id').whereRef('d.bus_event_id', '=', 'b.id'),
          ),
        ])
        .as('is_kept'),
    )
    .where('b.id', '>', q.after)
    .where('b.ingested_at', '<', q.before)
    .orderBy('b.id')
    .limit(q.limit),
);
const deleteRow = query<{ id: number }>((sql, { id }) =>
  sql.deleteFrom('bus_event').where('id', '=', id),
);

/**
 * Removes events that came before a time, among the first `limit` of those after a place in the
 * log; what an archive or a delivery still has stays, and so does the newest of all. Answers where
 * to go on, or undefined at the end.
 */
export async function removeOldEvents(tx: Transaction, q: OldEvents): Promise<number | undefined> {
  const newest = await findNewestEventId(tx);
  const rows = await tx.all(selectOld, { after: q.after, before: q.before, limit: q.limit });
  for (const { id, is_kept: isKept } of rows) {
    if (!isKept && id !== newest) await tx.run(deleteRow, { id });
  }
  return rows.length === q.limit ? rows.at(-1)!.id : undefined;
}

const selectOldest = query<object, Pick<BusEventRow, 'ingested_at'>>((sql) =>
  sql.selectFrom('bus_event').select('ingested_at').orderBy('id').limit(1),
);

/** When the first event of the log came to its bus. */
export async function findOldestEventTime(tx: Transaction): Promise<number | undefined> {
  return (await tx.first(selectOldest, {}))?.ingested_at;
}
