import type { Clock } from '../kernel/clock.ts';

/** Calls per second in the long run, and at once after a pause; 0 per second stands for any. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** A token bucket for each key, of those seen last. */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #keysMax: number;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate, keysMax: number, clock: Clock) {
    this.#rate = rate;
    this.#keysMax = keysMax;
    this.#clock = clock;
  }

  /** Takes a token of a key's bucket; answers whether there was one. */
  take(key: string): boolean {
    const now = this.#clock.now();
    const { perSecond, burst } = this.#rate;
    const bucket = this.#buckets.get(key) ?? { tokens: burst, filledAt: now };
    const seconds = Math.max(0, now - bucket.filledAt) / 1000;
    bucket.tokens = Math.min(burst, bucket.tokens + seconds * perSecond);
    bucket.filledAt = now;
    this.#remember(key, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  #remember(key: string, bucket: Bucket): void {
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size <= this.#keysMax) return;
    const oldest = this.#buckets.keys().next();
    if (!oldest.done) this.#buckets.delete(oldest.value);
  }
}
