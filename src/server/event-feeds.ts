import { limits } from '../kernel/limits.ts';
import type { Log } from '../kernel/log.ts';
import { findNewestEventId, listBusEvents } from '../domain/events/bus-event-store.ts';
import type { LoggedEvent } from '../domain/events/bus-event-store.ts';
import type { Scope } from '../domain/resource-reference.ts';
import type { Database } from '../store/database.ts';

/** Whoever hears what is put on the buses of an account in a region. */
export interface FeedListener {
  readonly scope: Scope;
  /** Up to where in the log it has heard all; counted on by the feed. */
  position: number;
  /** Takes an event, which it need not want. */
  take(event: LoggedEvent): void;
}

/** What comes in the log after a place. */
export interface LogPart {
  readonly events: readonly LoggedEvent[];
  /** Up to where that is all. */
  readonly reached: number;
  /** Whether the log goes on after it. */
  readonly isFull: boolean;
}

/** Reads what comes in the log after a place. */
export function readLogPart(
  database: Database,
  { accountId, region }: Scope,
  afterId: number,
): Promise<LogPart> {
  const limit = limits.streamPageEvents;
  return database.read(async (tx) => {
    // Asked for first: what is put there meanwhile must not be passed over.
    const newest = await findNewestEventId(tx);
    const { events, next } = await listBusEvents(tx, { accountId, region, afterId, limit });
    const last = events.at(-1)?.id ?? afterId;
    return { events, reached: next ?? Math.max(newest, last), isFull: next !== undefined };
  });
}

/** Reads the log once for all who listen in an account and a region. */
export class EventFeeds {
  readonly #feeds = new Map<string, Feed>();
  readonly #parts: { readonly database: Database; readonly log: Log };

  constructor(parts: { readonly database: Database; readonly log: Log }) {
    this.#parts = parts;
  }

  /** Tells a listener all that comes after its position, from now on. */
  join(listener: FeedListener): void {
    const key = keyOf(listener.scope);
    let feed = this.#feeds.get(key);
    if (!feed) this.#feeds.set(key, (feed = new Feed(listener.scope, this.#parts)));
    feed.listeners.add(listener);
    feed.wake();
  }

  /** Tells it nothing more. */
  leave(listener: FeedListener): void {
    const key = keyOf(listener.scope);
    const feed = this.#feeds.get(key);
    feed?.listeners.delete(listener);
    if (feed?.listeners.size === 0) this.#feeds.delete(key);
  }

  /** Looks for what is new. */
  wake(): void {
    for (const feed of this.#feeds.values()) feed.wake();
  }
}

function keyOf({ accountId, region }: Scope): string {
  return `${accountId} ${region}`;
}

/** The log of one account in one region, for all who have heard nearly all of it. */
class Feed {
  readonly listeners = new Set<FeedListener>();
  readonly #scope: Scope;
  readonly #parts: { readonly database: Database; readonly log: Log };
  #isReading = false;
  #isWoken = false;

  constructor(scope: Scope, parts: { readonly database: Database; readonly log: Log }) {
    this.#scope = scope;
    this.#parts = parts;
  }

  /** Reads on; whoever wakes it meanwhile has it read once more. */
  wake(): void {
    this.#isWoken = true;
    if (this.#isReading) return;
    this.#isReading = true;
    void this.#readAll().finally(() => {
      this.#isReading = false;
    });
  }

  async #readAll(): Promise<void> {
    try {
      while (this.#isWoken && this.listeners.size > 0) {
        this.#isWoken = false;
        await this.#readOn();
      }
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'events not streamed');
    }
  }

  async #readOn(): Promise<void> {
    // Who joins while this is read has another position, and waits for the next turn.
    const told = [...this.listeners];
    const from = Math.min(...told.map(({ position }) => position));
    const part = await readLogPart(this.#parts.database, this.#scope, from);
    for (const listener of told) {
      for (const event of part.events) {
        if (event.id > listener.position && this.listeners.has(listener)) listener.take(event);
      }
      listener.position = Math.max(listener.position, part.reached);
    }
    if (part.isFull) this.#isWoken = true;
  }
}
