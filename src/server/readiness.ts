import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '../kernel/limits.ts';
import type { Log } from '../kernel/log.ts';
import type { DatabaseStatus } from '../store/database.ts';

/** Why calls cannot be served now. */
export type Unready = 'draining' | 'database';

/** What readiness needs of the product. */
export interface ReadinessParts {
  readonly log: Log;
  databaseStatus(): Promise<DatabaseStatus>;
}

interface Answered {
  readonly at: number;
  readonly status: DatabaseStatus | undefined;
}

/**
 * Whether this server can serve. The database is asked by one question at a time, and its answer
 * holds for a moment, so that probes cannot load it.
 */
export class Readiness {
  readonly #parts: ReadinessParts;
  #draining = false;
  #last: Answered | undefined;
  #asking: Promise<DatabaseStatus | undefined> | undefined;
  #wasReachable = true;

  constructor(parts: ReadinessParts) {
    this.#parts = parts;
  }

  /** From then on the server is not ready, so that nobody sends it new clients. */
  drain(): void {
    this.#draining = true;
  }

  /** What keeps the server from serving; undefined when nothing does. */
  async check(): Promise<Unready | undefined> {
    if (this.#draining) return 'draining';
    const status = await this.databaseStatus();
    // It may have begun meanwhile.
    if (this.#draining) return 'draining';
    return status === undefined ? 'database' : undefined;
  }

  /** How the database is; undefined when it does not answer in time. */
  async databaseStatus(): Promise<DatabaseStatus | undefined> {
    const last = this.#last;
    if (last && performance.now() - last.at < limits.databaseStatusHeldMilliseconds) {
      return last.status;
    }
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    const patience = new AbortController();
    const late = sleep(limits.databaseAnswerSecondsMax * 1000, undefined, {
      ref: false,
      signal: patience.signal,
    });
    late.catch(() => undefined);
    const status = await Promise.race([this.#asking, late]);
    patience.abort();
    this.#note(status);
    return status;
  }

  /** Waits for the answer however long it takes: a second question would wait behind it. */
  async #ask(): Promise<DatabaseStatus | undefined> {
    try {
      return await this.#parts.databaseStatus();
    } catch (error) {
      this.#parts.log.debug({ err: error }, 'database status failed');
      return undefined;
    }
  }

  #note(status: DatabaseStatus | undefined): void {
    this.#last = { at: performance.now(), status };
    const isReachable = status !== undefined;
    if (isReachable === this.#wasReachable) return;
    this.#wasReachable = isReachable;
    if (isReachable) this.#parts.log.warn('the database answers again');
    else this.#parts.log.error('the database does not answer; not ready');
  }
}
