import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestDatabase } from '../../../tests/support/test-database.ts';
import { limits } from '../../kernel/limits.ts';
import { Lease, LeaseLost } from './lease-store.ts';

test('one holds a lease; who is silent for too long loses it, and what it does is refused', async (t) => {
  const database = await openTestDatabase();
  t.after(() => database.close());
  let now = 0;
  const lease = (holder: string, name = 'work') =>
    new Lease({ database, name, holder, elapsed: () => now });
  const [a, b, other] = [lease('a'), lease('b'), lease('b', 'other')];
  const keep = (one: Lease) => database.write((tx) => one.keep(tx));

  await assert.rejects(keep(a), LeaseLost);
  assert.ok(await a.acquire());
  assert.ok(await other.acquire(), 'another work has its own lease');
  await keep(a);
  assert.ok(!(await b.acquire()));
  now += limits.leaseSeconds * 1000 - 1;
  assert.ok(!(await b.acquire()));
  // A sign of life begins the wait anew.
  await keep(a);
  now += limits.leaseSeconds * 1000;
  assert.ok(!(await b.acquire()));
  now += limits.leaseSeconds * 1000;
  assert.ok(await b.acquire());

  // The former holder does not know yet, and is refused by the work's own transaction.
  assert.ok(a.isHeld);
  await assert.rejects(keep(a), LeaseLost);
  a.forget();
  assert.ok(!(await a.acquire()));
  await keep(b);
  await b.release();
  assert.ok(await a.acquire(), 'what was given back is free at once');
  await b.release();
  await keep(a);
});
