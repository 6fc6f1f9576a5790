import type { EventArchiveRow, EventReplayRow } from '../../store/event-tables.ts';
import type { Target } from '../access/target.ts';
import type { FindContext } from '../operation.ts';
import { archiveArn, missingArchive } from './event-archive.ts';
import { findArchive } from './event-archive-store.ts';
import { missingReplay, replayArn } from './event-replay.ts';
import { findReplay } from './event-replay-store.ts';

/** The archive that a caller names, as what its call acts on. */
export async function targetArchive(
  { tx, call }: FindContext,
  name: string,
): Promise<Target<EventArchiveRow>> {
  const arn = archiveArn(call, name, call.partition);
  const archive = await findArchive(tx, { ...call, name });
  return archive ? { arn, found: archive } : { arn, missing: missingArchive(name) };
}

/** The replay that a caller names, as what its call acts on. */
export async function targetReplay(
  { tx, call }: FindContext,
  name: string,
): Promise<Target<EventReplayRow>> {
  const arn = replayArn(call, name, call.partition);
  const replay = await findReplay(tx, { ...call, name });
  return replay ? { arn, found: replay } : { arn, missing: missingReplay(name) };
}
