import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DatabaseSync } from 'node:sqlite';
import { createApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { createLog } from '../kernel/log.ts';
import { SqliteSnapshot } from '../store/sqlite-snapshot.ts';
import { judgeByThreads } from './audit/leaf-threads.ts';
import type { LeafWork } from './audit/leaf-threads.ts';
import { runCli, testFolder } from './testing.ts';

/** A data folder with sealed entries, as a server that was stopped leaves it. */
async function sealedFolder(t: TestContext): Promise<string> {
  const dataDir = testFolder(t);
  await seal(dataDir, 3);
  return dataDir;
}

async function seal(dataDir: string, entries: number, at = Date.now()): Promise<void> {
  const app = await createApp(readConfig({ dataDir }, {}), { log: createLog('silent') });
  const seed = new DatabaseSync(join(dataDir, 'imprimatur.db'));
  for (let n = 0; n < entries; n += 1) {
    seed.exec(
      `insert into journal (id, at, account_id, region, service, operation, resource_arn,
         principal_arn, access_key_id, request_id, document)
       values (hex(randomblob(8)), ${at}, '1', 'r', 's', 'o', 'arn:x', 'p', 'k', 'q', '{}')`,
    );
  }
  seed.close();
  // What another program wrote is seen from the next turn of the event loop on.
  await setImmediate();
  app.startWorkers();
  await app.close();
}

const audit = (dataDir: string, ...args: string[]) =>
  runCli(['audit', ...args], { IMPRIMATUR_DATA_DIR: dataDir });

/** The places that threads tell of, and those that they have doubts about. */
async function judged(path: string, work: Partial<LeafWork>): Promise<[number[], number[]]> {
  const database = new SqliteSnapshot(path);
  const [places, doubted]: [number[], number[]] = [[], []];
  const whole = { path, end: 200, threads: 2, share: 16, ...work };
  try {
    for await (const { count, positions, intact } of judgeByThreads(database, whole)) {
      for (let n = 0; n < count; n += 1) {
        places.push(positions[n]!);
        if (intact[n] !== 1) doubted.push(positions[n]!);
      }
    }
  } finally {
    await database.close();
  }
  return [places, doubted];
}

test('threads tell of leaves in the order of sealing, and which are not intact', async (t) => {
  const dataDir = testFolder(t);
  await seal(dataDir, 200);
  const path = join(dataDir, 'imprimatur.db');
  const all = Array.from({ length: 200 }, (_, place) => place);
  assert.deepEqual(await judged(path, {}), [all, []]);
  assert.deepEqual(await judged(path, { threads: 3, share: 7 }), [all, []]);
  const database = new DatabaseSync(path);
  database.exec("update journal set operation = 'x' where seq in (1, 78, 200)");
  database.exec('delete from journal where seq = 100');
  database.close();
  assert.deepEqual(await judged(path, {}), [all, [0, 77, 99, 199]]);
  const lost = judged(path, { path: join(dataDir, 'none') });
  await assert.rejects(lost, /unable to open database file/);
});

describe('imprimatur audit', () => {
  test('what a server sealed is verified, exported, and verified without it', async (t) => {
    const dataDir = await sealedFolder(t);
    const verified = await audit(dataDir, 'verify');
    assert.match(
      verified.out,
      /^Verified 3 entries and 1 checkpoints of imprimatur\/\S+ in 0s\.\n/,
    );
    assert.match(verified.out, /\nNo findings\.\n$/);
    assert.equal(verified.code, 0);
    const { out: key } = await audit(dataDir, 'checkpoint', '--keys');
    const { out: checkpoint } = await audit(dataDir, 'checkpoint');
    assert.equal(checkpoint, readFileSync(join(dataDir, 'checkpoint'), 'utf8'));
    const kept = join(dataDir, 'kept');
    writeFileSync(kept, checkpoint);
    for (const name of ['b.jsonl', 'b.jsonl.gz']) {
      const file = join(dataDir, name);
      const { out } = await audit(dataDir, 'export', file);
      assert.match(out, /^Wrote 3 entries into /);
      // Elsewhere: nothing but the file, the key and the checkpoint.
      const trust = ['--key', key.trim(), '--checkpoint', kept];
      const offline = await audit(testFolder(t), 'verify', '--bundle', file, ...trust);
      assert.deepEqual([offline.code, offline.error], [0, '']);
      assert.doesNotMatch(offline.out, /No key was trusted/);
      const unanchored = await audit(testFolder(t), 'verify', '--bundle', file);
      assert.match(unanchored.out, /\nNo key was trusted beforehand/);
    }
  });

  test('a bundle that is damaged says what is wrong with it', async (t) => {
    const dataDir = await sealedFolder(t);
    const file = join(dataDir, 'b.jsonl.gz');
    await audit(dataDir, 'export', file);
    const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
    const verify = async (changed: string[]) => {
      writeFileSync(file, gzipSync(`${changed.join('\n')}\n`));
      const { code, out, error } = await audit(dataDir, 'verify', '--bundle', file);
      assert.equal(code, 1);
      return `${out}${error}`;
    };
    const without = (n: number) => lines.filter((_, i) => i !== n);
    const swapped = [...lines];
    [swapped[3], swapped[4]] = [swapped[4]!, swapped[3]!];
    assert.match(await verify(without(3)), /^missing {2}What was sealed at place 1 /);
    assert.match(await verify(swapped), /(missing|reordered) {2}/);
    assert.match(await verify(lines.slice(0, -1)), /truncated {2}The bundle is cut off/);
    assert.match(await verify(without(0)), /The first line does not say imprimatur-audit-bundle/);
    assert.match(await verify([...lines.slice(0, 3), 'nonsense']), /Line 4 is no line of a bundle/);
    const changed = lines.map((line) => line.replace('"region":"r"', '"region":"x"'));
    assert.match(await verify(changed), /^changed {2}Entry 1 was changed\.\nchanged {2}Entry 2 /);
    writeFileSync(file, readFileSync(file).subarray(0, 100));
    assert.match((await audit(dataDir, 'verify', '--bundle', file)).error, /is damaged/);
    const lost = await audit(dataDir, 'verify', '--bundle', join(dataDir, 'none'));
    assert.match(lost.error, /broke off: no such file or folder/);
  });

  test('a kept checkpoint proves what came after it, and an entry is proven', async (t) => {
    const dataDir = await sealedFolder(t);
    const [kept, proof] = [join(dataDir, 'kept'), join(dataDir, 'proof')];
    writeFileSync(kept, (await audit(dataDir, 'checkpoint')).out);
    await seal(dataDir, 4);
    const { out, error } = await audit(dataDir, 'prove', '--since', kept, '--entry', '2');
    assert.equal(error, '');
    writeFileSync(proof, out);
    const check = ['verify', '--bundle', proof, '--checkpoint', kept];
    assert.equal((await audit(dataDir, ...check)).code, 0);
    writeFileSync(proof, out.replace('"region":"r"', '"region":"x"'));
    assert.match((await audit(dataDir, ...check)).out, /^changed {2}Entry 2 was changed\./);
    const [foreign] = [await sealedFolder(t)];
    writeFileSync(kept, (await audit(foreign, 'checkpoint')).out);
    const rewritten = await audit(dataDir, 'verify', '--checkpoint', kept);
    assert.match(rewritten.out, /^rewritten {2}The checkpoint of .*kept is of another log/);
    const unknown = await audit(dataDir, 'prove', '--entry', '99');
    assert.match(unknown.error, /Entry 99 is not sealed/);
    const subset = join(dataDir, 'x.jsonl');
    const part = await audit(dataDir, 'export', subset, '--resource', 'ARN:x');
    assert.match(part.out, /^Wrote 7 entries/);
    assert.equal((await audit(dataDir, 'verify', '--bundle', subset)).code, 0);
  });

  test("a rotation keeps what was signed, and a lost key's end is told", async (t) => {
    const dataDir = await sealedFolder(t);
    const { out: before } = await audit(dataDir, 'checkpoint', '--keys');
    const rotated = await audit(dataDir, 'rotate-key');
    assert.match(rotated.out, /^Signing key from now on: imprimatur\//);
    await seal(dataDir, 1);
    const keys = (await audit(dataDir, 'checkpoint', '--keys')).out.trim().split('\n');
    assert.deepEqual([keys.length, `${keys[0]}\n`], [2, before]);
    assert.equal((await audit(dataDir, 'verify')).code, 0);
    writeFileSync(join(dataDir, 'signing-key'), `${Buffer.alloc(32, 1).toString('base64')}\n`);
    const lost = await audit(dataDir, 'rotate-key', '--old-key-lost');
    assert.equal(lost.code, 0, lost.error);
    await seal(dataDir, 1);
    const { code, out } = await audit(dataDir, 'verify');
    assert.match(out, /key {2}Key 2 \([0-9a-f]{8}\) is vouched for by no key that is trusted/);
    assert.equal(code, 1);
    assert.equal((await audit(dataDir, 'verify', '--key', keys[1]!)).code, 0);
  });

  test('old entries go once they are in a bundle, and history says so', async (t) => {
    const dataDir = testFolder(t);
    const dayMilliseconds = 24 * 60 * 60 * 1000;
    await seal(dataDir, 3, Date.now() - 400 * dayMilliseconds);
    const bundle = join(dataDir, 'b.jsonl.gz');
    await audit(dataDir, 'export', bundle);
    await seal(dataDir, 2);
    const forEver = await audit(dataDir, 'prune', '--bundle', bundle);
    assert.match(forEver.error, /The journal is kept for ever: no retention is configured/);
    const prune = (...args: string[]) =>
      runCli(['audit', 'prune', ...args], {
        IMPRIMATUR_DATA_DIR: dataDir,
        IMPRIMATUR_JOURNAL_RETENTION_DAYS: '200',
      });
    assert.equal((await prune()).code, 2);
    assert.match((await prune('--before', '2999-01-01', '--bundle', bundle)).error, /200 days/);
    const part = join(dataDir, 'part.jsonl');
    await audit(dataDir, 'export', part, '--resource', 'arn:x');
    assert.match((await prune('--bundle', part)).error, /does not hold the whole history/);
    const foreign = join(dataDir, 'foreign.jsonl');
    await audit(await sealedFolder(t), 'export', foreign);
    assert.match((await prune('--bundle', foreign)).error, /is no bundle to rely on/);
    const pruned = await prune('--bundle', bundle);
    assert.match(pruned.out, /^Removed 3 entries from before \S+, as statement 1 says\.\n/);
    assert.match(pruned.out, /up to number 3: what was written since stays\.\n$/);
    const verified = await audit(dataDir, 'verify');
    assert.match(verified.out, /^Verified 5 entries .*\n3 of them were removed from the journal/);
    assert.equal(verified.code, 0);
    assert.match((await audit(dataDir, 'prove', '--entry', '2')).error, /by statement 1\.$/m);
    const { out: doctor } = await runCli(['doctor'], { IMPRIMATUR_DATA_DIR: dataDir });
    assert.match(doctor, /shortened: 3 entries from before/);
    await seal(dataDir, 0);
    const all = join(dataDir, 'all.jsonl');
    await audit(dataDir, 'export', all);
    const { out } = await audit(testFolder(t), 'verify', '--bundle', all);
    assert.match(out, /^Verified 6 entries .*\n3 of them were removed/);
    const again = await prune('--without-bundle', '--json');
    assert.equal((JSON.parse(again.out) as { entries: number }).entries, 0);
  });

  test('where nothing is sealed, and after a restore, it says what to do', async (t) => {
    const empty = testFolder(t);
    await (
      await createApp(readConfig({ dataDir: empty }, {}), { log: createLog('silent') })
    ).close();
    assert.match((await audit(empty, 'verify')).error, /Nothing is sealed yet/);
    assert.match((await audit(empty, 'checkpoint')).error, /Nothing is sealed yet/);
    assert.equal((await audit(empty, 'prove')).code, 2);
    const dataDir = await sealedFolder(t);
    const backup = join(dataDir, 'backup');
    const run = (...args: string[]) => runCli(args, { IMPRIMATUR_DATA_DIR: dataDir });
    assert.equal((await run('backup', backup)).code, 0);
    await seal(dataDir, 2);
    assert.equal((await run('restore', backup, '--force')).code, 0);
    assert.equal((await audit(dataDir, 'verify')).code, 0);
    assert.match((await run('doctor')).out, /checkpoint does not exist beside a history of 3 /);
    const aside = ['--checkpoint', join(dataDir, 'checkpoint.before-restore')];
    assert.match(
      (await audit(dataDir, 'verify', ...aside)).out,
      /^truncated {2}The end was cut off/,
    );
    await seal(dataDir, 1);
    assert.match((await audit(dataDir, 'verify')).out, /^Verified 4 entries/);
    assert.match((await run('doctor')).out, /history goes on from .*checkpoint/);
    const before = readFileSync(join(dataDir, 'checkpoint.before-restore'));
    writeFileSync(join(dataDir, 'checkpoint'), before);
    assert.match((await run('doctor')).out, /a checkpoint of 5 entries, but only 4 are sealed/);
  });
});
