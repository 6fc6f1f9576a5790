import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import type { ArchivedEventRow, EventArchiveRow } from '../../store/event-tables.ts';
import { query } from '../../store/query.ts';

const insertRow = query<ArchivedEventRow>((sql, row) =>
  sql.insertInto('archived_event').values({
    archive_id: row.archive_id,
    bus_event_id: row.bus_event_id,
    at: row.at,
    size_bytes: row.size_bytes,
  }),
);
const addUp = query<{ id: number; events: number; bytes: number }>((sql, q) =>
  sql
    .updateTable('event_archive')
    .set((e) => ({
      event_count: e('event_count', '+', q.events),
      size_bytes: e('size_bytes', '+', q.bytes),
    }))
    .where('id', '=', q.id),
);

const dayMilliseconds = 86_400_000;

/** Has archives keep events, and counts them. */
export async function archiveEvents(
  tx: Transaction,
  kept: readonly ArchivedEventRow[],
): Promise<void> {
  for (const row of kept) await tx.run(insertRow, row);
  for (const [id, rows] of Map.groupBy(kept, (row) => row.archive_id)) {
    await tx.run(addUp, { id, events: rows.length, bytes: bytesOf(rows) });
  }
}

function bytesOf(rows: readonly Pick<ArchivedEventRow, 'size_bytes'>[]): number {
  return rows.reduce((sum, row) => sum + row.size_bytes, 0);
}

interface Oldest {
  archiveId: number;
  limit: number;
}

type Kept = Pick<ArchivedEventRow, 'bus_event_id' | 'size_bytes'> & { ingested_at: number };

const selectOldest = query<Oldest, Kept>((sql, q) =>
  sql
    .selectFrom('archived_event as a')
    .innerJoin('bus_event as b', 'b.id', 'a.bus_event_id')
    .select(['a.bus_event_id', 'a.size_bytes', 'b.ingested_at'])
    .where('a.archive_id', '=', q.archiveId)
    .orderBy('a.bus_event_id')
    .limit(q.limit),
);
const deleteUpTo = query<{ archiveId: number; last: number }>((sql, q) =>
  sql
    .deleteFrom('archived_event')
    .where('archive_id', '=', q.archiveId)
    .where('bus_event_id', '<=', q.last),
);
const selectSwept = query<{ after: number; limit: number }, EventArchiveRow>((sql, q) =>
  sql
    .selectFrom('event_archive')
    .selectAll()
    .where('id', '>', q.after)
    .orderBy('id')
    .limit(q.limit),
);
const deleteArchive = query<{ id: number }>((sql, { id }) =>
  sql.deleteFrom('event_archive').where('id', '=', id),
);

/**
 * Lets go of what archives need not keep any longer, and of archives that were deleted: at most so
 * many events, so that writes wait for little. Answers how many; as many as it was allowed when
 * there may be more. Only who holds the lease on the log calls it.
 */
export async function sweepArchives(tx: Transaction, now: number, limit: number): Promise<number> {
  let left = limit;
  for (let after = 0; left > 0;) {
    const archives = await tx.all(selectSwept, { after, limit: limits.archivesAtOnce });
    for (const archive of archives) {
      if (left > 0) left -= await sweepArchive(tx, archive, now, left);
    }
    if (archives.length < limits.archivesAtOnce) break;
    after = archives.at(-1)!.id;
  }
  return limit - left;
}

async function sweepArchive(
  tx: Transaction,
  { id, deleted_at: deletedAt, retention_days: days }: EventArchiveRow,
  now: number,
  limit: number,
): Promise<number> {
  if (deletedAt === null && days === 0) return 0;
  const before = deletedAt === null ? now - days * dayMilliseconds : Infinity;
  const spent = await spentEvents(tx, id, before, limit);
  const last = spent.at(-1)?.bus_event_id;
  if (last !== undefined) {
    await tx.run(deleteUpTo, { archiveId: id, last });
    await tx.run(addUp, { id, events: -spent.length, bytes: -bytesOf(spent) });
  }
  if (deletedAt !== null && spent.length < limit) await tx.run(deleteArchive, { id });
  return spent.length;
}

/** The first events of an archive as far as all of them came before a time. */
async function spentEvents(
  tx: Transaction,
  archiveId: number,
  before: number,
  limit: number,
): Promise<Kept[]> {
  const [first] = await tx.all(selectOldest, { archiveId, limit: 1 });
  if (!first || first.ingested_at >= before) return [];
  const oldest = await tx.all(selectOldest, { archiveId, limit });
  const end = oldest.findIndex(({ ingested_at }) => ingested_at >= before);
  return end === -1 ? oldest : oldest.slice(0, end);
}

const selectEnding = query<object, { id: number }>((sql) =>
  sql
    .selectFrom('event_archive')
    .select('id')
    .where((e) => e.or([e('deleted_at', 'is not', null), e('retention_days', '>', 0)]))
    .orderBy('id')
    .limit(1),
);

/** Whether any archive may have something to let go of, now or some day. */
export async function hasEndingArchives(tx: Transaction): Promise<boolean> {
  return (await tx.first(selectEnding, {})) !== undefined;
}
