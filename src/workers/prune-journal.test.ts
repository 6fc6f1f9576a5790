import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { identityOk } from '../../tests/support/identity-calls.ts';
import { startApp } from '../../tests/support/scenario.ts';
import { testSealer, testSigningKey, TestWitness } from '../../tests/support/sealing.ts';
import { testAccount, testArn } from '../../tests/support/test-app.ts';
import type { TestApp } from '../../tests/support/test-app.ts';
import { checkIntegrity } from '../domain/integrity/check-integrity.ts';
import { readBundle } from '../domain/sealing/bundle-store.ts';
import { BundleCheck } from '../domain/sealing/bundle.ts';
import { parseCheckpoint } from '../domain/sealing/checkpoint.ts';
import { checkHistory } from '../domain/sealing/history-store.ts';
import { signerKey } from '../domain/sealing/note-key.ts';
import { parsePrune } from '../domain/sealing/prune-statement.ts';
import type { Database, Transaction } from '../store/database.ts';
import { pruneJournal, PruneRefused } from './prune-journal.ts';
import type { PruneOrder } from './prune-journal.ts';

const yearMilliseconds = 365 * 24 * 60 * 60 * 1000;

interface Old {
  readonly app: TestApp;
  readonly origin: string;
  order(change?: Partial<PruneOrder>): PruneOrder;
  seal(): Promise<string>;
}

/**
 * A registry with a year-old story: a group that lives with a version that is gone, one that is
 * gone and was made again, a user, a refusal; and an entry of today.
 */
async function startOld(t: TestContext): Promise<Old> {
  const app = await startApp(t);
  const witness = new TestWitness();
  const sealer = testSealer(app, { witness });
  const kept = { ModelPackageGroupName: 'Kept' };
  const again = { ModelPackageGroupName: 'Again' };
  await app.ok('CreateModelPackageGroup', kept);
  await app.ok('CreateModelPackage', kept);
  await app.ok('CreateModelPackage', kept);
  await app.ok('DeleteModelPackage', { ModelPackageName: testArn('model-package/Kept/1') });
  await app.ok('CreateModelPackageGroup', again);
  await app.ok('CreateModelPackage', again);
  await app.ok('DeleteModelPackage', { ModelPackageName: testArn('model-package/Again/1') });
  await app.ok('DeleteModelPackageGroup', again);
  await app.ok('CreateModelPackageGroup', again);
  await app.ok('CreateModelPackage', again);
  await identityOk(app, 'CreateUser', { UserName: 'ana' });
  await app.refused('CreateModelPackageGroup', kept);
  await sealer.pass();
  app.clock.advance(yearMilliseconds);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'New' });
  await sealer.pass();
  // As if all events had been delivered, and their time were over.
  await app.database.write((tx) => tx.rows(tx.sql.deleteFrom('event_outbox')));
  const { origin } = parseCheckpoint(witness.kept!)!;
  return {
    app,
    origin,
    order: (change = {}) => ({
      before: app.clock.now() - yearMilliseconds / 2,
      now: app.clock.now(),
      accountId: testAccount,
      partition: 'aws',
      keys: [testSigningKey],
      exported: undefined,
      ...change,
    }),
    seal: async () => {
      await sealer.pass();
      return witness.kept!;
    },
  };
}

/** The faults of the database and of its bundle, which must be the same. */
async function faults({ app, origin }: Old): Promise<string[]> {
  const anchors = [signerKey(origin, testSigningKey).verifier.text];
  const report = (await checkHistory(app.database, { anchors, kept: [] }))!;
  const check = new BundleCheck({ anchors, kept: [] });
  for await (const line of readBundle(app.database, { madeAt: '' })) {
    check.line(JSON.stringify(line));
  }
  const bundle = check.finish();
  assert.deepEqual(bundle.findings, report.findings);
  assert.equal(bundle.pruned, report.pruned);
  return report.findings.map(({ fault, problem }) => `${fault}: ${problem}`);
}

async function fsck({ app }: Old): Promise<string[]> {
  const watch = { partition: 'aws', progress: () => undefined };
  const { findings } = await checkIntegrity(app.database, watch);
  return findings.map(({ problem }) => problem);
}

async function operations(app: TestApp): Promise<string[]> {
  return (await app.journal()).map(({ operation, resource_arn: arn }) => {
    return `${operation} ${arn?.split(/[:/]/).slice(6).join('/')}`;
  });
}

const removed = 6;

