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
