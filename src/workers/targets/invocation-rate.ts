import type { Clock } from '../../kernel/clock.ts';

/** Holds endpoints to a rate: so many in any second, each key by itself. */
export class InvocationRates {
  readonly #clock: Clock;
  readonly #keysMax: number;
  /** Until when what was let through would take at the even rate, by key. */
  readonly #takenUntil = new Map<string, number>();

  constructor(clock: Clock, keysMax: number) {
    this.#clock = clock;
    this.#keysMax = keysMax;
  }

  /** Lets one through and answers 0, or answers after how many milliseconds one may. */
  take(key: string, perSecond: number): number {
    const now = this.#clock.now();
    const each = 1_000 / perSecond;
    const from = Math.max(now, this.#takenUntil.get(key) ?? now);
    const early = from + each - (now + 1_000);
    // Thousandths of a millisecond are what adding fractions costs.
    if (early > 0.001 && from > now) return Math.ceil(early);
    this.#remember(key, from + each);
    return 0;
  }

  #remember(key: string, takenUntil: number): void {
    this.#takenUntil.delete(key);
    this.#takenUntil.set(key, takenUntil);
    if (this.#takenUntil.size <= this.#keysMax) return;
    const oldest = this.#takenUntil.keys().next();
    if (!oldest.done) this.#takenUntil.delete(oldest.value);
  }
}
