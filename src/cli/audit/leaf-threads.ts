import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { judgeLeaves } from '../../domain/sealing/judged-leaves-store.ts';
import type { JudgedLeaves } from '../../domain/sealing/judged-leaves-store.ts';
import { limits } from '../../kernel/limits.ts';
import { parseDatabaseUrl } from '../../store/database-url.ts';
import type { Database } from '../../store/database.ts';
import type { LeafRange } from './judge-leaves-worker.ts';

// TypeScript in a checkout, JavaScript in the package.
const extension = extname(import.meta.url);
const threadProgram = new URL(`./judge-leaves-worker${extension}`, import.meta.url);

/** A thread that judges leaves, a range at a time. */
class LeafThread {
  readonly #worker: Worker;
  #answer: PromiseWithResolvers<JudgedLeaves> | undefined;

  constructor(path: string) {
    this.#worker = new Worker(threadProgram, { workerData: path, execArgv: [] });
    this.#worker.on('message', (judged: JudgedLeaves) => this.#taken()?.resolve(judged));
    this.#worker.on('error', (error) => this.#taken()?.reject(error));
    this.#worker.on('exit', () => this.#taken()?.reject(new Error('A thread has ended.')));
  }

  get isIdle(): boolean {
    return this.#answer === undefined;
  }

  judge(range: LeafRange): Promise<JudgedLeaves> {
    this.#answer = Promise.withResolvers();
    this.#worker.postMessage(range);
    const { promise } = this.#answer;
    // Whoever has given up meanwhile does not hear of it.
    promise.catch(() => undefined);
    return promise;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #taken(): PromiseWithResolvers<JudgedLeaves> | undefined {
    const answer = this.#answer;
    this.#answer = undefined;
    return answer;
  }
}

/** What is shared out, and among how many. */
export interface LeafWork {
  /** Of the database. */
  readonly path: string;
  /** Behind which place no leaf is. */
  readonly end: number;
  /** Threads beside this one. */
  readonly threads: number;
  /** Leaves that a thread is given at once. */
  readonly share: number;
}

/**
 * How the leaves of a database up to an end are shared out; undefined where this thread alone is as
 * fast, and on PostgreSQL, which has other things to do.
 */
export function shareLeaves(url: string, end: number): LeafWork | undefined {
  const database = parseDatabaseUrl(url);
  const threads = Math.min(availableParallelism(), limits.leafThreadsMax) - 1;
  const isFew = threads === 0 || end < limits.threadedLeavesMin;
  if (isFew || database.kind === 'postgres') return undefined;
  return { path: database.path, end, threads, share: limits.leafShare };
}

/**
 * Holds all leaves against their entries, by threads and by this one, which takes what nobody has
 * begun with; tells of them in the order of sealing.
 */
export async function* judgeByThreads(
  database: Database,
  { path, end, threads: count, share }: LeafWork,
): AsyncGenerator<JudgedLeaves> {
  const threads = Array.from({ length: count }, () => new LeafThread(path));
  const judged: (JudgedLeaves | Promise<JudgedLeaves>)[] = [];
  let next = 0;
  const take = (): LeafRange => {
    const from = next;
    next = Math.min(from + share, end);
    return { from, end: next };
  };
  try {
    for (;;) {
      for (const thread of threads) {
        if (thread.isIdle && next < end) keepInPlace(judged, thread.judge(take()));
      }
      if (next < end && judged.length < limits.leafSharesAhead) {
        const own = take();
        judged.push(await judgeLeaves(database, own.from, own.end));
        // Lets the threads hand over what they have.
        await setImmediate();
      } else if (judged.length > 0) await judged[0];
      else return;
      while (judged[0] && !(judged[0] instanceof Promise)) yield judged.shift() as JudgedLeaves;
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

/** Puts what will be there at the end of a list, and what it comes to into its place. */
function keepInPlace<Value>(list: (Value | Promise<Value>)[], promise: Promise<Value>): void {
  list.push(promise);
  const settle = (value: Value): void => {
    list[list.indexOf(promise)] = value;
  };
  promise.then(settle, () => undefined);
}
