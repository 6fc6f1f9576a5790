/**
 * A thread of its own with a connection of its own: at each message it brings what stands in the
 * write-ahead log into the database file, and answers; told to close, it ends.
 */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** What the thread is asked for. */
export type CheckpointRequest = 'checkpoint' | 'close';

const database = new DatabaseSync(workerData as string);
// The database file is on the disk before the log is written over.
database.exec('pragma synchronous = full');
const checkpoint = database.prepare('pragma wal_checkpoint(passive)');

parentPort!.on('message', (request: CheckpointRequest) => {
  if (request === 'close') {
    database.close();
    parentPort!.close();
    return;
  }
  try {
    checkpoint.get();
  } catch {
    // A full disk, say: the log keeps everything, and the next request tries again.
  }
  parentPort!.postMessage(null);
});