test('what nothing lives by goes, and history goes on telling of itself', async (t) => {
  const old = await startOld(t);
  const { app } = old;
  const pruned = await pruneJournal(app.database, old.order());
  assert.deepEqual(pruned, { number: 1, entries: removed, throughSeq: 12, heldBy: 'time' });
  assert.deepEqual(await operations(app), [
    'CreateModelPackageGroup Kept',
    'CreateModelPackage Kept/1',
    'CreateModelPackage Kept/2',
    'DeleteModelPackage Kept/1',
    'CreateModelPackageGroup Again',
    'CreateModelPackage Again/1',
    'CreateModelPackageGroup New',
    'PruneJournal ',
  ]);
  const entry = (await app.journal()).at(-1)!;
  const { after } = entry.document as { after: { Statement: string } };
  const statement = parsePrune(after.Statement)!;
  assert.deepEqual([statement.entries, statement.throughSeq], [removed, 12]);
  const arn = `arn:aws:imprimatur::${testAccount}:journal`;
  assert.equal(entry.resource_arn, arn);
  const us = { region: 'us-east-1' };
  const LookupAttributes = [{ AttributeKey: 'EventName', AttributeValue: 'PruneJournal' }];
  const { Events } = await app.ok<{ Events: { CloudTrailEvent: string }[] }>(
    'LookupEvents',
    { LookupAttributes },
    { ...us, service: 'cloudtrail' },
  );
  const record = JSON.parse(Events[0]!.CloudTrailEvent) as Record<string, unknown>;
  assert.deepEqual([record['readOnly'], record['userAgent']], [false, 'imprimatur audit prune']);
  const { Entries } = await app.ok<{ Entries: unknown[] }>(
    'ListResourceHistory',
    { ResourceArn: arn },
    { ...us, service: 'imprimatur' },
  );
  assert.equal(Entries.length, 1);
  await old.seal();
  assert.deepEqual(await faults(old), []);
  assert.deepEqual(await fsck(old), []);
  assert.equal(await app.app.prunedEntries(), removed);
});

test('what lives has its whole past; of what was gone it is said that nothing is told', async (t) => {
  const old = await startOld(t);
  const { app } = old;
  const service = 'imprimatur' as const;
  const kept = { ModelPackageGroupName: 'Kept', AsOfSequence: 3 };
  const again = { ModelPackageGroupName: 'Again', AsOfSequence: 6 };
  const before = await app.ok('ListModelPackagesAsOf', kept, { service });
  await app.ok('ListModelPackagesAsOf', again, { service });
  await pruneJournal(app.database, old.order());
  assert.deepEqual(await app.ok('ListModelPackagesAsOf', kept, { service }), before);
  const group = { ResourceArn: testArn('model-package-group/Again') };
  const history = await app.ok<{ Entries: unknown[]; ShortenedBefore: number }>(
    'ListResourceHistory',
    group,
    { service },
  );
  assert.equal(history.Entries.length, 1);
  assert.equal(history.ShortenedBefore, old.order().before / 1000);
  const { message } = await app.refused('ListModelPackagesAsOf', again, { service });
  assert.match(message, /does not exist as of sequence 4\. The journal was shortened: what was /);
});

test('a second removal goes on from the first, and nothing is removed twice', async (t) => {
  const old = await startOld(t);
  await pruneJournal(old.app.database, old.order());
  assert.equal((await pruneJournal(old.app.database, old.order())).number, undefined);
  old.app.clock.advance(yearMilliseconds);
  await identityOk(old.app, 'CreateUser', { UserName: 'bob' });
  await old.seal();
  old.app.clock.advance(yearMilliseconds);
  await identityOk(old.app, 'DeleteUser', { UserName: 'bob' });
  await old.seal();
  const second = await pruneJournal(old.app.database, old.order());
  assert.deepEqual([second.number, second.entries], [2, 1]);
  await old.seal();
  assert.deepEqual(await faults(old), []);
});

describe('nothing goes', () => {
  test('that is not sealed, not in the bundle, or that kept events refer to', async (t) => {
    const old = await startOld(t);
    const { app } = old;
    const first = await app.database.read((tx) =>
      tx.rows(tx.sql.selectFrom('checkpoint').selectAll().orderBy('size').limit(1)),
    );
    const exported = { ...parseCheckpoint(first[0]!.note)!, settledSeq: 3 };
    const held = await pruneJournal(app.database, old.order({ exported }));
    assert.deepEqual(held, { number: undefined, entries: 0, throughSeq: 3, heldBy: 'bundle' });
    await refer(app, 5);
    const byEvent = await pruneJournal(app.database, old.order());
    assert.deepEqual(byEvent, { number: undefined, entries: 0, throughSeq: 4, heldBy: 'events' });
    const late = await startApp(t);
    await late.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'g' });
    late.clock.advance(yearMilliseconds);
    const unsealed = await pruneJournal(late.database, { ...old.order(), now: late.clock.now() });
    assert.deepEqual([unsealed.entries, unsealed.heldBy], [0, 'seal']);
  });

  test('without the key that signs the history', async (t) => {
    const old = await startOld(t);
    const keys = [Buffer.alloc(32, 'another')];
    const count = (await old.app.journal()).length;
    await assert.rejects(pruneJournal(old.app.database, old.order({ keys })), PruneRefused);
    assert.equal((await old.app.journal()).length, count);
    assert.deepEqual(await faults(old), []);
    await pruneJournal(old.app.database, old.order());
    await old.seal();
    assert.deepEqual(await faults(old), []);
  });
});

