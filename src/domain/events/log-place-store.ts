import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import { findNewestEventId } from './bus-event-store.ts';

const countHeld = query<{ after: number; upTo: number }, { count: number }>((sql, q) =>
  sql
    .selectFrom('bus_event as b')
    .leftJoin('journal as j', 'j.seq', 'b.journal_seq')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('b.id', '>', q.after)
    .where('b.id', '<=', q.upTo)
    .where((e) => e.or([e('b.body', 'is not', null), e('j.seq', 'is not', null)])),
);

const selectSince = query<{ since: number }, { id: number }>((sql, q) =>
  sql
    .selectFrom('bus_event')
    .select('id')
    .where('ingested_at', '>=', q.since)
    .orderBy('ingested_at')
    .orderBy('id')
    .limit(1),
);

/** A place in the log from which to go on. */
export interface LogPlace {
  readonly id: number;
  /** Whether something after the place that was asked for is kept no longer. */
  readonly hasGap: boolean;
}

/**
 * Where a reader of the log begins: after the event that it had last, or with the first of a time;
 * without either, with what is put on a bus from now on.
 */
export async function findPlace(
  tx: Transaction,
  { lastId, since }: { readonly lastId?: number; readonly since?: number },
): Promise<LogPlace> {
  const newest = await findNewestEventId(tx);
  if (lastId !== undefined) {
    const id = Math.min(lastId, newest);
    return { id, hasGap: lastId > newest || !(await isWhole(tx, id, newest)) };
  }
  const first = since === undefined ? undefined : await tx.first(selectSince, { since });
  return { id: first ? first.id - 1 : newest, hasGap: false };
}

/**
 * Numbers follow one another, and the oldest events go first, one or the other excepted: of what
 * came next some would be missing.
 */
async function isWhole(tx: Transaction, after: number, newest: number): Promise<boolean> {
  const upTo = Math.min(newest, after + limits.gapEventsCounted);
  const { count } = (await tx.first(countHeld, { after, upTo }))!;
  return count === upTo - after;
}
