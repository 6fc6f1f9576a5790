import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { limits } from '../kernel/limits.ts';
import type { CheckpointRequest } from './sqlite-checkpoint-worker.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

// TypeScript in a checkout, JavaScript in the package.
const extension = extname(import.meta.url);
const threadProgram = new URL(`./sqlite-checkpoint-worker${extension}`, import.meta.url);

/**
 * Keeps the write-ahead log short from a thread beside: checkpoints took a third of the writer's
 * time. They move what is durable already, so that nothing depends on when they happen.
 *
 * A log that is never still at its end is never begun anew, for the writer is always ahead: when
 * it has become long, one commit waits until the thread has caught up.
 */
export class SqliteCheckpointer {
  readonly #path: string;
  readonly #writer: SqliteConnection;
  readonly #program: URL;
  #thread: { readonly worker: Worker; readonly ended: Promise<void> } | undefined;
  #answer: PromiseWithResolvers<void> | undefined;
  #closed = false;
  /** Pages of the log after the last commit. */
  #pages = 0;
  /** Pages from which the thread is asked, and from which a commit waits for it. */
  #askFrom: number = limits.checkpointPages;
  #waitFrom: number = limits.logPagesMax;

  constructor(path: string, writer: SqliteConnection, program = threadProgram) {
    this.#path = path;
    this.#writer = writer;
    this.#program = program;
    writer.exec('pragma wal_autocheckpoint = 0');
    // What a reader of another program made it grow beyond is given back once that is gone.
    writer.exec(`pragma journal_size_limit = ${2 * limits.logPagesMax * limits.pageBytes}`);
  }

  /** To be told of each commit: asks the thread when the log has grown. */
  committed(): void {
    const { pages } = this.#writer.log;
    if (pages < this.#pages) {
      this.#askFrom = limits.checkpointPages;
      this.#waitFrom = limits.logPagesMax;
    }
    this.#pages = pages;
    if (pages >= this.#askFrom && !this.#answer) void this.#ask();
  }

  /** Before a commit: when the log is long, waits until it can be begun anew. */
  async makeRoom(): Promise<void> {
    if (this.#pages < this.#waitFrom) return;
    const isLate = this.#pages >= this.#waitFrom + limits.logPagesMax;
    if (this.#answer && !isLate) return;
    await this.#answer?.promise;
    const { pages, checkpointed } = this.#writer.log;
    // The thread may have ended meanwhile, or the log be short again.
    if (pages < this.#waitFrom) return;
    const isClose = pages - checkpointed <= limits.checkpointPages;
    // A commit later there is less to catch up with, and the wait is shorter.
    if (!isClose && !isLate) return void this.#ask();
    // Another program's reader may keep the log from ending: not every commit waits for it.
    this.#waitFrom = pages + limits.checkpointPages;
    await this.#ask();
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#answer?.promise;
    if (!this.#thread) return;
    const { worker, ended } = this.#thread;
    worker.ref();
    worker.postMessage('close' satisfies CheckpointRequest);
    await ended;
  }

  #ask(): Promise<void> {
    this.#askFrom = this.#pages + limits.checkpointPages;
    this.#answer = Promise.withResolvers();
    const { promise } = this.#answer;
    try {
      this.#thread ??= this.#start();
      // Whoever waits for the answer must not find that the process has ended meanwhile.
      this.#thread.worker.ref();
      this.#thread.worker.postMessage('checkpoint' satisfies CheckpointRequest);
    } catch {
      this.#fallBack();
    }
    return promise;
  }

  #start(): { worker: Worker; ended: Promise<void> } {
    const worker = new Worker(this.#program, {
      workerData: this.#path,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    });
    const ended = Promise.withResolvers<void>();
    worker.on('message', () => this.#answered());
    // Its end follows, and says enough.
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      this.#fallBack();
      ended.resolve();
    });
    return { worker, ended: ended.promise };
  }

  #answered(): void {
    this.#thread?.worker.unref();
    this.#answer?.resolve();
    this.#answer = undefined;
  }

  /** Without a thread the writer checkpoints by itself, as SQLite does unless it is told not to. */
  #fallBack(): void {
    if (!this.#closed) this.#writer.exec(`pragma wal_autocheckpoint = ${limits.checkpointPages}`);
    this.#askFrom = Number.POSITIVE_INFINITY;
    this.#waitFrom = Number.POSITIVE_INFINITY;
    this.#thread = undefined;
    this.#answered();
  }
}
