import { insertAttempt, updateDelivery } from '../domain/deliveries/delivery-store.ts';
import type { TriedDelivery } from '../domain/deliveries/delivery-store.ts';
import type { Lease } from '../domain/leases/lease-store.ts';
import { limits } from '../kernel/limits.ts';
import type { Database } from '../store/database.ts';
import type { DeliveryAttemptRow } from '../store/event-tables.ts';
import type { TryResult } from './delivery-lanes.ts';

/** What is to be written down of a delivery: what became of it and, if it was tried, the try. */
export interface Settlement {
  readonly delivery: TriedDelivery;
  readonly attempt: DeliveryAttemptRow | undefined;
  /** What it says of the target. */
  readonly verdict: TryResult['verdict'];
}

/** Writes down what came of tries, many in one transaction, in the order in which they ended. */
export class Settler {
  readonly #database: Database;
  readonly #lease: Lease;
  readonly #queue: Settlement[] = [];

  constructor(database: Database, lease: Lease) {
    this.#database = database;
    this.#lease = lease;
  }

  /** How many wait to be written down. */
  get size(): number {
    return this.#queue.length;
  }

  /** Notes what came of a try. */
  note(settlement: Settlement): void {
    this.#queue.push(settlement);
  }

  /** Writes some of them down; answers which. Those of a transaction that failed are kept. */
  async settle(): Promise<readonly Settlement[]> {
    const batch = this.#queue.slice(0, limits.settledAtOnce);
    if (batch.length === 0) return batch;
    await this.#database.write(async (tx) => {
      await this.#lease.keep(tx);
      for (const { delivery, attempt } of batch) {
        await updateDelivery(tx, delivery);
        if (attempt) await insertAttempt(tx, attempt);
      }
    });
    this.#queue.splice(0, batch.length);
    return batch;
  }
}