async function refer(app: TestApp, journal_seq: number): Promise<void> {
  await app.database.write((tx) =>
    tx.rows(
      tx.sql.insertInto('event_outbox').values({
        ...{ journal_seq, account_id: testAccount, region: 'eu-west-1' },
        ...{ bus_name: 'default', hops: 0, body: null },
      }),
    ),
  );
}

test('wherever it breaks off, history is whole and the next one goes on', async (t) => {
  for (let writes = 1; ; writes += 1) {
    const old = await startOld(t);
    let left = writes;
    const breaking: Database = {
      read: (work) => old.app.database.read(work),
      write: (work) => {
        left -= 1;
        return left < 0 ? Promise.reject(new Error('broken off')) : old.app.database.write(work);
      },
      status: () => old.app.database.status(),
      close: () => Promise.resolve(),
    };
    const isBroken = await pruneJournal(breaking, old.order()).then(
      () => false,
      () => true,
    );
    await old.seal();
    assert.deepEqual(await faults(old), [], `after ${writes} writes`);
    await old.app.database.write((tx) =>
      tx.rows(tx.sql.deleteFrom('lease').where('name', '=', 'prune-journal')),
    );
    await pruneJournal(old.app.database, old.order());
    await old.seal();
    assert.deepEqual(await faults(old), [], `after ${writes} writes and again`);
    assert.equal((await operations(old.app)).filter((one) => one.startsWith('Prune')).length, 1);
    if (!isBroken) return;
  }
});

describe('who removes without the key is found out', () => {
  const drills: [
    title: string,
    drill: (tx: Transaction) => Promise<unknown>,
    expected: RegExp[],
  ][] = [
    [
      'one entry more, unmarked',
      (tx) => tx.rows(tx.sql.deleteFrom('journal').where('seq', '=', 2)),
      [/^missing: Entry 2 is missing\.$/],
    ],
    [
      'one entry more, marked as if a statement said so',
      async (tx) => {
        await tx.rows(tx.sql.deleteFrom('journal').where('seq', '=', 2));
        const marked = tx.sql.updateTable('journal_leaf').set({ pruned: 1 });
        await tx.rows(marked.where('seq', '=', 2));
      },
      [/^pruned: Statement 1 of removal is of 6 entries, and 7 leaves, /],
    ],
    [
      'another entry in the place of one that was said',
      async (tx) => {
        const mark = (seq: number, pruned: number | null) =>
          tx.rows(tx.sql.updateTable('journal_leaf').set({ pruned }).where('seq', '=', seq));
        await tx.rows(tx.sql.deleteFrom('journal').where('seq', '=', 2));
        await mark(2, 1);
        await mark(5, null);
      },
      [
        /^missing: Entry 5 is missing\.$/,
        /^pruned: Statement 1 of removal is of 6 entries, and 6 l/,
      ],
    ],
    [
      'the statement',
      (tx) => tx.rows(tx.sql.deleteFrom('journal_prune')),
      [/^missing: Entry 5 is missing: no good statement 1 says why\. So are 5 more\.$/],
    ],
    [
      'a word of the statement',
      async (tx) => {
        const [row] = await tx.rows(tx.sql.selectFrom('journal_prune').selectAll());
        const note = row!.note.replace('entries 6', 'entries 7');
        await tx.rows(tx.sql.updateTable('journal_prune').set({ note }));
      },
      [/^missing: Entry 5 /, /^pruned: Statement 1 of removal is forged, changed, or signed by/],
    ],
  ];
  for (const [title, drill, expected] of drills) {
    test(title, async (t) => {
      const old = await startOld(t);
      await pruneJournal(old.app.database, old.order());
      await old.seal();
      await old.app.database.write((tx) => drill(tx));
      const found = await faults(old);
      assert.equal(found.length, expected.length, found.join('\n'));
      for (const [index, problem] of found.entries()) assert.match(problem, expected[index]!);
    });
  }
});
