/**
 * `kill -9` at random moments under load: what was acknowledged is there, nothing is there by half.
 *
 *   npm run test:crash                                        200 kills
 *   CRASH_SEED=42 CRASH_KILLS=6 npm test -- tests/crash/kill  one folder, replayed from its seed
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../support/server-process.ts';
import { Random } from './random.ts';
import { RegistryUnderLoad } from './registry-under-load.ts';
import { readStore } from './store-state.ts';

const isLong = process.env['IMPRIMATUR_TEST_LONG'] === '1';
const kills = Number(process.env['CRASH_KILLS'] ?? (isLong ? 200 : 12));
const killsPerFolder = isLong ? 10 : 6;
const firstSeed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e6));
const loadMillisecondsMax = 300;
const startSecondsMax = 10;

await test('kill -9 under load', async (t) => {
  const from = performance.now();
  const totals = { kills: 0, calls: 0, registrations: 0, inDoubt: 0, slowestStart: 0 };
  for (let done = 0, seed = firstSeed; done === totals.kills && done < kills; seed += 1) {
    const count = Math.min(killsPerFolder, kills - done);
    done += count;
    await t.test(`${count} kills of one folder, CRASH_SEED=${seed}`, { timeout: 240_000 }, () =>
      killRepeatedly(seed, count, totals),
    );
    const seconds = ((performance.now() - from) / 1000).toFixed(0);
    if (isLong) {
      process.stderr.write(
        `${totals.kills} of ${kills} kills, ${totals.calls} calls, ${totals.registrations} ` +
          `registrations, ${totals.inDoubt} in doubt, ${seconds} s, ` +
          `slowest start ${totals.slowestStart.toFixed(1)} s\n`,
      );
    }
  }
});

async function killRepeatedly(
  seed: number,
  count: number,
  totals: {
    kills: number;
    calls: number;
    registrations: number;
    inDoubt: number;
    slowestStart: number;
  },
): Promise<void> {
  const registry = new RegistryUnderLoad(seed);
  let kill = 0;
  try {
    let server = await registry.start({ startSecondsMax });
    for (kill = 1; kill <= count; kill += 1) {
      const load = registry.load([server]);
      await sleep(registry.moment(loadMillisecondsMax));
      await server.kill();
      await load;
      const unanswered = registry.unanswered();
      registry.check();
      server = await registry.start({ startSecondsMax });
      await registry.look(server);
      await registry.retry(server, unanswered);
      totals.kills += 1;
      totals.inDoubt += unanswered.size;
    }
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    registry.check();
  } catch (error) {
    const again = `CRASH_SEED=${seed} CRASH_KILLS=${count} npm test -- tests/crash/kill`;
    throw new Error(`Kill ${kill} of seed ${seed} went wrong; again: ${again}`, { cause: error });
  } finally {
    totals.calls += registry.calls;
    totals.registrations += registry.ledger.registrations.length;
    totals.slowestStart = Math.max(totals.slowestStart, registry.slowestStartSeconds);
    registry.remove();
  }
}

await test('kill -9 during the first start', { timeout: 60_000 }, async () => {
  const random = new Random(firstSeed);
  for (let round = 0; round < (isLong ? 20 : 3); round += 1) {
    const dataDir = mkdtempSync(join(tmpdir(), 'imprimatur-crash-'));
    const credentials = { accessKeyId: 'AKIACRASHTEST', secretAccessKey: 'crash-test-secret' };
    try {
      const killer = new AbortController();
      const starting = start({ dataDir, credentials, signal: killer.signal });
      await sleep(100 + random.below(300));
      killer.abort();
      await starting.then((server) => server.kill()).catch(() => undefined);
      const server = await start({ dataDir, credentials, startSecondsMax });
      await server.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'first' });
      await server.kill();
      assert.equal(readStore(dataDir).groups.length, 1);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  }
});
