import { setTimeout as sleep } from 'node:timers/promises';
import type { LaneKey } from '../domain/deliveries/delivery-store.ts';
import type { LoggedEvent } from '../domain/events/bus-event-store.ts';
import type { Lease } from '../domain/leases/lease-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { limits } from '../kernel/limits.ts';
import type { Database } from '../store/database.ts';
import { DeliveryLanes } from './delivery-lanes.ts';
import type { Lane } from './delivery-lanes.ts';
import { DeliveryLoader } from './load-deliveries.ts';
import { Settler } from './settle-deliveries.ts';
import { TargetSender } from './send-to-target.ts';
import type { TargetKind } from './targets/target.ts';

/** What a dispatcher works with. */
export interface DispatcherParts {
  readonly database: Database;
  readonly lease: Lease;
  readonly kinds: readonly TargetKind[];
  readonly clock: Clock;
  /** Counts of all spells. */
  readonly counts: AttemptCounts;
  /** Told of what goes wrong with the database, LeaseLost among it. */
  readonly onError: (error: unknown) => void;
  /** From 0 to 1, as Math.random. */
  readonly random?: () => number;
}

/** Tries by what came of them. */
export type AttemptCounts = Record<'delivered' | 'retried' | 'failed' | 'deadLettered', number>;

