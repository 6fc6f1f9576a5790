import type { LaneKey } from '../domain/deliveries/delivery-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { limits } from '../kernel/limits.ts';
import type { DeliveryRow } from '../store/event-tables.ts';

/** A target of a rule, as its deliveries name it. */
export type TargetKey = Pick<LaneKey, 'rule_id' | 'target_id'>;

/** What one target gets one after the other: the first delivery goes before all others. */
export interface Lane {
  readonly queue: TargetQueue;
  readonly name: string;
  /** In order; the first may be on its way. */
  readonly rows: DeliveryRow[];
  /** The last delivery of it that was read. */
  lastId: number;
  /** Whether the database may hold more after it. */
  hasMore: boolean;
  isInFlight: boolean;
}

/** What a target waits for, as far as it is in memory. */
export interface TargetQueue {
  readonly target: TargetKey;
  readonly lanes: Map<string, Lane>;
  /** Lanes whose first delivery may go now, and those for which it is too early. */
  readonly ready: Set<Lane>;
  readonly waiting: Set<Lane>;
  held: number;
  inFlight: number;
  /** Tries that failed since the last one that did not. */
  failures: number;
  /** A target that fails is left alone for a while. */
  restsUntil: number;
  isSlow: boolean;
  /** Whether the database may hold lanes that are not here. */
  hasMore: boolean;
}

/** Pending deliveries of a lane as the database has them, in order. */
export interface LaneRows {
  readonly name: string;
  readonly rows: readonly DeliveryRow[];
  /** Whether there may be others after them. */
  readonly hasMore: boolean;
}

/** How a try went, as far as it concerns what its target gets next. */
export interface TryResult {
  /** What one event is refused for says nothing of the next one. */
  readonly verdict: 'delivered' | 'failed' | 'refused';
  /** Whether it is not tried again. */
  readonly isOver: boolean;
  readonly milliseconds: number;
}

/** Where the time comes from. */
export interface LaneClocks {
  readonly clock: Clock;
  /** Milliseconds since any moment, which only ever go on. */
  readonly elapsed?: () => number;
}

/**
 * The deliveries that are in memory, a bounded number of them: which may go now, and which wait for
 * the one before or for another try. Targets take turns; one that fails gets one try at a time.
 */
export class DeliveryLanes {
  readonly queues = new Map<string, TargetQueue>();
  /** Lanes that have run empty while the database may hold more of them. */
  readonly emptied = new Set<Lane>();
  /** What was sent and may still be as before in the database, and how often. */
  readonly #unsettled = new Map<number, number>();
  readonly #turns = new Set<TargetQueue>();
  readonly #clock: Clock;
  readonly #elapsed: () => number;
  inFlight = 0;
  #held = 0;

  constructor({ clock, elapsed = () => performance.now() }: LaneClocks) {
    this.#clock = clock;
    this.#elapsed = elapsed;
  }

  /** How many have been sent of which the database does not know yet what came of it. */
  get unsettled(): number {
    return this.#unsettled.size;
  }

  /** Whether nothing is here, and nothing on its way. */
  get isEmpty(): boolean {
    return this.#held === 0 && this.#unsettled.size === 0 && this.emptied.size === 0;
  }

  /** Whether something may go, now or when its target has rested. */
  get hasReady(): boolean {
    return [...this.queues.values()].some(({ ready }) => ready.size > 0);
  }

  /** Whether a delivery may be tried: anew at once, whatever the clock has done meanwhile. */
  isDue({ round_attempts: tries, next_attempt_at: at }: DeliveryRow): boolean {
    return tries === 0 || at <= this.#clock.now();
  }

  /** The queue of a target, made if there is none. */
  queueOf(target: TargetKey): TargetQueue {
    const key = `${target.rule_id} ${target.target_id}`;
    const known = this.queues.get(key);
    if (known) return known;
    const queue: TargetQueue = {
      target: { rule_id: target.rule_id, target_id: target.target_id },
      ...{ lanes: new Map(), ready: new Set(), waiting: new Set() },
      ...{ held: 0, inFlight: 0, failures: 0, restsUntil: 0, isSlow: false, hasMore: true },
    };
    this.queues.set(key, queue);
    return queue;
  }

  /** How many more deliveries of a target are welcome. */
  roomFor(queue: TargetQueue): number {
    const isFull = this.#held >= limits.deliveriesHeldMax;
    const share = isFull ? limits.deliveriesOfLaneHeldMax : limits.deliveriesOfTargetHeldMax;
    return share - queue.held;
  }

  /** Whether there is room, if need be in the place of what must wait anyway. */
  hasRoomFor(queue: TargetQueue): boolean {
    return this.roomFor(queue) > 0 || queue.waiting.size > 0;
  }

