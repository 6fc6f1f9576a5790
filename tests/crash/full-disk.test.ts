/** A full disk: writes are refused for the time being, reads go on, nothing acknowledged is lost. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseFileName } from '../../src/config.ts';
import type { Answer, ServerProcess } from '../support/server-process.ts';
import { RegistryUnderLoad } from './registry-under-load.ts';

const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e6));

/** A data folder whose disk can be filled and freed while a server runs on it. */
interface Disk {
  readonly dataDir: string;
  /** Leaves no room, or (where it can be told) room in files up to a size. */
  fill(server: ServerProcess, fileBytesMax?: number): void;
  free(server: ServerProcess): void;
  remove(): void;
}

await test(`a full disk, CRASH_SEED=${seed}`, { timeout: 60_000 }, async (t) => {
  const disk = mountDisk(t);
  if (disk) await fillUnderLoad(disk);
});

await test(`a limit on the size of files, CRASH_SEED=${seed}`, { timeout: 60_000 }, async (t) => {
  const disk = limitFiles(t);
  if (disk) await fillUnderLoad(disk);
});

await test(
  `a disk that is full now and then, CRASH_SEED=${seed}`,
  { timeout: 60_000 },
  async (t) => {
    const disk = limitFiles(t);
    if (!disk) return;
    const registry = new RegistryUnderLoad(seed, disk.dataDir);
    const { ledger } = registry;
    try {
      const server = await registry.start();
      ledger.storesRefusals = false;
      const end = performance.now() + 2_000;
      const load = registry.load([server], () => performance.now() > end);
      while (performance.now() < end) {
        const { size } = statSync(join(disk.dataDir, `${databaseFileName}-wal`));
        disk.fill(server, size + registry.moment(100_000));
        await sleep(registry.moment(100));
        disk.free(server);
        await sleep(registry.moment(50));
      }
      await load;
      await registry.look(server);
      await server.kill();
      registry.check();
      assert.ok(ledger.unavailable > 0, 'the disk never was full');
    } finally {
      disk.remove();
    }
  },
);

async function fillUnderLoad(disk: Disk): Promise<void> {
  const registry = new RegistryUnderLoad(seed, disk.dataDir);
  const { ledger } = registry;
  try {
    const server = await registry.start();
    await loadFor(registry, server, 300);
    disk.fill(server);
    ledger.storesRefusals = false;
    await registry.load([server], () => ledger.unavailable >= 20);
    await useUp(server, registry);
    await checkFull(server, registry);
    disk.free(server);
    ledger.storesRefusals = true;
    ledger.unavailable = 0;
    await loadFor(registry, server, 300);
    assert.equal(ledger.unavailable, 0, 'space is free again, yet writes are refused');
    await registry.look(server);
    disk.fill(server);
    ledger.storesRefusals = false;
    const load = registry.load([server]);
    await sleep(registry.moment(300));
    await server.kill();
    await load;
    disk.free(server);
    registry.check();
    ledger.storesRefusals = true;
    const next = await registry.start();
    await registry.look(next);
    assert.deepEqual(await next.stop(), { code: 0, signal: null });
    registry.check();
  } finally {
    disk.remove();
  }
}

async function loadFor(
  registry: RegistryUnderLoad,
  server: ServerProcess,
  milliseconds: number,
): Promise<void> {
  const end = performance.now() + milliseconds;
  await registry.load([server], () => performance.now() > end);
}

/** The smallest write may find room where larger ones found none: takes it, until there is none. */
async function useUp(server: ServerProcess, { shared, ledger }: RegistryUnderLoad): Promise<void> {
  for (let refused = 0, attempt = 0; refused < 5; attempt += 1) {
    assert.ok(attempt < 1_000, 'the disk never is full');
    const Tags = [{ Key: 'filler', Value: String(attempt) }];
    const answer = await server.call('AddTags', { ResourceArn: shared.arn, Tags });
    ledger.take('AddTags', answer);
    refused = answer.status === 503 ? refused + 1 : 0;
  }
}

function checkUnavailable({ status, headers, body, text }: Answer): void {
  assert.equal(status, 503, text);
  assert.equal(body?.['__type'], 'ServiceUnavailable');
  assert.equal(body['message'], 'The service cannot store or read now. Please try again.');
  assert.equal(headers['x-amzn-errortype'], 'ServiceUnavailable');
  assert.equal(headers['retry-after'], '1');
  assert.match(String(headers['x-amzn-requestid']), /^[0-9a-f-]{36}$/);
}

/** Every kind of write is refused, every kind of read and every other refusal goes on. */
async function checkFull(server: ServerProcess, registry: RegistryUnderLoad): Promise<void> {
  const { group, arn } = registry.shared;
  const ResourceArn = arn;
  const text = 'x'.repeat(250);
  const Tags = Array.from({ length: 49 }, (_, index) => ({ Key: `k${index}`, Value: text }));
  const properties = Object.fromEntries(Tags.slice(0, 20).map(({ Key, Value }) => [Key, Value]));
  const writes: [string, object][] = [
    ['CreateModelPackageGroup', { ModelPackageGroupName: 'new', Tags }],
    ['CreateModelPackage', { ModelPackageGroupName: group, Domain: text.repeat(100) }],
    ['UpdateModelPackage', { ModelPackageArn: arn, CustomerMetadataProperties: properties }],
    ['AddTags', { ResourceArn, Tags }],
    ['DeleteModelPackage', { ModelPackageName: `${group}/1` }],
  ];
  for (const [operation, input] of writes) checkUnavailable(await server.call(operation, input));
  const reads: [string, object][] = [
    ['DescribeModelPackageGroup', { ModelPackageGroupName: group }],
    ['DescribeModelPackage', { ModelPackageName: `${group}/1` }],
    ['ListModelPackages', { ModelPackageGroupName: group }],
    ['ListModelPackageGroups', {}],
    ['ListTags', { ResourceArn }],
    ['Search', { Resource: 'ModelPackage' }],
  ];
  for (const [operation, input] of reads) await server.ok(operation, input);
  const invalid = await server.call('DescribeModelPackage', {});
  assert.equal(invalid.status, 400, invalid.text);
  const missing = await server.call('DeleteModelPackage', { ModelPackageName: 'nobody' });
  assert.equal(missing.status, 400, missing.text);
}

/** A small file system in memory; mounting one takes root's rights. */
function mountDisk(t: TestContext): Disk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'imprimatur-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    rmSync(folder, { recursive: true });
    t.skip('a file system cannot be mounted here, which takes root');
    return undefined;
  }
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const filler = join(folder, 'filler');
  return {
    dataDir,
    fill() {
      writeFileSync(filler, '');
      for (const size of [1 << 20, 4096]) {
        try {
          for (;;) appendFileSync(filler, Buffer.alloc(size));
        } catch (error) {
          assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
        }
      }
    },
    free: () => rmSync(filler),
    remove() {
      execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** No file of the server may grow; what `prlimit` of util-linux does to a running process. */
function limitFiles(t: TestContext): Disk | undefined {
  const limit = (pid: number, bytes: string) =>
    execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:`], { stdio: 'pipe' });
  try {
    limit(process.pid, 'unlimited');
  } catch {
    t.skip('there is no prlimit here, or its use is not permitted');
    return undefined;
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'imprimatur-disk-'));
  return {
    dataDir,
    fill: ({ pid }, fileBytesMax = 1) => limit(pid, String(fileBytesMax)),
    free({ pid }) {
      if (alive(pid)) limit(pid, 'unlimited');
    },
    remove: () => rmSync(dataDir, { recursive: true }),
  };
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
