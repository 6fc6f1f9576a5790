/** Two servers on one data folder: nobody means it to happen, and it must do no harm. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RegistryUnderLoad } from './registry-under-load.ts';

const isLong = process.env['IMPRIMATUR_TEST_LONG'] === '1';
const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e6));

await test(`two servers on one folder, CRASH_SEED=${seed}`, { timeout: 120_000 }, async () => {
  const registry = new RegistryUnderLoad(seed);
  try {
    for (let round = 0; round < (isLong ? 10 : 2); round += 1) {
      const first = await registry.start();
      const second = await registry.start();
      const end = performance.now() + 1_000;
      await registry.load([first, second], () => performance.now() > end);
      await registry.look(first);
      await registry.look(second);
      // One of them dies while the other goes on; both come to the same end.
      let stopped = false;
      const load = registry.load([first, second], () => stopped);
      await sleep(registry.moment(300));
      await first.kill();
      await sleep(100);
      stopped = true;
      await load;
      const unanswered = registry.unanswered();
      registry.check();
      await registry.retry(second, unanswered);
      assert.deepEqual(await second.stop(), { code: 0, signal: null }, second.output());
      registry.check();
    }
  } finally {
    registry.remove();
  }
});