/**
 * Sends pending deliveries to their targets while the lease is held: many at a time, within a lane
 * one after the other. What came of them is written down a little later, and nothing waits for it:
 * what a kill leaves unwritten is sent again, the first of a lane first.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #lanes: DeliveryLanes;
  readonly #loader: DeliveryLoader;
  readonly #settler: Settler;
  readonly #sender: TargetSender;
  readonly #ending = new AbortController();
  readonly #sending = new Set<Promise<void>>();
  readonly #ticking: NodeJS.Timeout;
  #state: 'working' | 'finishing' | 'ended' = 'working';
  #loading: Promise<void> | undefined;
  #settling: Promise<void> | undefined;
  #settleTimer: NodeJS.Timeout | undefined;
  #turn: NodeJS.Immediate | undefined;
  #pumpedAt = -Infinity;
  /** Written down while deliveries were loaded, which may have been read before. */
  readonly #settledMeanwhile: number[] = [];

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    const { database, lease } = parts;
    this.#lanes = new DeliveryLanes(parts);
    this.#loader = new DeliveryLoader(database, this.#lanes);
    this.#settler = new Settler(database, lease);
    this.#sender = new TargetSender({ ...parts, signal: this.#ending.signal });
    this.#ticking = setInterval(() => this.#tick(), limits.deliveryTickMilliseconds).unref();
    this.#load();
  }

  /** Takes up what was routed. */
  tell(events: readonly LoggedEvent[], lanes: readonly LaneKey[]): void {
    if (lanes.length === 0) return;
    for (const event of events) this.#sender.events.add(event);
    this.#loader.tell(lanes);
    this.#load();
  }

  /** Whether nothing is pending, as far as is known. */
  get isIdle(): boolean {
    return this.#lanes.isEmpty && !this.#loader.hasWork && !this.#loading;
  }

  /** Waits until nothing may be sent now and all is written down. */
  async quiet(): Promise<void> {
    do {
      this.#tick();
      await this.#loading;
      await Promise.all(this.#sending);
      await this.#settle();
      // What rests is ready, and others must get a word in meanwhile.
      await sleep(1);
    } while (this.#state === 'working' && this.#hasMore);
  }

  get #hasMore(): boolean {
    return this.#sending.size > 0 || this.#lanes.hasReady || this.#settler.size > 0;
  }

  /** Ends what is under way within limits.deliveryStopSecondsMax, and writes down the rest. */
  async stop(): Promise<void> {
    if (this.#state !== 'working') return;
    this.#state = 'finishing';
    clearInterval(this.#ticking);
    const patience = new AbortController();
    const late = sleep(limits.deliveryStopSecondsMax * 1000, undefined, patience);
    await Promise.race([Promise.all(this.#sending), late]).finally(() => {
      late.catch(() => undefined);
      patience.abort();
    });
    this.abandon();
    await this.#settle().catch(() => undefined);
  }

  /** Ends at once: another one sends what is pending. */
  abandon(): void {
    this.#state = 'ended';
    clearInterval(this.#ticking);
    clearTimeout(this.#settleTimer);
    this.#ending.abort();
  }

  #tick(): void {
    this.#lanes.wake();
    this.#load();
    this.#pump();
  }

  /**
   * Sends what may go, a few in each turn of the event loop, by how long the last one took: a
   * server with much to answer sends at a steady rate, one with nothing else to do all it can.
   */
  #pump(): void {
    if (this.#turn) return;
    const { deliveriesOfTurnMin, deliveriesOfTurnMax, busyDeliveriesPerSecond } = limits;
    const due = ((performance.now() - this.#pumpedAt) / 1_000) * busyDeliveriesPerSecond;
    const most = Math.min(deliveriesOfTurnMax, Math.max(deliveriesOfTurnMin, due));
    for (let sent = 0; this.#mayBegin(); sent += 1) {
      if (sent >= most) {
        this.#goOnNextTurn();
        return;
      }
      const lane = this.#lanes.next();
      if (!lane) break;
      const sending = this.#send(lane).finally(() => this.#sending.delete(sending));
      this.#sending.add(sending);
    }
    if (this.#loader.hasWork) this.#load();
  }

  #goOnNextTurn(): void {
    this.#pumpedAt = performance.now();
    this.#turn = setImmediate(() => {
      this.#turn = undefined;
      this.#pump();
    });
  }

  #mayBegin(): boolean {
    const { inFlight, unsettled } = this.#lanes;
    const isFull = inFlight >= limits.deliveriesInFlightMax;
    return this.#state === 'working' && !isFull && unsettled < limits.deliveriesUnsettledMax;
  }

  async #send(lane: Lane): Promise<void> {
    const lanes = this.#lanes;
    const row = lane.rows[0]!;
    const from = performance.now();
    const result = await this.#sender.send(row);
    if (this.#state === 'ended') return;
    const milliseconds = performance.now() - from;
    if ('pauseMilliseconds' in result) {
      lanes.putBack(lane, result.pauseMilliseconds);
      return;
    }
    const { delivery, verdict } = result;
    Object.assign(row, delivery);
    lanes.finish(lane, { verdict, isOver: delivery.state !== 'PENDING', milliseconds });
    this.#settler.note(result);
    this.#settleSoon();
    this.#pump();
  }

  #load(): void {
    if (this.#state !== 'working') return;
    this.#loading ??= this.#loadAll().finally(() => {
      this.#loading = undefined;
    });
  }

  async #loadAll(): Promise<void> {
    try {
      do {
        await this.#loader.load();
        for (const id of this.#settledMeanwhile.splice(0)) this.#lanes.settled(id);
        this.#pump();
      } while (this.#loader.hasWork);
    } catch (error) {
      // The next tick tries again.
      this.#parts.onError(error);
    }
  }

  #settleSoon(): void {
    if (this.#settler.size >= limits.settledAtOnce) this.#settleNow();
    this.#settleTimer ??= setTimeout(() => this.#settleNow(), limits.settleMilliseconds);
  }

  #settleNow(): void {
    clearTimeout(this.#settleTimer);
    this.#settleTimer = undefined;
    this.#settle().catch((error: unknown) => {
      this.#parts.onError(error);
      if (this.#state !== 'working') return;
      this.#settleTimer ??= setTimeout(() => this.#settleNow(), limits.deliveryPollMilliseconds);
    });
  }

  #settle(): Promise<void> {
    this.#settling ??= this.#settleAll().finally(() => {
      this.#settling = undefined;
    });
    return this.#settling;
  }

  async #settleAll(): Promise<void> {
    while (this.#settler.size > 0) {
      for (const { delivery } of await this.#settler.settle()) {
        this.#parts.counts[countedAs[delivery.state]] += 1;
        if (this.#loading) this.#settledMeanwhile.push(delivery.id);
        else this.#lanes.settled(delivery.id);
      }
      this.#pump();
    }
  }
}

const countedAs = {
  PENDING: 'retried',
  DELIVERED: 'delivered',
  FAILED: 'failed',
  DEAD_LETTERED: 'deadLettered',
} as const;
