import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClock } from '../../../tests/support/test-app.ts';
import { InvocationRates } from './invocation-rate.ts';

test('lets through as many in a second as it may, and says when the next one may', () => {
  const clock = new TestClock();
  const rates = new InvocationRates(clock, 10);
  const taken = Array.from({ length: 10 }, () => rates.take('a', 10));
  assert.deepEqual(
    taken,
    Array.from({ length: 10 }, () => 0),
  );
  assert.equal(rates.take('a', 10), 100);
  clock.advance(99);
  assert.equal(rates.take('a', 10), 1);
  clock.advance(1);
  assert.equal(rates.take('a', 10), 0);
  assert.equal(rates.take('a', 10), 100);
  assert.equal(rates.take('b', 10), 0, 'each key by itself');
});

test('one a second is one a second', () => {
  const clock = new TestClock();
  const rates = new InvocationRates(clock, 10);
  assert.equal(rates.take('a', 1), 0);
  assert.equal(rates.take('a', 1), 1_000);
  clock.advance(1_000);
  assert.equal(rates.take('a', 1), 0);
});

test('over a minute the rate is kept, whatever it is', () => {
  for (const rate of [1, 3, 7, 300, 1_000]) {
    const clock = new TestClock();
    const rates = new InvocationRates(clock, 10);
    let count = 0;
    const end = clock.now() + 60_000;
    while (clock.now() < end) {
      const wait = rates.take('a', rate);
      if (wait === 0) count += 1;
      else clock.advance(wait);
    }
    assert.ok(count >= 59 * rate && count <= 61 * rate, `${count} of ${rate} a second`);
  }
});
