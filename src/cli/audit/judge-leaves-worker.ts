/** A thread of its own that holds leaves of the history against their entries. */
import { parentPort, workerData } from 'node:worker_threads';
import { judgeLeaves } from '../../domain/sealing/judged-leaves-store.ts';
import { SqliteSnapshot } from '../../store/sqlite-snapshot.ts';

/** Which leaves the thread is asked for: from a place up to another. */
export interface LeafRange {
  readonly from: number;
  readonly end: number;
}

const database = new SqliteSnapshot(workerData as string);

parentPort!.on('message', ({ from, end }: LeafRange) => {
  void judgeLeaves(database, from, end).then((judged) => {
    const { positions, seqs, hashes, intact } = judged;
    const parts = [positions.buffer, seqs.buffer, hashes.buffer, intact.buffer];
    parentPort!.postMessage(judged, parts);
  });
});
