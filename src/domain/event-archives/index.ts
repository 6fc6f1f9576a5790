import { cancelReplay } from './cancel-replay.ts';
import { createArchive } from './create-archive.ts';
import { deleteArchive } from './delete-archive.ts';
import { describeArchive } from './describe-archive.ts';
import { describeReplay } from './describe-replay.ts';
import { listArchives } from './list-archives.ts';
import { listReplays } from './list-replays.ts';
import { replayEvents } from './replay-events.ts';
import { startReplay } from './start-replay.ts';
import { updateArchive } from './update-archive.ts';

/** What can be done with archives of events, and with replays. */
export const eventArchiveOperations = [
  createArchive,
  describeArchive,
  listArchives,
  updateArchive,
  deleteArchive,
  startReplay,
  describeReplay,
  listReplays,
  cancelReplay,
  replayEvents,
];
