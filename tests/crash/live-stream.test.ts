/** A live stream over kill -9 of its server: whoever goes on where it was misses no change. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LiveStream } from '../support/live-stream.ts';
import { processRegion, start } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { newDatabaseUrl, testDatabaseKind } from '../support/test-database.ts';

const kills = 3;

/** Servers one after the other on the same data, as a registry that is killed and started again. */
async function successors(): Promise<{ next: () => Promise<ServerProcess>; remove: () => void }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'imprimatur-crash-'));
  const env = {
    IMPRIMATUR_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    ...(testDatabaseKind === 'postgres' && { DATABASE_URL: await newDatabaseUrl() }),
  };
  const credentials = {
    accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(24).toString('base64url'),
  };
  return {
    next: () => start({ dataDir, env, credentials }),
    remove: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

function listen(server: ServerProcess, lastId: string): Promise<LiveStream> {
  return LiveStream.open({
    port: server.port,
    credentials: server.credentials,
    region: processRegion,
    now: Date.now(),
    headers: lastId === '' ? {} : { 'Last-Event-ID': lastId },
  });
}

/** Registers versions until the server is gone; answers those that were acknowledged. */
async function registerUntilGone(server: ServerProcess): Promise<string[]> {
  const acknowledged: string[] = [];
  for (;;) {
    try {
      const input = { ModelPackageGroupName: 'fraud' };
      const { ModelPackageArn } = await server.ok<{ ModelPackageArn: string }>(
        'CreateModelPackage',
        input,
      );
      acknowledged.push(ModelPackageArn);
    } catch {
      return acknowledged;
    }
  }
}

await test(
  'a stream goes on after each kill, and misses nothing',
  { timeout: 120_000 },
  async () => {
    const { next, remove } = await successors();
    const acknowledged: string[] = [];
    const told: string[] = [];
    let lastId = '';
    const note = (stream: LiveStream) => {
      for (const { name, data } of stream.events) {
        assert.equal(name, 'message', data);
        const { resources } = JSON.parse(data) as { resources: string[] };
        told.push(resources[0]!);
      }
      ({ lastId } = stream);
    };
    try {
      for (let round = 0; round < kills; round += 1) {
        const server = await next();
        if (round === 0) {
          await server.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'fraud' });
        }
        const stream = await listen(server, lastId);
        const registering = registerUntilGone(server);
        await stream.until(() => stream.events.length > 5);
        await sleep(100 + Math.random() * 200);
        await server.kill();
        acknowledged.push(...(await registering));
        await stream.until(() => stream.isOver);
        note(stream);
      }
      const server = await next();
      const stream = await listen(server, lastId);
      const last = acknowledged.at(-1)!;
      await stream.until(
        () => told.includes(last) || stream.events.some(({ data }) => data.includes(`"${last}"`)),
      );
      const from = performance.now();
      const ending = await server.stop();
      assert.deepEqual(ending, { code: 0, signal: null }, server.output());
      assert.ok(
        performance.now() - from < 5_000,
        'a stream does not hold up the end of its server',
      );
      await stream.until(() => stream.isOver);
      const end = stream.events.pop()!;
      assert.deepEqual([end.name, end.data], ['end', '{"Reason":"ServerStopping"}']);
      note(stream);
      const versions = told.filter((arn) => arn.includes(':model-package/'));
      assert.equal(new Set(versions).size, versions.length, 'nothing was told twice');
      const missing = acknowledged.filter((arn) => !versions.includes(arn));
      assert.deepEqual(missing, [], 'all that was acknowledged was told');
    } finally {
      remove();
    }
  },
);
