import {
  listPendingOfLane,
  listPendingOfTarget,
  listPendingTargets,
} from '../domain/deliveries/delivery-store.ts';
import type { LaneKey } from '../domain/deliveries/delivery-store.ts';
import { limits } from '../kernel/limits.ts';
import type { Database } from '../store/database.ts';
import type { DeliveryLanes, LaneRows, TargetQueue } from './delivery-lanes.ts';

/** How far the lanes of a target have been read, which is done round and round. */
interface Round {
  /** The lane up to which it was. */
  readTo: string;
  /** Whether something was left out that must wait anyway. */
  hasSkipped: boolean;
  /** When the next one may begin. */
  notBefore: number;
}

/**
 * Brings pending deliveries into memory: at once what the router tells of, and whatever else there
 * is as room allows, target by target and lane by lane.
 */
export class DeliveryLoader {
  readonly #database: Database;
  readonly #lanes: DeliveryLanes;
  readonly #told = new Map<string, LaneKey>();
  readonly #rounds = new WeakMap<TargetQueue, Round>();
  #lookedAt = -Infinity;

  constructor(database: Database, lanes: DeliveryLanes) {
    this.#database = database;
    this.#lanes = lanes;
  }

  /** Notes lanes that got something new. */
  tell(lanes: readonly LaneKey[]): void {
    for (const lane of lanes) {
      this.#told.set(`${lane.rule_id} ${lane.target_id} ${lane.lane}`, lane);
    }
  }

  /** Whether there is something to load at once. */
  get hasWork(): boolean {
    return this.#told.size > 0 || this.#lanes.emptied.size > 0;
  }

  /** Loads what there is room for. */
  async load(): Promise<void> {
    if (performance.now() - this.#lookedAt >= limits.deliveryPollMilliseconds) {
      this.#lookedAt = performance.now();
      await this.#lookAround();
    }
    await this.#loadLanes();
    for (const queue of this.#lanes.queues.values()) {
      if (queue.hasMore) await this.#loadTarget(queue);
    }
  }

  /** What others made pending, as by a redrive, nobody tells of. */
  async #lookAround(): Promise<void> {
    const targets = await this.#database.read(listPendingTargets);
    for (const target of targets) this.#lanes.queueOf(target).hasMore = true;
  }

  async #loadLanes(): Promise<void> {
    const lanes = this.#lanes;
    const told = [...this.#told.values()];
    this.#told.clear();
    const emptied = [...lanes.emptied].map(({ queue, name }) => ({ ...queue.target, lane: name }));
    const wanted = [...emptied, ...told].filter((key) => {
      const queue = lanes.queueOf(key);
      const lane = queue.lanes.get(key.lane);
      const isFull = (lane?.rows.length ?? 0) >= limits.deliveriesOfLaneHeldMax;
      if (isFull) lane!.hasMore = true;
      const hasRoom = lanes.hasRoomFor(queue);
      if (!hasRoom) queue.hasMore = true;
      return !isFull && (hasRoom || lane !== undefined);
    });
    if (wanted.length === 0) return;
    const limit = limits.deliveriesOfLaneHeldMax;
    const found = await this.#database.read((tx) =>
      Promise.all(
        wanted.map((key) => {
          const lane = lanes.queueOf(key).lanes.get(key.lane);
          return listPendingOfLane(tx, key, lane?.lastId ?? 0, limit);
        }),
      ),
    );
    for (const [index, rows] of found.entries()) {
      const key = wanted[index]!;
      const hasMore = rows.length === limit;
      lanes.add(lanes.queueOf(key), { name: key.lane, rows, hasMore });
    }
  }

  async #loadTarget(queue: TargetQueue): Promise<void> {
    const round = this.#roundOf(queue);
    const limit = limits.deliveriesReadAtOnce;
    // What may go at once is enough for a while; what waits is no reason not to look for more.
    const hasEnough = queue.ready.size > 2 * limits.deliveriesToTargetMax;
    if (performance.now() < round.notBefore || hasEnough) return;
    const after = { ...queue.target, lane: round.readTo };
    const rows = await this.#database.read((tx) => listPendingOfTarget(tx, after, limit));
    const isLast = rows.length < limit;
    const byLane = [...Map.groupBy(rows, ({ lane }) => lane)];
    for (const [index, [name, ofLane]] of byLane.entries()) {
      const hasMore = !isLast && index === byLane.length - 1;
      if (!this.#take(queue, { name, rows: ofLane, hasMore })) round.hasSkipped = true;
    }
    round.readTo = isLast ? '' : byLane.at(-1)![0];
    if (!isLast) return;
    queue.hasMore = round.hasSkipped;
    round.hasSkipped = false;
    round.notBefore = performance.now() + limits.deliveryPollMilliseconds;
  }

  /** Half of the room is for what may go: what must wait is found again when it is due. */
  #take(queue: TargetQueue, of: LaneRows): boolean {
    const lanes = this.#lanes;
    if (queue.lanes.has(of.name)) return true;
    const mustWait = !lanes.isDue(of.rows[0]!);
    const half = limits.deliveriesOfTargetHeldMax / 2;
    const isWelcome = mustWait ? lanes.roomFor(queue) > half : lanes.hasRoomFor(queue);
    if (isWelcome) lanes.add(queue, of);
    return isWelcome;
  }

  #roundOf(queue: TargetQueue): Round {
    const known = this.#rounds.get(queue);
    if (known) return known;
    const round = { readTo: '', hasSkipped: false, notBefore: -Infinity };
    this.#rounds.set(queue, round);
    return round;
  }
}
