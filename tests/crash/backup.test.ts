/** Backups beside a busy server, on disks that are full or read-only, and of processes that are killed. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../src/cli/cli.ts';
import { RegistryUnderLoad } from './registry-under-load.ts';

const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e6));
const isLong = process.env['IMPRIMATUR_TEST_LONG'] !== undefined;
const program = join(import.meta.dirname, '../../src/main.ts');

/** What a command line says and answers. */
async function imprimatur(
  ...args: string[]
): Promise<{ code: number; out: string; error: string }> {
  const written = { out: '', error: '' };
  const sink = (name: 'out' | 'error') => ({
    isTerminal: false,
    columns: undefined,
    write: (text: string) => void (written[name] += text),
  });
  const terminal = { environment: {}, out: sink('out'), error: sink('error') };
  return { code: await run(args, terminal), ...written };
}

await test(`backups under load, CRASH_SEED=${seed}`, { timeout: 120_000 }, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'imprimatur-data-'));
  const folder = mkdtempSync(join(tmpdir(), 'imprimatur-backups-'));
  const registry = new RegistryUnderLoad(seed, dataDir);
  try {
    const server = await registry.start();
    const end = performance.now() + (isLong ? 30_000 : 3_000);
    const load = registry.load([server], () => performance.now() > end);
    const entries: number[] = [];
    while (performance.now() < end) {
      const file = join(folder, `${entries.length}.backup`);
      const { code, out, error } = await imprimatur(
        'backup',
        file,
        '--data-dir',
        dataDir,
        '--json',
      );
      assert.equal(code, 0, error);
      entries.push((JSON.parse(out) as { journal: { entries: number } }).journal.entries);
      const whole = await imprimatur('fsck', '--data-dir', dataDir);
      assert.equal(whole.code, 0, whole.out + whole.error);
      await sleep(registry.moment(100));
    }
    await load;
    assert.ok(entries.at(-1)! > entries[0]!, `nothing was written meanwhile: ${entries.join(' ')}`);
    for (const [index, count] of entries.entries()) {
      const { code, out } = await imprimatur('rehearse', join(folder, `${index}.backup`));
      assert.equal(code, 0, out);
      assert.match(out, new RegExp(`^ok {4}journal {7}${count} entries`, 'm'));
    }
    await server.kill();
    registry.check();
  } finally {
    for (const path of [dataDir, folder]) rmSync(path, { recursive: true, force: true });
  }
});

