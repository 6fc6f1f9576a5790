import type { Call } from '../domain/call.ts';
import type { Clock } from '../kernel/clock.ts';
import { limits } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';
import { TokenBuckets } from './token-buckets.ts';
import type { Rate } from './token-buckets.ts';

/**
 * How fast each principal may call: all operations together, and those that write besides; and each
 * account LookupEvents, which AWS limits for all alike.
 */
export class RateLimits {
  readonly #all: TokenBuckets | undefined;
  readonly #writes: TokenBuckets | undefined;
  readonly #lookups: TokenBuckets;

  constructor({ all, writes }: { all: Rate; writes: Rate }, clock: Clock) {
    const keysMax = limits.rateLimitedPrincipalsMax;
    this.#all = all.perSecond > 0 ? new TokenBuckets(all, keysMax, clock) : undefined;
    this.#writes = writes.perSecond > 0 ? new TokenBuckets(writes, keysMax, clock) : undefined;
    const lookups = { perSecond: limits.lookupsPerSecond, burst: limits.lookupsPerSecond };
    this.#lookups = new TokenBuckets(lookups, keysMax, clock);
  }

  /** Counts a call; refuses it when its principal calls too fast. */
  check(principalArn: string, effect: 'read' | 'write'): void {
    const isWithin =
      (effect === 'read' || this.#takes(this.#writes, principalArn)) &&
      this.#takes(this.#all, principalArn);
    if (!isWithin) throw new Refusal('throttled', 'Rate exceeded');
  }

  /** Counts a call of LookupEvents, by anybody in an account and region. */
  checkLookup({ accountId, region }: Pick<Call, 'accountId' | 'region'>): void {
    if (!this.#lookups.take(`${accountId} ${region}`)) {
      throw new Refusal('throttled', 'Rate exceeded');
    }
  }

  #takes(buckets: TokenBuckets | undefined, principalArn: string): boolean {
    return buckets === undefined || buckets.take(principalArn);
  }
}
