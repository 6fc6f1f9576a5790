import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import type { ArchivedEventRow, BusEventRow, EventReplayRow } from '../../store/event-tables.ts';
import { query } from '../../store/query.ts';
import { findNewestEventId } from '../events/bus-event-store.ts';
import type { Scope } from '../resource-reference.ts';

/** What tells one replay from all others. */
export interface ReplayKey extends Scope {
  readonly name: string;
}

const selectReplay = query<ReplayKey, EventReplayRow>((sql, key) =>
  sql
    .selectFrom('event_replay')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('name', '=', key.name)
    .forNoKeyUpdate(),
);

/** The replay of a name; names differ by case. */
export function findReplay(
  tx: Transaction,
  { accountId, region, name }: ReplayKey,
): Promise<EventReplayRow | undefined> {
  return tx.first(selectReplay, { accountId, region, name });
}

/** What a replay begins with. */
export type NewReplay = Omit<
  EventReplayRow,
  'id' | 'state' | 'state_reason' | 'replayed_until' | 'ended_at'
>;

const insertRow = query<NewReplay>((sql, row) =>
  sql.insertInto('event_replay').values({
    account_id: row.account_id,
    region: row.region,
    name: row.name,
    description: row.description,
    source_arn: row.source_arn,
    bus_name: row.bus_name,
    filter_arns: row.filter_arns,
    state: 'STARTING',
    state_reason: null,
    start_at: row.start_at,
    end_at: row.end_at,
    position: row.position,
    replayed_until: null,
    started_at: row.started_at,
    ended_at: null,
  }),
);

/** Inserts a replay; fails on a taken name. */
export function insertReplay(tx: Transaction, row: NewReplay): Promise<void> {
  return tx.run(insertRow, row);
}

/** How far a replay has come. */
export type ReplayProgress = Pick<
  EventReplayRow,
  'id' | 'state' | 'state_reason' | 'position' | 'replayed_until' | 'ended_at'
>;

const updateRow = query<ReplayProgress>((sql, row) =>
  sql
    .updateTable('event_replay')
    .set({
      state: row.state,
      state_reason: row.state_reason,
      position: row.position,
      replayed_until: row.replayed_until,
      ended_at: row.ended_at,
    })
    .where('id', '=', row.id),
);

/** Keeps how far a replay has come. */
export function saveProgress(tx: Transaction, row: ReplayProgress): Promise<void> {
  const { id, state, state_reason, position, replayed_until, ended_at } = row;
  return tx.run(updateRow, { id, state, state_reason, position, replayed_until, ended_at });
}

const countRunning = query<Scope, { count: number }>((sql, q) =>
  sql
    .selectFrom('event_replay')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account_id', '=', q.accountId)
    .where('region', '=', q.region)
    .where('ended_at', 'is', null),
);

/** How many replays of an account in a region have not ended. */
export async function countRunningReplays(
  tx: Transaction,
  { accountId, region }: Scope,
): Promise<number> {
  return (await tx.first(countRunning, { accountId, region }))!.count;
}

const selectRunning = query<{ after: number; limit: number }, EventReplayRow>((sql, q) =>
  sql
    .selectFrom('event_replay')
    .selectAll()
    .where('ended_at', 'is', null)
    .where('id', '>', q.after)
    .orderBy('id')
    .limit(q.limit),
);

/** The first replay after one that has not ended; from the beginning after the last of all. */
export async function findRunningReplay(
  tx: Transaction,
  after: number,
): Promise<EventReplayRow | undefined> {
  const next = await tx.first(selectRunning, { after, limit: 1 });
  return next ?? (after === 0 ? undefined : tx.first(selectRunning, { after: 0, limit: 1 }));
}

/** Which replays are listed: at most one of the filters is given. */
export interface ReplayListing extends Scope {
  readonly prefix: string;
  readonly state: EventReplayRow['state'] | undefined;
  readonly sourceArn: string | undefined;
  /** The name that the page before ended with. */
  readonly after: string;
  readonly limit: number;
}

