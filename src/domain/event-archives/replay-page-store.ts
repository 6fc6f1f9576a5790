import type { Transaction } from '../../store/database.ts';
import type { EventReplayRow } from '../../store/event-tables.ts';
import { findBusEvent, listBusEvents } from '../events/bus-event-store.ts';
import type { LoggedEvent } from '../events/bus-event-store.ts';
import { findArchive } from './event-archive-store.ts';
import { isOfLog, nameInSource } from './event-replay.ts';
import { findRunningReplay, listArchived } from './event-replay-store.ts';
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
  const events = await Promise.all(places.map(({ bus_event_id: id }) => findBusEvent(tx, id)));
  const last = places.at(-1);
  return {
    replay,
    events: events.filter((event) => event !== undefined),
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
  const { account_id: accountId, region, position: afterId } = replay;
  const read = await listBusEvents(tx, { accountId, region, afterId, limit });
  const last = read.at(-1);
  const events = read.filter(
    ({ busName, ingestedAt }) =>
      busName === replay.bus_name && ingestedAt >= replay.start_at && ingestedAt < replay.end_at,
  );
  const isEnd = read.length < limit || last!.ingestedAt >= replay.end_at;
  return {
    replay,
    events,
    progress: {
      state: isEnd ? 'COMPLETED' : 'RUNNING',
      state_reason: null,
      position: last?.id ?? afterId,
      replayed_until: events.at(-1)?.ingestedAt ?? replay.replayed_until,
    },
  };
}