  /** Takes pending deliveries of a lane. */
  add(queue: TargetQueue, { name, rows, hasMore }: LaneRows): void {
    const lane: Lane = queue.lanes.get(name) ?? {
      ...{ queue, name, rows: [], lastId: 0, hasMore: false, isInFlight: false },
    };
    const known = new Set(lane.rows.map(({ id }) => id));
    const fresh = rows.filter(({ id }) => !known.has(id) && !this.#unsettled.has(id));
    const room = Math.max(0, limits.deliveriesOfLaneHeldMax - lane.rows.length);
    const taken = fresh.slice(0, room);
    if (taken.length > 0 && this.roomFor(queue) <= 0) this.#makeRoom(queue, lane);
    lane.hasMore = hasMore || taken.length < fresh.length;
    // What is known already counts: or else it would be read again and again until it is settled.
    const read = taken.length < fresh.length ? taken : rows;
    lane.lastId = Math.max(lane.lastId, ...read.map(({ id }) => id));
    lane.rows.push(...taken);
    this.#count(queue, taken.length);
    queue.lanes.set(name, lane);
    this.#place(lane);
    this.#offer(queue);
  }

  /** The next delivery that may go, which is then on its way. */
  next(): Lane | undefined {
    for (const queue of this.#turns) {
      this.#turns.delete(queue);
      if (!this.#mayGo(queue)) continue;
      const [lane] = queue.ready;
      queue.ready.delete(lane!);
      lane!.isInFlight = true;
      queue.inFlight += 1;
      this.inFlight += 1;
      const { id } = lane!.rows[0]!;
      this.#unsettled.set(id, (this.#unsettled.get(id) ?? 0) + 1);
      if (this.#mayGo(queue)) this.#turns.add(queue);
      return lane;
    }
    return undefined;
  }

  /** Goes on after a try of a lane's first delivery, of which the row already tells. */
  finish(lane: Lane, { verdict, isOver, milliseconds }: TryResult): void {
    const { queue, rows } = lane;
    queue.isSlow = milliseconds >= limits.slowTargetMilliseconds;
    if (verdict === 'delivered') queue.failures = 0;
    if (verdict === 'failed') {
      queue.failures += 1;
      queue.restsUntil = this.#elapsed() + restMilliseconds(queue.failures);
    }
    if (isOver) {
      rows.shift();
      this.#count(queue, -1);
    }
    this.#land(lane);
  }

  /** Goes on where nothing was sent; its target gets nothing for a while. */
  putBack(lane: Lane, milliseconds: number): void {
    this.settled(lane.rows[0]!.id);
    lane.queue.restsUntil = this.#elapsed() + milliseconds;
    this.#land(lane);
  }

  #land(lane: Lane): void {
    lane.isInFlight = false;
    lane.queue.inFlight -= 1;
    this.inFlight -= 1;
    this.#place(lane);
    this.#offer(lane.queue);
  }

  /** Notes that the database knows what came of a try, or never will. */
  settled(id: number): void {
    const others = (this.#unsettled.get(id) ?? 0) - 1;
    if (others > 0) this.#unsettled.set(id, others);
    else this.#unsettled.delete(id);
  }

  /** Lets go what has waited long enough. */
  wake(): void {
    for (const [key, queue] of this.queues) {
      for (const lane of queue.waiting) this.#place(lane);
      this.#offer(queue);
      if (queue.lanes.size === 0 && queue.inFlight === 0 && !queue.hasMore) this.queues.delete(key);
    }
  }

  #place(lane: Lane): void {
    const { queue, rows, name, isInFlight } = lane;
    const isEmpty = rows.length === 0;
    if (isEmpty && lane.hasMore) this.emptied.add(lane);
    else this.emptied.delete(lane);
    if (isEmpty && !lane.hasMore) queue.lanes.delete(name);
    if (isEmpty || isInFlight) return;
    const { ready, waiting } = queue;
    const [place, other] = this.isDue(rows[0]!) ? [ready, waiting] : [waiting, ready];
    place.add(lane);
    other.delete(lane);
  }

  #offer(queue: TargetQueue): void {
    if (this.#mayGo(queue)) this.#turns.add(queue);
  }

  /** Drops a lane that must wait; it is found again when it is looked for. */
  #makeRoom(queue: TargetQueue, besides: Lane): void {
    for (const lane of queue.waiting) {
      // One that is not settled could not be told from what is over, were it found again now.
      if (lane === besides || this.#unsettled.has(lane.rows[0]!.id)) continue;
      queue.waiting.delete(lane);
      queue.lanes.delete(lane.name);
      queue.hasMore = true;
      this.#count(queue, -lane.rows.length);
      return;
    }
  }

  #mayGo({ ready, restsUntil, failures, inFlight, isSlow }: TargetQueue): boolean {
    if (ready.size === 0 || this.#elapsed() < restsUntil) return false;
    if (failures > 0) return inFlight === 0;
    return inFlight < (isSlow ? limits.deliveriesToSlowTargetMax : limits.deliveriesToTargetMax);
  }

  #count(queue: TargetQueue, rows: number): void {
    queue.held += rows;
    this.#held += rows;
  }
}

/** How long a target is left alone after a number of tries in a row that failed. */
function restMilliseconds(failures: number): number {
  const { targetRestMilliseconds: first, targetRestMillisecondsMax: longest } = limits;
  return Math.min(first * 2 ** (failures - 1), longest);
}
