/**
 * `kill -9` while reads are recorded: no change is lost, and of the reads none but those of the
 * last second.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { Random } from './random.ts';
import { readRecordedIds, readStore } from './store-state.ts';

const isLong = process.env['IMPRIMATUR_TEST_LONG'] === '1';
const kills = isLong ? 20 : 2;
const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e6));
/** Far below what the server records one by one. */
const pauseMilliseconds = 30;
const lostMilliseconds = 1_000;

/** The request ids that were answered, and when. */
type Answered = Map<string, number>;

/** Calls without pause until the server is gone. */
async function work(server: ServerProcess, reads: Answered, changes: Answered): Promise<void> {
  const note = async (operation: string, input: object, into: Answered): Promise<void> => {
    const { status, headers } = await server.call(operation, input);
    assert.equal(status, 200);
    into.set(String(headers['x-amzn-requestid']), performance.now());
  };
  try {
    for (;;) {
      await note('CreateModelPackage', { ModelPackageGroupName: 'Fraud' }, changes);
      await note('ListTags', { ResourceArn: groupArn }, reads);
      await sleep(pauseMilliseconds);
    }
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
  }
}

const groupArn = 'arn:aws:sagemaker:eu-west-1:123456789012:model-package-group/Fraud';

await test(`kill -9 between reads, CRASH_SEED=${seed}`, { timeout: 240_000 }, async () => {
  const random = new Random(seed);
  const dataDir = mkdtempSync(join(tmpdir(), 'imprimatur-crash-'));
  const credentials = { accessKeyId: 'AKIACRASHTEST', secretAccessKey: 'crash-test-secret' };
  const reads: Answered = new Map();
  const changes: Answered = new Map();
  let due = 0;
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const server = await start({ dataDir, credentials });
      if (kill === 0) {
        await server.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
      }
      const working = work(server, reads, changes);
      await sleep(1_500 + random.below(1_000));
      const killedAt = performance.now();
      await server.kill();
      await working;
      const recorded = readRecordedIds(dataDir);
      const { journal } = readStore(dataDir);
      const journaled = new Set(journal.map(({ request_id }) => request_id));
      for (const id of changes.keys()) assert.ok(journaled.has(id), `the change ${id} is there`);
      for (const [id, at] of reads) {
        if (at > killedAt - lostMilliseconds) continue;
        due += 1;
        assert.ok(recorded.has(id), `the read ${id} is there`);
      }
      // What this kill took may be gone for good.
      for (const id of reads.keys()) if (!recorded.has(id)) reads.delete(id);
    }
    assert.ok(due > kills && changes.size > kills, `${due} reads, ${changes.size} changes`);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
