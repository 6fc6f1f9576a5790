import type { LaneKey } from '../domain/deliveries/delivery-store.ts';
import { fireDueSchedules, nextDue } from '../domain/event-rules/schedule-store.ts';
import type { Lease } from '../domain/leases/lease-store.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../store/database.ts';

/** What the schedules of rules are run with. */
export interface SchedulerParts {
  readonly database: Database;
  readonly lease: Lease;
  readonly partition: string;
  readonly clock: Clock;
}

/** Has schedules send their events when they are due, for who holds the lease. */
export class Scheduler {
  readonly #parts: SchedulerParts;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
  }

  /** Whether one is due. */
  async hasWork(): Promise<boolean> {
    const { database, clock } = this.#parts;
    return ((await database.read(nextDue)) ?? Infinity) <= clock.now();
  }

  /** Takes some that are due; answers which lanes got deliveries, and undefined when none is. */
  async step(): Promise<readonly LaneKey[] | undefined> {
    if (!(await this.hasWork())) return undefined;
    const { database, lease, partition, clock } = this.#parts;
    return database.write(async (tx) => {
      await lease.keep(tx);
      return fireDueSchedules(tx, clock.now(), partition);
    });
  }
}
