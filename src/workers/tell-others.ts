import { limits } from '../kernel/limits.ts';
import type { Database, Transaction } from '../store/database.ts';

/**
 * Tells other servers that something is new, a few times a second at most and in a transaction of
 * its own: a commit that notifies takes a lock of the whole database.
 */
export class TellOthers {
  readonly #database: Database;
  readonly #announce: (tx: Transaction) => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;

  constructor(database: Database, announce: (tx: Transaction) => Promise<void>) {
    this.#database = database;
    this.#announce = announce;
  }

  /** Tells them now or a little later, if there can be others. */
  tell(): void {
    if (!this.#database.onChange) return;
    this.#isDue = true;
    if (this.#timer === undefined) this.#send();
  }

  /** Says nothing any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#isDue = false;
  }

  #send(): void {
    this.#isDue = false;
    // Whoever is not told asks of his own accord.
    this.#database.write((tx) => this.#announce(tx)).catch(() => undefined);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isDue) this.#send();
    }, limits.tellOthersMilliseconds).unref();
  }
}
