import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { breaking } from '../../tests/support/breaking-database.ts';
import { startApp } from '../../tests/support/scenario.ts';
import {
  makeEntries,
  testSealer,
  testSigningKey,
  TestWitness,
} from '../../tests/support/sealing.ts';
import type { TestSealerParts } from '../../tests/support/sealing.ts';
import type { TestApp } from '../../tests/support/test-app.ts';
import { testDatabaseKind } from '../../tests/support/test-database.ts';
import type { HistoryReport } from '../domain/sealing/check-history.ts';
import { LeaseLost } from '../domain/leases/lease-store.ts';
import { checkHistory } from '../domain/sealing/history-store.ts';
import { signerKey } from '../domain/sealing/note-key.ts';
import { proveConsistency, proveInclusion } from '../domain/sealing/proof-store.ts';
import { isConsistent, rootByInclusion } from '../domain/sealing/merkle-proof.ts';
import { parseCheckpoint } from '../domain/sealing/checkpoint.ts';
import { readSealLag } from '../domain/sealing/seal-lag-store.ts';
import { limits } from '../kernel/limits.ts';
import { createLog } from '../kernel/log.ts';
import type { Database } from '../store/database.ts';
import { HistoryRewritten } from './witness.ts';

async function check(app: TestApp, witness?: TestWitness): Promise<HistoryReport> {
  const kept = witness?.kept === undefined ? [] : [{ from: 'the witness', text: witness.kept }];
  return (await checkHistory(app.database, { anchors: [], kept }))!;
}

