import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryDelay, retryPolicyOf } from './judge-attempt.ts';

test('pauses double up to a quarter of an hour, and are drawn from the upper half', () => {
  const longest = [1, 2, 3, 10, 11, 185].map((tries) => retryDelay(tries, 1));
  assert.deepEqual(longest, [1_000, 2_000, 4_000, 512_000, 900_000, 900_000]);
  const shortest = [1, 2, 185].map((tries) => retryDelay(tries, 0));
  assert.deepEqual(shortest, [500, 1_000, 450_000]);
});

test('a target says how often and how long, or EventBridge’s defaults hold', () => {
  assert.deepEqual(retryPolicyOf({}), { attemptsMax: 185, ageSecondsMax: 86_400 });
  const RetryPolicy = { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 };
  assert.deepEqual(retryPolicyOf({ RetryPolicy }), { attemptsMax: 0, ageSecondsMax: 60 });
});
