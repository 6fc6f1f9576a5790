interface Waiter {
  resolve(): void;
  reject(error: Error): void;
}

/** A number of places of which each caller takes one, in the order they came. */
export class Permits {
  readonly #max: number;
  readonly #waiting = new Set<Waiter>();
  #taken = 0;
  #closed = false;
  #whenIdle: (() => void) | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  /** Callers that wait for a place. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Takes a place; fails when none becomes free in time, or when there will be none any more. */
  async take(secondsMax: number): Promise<void> {
    if (this.#closed) throw new Error('it is being closed');
    if (this.#taken < this.#max) {
      this.#taken += 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { resolve, reject };
    this.#waiting.add(waiter);
    const timer = setTimeout(() => {
      // Off the list at once: a place given to who no longer waits would be lost.
      this.#waiting.delete(waiter);
      reject(new Error(`no connection became free in ${secondsMax} s`));
    }, secondsMax * 1000);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Gives a place back, to whoever waits longest. */
  give(): void {
    const [next] = this.#waiting;
    if (next) {
      this.#waiting.delete(next);
      next.resolve();
      return;
    }
    this.#taken -= 1;
    if (this.#taken === 0) this.#whenIdle?.();
  }

  /** Lets nobody in any more, and answers when all places have been given back. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiting) waiter.reject(new Error('it is being closed'));
    this.#waiting.clear();
    if (this.#taken === 0) return;
    await new Promise<void>((resolve) => (this.#whenIdle = resolve));
  }
}
