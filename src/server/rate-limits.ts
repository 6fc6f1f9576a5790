import type { Clock } from '../kernel/clock.ts';
import { limits } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';

/** Calls per second in the long run, and at once after a pause; 0 per second stands for any. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** How fast each principal may call: all operations together, and those that write besides. */
export class RateLimits {
  readonly #all: TokenBuckets | undefined;
  readonly #writes: TokenBuckets | undefined;

  constructor({ all, writes }: { all: Rate; writes: Rate }, clock: Clock) {
    this.#all = all.perSecond > 0 ? new TokenBuckets(all, clock) : undefined;
    this.#writes = writes.perSecond > 0 ? new TokenBuckets(writes, clock) : undefined;
  }

  /** Counts a call; refuses it when its principal calls too fast. */
  check(principalArn: string, effect: 'read' | 'write'): void {
    const isWithin =
      (effect === 'read' || this.#takes(this.#writes, principalArn)) &&
      this.#takes(this.#all, principalArn);
    if (!isWithin) throw new Refusal('throttled', 'Rate exceeded');
  }

  #takes(buckets: TokenBuckets | undefined, principalArn: string): boolean {
    return buckets === undefined || buckets.take(principalArn);
  }
}

/** A token bucket for each key, of those seen last. */
class TokenBuckets {
  readonly #rate: Rate;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
  }

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
    if (this.#buckets.size <= limits.rateLimitedPrincipalsMax) return;
    const oldest = this.#buckets.keys().next();
    if (!oldest.done) this.#buckets.delete(oldest.value);
  }
}
