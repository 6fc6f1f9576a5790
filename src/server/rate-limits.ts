import type { Clock } from '../kernel/clock.ts';
import { limits } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';
import { TokenBuckets } from './token-buckets.ts';
import type { Rate } from './token-buckets.ts';

/** How fast each principal may call: all operations together, and those that write besides. */
export class RateLimits {
  readonly #all: TokenBuckets | undefined;
  readonly #writes: TokenBuckets | undefined;

  constructor({ all, writes }: { all: Rate; writes: Rate }, clock: Clock) {
    const keysMax = limits.rateLimitedPrincipalsMax;
    this.#all = all.perSecond > 0 ? new TokenBuckets(all, keysMax, clock) : undefined;
    this.#writes = writes.perSecond > 0 ? new TokenBuckets(writes, keysMax, clock) : undefined;
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
