import { hasPending } from '../domain/deliveries/delivery-store.ts';
import type { LaneKey } from '../domain/deliveries/delivery-store.ts';
import { announceBusEvents, onBusEvents } from '../domain/events/bus-event-store.ts';
import { announceOutbox, hasOutbox, onOutbox } from '../domain/events/outbox-store.ts';
import { Lease, LeaseLost } from '../domain/leases/lease-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { limits } from '../kernel/limits.ts';
import type { Log } from '../kernel/log.ts';
import { Unavailable } from '../store/database.ts';
import type { Database } from '../store/database.ts';
import { Dispatcher } from './deliver-events.ts';
import type { AttemptCounts } from './deliver-events.ts';
import { Scheduler } from './fire-schedules.ts';
import { EventRouter } from './route-events.ts';
import { Replayer } from './run-replays.ts';
import { hasOldEvents, sweepEvents } from './sweep-events.ts';
import type { EventRetention } from './sweep-events.ts';
import type { TargetKind } from './targets/target.ts';
import { TellOthers } from './tell-others.ts';

/** What the work on events needs. */
export interface EventWorkerParts {
  readonly database: Database;
  readonly kinds: readonly TargetKind[];
  readonly retention: EventRetention;
  readonly partition: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Unlike any other server's. */
  readonly holder: string;
  /** Milliseconds since any moment; tests have their own. */
  readonly elapsed?: () => number;
  /** From 0 to 1, as Math.random. */
  readonly random?: () => number;
}

/** What sends events besides those that come in. */
interface Errand {
  hasWork(): Promise<boolean>;
  /** Answers which lanes got deliveries, and undefined when there was nothing to do. */
  step(): Promise<readonly LaneKey[] | undefined>;
}

/**
 * Takes events from the outbox to the log and to their targets, has schedules and replays send
 * theirs, and removes what is old. Of several servers one holds the lease and does all of it;
 * without work it gives the lease back.
 */
export class EventWorker {
  readonly counts: AttemptCounts = { delivered: 0, retried: 0, failed: 0, deadLettered: 0 };
  readonly #parts: EventWorkerParts;
  readonly #lease: Lease;
  readonly #router: EventRouter;
  readonly #errands: readonly Errand[];
  readonly #listeners = new Set<() => void>();
  readonly #outboxNews: TellOthers;
  readonly #logNews: TellOthers;
  readonly #stopping = new AbortController();
  #dispatcher: Dispatcher | undefined;
  #running: Promise<void> | undefined;
  #endListening: (() => void)[] = [];
  #wakeUp: (() => void) | undefined;
  #isWoken = false;
  #hasNews = false;
  #refusedAt = -Infinity;
  #beatAt = -Infinity;
  #busyAt = -Infinity;
  #sweptAt = -Infinity;
  #errandsAt = -Infinity;
  #hasErrands = false;
  #complainedAt = -Infinity;

