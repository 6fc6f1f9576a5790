import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../../tests/support/scenario.ts';
import { hasOutbox } from '../domain/events/outbox-store.ts';
import { Lease, LeaseLost } from '../domain/leases/lease-store.ts';
import { createLog } from '../kernel/log.ts';
import { limits } from '../kernel/limits.ts';
import { EventRouter } from './route-events.ts';

test('who has lost the lease routes nothing, and leaves it to the heir', async (t) => {
  const app = await startApp(t);
  const { database, clock } = app;
  let now = 0;
  const routerOf = async (holder: string) => {
    const parts = { database, name: 'deliver-events', holder, elapsed: () => now };
    const lease = new Lease(parts);
    await lease.acquire();
    now += limits.leaseSeconds * 1000;
    await lease.acquire();
    const router = new EventRouter({
      ...{ database, lease, clock },
      ...{ partition: 'aws', log: createLog('silent') },
    });
    return { lease, router };
  };
  const former = await routerOf('former');
  const heir = await routerOf('heir');
  assert.deepEqual(
    [former.lease.isHeld, heir.lease.isHeld],
    [true, true],
    'as each of them thinks',
  );
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  await assert.rejects(former.router.route(), LeaseLost);
  assert.equal(await database.read(hasOutbox), true);
  assert.equal((await heir.router.route())?.events.length, 1);
  assert.equal(await database.read(hasOutbox), false);
});