describe('with a registry at rest', () => {
  let dataDir = '';
  let whole = '';

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'imprimatur-data-'));
    const registry = new RegistryUnderLoad(seed, dataDir);
    const server = await registry.start();
    const end = performance.now() + 500;
    await registry.load([server], () => performance.now() > end);
    await server.stop();
    whole = join(dataDir, 'whole.backup');
    assert.equal((await imprimatur('backup', whole, '--data-dir', dataDir)).code, 0);
  });
  after(() => rmSync(dataDir, { recursive: true, force: true }));

  test('a full disk: backup, restore and rehearsal are refused, and leave nothing', async (t) => {
    const disk = mountDisk(t, statSync(whole).size);
    if (!disk) return;
    try {
      // There is room when it is asked for, and none when it is written.
      const early = await imprimatur('backup', join(disk, 'x'), '--data-dir', dataDir);
      assert.match(early.error, /No backup was written to .*|The disk of .* has .* left/);
      const target = join(disk, 'd');
      const restored = await imprimatur('restore', whole, '--data-dir', target);
      assert.match(restored.error, /The disk of \S+ has .* left, and .* are needed\.\n$/);
      const rehearsed = await imprimatur('rehearse', whole, '--scratch', disk);
      assert.match(rehearsed.out, /^fail {2}restore {7}The disk of /m);
      assert.deepEqual([early.code, restored.code, rehearsed.code], [1, 1, 1]);
      assert.deepEqual(readdirSync(disk), ['filler']);
    } finally {
      unmount(disk);
    }
  });

  test('a disk that fills up meanwhile: the same', async (t) => {
    // Files may not grow beyond a limit: what `prlimit` of util-linux does to a process.
    const folder = mkdtempSync(join(tmpdir(), 'imprimatur-backups-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const limit = String(Math.floor(statSync(whole).size / 2));
    const limited = (...args: string[]) => {
      const command = ['--fsize=' + limit, process.execPath, program, ...args];
      const child = spawn('prlimit', command, { stdio: ['ignore', 'pipe', 'pipe'] });
      return ended(child);
    };
    try {
      execFileSync('prlimit', ['--version'], { stdio: 'pipe' });
    } catch {
      t.skip('there is no prlimit here');
      return;
    }
    const backup = await limited('backup', join(folder, 'x'), '--data-dir', dataDir);
    assert.match(backup.text, /No backup was written to \S+: (the disk|the file would)/);
    const restore = await limited('restore', whole, '--data-dir', join(folder, 'd'));
    assert.match(restore.text, /Nothing was restored from \S+: (the disk|the file would)/);
    const rehearse = await limited('rehearse', whole, '--scratch', folder);
    assert.match(rehearse.text, /^fail {2}restore {7}The rehearsal broke off: /m);
    assert.deepEqual([backup.code, restore.code, rehearse.code], [1, 1, 1]);
    assert.deepEqual(readdirSync(folder), []);
  });

  test('a read-only disk: a registry is read from it, and nothing is written to it', async (t) => {
    const disk = mountDisk(t);
    if (!disk) return;
    try {
      const target = join(disk, 'd');
      assert.equal((await imprimatur('restore', whole, '--data-dir', target)).code, 0);
      execFileSync('mount', ['-o', 'remount,ro', disk], { stdio: 'pipe' });
      const backup = await imprimatur('backup', join(disk, 'x'), '--data-dir', dataDir);
      assert.match(backup.error, /No backup was written to \S+: the disk is read-only/);
      const restore = await imprimatur('restore', whole, '--data-dir', join(disk, 'e'));
      assert.match(restore.error, /Nothing was restored from \S+: the disk is read-only/);
      const forced = await imprimatur('restore', whole, '--data-dir', target, '--force');
      assert.match(forced.error, /Nothing was restored from \S+: the disk is read-only/);
      const fsck = await imprimatur('fsck', '--data-dir', target);
      assert.match(fsck.out, /No findings\.\n$/, fsck.error);
      const doctor = await imprimatur('doctor', '--data-dir', target);
      assert.match(doctor.out, /^fail {2}writable {6}file or folder cannot be written \(EROFS\)/m);
      const from = join(dataDir, 'from-read-only');
      const copied = await imprimatur('backup', from, '--data-dir', target);
      assert.equal(copied.code, 0, copied.error);
      assert.deepEqual([backup.code, restore.code, forced.code, doctor.code], [1, 1, 1, 1]);
      assert.deepEqual(readdirSync(target), ['imprimatur.db']);
    } finally {
      unmount(disk);
    }
  });

  test('a backup that is ended leaves no file of its name, and nothing else if it may clean up', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'imprimatur-backups-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    for (let round = 0; round < (isLong ? 60 : 6); round += 1) {
      const file = join(folder, `${round}.backup`);
      const args = [program, 'backup', file, '--data-dir', dataDir];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      const end = ended(child);
      const deadline = performance.now() + 20_000;
      while (readdirSync(folder).length === round && performance.now() < deadline) await sleep(1);
      await sleep(Math.random() * 40);
      const signal = round % 2 === 0 ? 'SIGKILL' : 'SIGTERM';
      child.kill(signal);
      await end;
      if (signal === 'SIGTERM') {
        assert.ok(!readdirSync(folder).some((name) => name.includes('partial')));
      }
      if (existsSync(file)) assert.equal((await imprimatur('rehearse', file)).code, 0);
      for (const name of readdirSync(folder)) {
        assert.match(name, /^\d+\.backup(\.\d+\.partial(-journal)?)?$/);
        if (name.includes('partial')) rmSync(join(folder, name));
      }
      if (!existsSync(file)) writeFileSync(file, '');
    }
  });
});

async function ended(child: ReturnType<typeof spawn>): Promise<{ code: number; text: string }> {
  let text = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  }
  const [code] = (await once(child, 'close')) as [number];
  return { code, text };
}

/** A file system in memory, with room for a number of bytes less one; takes root's rights. */
function mountDisk(t: TestContext, roomBytes?: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'imprimatur-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    rmSync(folder, { recursive: true });
    t.skip('a file system cannot be mounted here, which takes root');
    return undefined;
  }
  if (roomBytes === undefined) return folder;
  const filler = join(folder, 'filler');
  writeFileSync(filler, '');
  try {
    for (;;) appendFileSync(filler, Buffer.alloc(4096));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  }
  return folder;
}

function unmount(folder: string): void {
  execFileSync('umount', ['-l', folder]);
  mkdirSync(folder, { recursive: true });
  rmSync(folder, { recursive: true });
}