async function leafSeqs(app: TestApp): Promise<number[]> {
  const rows = await app.database.read((tx) =>
    tx.rows(tx.sql.selectFrom('journal_leaf').select(['position', 'seq']).orderBy('position')),
  );
  assert.deepEqual(
    rows.map(({ position }) => position),
    rows.map((_, i) => i),
  );
  return rows.map(({ seq }) => seq);
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

async function start(t: TestContext, parts: TestSealerParts = {}) {
  const app = await startApp(t);
  const witness = new TestWitness();
  return { app, witness, sealer: testSealer(app, { witness, ...parts }) };
}

test('what is written is sealed, in order, and verified', async (t) => {
  const { app, witness, sealer } = await start(t);
  assert.equal(await checkHistory(app.database, { anchors: [], kept: [] }), undefined);
  for (const count of [1, 3, 300]) {
    await makeEntries(app, count, `g${count}`);
    const lag = await app.database.read(readSealLag);
    assert.deepEqual(lag, { entries: count, oldestAt: app.clock.now() });
    await sealer.pass();
    assert.deepEqual(await app.database.read(readSealLag), { entries: 0, oldestAt: undefined });
  }
  const report = await check(app, witness);
  assert.deepEqual(report.findings, []);
  assert.deepEqual([report.entries, report.checkpoints], [304, 3]);
  assert.equal(report.newest?.text, witness.kept);
  assert.deepEqual(await leafSeqs(app), upTo(304));
});

test('the proofs that are kept ready lead to the signed roots', async (t) => {
  const { app, witness, sealer } = await start(t);
  const heads = [];
  for (const count of [3, 255, 20]) {
    await makeEntries(app, count, `g${count}`);
    await sealer.pass();
    const { size, root } = parseCheckpoint(witness.kept!)!;
    heads.push({ size, root: Buffer.from(root, 'hex') });
  }
  const [first, second, third] = heads as [(typeof heads)[0], (typeof heads)[0], (typeof heads)[0]];
  for (const [earlier, later] of [
    [first, second],
    [first, third],
    [second, third],
  ] as const) {
    const proof = await app.database.read((tx) => proveConsistency(tx, earlier.size, later.size));
    assert.ok(isConsistent(earlier, later, proof));
  }
  const leaves = await app.database.read((tx) =>
    tx.rows(tx.sql.selectFrom('journal_leaf').select(['position', 'hash']).orderBy('position')),
  );
  for (const index of [0, 2, 3, 255, 256, 277]) {
    const proof = await app.database.read((tx) => proveInclusion(tx, index, third.size));
    const leaf = { index, size: third.size, hash: Buffer.from(leaves[index]!.hash, 'hex') };
    assert.deepEqual(rootByInclusion(leaf, proof), third.root);
  }
});

test('an idle sealer writes nothing', async (t) => {
  const { app, sealer } = await start(t);
  await makeEntries(app, 2);
  await sealer.pass();
  await sealer.pass();
  let writes = 0;
  const { database } = app;
  const write = database.write.bind(database);
  database.write = (work) => {
    writes += 1;
    return write(work);
  };
  for (let i = 0; i < 5; i += 1) await sealer.pass();
  database.write = write;
  assert.equal(writes, 0);
});

for (const when of ['before', 'after'] as const) {
  test(`a sealer that is killed ${when} any of its writes leaves no leaf twice or missing`, async (t) => {
    for (let n = 1; n <= 6; n += 1) {
      const app = await startApp(t);
      await makeEntries(app, 140);
      const dying = testSealer(app, { database: breaking(app.database, n, when) });
      await dying.pass().then(
        () => assert.equal(n, 6, 'the last write is the fifth'),
        (error: unknown) => assert.equal((error as Error).message, 'killed'),
      );
      let now = 0;
      const witness = new TestWitness();
      const heir = testSealer(app, { witness, elapsed: () => now });
      await heir.pass();
      now += limits.leaseSeconds * 1000;
      await heir.pass();
      await heir.pass();
      assert.deepEqual(await leafSeqs(app), upTo(140), `killed at write ${n}`);
      assert.deepEqual((await check(app)).findings, []);
    }
  });
}

test('two sealers at once do the work once', async (t) => {
  const app = await startApp(t);
  const sealers = ['a', 'b', 'c'].map((holder) => testSealer(app, { holder }));
  for (let round = 0; round < 8; round += 1) {
    await makeEntries(app, 5, `r${round}`);
    await Promise.all(sealers.map((sealer) => sealer.pass()));
  }
  await sealers[0]!.pass();
  await sealers[0]!.pass();
  for (const sealer of sealers) await sealer.pass();
  assert.deepEqual(await leafSeqs(app), upTo(40));
  assert.deepEqual((await check(app)).findings, []);
});

test('a former holder that wakes up adds nothing', async (t) => {
  const app = await startApp(t);
  await makeEntries(app, 3);
  let now = 0;
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { promise: asleep, resolve: fallAsleep } = Promise.withResolvers<void>();
  const { database } = app;
  let writes = 0;
  const sleepy: Database = {
    ...breaking(database, Infinity, 'after'),
    async write(work) {
      // Asleep with the rows read and hashed: acquired, begun, key recorded, and then the step.
      writes += 1;
      if (writes === 4) {
        fallAsleep();
        await gate;
      }
      return database.write(work);
    },
  };
  const sleeper = testSealer(app, { database: sleepy, holder: 'sleeper' }).pass();
  const heir = testSealer(app, { holder: 'heir', elapsed: () => now });
  await asleep;
  await heir.pass();
  now += limits.leaseSeconds * 1000;
  await heir.pass();
  open();
  await assert.rejects(sleeper, LeaseLost);
  assert.deepEqual(await leafSeqs(app), upTo(3));
  assert.deepEqual((await check(app)).findings, []);
});

test('a clock that jumps back does not take the checkpoints with it', async (t) => {
  const { app, sealer } = await start(t);
  await makeEntries(app, 1, 'a');
  await sealer.pass();
  const before = (await check(app)).newest!.at;
  app.clock.advance(-3_600_000);
  await makeEntries(app, 1, 'b');
  await sealer.pass();
  await testSealer(app).pass();
  const { newest, findings } = await check(app);
  assert.deepEqual([findings, newest!.at, newest!.size], [[], before, 2]);
});

test('a new key is vouched for by the last one; a strange one signs nothing', async (t) => {
  const { app, sealer } = await start(t);
  await makeEntries(app, 1, 'a');
  await sealer.pass();
  await sealer.pass();
  const fresh = Buffer.alloc(32, 5);
  app.clock.advance(1_000);
  await makeEntries(app, 1, 'b');
  await assert.rejects(
    testSealer(app, { keys: [fresh] }).pass(),
    /is none of IMPRIMATUR_SIGNING_KEY/,
  );
  await app.database.write((tx) => tx.rows(tx.sql.updateTable('lease').set({ holder: null })));
  await testSealer(app, { keys: [fresh, testSigningKey] }).pass();
  const { origin, findings } = await check(app);
  assert.deepEqual(findings, []);
  for (const key of [fresh, testSigningKey]) {
    const anchors = [signerKey(origin, key).verifier.text];
    const report = await checkHistory(app.database, { anchors, kept: [] });
    assert.deepEqual([report!.findings, report!.checkpoints], [[], 2]);
  }
  const anchors = [signerKey(origin, Buffer.alloc(32, 6)).verifier.text];
  const strange = await checkHistory(app.database, { anchors, kept: [] });
  assert.equal(strange!.findings.filter(({ fault }) => fault === 'checkpoint').length, 2);
});

test('nothing is signed on top of a history that is not the one signed before', async (t) => {
  const { app, witness, sealer } = await start(t);
  await makeEntries(app, 5);
  await sealer.pass();
  await sealer.pass();
  await app.database.write(async (tx) => {
    for (const table of ['journal_leaf', 'journal'] as const) {
      await tx.rows(tx.sql.deleteFrom(table).where('seq', '>', 3));
    }
    await tx.rows(tx.sql.deleteFrom('checkpoint'));
    await tx.rows(tx.sql.updateTable('seal_state').set({ size: 3, settled_seq: 3 }));
  });
  await makeEntries(app, 1, 'later');
  for (const one of [sealer, testSealer(app, { witness })]) {
    await app.database.write((tx) => tx.rows(tx.sql.updateTable('lease').set({ holder: null })));
    await assert.rejects(one.pass(), HistoryRewritten);
  }
});

/** SQLite commits in the order of the numbers. */
async function commitLate(t: TestContext): Promise<void> {
  const { app, sealer } = await start(t);
  await makeEntries(app, 1, 'first');
  const copy = app.database;
  const [row] = await copy.read((tx) => tx.rows(tx.sql.selectFrom('journal').selectAll()));
  const { seq: _, ...entry } = row!;
  const { promise: gate, resolve: commit } = Promise.withResolvers<void>();
  const { promise: taken, resolve: took } = Promise.withResolvers<void>();
  const late = copy.write(async (tx) => {
    await tx.rows(tx.sql.insertInto('journal').values({ ...entry, id: 'late' }));
    took();
    await gate;
  });
  const undone = taken.then(() =>
    copy.write(async (tx) => {
      await tx.rows(tx.sql.insertInto('journal').values({ ...entry, id: 'undone' }));
      throw new Error('undone');
    }),
  );
  await assert.rejects(undone, /undone/);
  await makeEntries(app, 3, 'meanwhile');
  for (let i = 0; i < 3; i += 1) await sealer.pass();
  assert.deepEqual(await leafSeqs(app), [1, 4, 5, 6], 'nobody waits for the late one');
  assert.deepEqual((await check(app)).findings, []);
  commit();
  await late;
  for (let i = 0; i < 3; i += 1) await sealer.pass();
  assert.deepEqual(await leafSeqs(app), [1, 4, 5, 6, 2]);
  const { findings, newest } = await check(app);
  assert.deepEqual(findings, []);
  assert.ok(newest);
  // From then on nothing more can come below: not even what would fill the gap.
  await makeEntries(app, 1, 'last');
  for (let i = 0; i < 3; i += 1) await sealer.pass();
  await copy.write((tx) =>
    tx.rows(tx.sql.insertInto('journal').values({ ...entry, seq: 3, id: 'x' })),
  );
  assert.deepEqual(
    (await check(app)).findings.map(({ fault, seq }) => [fault, seq]),
    [['inserted', 3]],
  );
}

if (testDatabaseKind === 'postgres') {
  test('an entry whose transaction commits late has its leaf, and is no forgery', commitLate);
}

test('a history is verified while it is written and sealed', async (t) => {
  const { app, sealer, witness } = await start(t);
  await makeEntries(app, 20, 'a');
  await sealer.pass();
  const progress = { isDone: false };
  const writing = (async () => {
    for (let round = 0; round < 10; round += 1) {
      await makeEntries(app, 10, `r${round}`);
      await sealer.pass();
    }
    progress.isDone = true;
  })();
  do {
    assert.deepEqual((await check(app, witness)).findings, []);
    await new Promise((resolve) => setImmediate(resolve));
  } while (!progress.isDone);
  await writing;
  assert.equal((await check(app, witness)).entries, 120);
});

test('a checkpoint that is missing beside a sealed history is told, once', async (t) => {
  const warnings: unknown[] = [];
  const log = { ...createLog('silent'), warn: (text: unknown) => warnings.push(text) };
  const { app, sealer, witness } = await start(t, { log: log as never });
  await makeEntries(app, 2);
  await sealer.pass();
  await sealer.pass();
  assert.deepEqual(warnings, []);
  witness.kept = undefined;
  const next = testSealer(app, { witness, log: log as never });
  for (const prefix of ['a', 'b']) {
    await makeEntries(app, 1, prefix);
    await next.pass();
  }
  assert.equal(warnings.length, 1);
  assert.match(String(warnings[0]), /^a sealed history is here, and no checkpoint of it/);
  assert.notEqual(witness.kept, undefined);
});
