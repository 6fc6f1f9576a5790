import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { openTestDatabase } from '../../../tests/support/test-database.ts';
import { limits } from '../../kernel/limits.ts';
import { processHolder } from './lease-holder.ts';
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

test('a process that is gone loses its lease at once, and what it did not finish is refused', async (t) => {
  const database = await openTestDatabase();
  t.after(() => database.close());
  const elapsed = () => 0;
  const lease = (holder: string) => new Lease({ database, name: 'work', holder, elapsed });
  const dead = String(spawnSync(process.execPath, ['--version']).pid);
  const living = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  t.after(() => living.kill());
  const holders: [holder: string, isTakenAtOnce: boolean][] = [
    [`${hostname()}/${dead}/x/y`, true],
    [`${hostname()}/${process.pid}/of-another-run/y`, true],
    [processHolder(), false],
    [`${hostname()}/${living.pid}/x/y`, false],
    [`${hostname()}-2/${dead}/x/y`, false],
    [`${hostname()}/0/x/y`, false],
    [`${hostname()}/-1/x/y`, false],
    ['some-id', false],
  ];
  for (const [holder, isTakenAtOnce] of holders) {
    const first = lease(holder);
    assert.ok(await first.acquire());
    const second = lease(processHolder());
    assert.equal(await second.acquire(), isTakenAtOnce, holder);
    if (isTakenAtOnce) {
      const late = database.write((tx) => first.keep(tx));
      await assert.rejects(late, LeaseLost);
    }
    await first.release();
    await second.release();
  }
});
