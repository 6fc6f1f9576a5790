import type { TriedDelivery } from '../domain/deliveries/delivery-store.ts';
import { limits } from '../kernel/limits.ts';
import type { DeliveryRow } from '../store/event-tables.ts';
import type { Outcome } from './targets/target.ts';

/** How long a target's deliveries are tried again. */
export interface RetryPolicy {
  /** Besides the first try. */
  readonly attemptsMax: number;
  readonly ageSecondsMax: number;
}

/** The RetryPolicy of a Target, with EventBridge's defaults for what it leaves open. */
export function retryPolicyOf(target: Readonly<Record<string, unknown>>): RetryPolicy {
  const { MaximumRetryAttempts: attempts, MaximumEventAgeInSeconds: age } = (target[
    'RetryPolicy'
  ] ?? {}) as Readonly<Record<string, unknown>>;
  return {
    attemptsMax: typeof attempts === 'number' ? attempts : limits.deliveryRetriesMax,
    ageSecondsMax: typeof age === 'number' ? age : limits.deliveryAgeSecondsMax,
  };
}

/**
 * How long to wait, in milliseconds, after a number of tries that all failed (events.md section
 * 5.1). `random` is from 0 to 1, so that what failed together is not tried again together.
 */
export function retryDelay(tries: number, random: number): number {
  const whole = Math.min(2 ** (tries - 1), limits.deliveryRetrySecondsMax) * 1000;
  return whole * (0.5 + random / 2);
}

/** What came of a try that was made. */
export type Answered = Exclude<Outcome, { kind: 'wait' }>;

/** A try and its circumstances. */
export interface Trial {
  readonly row: DeliveryRow;
  readonly outcome: Answered;
  readonly policy: RetryPolicy;
  readonly now: number;
  /** From 0 to 1. */
  readonly random: number;
}

/** What becomes of a delivery by a try: FAILED stands for given up, wherever it is kept then. */
export function judgeAttempt({ row, outcome, policy, now, random }: Trial): TriedDelivery {
  const tried = {
    id: row.id,
    attempts: row.attempts + 1,
    round_attempts: row.round_attempts + 1,
    next_attempt_at: row.next_attempt_at,
    exhausted: null,
  };
  if (outcome.kind === 'delivered') {
    return { ...tried, state: 'DELIVERED', settled_at: now, error_code: null, error_message: null };
  }
  const { errorCode: error_code, message, retryAfter = 0 } = outcome;
  const error_message = message.slice(0, limits.messageCharactersMax).replaceAll('\0', '\ufffd');
  const failed = { ...tried, error_code, error_message };
  const givenUp = { ...failed, state: 'FAILED', settled_at: now } as const;
  if (outcome.kind === 'never' || retryAfter < 0) return givenUp;
  if (tried.round_attempts > policy.attemptsMax) {
    return { ...givenUp, exhausted: 'MaximumRetryAttempts' };
  }
  const next = now + Math.max(retryDelay(tried.round_attempts, random), retryAfter);
  if (next > expiryOf(row, policy)) return { ...givenUp, exhausted: 'MaximumEventAgeInSeconds' };
  return { ...failed, state: 'PENDING', settled_at: null, next_attempt_at: Math.round(next) };
}

/** When a delivery is given up, tried or not. */
export function expiryOf({ round_at: from }: DeliveryRow, { ageSecondsMax }: RetryPolicy): number {
  return from + ageSecondsMax * 1000;
}

/** What becomes of a delivery for which its target had no time until it was too old. */
export function expired(row: DeliveryRow, now: number): TriedDelivery {
  return {
    id: row.id,
    state: 'FAILED',
    attempts: row.attempts,
    round_attempts: row.round_attempts,
    next_attempt_at: row.next_attempt_at,
    settled_at: now,
    error_code: row.error_code,
    error_message: row.error_message,
    exhausted: 'MaximumEventAgeInSeconds',
  };
}