/** An account's replays by name. */
export function listReplayRows(
  tx: Transaction,
  { accountId, region, prefix, state, sourceArn, after, limit }: ReplayListing,
): Promise<EventReplayRow[]> {
  let q = tx.sql
    .selectFrom('event_replay')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .where('name', '>', after)
    .where('name', '>=', prefix)
    .where((e) => e(e.fn<string>('substr', ['name', e.lit(1), e.val(prefix.length)]), '=', prefix));
  if (state !== undefined) q = q.where('state', '=', state);
  if (sourceArn !== undefined) q = q.where('source_arn', '=', sourceArn);
  return tx.rows(q.orderBy('name').limit(limit));
}

interface ArchivePage {
  archiveId: number;
  from: number;
  to: number;
  /** The time and the number of the last event of the page before. */
  afterAt: number;
  afterId: number;
  limit: number;
}

/** An event in an archive: its place in the log and its time. */
export type ArchivedPlace = Pick<ArchivedEventRow, 'bus_event_id' | 'at'>;

const selectArchived = query<ArchivePage, ArchivedPlace>((sql, q) =>
  sql
    .selectFrom('archived_event')
    .select(['bus_event_id', 'at'])
    .where('archive_id', '=', q.archiveId)
    .where('at', '>=', q.from)
    .where('at', '<', q.to)
    .where((e) => e(e.refTuple('at', 'bus_event_id'), '>', e.tuple(q.afterAt, q.afterId)))
    .orderBy('at')
    .orderBy('bus_event_id')
    .limit(q.limit),
);

/** What an archive keeps of a replay's time after where the replay is, by the events' times. */
export function listArchived(
  tx: Transaction,
  archiveId: number,
  replay: EventReplayRow,
  limit: number,
): Promise<ArchivedPlace[]> {
  // Events tell whole seconds: of the first one, all are meant.
  const start = Math.floor(replay.start_at / 1000) * 1000;
  const afterAt = replay.replayed_until ?? start - 1;
  return tx.all(selectArchived, {
    archiveId,
    // Or else each page would look at all before it once more.
    from: Math.max(start, afterAt),
    to: replay.end_at,
    afterAt,
    afterId: replay.position,
    limit,
  });
}

interface LogPage extends Scope {
  afterId: number;
  limit: number;
}

/** An event in the log: its place, and when it came to which bus. */
export type LoggedPlace = Pick<BusEventRow, 'id' | 'bus_name' | 'ingested_at'>;

const selectLogged = query<LogPage, LoggedPlace>((sql, q) =>
  sql
    .selectFrom('bus_event')
    .select(['id', 'bus_name', 'ingested_at'])
    .where('account_id', '=', q.accountId)
    .where('region', '=', q.region)
    .where('id', '>', q.afterId)
    .orderBy('id')
    .limit(q.limit),
);

/** What the log holds of a replay's account and region after where the replay is. */
export function listLogged(
  tx: Transaction,
  { account_id: accountId, region, position: afterId }: EventReplayRow,
  limit: number,
): Promise<LoggedPlace[]> {
  return tx.all(selectLogged, { accountId, region, afterId, limit });
}

const selectFirstIngested = query<{ from: number }, { id: number }>((sql, { from }) =>
  sql
    .selectFrom('bus_event')
    .select('id')
    .where('ingested_at', '>=', from)
    .orderBy('ingested_at')
    .orderBy('id')
    .limit(1),
);

/** The place in the log before all that came to it since a time. */
export async function placeBefore(tx: Transaction, from: number): Promise<number> {
  const first = await tx.first(selectFirstIngested, { from });
  return first ? first.id - 1 : findNewestEventId(tx);
}

const selectEnded = query<{ before: number; limit: number }, { id: number }>((sql, q) =>
  sql
    .selectFrom('event_replay')
    .select('id')
    .where('ended_at', '<', q.before)
    .orderBy('ended_at')
    .orderBy('id')
    .limit(q.limit),
);
const deleteRow = query<{ id: number }>((sql, { id }) =>
  sql.deleteFrom('event_replay').where('id', '=', id),
);

/** Forgets replays that ended long ago, as AWS does; answers how many. */
export async function sweepReplays(tx: Transaction, now: number, limit: number): Promise<number> {
  const before = now - limits.replayDaysKept * 86_400_000;
  const ended = await tx.all(selectEnded, { before, limit });
  for (const { id } of ended) await tx.run(deleteRow, { id });
  return ended.length;
}