  constructor(parts: EventWorkerParts) {
    this.#parts = parts;
    const { database, holder, elapsed } = parts;
    const lease = { database, name: 'deliver-events', holder, ...(elapsed && { elapsed }) };
    this.#lease = new Lease(lease);
    const led = { ...parts, lease: this.#lease };
    this.#router = new EventRouter(led);
    this.#errands = [new Scheduler(led), new Replayer(led)];
    this.#outboxNews = new TellOthers(database, announceOutbox);
    this.#logNews = new TellOthers(database, announceBusEvents);
  }

  /** Begins to work; until `stop`. */
  start(): void {
    const { database } = this.#parts;
    this.#endListening = [
      onOutbox(database, () => this.#hear()),
      onBusEvents(database, () => this.#tellListeners()),
    ];
    this.#running ??= this.#run();
  }

  /** Says that something was committed that is to be routed or sent: at once, if it can be. */
  wake(): void {
    this.#hasNews = true;
    this.#hear();
  }

  /** Has a listener told whenever the log may have grown; answers how to end that. */
  onEvents(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends what is under way, within some seconds, and gives the lease back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const end of this.#endListening) end();
    this.#hear();
    await this.#running;
    await this.#dispatcher?.stop();
    this.#outboxNews.close();
    this.#logNews.close();
    for (const kind of this.#parts.kinds) kind.close?.();
    await this.#lease.release().catch(() => undefined);
  }

  /** Does once all that can be done now: routes, sends and writes down; answers whether it may. */
  async pass(): Promise<boolean> {
    if (!(await this.#takeOn())) return false;
    while ((await this.#route()) || (await this.#runErrands()));
    await this.#dispatcher!.quiet();
    return true;
  }

  #hear(): void {
    this.#isWoken = true;
    this.#wakeUp?.();
  }

  #tellListeners(): void {
    for (const listener of this.#listeners) listener();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const hasMore = await this.#step().catch((error: unknown) => this.#note(error));
      if (hasMore !== true) await this.#rest();
    }
  }

  async #rest(): Promise<void> {
    if (!this.#isWoken) {
      const { promise, resolve } = Promise.withResolvers<void>();
      // Whoever shares a database must not ask it in step with the others.
      const pause = limits.deliveryPollMilliseconds * (0.9 + Math.random() * 0.2);
      const timer = setTimeout(resolve, pause).unref();
      this.#wakeUp = resolve;
      await promise;
      clearTimeout(timer);
    }
    this.#isWoken = false;
  }

  /** Answers whether there is more to do at once. */
  async #step(): Promise<boolean> {
    const hasNews = this.#hasNews;
    this.#hasNews = false;
    if (!this.#lease.isHeld) {
      const isRefused = performance.now() - this.#refusedAt < limits.deliveryPollMilliseconds;
      if (isRefused || !(await this.#hasWork()) || !(await this.#takeOn())) {
        if (hasNews) this.#outboxNews.tell();
        return false;
      }
    }
    const isRouting = await this.#route();
    if ((await this.#runErrandsInTurn(isRouting)) || isRouting) return true;
    if (this.#isSweepDue()) await this.#sweep();
    await this.#beat();
    await this.#restIfIdle();
    return false;
  }

  async #hasWork(): Promise<boolean> {
    if (this.#isSweepDue()) {
      if (await hasOldEvents(this.#parts)) return true;
      this.#sweptAt = performance.now();
    }
    for (const errand of this.#errands) if (await errand.hasWork()) return true;
    return this.#parts.database.read(async (tx) => (await hasOutbox(tx)) || hasPending(tx));
  }

  async #takeOn(): Promise<boolean> {
    if (!(await this.#lease.acquire())) {
      this.#refusedAt = performance.now();
      return false;
    }
    this.#busyAt = performance.now();
    this.#dispatcher ??= this.#newDispatcher();
    return true;
  }

  #newDispatcher(): Dispatcher {
    const dispatcher = new Dispatcher({
      ...this.#parts,
      lease: this.#lease,
      counts: this.counts,
      onError: (error) => {
        // One that was given up may still have something to say.
        if (this.#dispatcher === dispatcher) this.#note(error);
      },
    });
    return dispatcher;
  }

  /** Routes a batch; answers whether there may be more. */
  async #route(): Promise<boolean> {
    const routed = await this.#router.route();
    if (!routed) return false;
    this.#busyAt = performance.now();
    this.#dispatcher?.tell(routed.events, routed.lanes);
    this.#tellListeners();
    this.#logNews.tell();
    return !routed.isAll && !this.#stopping.signal.aborted;
  }

  /** Lets new events go first, and does not ask at each of them whether there is something. */
  async #runErrandsInTurn(isRouting: boolean): Promise<boolean> {
    const pause = isRouting || !this.#hasErrands ? limits.errandMilliseconds : 0;
    if (performance.now() - this.#errandsAt < pause) return false;
    this.#hasErrands = await this.#runErrands();
    this.#errandsAt = performance.now();
    return this.#hasErrands && !this.#stopping.signal.aborted;
  }

  /** Takes a step of each; answers whether there may be more. */
  async #runErrands(): Promise<boolean> {
    let hasRun = false;
    for (const errand of this.#errands) {
      const lanes = await this.#attempt(errand);
      if (!lanes) continue;
      hasRun = true;
      this.#busyAt = performance.now();
      this.#dispatcher?.tell([], lanes);
      this.#tellListeners();
      this.#logNews.tell();
    }
    return hasRun;
  }

  /** What is wrong with a schedule or a replay holds up nothing else. */
  async #attempt(errand: Errand): Promise<readonly LaneKey[] | undefined> {
    try {
      return await errand.step();
    } catch (error) {
      if (error instanceof LeaseLost || error instanceof Unavailable) throw error;
      this.#note(error);
      return undefined;
    }
  }

  /** A database that only one server has needs no sign of life. */
  async #beat(): Promise<void> {
    const { database } = this.#parts;
    if (!database.onChange) return;
    if (performance.now() - this.#beatAt < limits.deliveryPollMilliseconds) return;
    this.#beatAt = performance.now();
    await database.write((tx) => this.#lease.keep(tx));
  }

  async #restIfIdle(): Promise<void> {
    if (!this.#dispatcher?.isIdle) this.#busyAt = performance.now();
    if (performance.now() - this.#busyAt < limits.eventsLingerMilliseconds) return;
    if (await this.#hasWork()) return;
    await this.#dispatcher?.stop();
    this.#dispatcher = undefined;
    await this.#lease.release();
  }

  #isSweepDue(): boolean {
    return performance.now() - this.#sweptAt >= limits.eventsSweepSeconds * 1000;
  }

  async #sweep(): Promise<void> {
    this.#sweptAt = performance.now();
    await sweepEvents({ ...this.#parts, lease: this.#lease }, this.#stopping.signal);
  }

  #note(error: unknown): void {
    if (error instanceof LeaseLost) {
      this.#lease.forget();
      this.#dispatcher?.abandon();
      this.#dispatcher = undefined;
      return;
    }
    const { log } = this.#parts;
    if (error instanceof Unavailable) {
      log.debug({ err: error }, 'events wait for the database');
      return;
    }
    if (performance.now() - this.#complainedAt < limits.eventComplaintSeconds * 1000) return;
    this.#complainedAt = performance.now();
    log.error({ err: error }, 'events are not delivered as they should be');
  }
}
