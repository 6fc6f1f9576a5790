import { insertReadRecords, pruneReadRecords } from '../domain/cloudtrail/read-record-store.ts';
import { omittedReadsRecord, readRecord } from '../domain/cloudtrail/read-record.ts';
import type { NotedRead, OmittedReads } from '../domain/cloudtrail/read-record.ts';
import type { Clock } from '../kernel/clock.ts';
import type { NewId } from '../kernel/id.ts';
import { limits } from '../kernel/limits.ts';
import type { Log } from '../kernel/log.ts';
import { TokenBuckets } from '../server/token-buckets.ts';
import type { Database } from '../store/database.ts';

/** How reads are recorded. */
export interface ReadRecordSettings {
  /** The part of all reads that is recorded: 0 for none, 1 for each. */
  readonly samplingRate: number;
  /** How long they are kept. */
  readonly days: number;
}

/** What the recorder works with. */
export interface ReadRecorderParts extends ReadRecordSettings {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  /** From 0 to 1, as Math.random. */
  readonly random?: () => number;
}

/** What became of the reads that were to be recorded. */
export interface ReadRecordCounts {
  recorded: number;
  /** There were too many of them at once. */
  omitted: number;
  /** The database did not take them. */
  lost: number;
}

const dayMilliseconds = 24 * 60 * 60 * 1000;
const tellMilliseconds = 1000;

/**
 * Writes down who read what, some time after the answer: a call waits for nothing here. What could
 * not be recorded is counted, and told in the records themselves.
 */
export class ReadRecorder {
  readonly counts: ReadRecordCounts = { recorded: 0, omitted: 0, lost: 0 };
  readonly #parts: ReadRecorderParts;
  readonly #random: () => number;
  readonly #rate: TokenBuckets;
  readonly #pruning: NodeJS.Timeout;
  readonly #held: NotedRead[] = [];
  #omitted = new Map<string, OmittedReads>();
  #toldAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(parts: ReadRecorderParts) {
    this.#parts = parts;
    this.#random = parts.random ?? Math.random;
    const rate = { perSecond: limits.readRecordsPerSecond, burst: limits.readRecordsBurst };
    this.#rate = new TokenBuckets(rate, 1, parts.clock);
    this.#pruning = setInterval(() => void this.prune(), limits.readPruneSeconds * 1000).unref();
  }

  /** Notes a call that read; takes a microsecond. */
  note(read: NotedRead): void {
    const { samplingRate } = this.#parts;
    if (samplingRate === 0 || (samplingRate < 1 && this.#random() >= samplingRate)) return;
    if (this.#held.length < limits.readRecordsHeldMax && this.#rate.take('')) {
      const isKept = read.requestBytes <= limits.readRequestBytesMax;
      this.#held.push(isKept ? read : { ...read, request: undefined });
    } else {
      this.counts.omitted += 1;
      this.#omit(read);
    }
    this.#schedule();
    if (this.#held.length === limits.readRecordsBatch) setImmediate(() => void this.flush());
  }

  /** Writes down whatever is held; never fails. */
  async flush(): Promise<void> {
    await (this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#held.length > 0 || this.#omitted.size > 0) this.#schedule();
    }));
  }

  /** Removes what has been kept long enough, a few at a time; never fails. */
  async prune(): Promise<void> {
    const { database, clock, days, log } = this.#parts;
    const step = { before: clock.now() - days * dayMilliseconds, limit: limits.readRecordsPruned };
    try {
      for (;;) {
        const removed = await database.write((tx) => pruneReadRecords(tx, step));
        if (removed < step.limit) return;
      }
    } catch (error) {
      log.warn({ err: error }, 'old read records not removed');
    }
  }

  /** Writes down the rest. */
  async close(): Promise<void> {
    clearInterval(this.#pruning);
    await this.#writing;
    this.#toldAt = -Infinity;
    await this.flush();
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => void this.flush(), limits.readRecordsHeldMilliseconds).unref();
  }

  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#held.length > 0) {
      const batch = this.#held.splice(0, limits.readRecordsBatch);
      if (await this.#insert(batch, this.#takeOmitted())) continue;
      return;
    }
    const omitted = this.#takeOmitted();
    if (omitted.length > 0) await this.#insert([], omitted);
  }

  async #insert(batch: NotedRead[], omitted: OmittedReads[]): Promise<boolean> {
    const { database, newId, samplingRate, log } = this.#parts;
    const rows = [
      ...batch.map((read) => readRecord(read, newId(), samplingRate)),
      ...omitted.map((one) => omittedReadsRecord(one, newId())),
    ];
    try {
      await database.write((tx) => insertReadRecords(tx, rows));
      this.counts.recorded += batch.length;
      return true;
    } catch (error) {
      log.warn({ err: error, reads: batch.length }, 'reads not recorded');
      this.counts.lost += batch.length;
      for (const read of batch) this.#omit(read);
      for (const one of omitted) this.#addOmitted(one);
      return false;
    }
  }

  #omit({ call: { accountId, region, now } }: NotedRead): void {
    this.#addOmitted({ accountId, region, reads: 1, from: now, to: now });
  }

  /** Of too many accounts and regions, the last one stands for all. */
  #addOmitted(one: OmittedReads): void {
    const own = `${one.accountId} ${one.region}`;
    const key =
      this.#omitted.has(own) || this.#omitted.size < limits.omittedScopesMax
        ? own
        : [...this.#omitted.keys()].at(-1)!;
    const known = this.#omitted.get(key);
    if (known) {
      known.reads += one.reads;
      known.to = Math.max(known.to, one.to);
    } else {
      this.#omitted.set(key, { ...one });
    }
  }

  /** What is to be told now: once a second at most. */
  #takeOmitted(): OmittedReads[] {
    const now = this.#parts.clock.now();
    if (this.#omitted.size === 0 || Math.abs(now - this.#toldAt) < tellMilliseconds) return [];
    this.#toldAt = now;
    const taken = [...this.#omitted.values()];
    this.#omitted = new Map();
    return taken;
  }
}
