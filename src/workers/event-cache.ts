import { findBusEvent } from '../domain/events/bus-event-store.ts';
import type { LoggedEvent } from '../domain/events/bus-event-store.ts';
import { limits } from '../kernel/limits.ts';
import type { Database } from '../store/database.ts';

/** Events on their way to targets: most go to several, right after they were put in the log. */
export class EventCache {
  readonly #database: Database;
  readonly #held = new Map<number, LoggedEvent>();
  #characters = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Keeps an event; those that came first make room. */
  add(event: LoggedEvent): void {
    if (this.#held.has(event.id)) return;
    this.#held.set(event.id, event);
    this.#characters += event.text.length;
    for (const [id, { text }] of this.#held) {
      const isMuch = this.#characters > limits.eventsHeldCharactersMax;
      if (!isMuch && this.#held.size <= limits.eventsHeldMax) return;
      this.#held.delete(id);
      this.#characters -= text.length;
    }
  }

  /** An event by its place in the log. */
  async find(id: number): Promise<LoggedEvent | undefined> {
    const held = this.#held.get(id);
    if (held) return held;
    const event = await this.#database.read((tx) => findBusEvent(tx, id));
    if (event) this.add(event);
    return event;
  }
}
