import { findOldestSettledTime, removeSettled } from '../domain/deliveries/delivery-store.ts';
import { hasEndingArchives, sweepArchives } from '../domain/event-archives/archived-event-store.ts';
import { sweepReplays } from '../domain/event-archives/event-replay-store.ts';
import { findOldestEventTime, removeOldEvents } from '../domain/events/bus-event-store.ts';
import type { Lease } from '../domain/leases/lease-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { limits } from '../kernel/limits.ts';
import type { Database, Transaction } from '../store/database.ts';

/** How long what is told of events is kept. */
export interface EventRetention {
  /** The log, but what an archive keeps or is still to be sent. */
  readonly eventDays: number;
  /** Deliveries that have ended, with their tries. */
  readonly deliveryDays: number;
}

/** What a sweeper works with. */
export interface SweepParts {
  readonly database: Database;
  readonly lease: Lease;
  readonly clock: Clock;
  readonly retention: EventRetention;
}

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** Whether there is anything to sweep; asks, and writes nothing. */
export function hasOldEvents({
  database,
  clock,
  retention,
}: Omit<SweepParts, 'lease'>): Promise<boolean> {
  const { deliveriesBefore, eventsBefore } = boundsOf(clock.now(), retention);
  return database.read(async (tx) => {
    const [settledAt = Infinity, ingestedAt = Infinity, isKept] = [
      await findOldestSettledTime(tx),
      await findOldestEventTime(tx),
      await hasEndingArchives(tx),
    ];
    return settledAt < deliveriesBefore || ingestedAt < eventsBefore || isKept;
  });
}

function boundsOf(now: number, { deliveryDays, eventDays }: EventRetention) {
  return {
    deliveriesBefore: now - deliveryDays * dayMilliseconds,
    eventsBefore: now - eventDays * dayMilliseconds,
  };
}

/**
 * Removes what has been kept long enough, a few rows in a transaction so that writes wait for
 * little; for who holds the lease. Ends early when it is told to.
 */
export async function sweepEvents(parts: SweepParts, signal: AbortSignal): Promise<void> {
  const { database, lease, clock, retention } = parts;
  const now = clock.now();
  const limit = limits.eventsSweptAtOnce;
  const step = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
    database.write(async (tx) => {
      await lease.keep(tx);
      return work(tx);
    });
  const { deliveriesBefore, eventsBefore: before } = boundsOf(now, retention);
  for (const remove of [
    (tx: Transaction) => removeSettled(tx, deliveriesBefore, limit),
    (tx: Transaction) => sweepArchives(tx, now, limit),
    (tx: Transaction) => sweepReplays(tx, now, limit),
  ]) {
    while (!signal.aborted && (await step(remove)) === limit);
  }
  for (let after: number | undefined = 0; after !== undefined && !signal.aborted;) {
    const from: number = after;
    after = await step((tx) => removeOldEvents(tx, { after: from, before, limit }));
  }
}
