import type { Transaction } from '../../store/database.ts';
import type { EventReplayRow } from '../../store/event-tables.ts';
import { findBusEvent } from '../events/bus-event-store.ts';
import type { LoggedEvent } from '../events/bus-event-store.ts';
import { findArchive } from './event-archive-store.ts';
import { isOfLog, nameInSource } from './event-replay.ts';
import { findRunningReplay, listArchived, listLogged } from './event-replay-store.ts';
import type { ReplayProgress } from './event-replay-store.ts';

/** The next events of a replay, and where it is after them. */
export interface ReplayPage {
  readonly replay: EventReplayRow;
  readonly events: readonly LoggedEvent[];
  readonly progress: Omit<ReplayProgress, 'id' | 'ended_at'>;
}

/** The next step of the replay after the one with a number; undefined when none runs. */
export async function readReplayPage(
  tx: Transaction,
  afterId: number,
  limit: number,
): Promise<ReplayPage | undefined> {
  const replay = await findRunningReplay(tx, afterId);
  if (!replay) return undefined;
  if (replay.state === 'CANCELLING') return ended(replay, { state: 'CANCELLED' });
  return isOfLog(replay) ? pageOfLog(tx, replay, limit) : pageOfArchive(tx, replay, limit);
}

function ended(
  replay: EventReplayRow,
  end: Pick<EventReplayRow, 'state'> & Partial<ReplayProgress>,
): ReplayPage {
  const { state_reason, position, replayed_until } = replay;
  return { replay, events: [], progress: { state_reason, position, replayed_until, ...end } };
}

async function pageOfArchive(
  tx: Transaction,
  replay: EventReplayRow,
  limit: number,
): Promise<ReplayPage> {
  const name = nameInSource(replay);
  const scope = { accountId: replay.account_id, region: replay.region };
  const archive = await findArchive(tx, { ...scope, name });
  if (archive?.bus_name !== replay.bus_name) {
    return ended(replay, { state: 'FAILED', state_reason: `Archive ${name} does not exist.` });
  }
  const places = await listArchived(tx, archive.id, replay, limit);
  const last = places.at(-1);
  return {
    replay,
    events: await eventsAt(
      tx,
      places.map(({ bus_event_id: id }) => id),
    ),
    progress: {
      state: places.length < limit ? 'COMPLETED' : 'RUNNING',
      state_reason: null,
      position: last?.bus_event_id ?? replay.position,
      replayed_until: last?.at ?? replay.replayed_until,
    },
  };
}

async function pageOfLog(
  tx: Transaction,
  replay: EventReplayRow,
  limit: number,
): Promise<ReplayPage> {
  const places = await listLogged(tx, replay, limit);
  const last = places.at(-1);
  const meant = places.filter(
    ({ bus_name: bus, ingested_at: at }) =>
      bus === replay.bus_name && at >= replay.start_at && at < replay.end_at,
  );
  const isEnd = places.length < limit || last!.ingested_at >= replay.end_at;
  return {
    replay,
    events: await eventsAt(
      tx,
      meant.map(({ id }) => id),
    ),
    progress: {
      state: isEnd ? 'COMPLETED' : 'RUNNING',
      state_reason: null,
      position: last?.id ?? replay.position,
      replayed_until: meant.at(-1)?.ingested_at ?? replay.replayed_until,
    },
  };
}

/** Events by their places in the log, without those of which nothing is left. */
async function eventsAt(tx: Transaction, ids: readonly number[]): Promise<LoggedEvent[]> {
  const events = await Promise.all(ids.map((id) => findBusEvent(tx, id)));
  return events.filter((event) => event !== undefined);
}
