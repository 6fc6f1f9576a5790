/** Whoever writes to the database without the signing key is found out: one drill for each way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { startApp } from '../../../tests/support/scenario.ts';
import {
  makeEntries,
  testSealer,
  testSigningKey,
  TestWitness,
} from '../../../tests/support/sealing.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import type { Transaction } from '../../store/database.ts';
import type { JournalRow } from '../../store/tables.ts';
import { journalLeaf } from '../journal/journal-root.ts';
import { leafHash, MerkleTree } from '../journal/merkle-tree.ts';
import { readBundle } from './bundle-store.ts';
import { BundleCheck } from './bundle.ts';
import { parseCheckpoint, signCheckpoint } from './checkpoint.ts';
import { checkHistory } from './history-store.ts';
import type { KeptCheckpoint } from './check-history.ts';
import { findEndOfLeaves, judgeLeaves, readJudged } from './judged-leaves-store.ts';
import { introduceKey } from './key-rotation.ts';
import { signerKey } from './note-key.ts';

interface Sealed {
  readonly app: TestApp;
  readonly origin: string;
  readonly kept: KeptCheckpoint;
  /** Faults with their problems. */
  findings(kept?: readonly KeptCheckpoint[]): Promise<string[]>;
  change: (work: (tx: Transaction) => Promise<unknown>) => Promise<void>;
}

/** What threads make of the history, two leaves at a time. */
async function* judgedInShares({ database }: TestApp) {
  const end = await database.read(findEndOfLeaves);
  for (let from = 0; from < end; from += 2) {
    yield await judgeLeaves(database, from, Math.min(from + 2, end));
  }
}

/** Nine entries, sealed as 4 and 5; `findings` are the same of the database and of its bundle. */
async function sealed(t: TestContext): Promise<Sealed> {
  const app = await startApp(t);
  const witness = new TestWitness();
  const sealer = testSealer(app, { witness });
  for (const [count, prefix] of [
    [4, 'a'],
    [5, 'b'],
  ] as const) {
    app.clock.advance(1_000);
    await makeEntries(app, count, prefix);
    await sealer.pass();
  }
  const kept = { from: 'a client', text: witness.kept! };
  const { origin } = parseCheckpoint(witness.kept!)!;
  const anchors = [signerKey(origin, testSigningKey).verifier.text];
  return {
    app,
    origin,
    kept,
    change: async (work) => void (await app.database.write(work)),
    findings: async (given = []) => {
      const report = (await checkHistory(app.database, { anchors, kept: given }))!;
      const leaves = readJudged(app.database, judgedInShares(app));
      const shared = await checkHistory(app.database, { anchors, kept: given, leaves });
      assert.deepEqual(shared, report, 'what threads judge in shares');
      return report.findings.map(({ fault, problem }) => `${fault}: ${problem}`);
    },
  };
}

async function findingsOfBundle({ app, origin }: Sealed, kept: KeptCheckpoint[] = []) {
  const anchors = [signerKey(origin, testSigningKey).verifier.text];
  const check = new BundleCheck({ anchors, kept });
  for await (const line of readBundle(app.database, { madeAt: '' }))
    check.line(JSON.stringify(line));
  return check.finish().findings.map(({ fault, problem }) => `${fault}: ${problem}`);
}

async function rowsOf(app: TestApp): Promise<JournalRow[]> {
  return app.database.read((tx) =>
    tx.rows(tx.sql.selectFrom('journal').selectAll().orderBy('seq')),
  );
}

/** Makes the tree fit what the rows are now, as somebody would who knows it. */
async function reseal({ app, change }: Sealed): Promise<{ size: number; root: string }> {
  const tree = new MerkleTree();
  const rows = await rowsOf(app);
  await change(async (tx) => {
    await tx.rows(tx.sql.deleteFrom('journal_leaf'));
    for (const [position, row] of rows.entries()) {
      const hash = leafHash(journalLeaf(row));
      tree.addHash(hash);
      const leaf = { position, seq: row.seq, hash: hash.toString('hex') };
      await tx.rows(tx.sql.insertInto('journal_leaf').values(leaf));
    }
    await tx.rows(tx.sql.updateTable('seal_state').set({ size: rows.length }));
  });
  return { size: rows.length, root: tree.root() };
}

test('nothing is found where nothing was done', async (t) => {
  const it = await sealed(t);
  assert.deepEqual(await it.findings([it.kept]), []);
  assert.deepEqual(await findingsOfBundle(it, [it.kept]), []);
});

const columns = {
  id: 'x',
  at: 1,
  account_id: 'x',
  region: 'x',
  service: 'x',
  operation: 'x',
  resource_arn: null,
  principal_arn: 'x',
  access_key_id: 'x',
  request_id: 'x',
  error_code: '',
  document: '{}',
};

test('a change of any column of any entry is found, and which entry it is', async (t) => {
  const it = await sealed(t);
  const rows = await rowsOf(it.app);
  for (const [i, [column, value]] of Object.entries(columns).entries()) {
    const row = rows[i % rows.length]!;
    const set = (to: object) =>
      it.change((tx) => tx.rows(tx.sql.updateTable('journal').set(to).where('seq', '=', row.seq)));
    await set({ [column]: value });
    const expected = [`changed: Entry ${row.seq} was changed.`];
    assert.deepEqual(await it.findings(), expected, column);
    assert.deepEqual(await findingsOfBundle(it), expected, column);
    await set({ [column]: row[column as keyof JournalRow] });
  }
  const { document } = rows[0]!;
  const flipped =
    document.slice(0, -2) +
    String.fromCharCode(document.charCodeAt(document.length - 2) ^ 1) +
    document.slice(-1);
  await it.change((tx) =>
    tx.rows(tx.sql.updateTable('journal').set({ document: flipped }).where('seq', '=', 1)),
  );
  assert.deepEqual(await it.findings(), ['changed: Entry 1 was changed.']);
});

test('an entry that was dropped is missing, be it the first, one between or the last', async (t) => {
  const it = await sealed(t);
  for (const [i, seq] of [1, 5, 9].entries()) {
    await it.change((tx) => tx.rows(tx.sql.deleteFrom('journal').where('seq', '=', seq)));
    const expected = [1, 5, 9].slice(0, i + 1).map((one) => `missing: Entry ${one} is missing.`);
    assert.deepEqual(await it.findings(), expected);
    assert.deepEqual(await findingsOfBundle(it), expected);
  }
});

test('entries that changed places are named', async (t) => {
  const it = await sealed(t);
  await it.change(async (tx) => {
    for (const [from, to] of [
      [2, 99],
      [7, 2],
      [99, 7],
    ] as const) {
      await tx.rows(tx.sql.updateTable('journal').set({ seq: to }).where('seq', '=', from));
    }
  });
  const expected = ['reordered: Entries 2 and 7 have changed places.'];
  assert.deepEqual(await it.findings(), expected);
  assert.deepEqual(await findingsOfBundle(it), expected);
});

test('an entry that was slipped in is found, without a leaf and with one', async (t) => {
  const it = await sealed(t);
  const [row] = await rowsOf(it.app);
  await it.change((tx) =>
    tx.rows(tx.sql.insertInto('journal').values({ ...row!, seq: -1, id: 'new' })),
  );
  assert.deepEqual(await it.findings(), [
    'inserted: Entry -1 was inserted: it has no place in the sealed history.',
  ]);
  await it.change((tx) =>
    tx.rows(
      tx.sql.insertInto('journal_leaf').values({
        position: 9,
        seq: -1,
        hash: leafHash(journalLeaf({ ...row!, seq: -1, id: 'new' })).toString('hex'),
      }),
    ),
  );
  assert.deepEqual(await it.findings(), [
    'inserted: Entry -1 was inserted: a checkpoint before it says that none up to number 9 was to come.',
  ]);
});

test('a change that was made in the tree too is caught by the checkpoint', async (t) => {
  const it = await sealed(t);
  await it.change((tx) =>
    tx.rows(tx.sql.updateTable('journal').set({ region: 'x' }).where('seq', '=', 6)),
  );
  await reseal(it);
  const [found, ...others] = await it.findings();
  assert.match(
    found!,
    /^changed: Of the entries after number 4 up to number 9 one was changed or moved, and its leaf/,
  );
  assert.deepEqual(others, []);
});

test('an end that was cut off is found: entries, their leaves, their checkpoint', async (t) => {
  const it = await sealed(t);
  const cut = (table: 'journal' | 'journal_leaf', column: 'seq') =>
    it.change((tx) => tx.rows(tx.sql.deleteFrom(table).where(column, '>', 7)));
  await cut('journal', 'seq');
  assert.deepEqual(await it.findings(), [
    'missing: Entry 8 is missing.',
    'missing: Entry 9 is missing.',
  ]);
  await cut('journal_leaf', 'seq');
  const [found] = await it.findings();
  assert.match(found!, /^truncated: The end was cut off: the checkpoint of 9 entries .* only 7 e/);
  await it.change((tx) => tx.rows(tx.sql.deleteFrom('checkpoint').where('size', '=', 9)));
  await it.change((tx) =>
    tx.rows(tx.sql.updateTable('seal_state').set({ size: 7, settled_seq: 7 })),
  );
  // Nothing in the database tells any more; who keeps a checkpoint knows.
  assert.deepEqual(await it.findings(), []);
  assert.deepEqual(await it.findings([it.kept]), [
    'truncated: The end was cut off: the checkpoint of a client is of 9 entries, and only 7 are there.',
  ]);
  assert.equal((await findingsOfBundle(it, [it.kept])).length, 1);
});

test('entries whose checkpoints were removed are counted as signed by nobody', async (t) => {
  const it = await sealed(t);
  const remove = (above: number) =>
    it.change((tx) => tx.rows(tx.sql.deleteFrom('checkpoint').where('size', '>', above)));
  const unsigned = async () => (await checkHistory(it.app.database, nobody))!.unsigned;
  const nobody = { anchors: [], kept: [] };
  assert.equal(await unsigned(), 0);
  await remove(4);
  await it.change((tx) =>
    tx.rows(tx.sql.updateTable('journal').set({ region: 'x' }).where('seq', '=', 9)),
  );
  await reseal(it);
  assert.equal(await unsigned(), 5);
  assert.deepEqual(await it.findings([it.kept]), [
    'rewritten: History was rewritten: the first 9 entries are not those of the checkpoint of a client.',
  ]);
  await remove(0);
  assert.deepEqual(await it.findings(), [
    'checkpoint: No checkpoint is there: nobody has signed the 9 entries.',
  ]);
});

test('who keeps a checkpoint that was removed is told so, and so is who reads a bundle', async (t) => {
  const it = await sealed(t);
  const lines: string[] = [];
  for await (const line of readBundle(it.app.database, { madeAt: '' }))
    lines.push(JSON.stringify(line));
  await it.change((tx) => tx.rows(tx.sql.deleteFrom('checkpoint').where('size', '=', 9)));
  assert.deepEqual(await it.findings([it.kept]), [
    'checkpoint: Checkpoints are missing: the one of a client is of 9 entries, and the newest good ' +
      'one that is there of 4.',
  ]);
  const check = new BundleCheck({ anchors: [], kept: [] });
  const isRemoved = (line: string) => parseCheckpoint(checkpointOf(line))?.size === 9;
  for (const line of lines) if (!isRemoved(line)) check.line(line);
  assert.deepEqual(
    check.finish().findings.map(({ fault, problem }) => `${fault}: ${problem}`),
    [
      'checkpoint: No good checkpoint is about the last 5 entries.',
      'truncated: The bundle is cut off, or lines are missing: its last line does not fit.',
    ],
  );
});

function checkpointOf(line: string): string {
  return (JSON.parse(line) as { checkpoint?: string }).checkpoint ?? '';
}

test('leaves that are missing or changed places are found', async (t) => {
  const it = await sealed(t);
  const move = (from: number, to: number) => (tx: Transaction) =>
    tx.rows(tx.sql.updateTable('journal_leaf').set({ position: to }).where('position', '=', from));
  for (const step of [move(1, 50), move(2, 1), move(50, 2)]) await it.change(step);
  const [swapped] = await it.findings();
  assert.match(swapped!, /^changed: Of the entries after number 0 up to number 4 one was changed/);
  await it.change((tx) => tx.rows(tx.sql.deleteFrom('journal_leaf').where('position', '=', 1)));
  const [gap] = await it.findings();
  assert.equal(gap, 'missing: What was sealed at place 1 of the history is missing.');
});

test('a forged checkpoint is found: changed, of another key, of a key outside its time', async (t) => {
  const it = await sealed(t);
  const own = signerKey(it.origin, testSigningKey);
  const stranger = signerKey(it.origin, Buffer.alloc(32, 9));
  const { note: _, text, ...facts } = parseCheckpoint(it.kept.text)!;
  const put = (note: string) =>
    it.change((tx) =>
      tx.rows(tx.sql.updateTable('checkpoint').set({ note }).where('size', '=', 9)),
    );
  const cases: [string, RegExp][] = [
    [text.replace('settled 9', 'settled 8'), /is forged or changed: its signature is wrong\.$/],
    [signCheckpoint(facts, stranger), /is signed by a key that is not trusted \([0-9a-f]{8}\)\.$/],
    [signCheckpoint({ ...facts, at: 0 }, own), /is signed by key 1 outside the time in which/],
    [signCheckpoint({ ...facts, origin: 'x' }, own), /is of another log: x\.$/],
    [signCheckpoint({ ...facts, size: 3 }, own), /comes after one of 4 entries\.$/],
    ['nonsense', /^checkpoint: Checkpoint 2 cannot be read\.$/],
  ];
  for (const [note, expected] of cases) {
    await put(note);
    const [found, ...others] = await it.findings();
    assert.match(found!, expected);
    assert.deepEqual(others, []);
  }
  // A key of one's own beside the log's does not help: nothing trusted vouches for it.
  const key = introduceKey(stranger, { number: 2, validFrom: facts.at }, undefined);
  await put(signCheckpoint(facts, stranger));
  await it.change((tx) =>
    tx.rows(
      tx.sql.insertInto('signing_key').values({
        number: 2,
        verifier: key.verifier,
        valid_from: key.validFrom,
        introduction: key.introduction,
      }),
    ),
  );
  const found = await it.findings();
  assert.match(
    found[0]!,
    /^key: Key 2 \([0-9a-f]{8}\) is vouched for by no key that is trusted\.$/,
  );
  assert.match(found[1]!, /is signed by a key that is not trusted/);
});

test('a checkpoint whose time does not fit is found: before the last one, after its key’s end', async (t) => {
  const it = await sealed(t);
  const own = signerKey(it.origin, testSigningKey);
  const fresh = signerKey(it.origin, Buffer.alloc(32, 9));
  const { note: _, text: __, ...facts } = parseCheckpoint(it.kept.text)!;
  const put = (size: number, at: number) =>
    it.change(async (tx) => {
      const [row] = await tx.rows(
        tx.sql.selectFrom('checkpoint').selectAll().where('size', '=', size),
      );
      const { root, settledSeq } = parseCheckpoint(row!.note)!;
      const note = signCheckpoint({ ...facts, size, root, settledSeq, at }, own);
      await tx.rows(tx.sql.updateTable('checkpoint').set({ note }).where('size', '=', size));
    });
  await put(4, facts.at + 1_000);
  const [early, ...others] = await it.findings();
  assert.match(early!, /of 9 entries .* bears an earlier time than the one before\.$/);
  assert.deepEqual(others, []);
  await put(4, facts.at - 1_000);
  assert.deepEqual(await it.findings(), []);
  const key = introduceKey(fresh, { number: 2, validFrom: facts.at - 1 }, own);
  await it.change((tx) =>
    tx.rows(
      tx.sql.insertInto('signing_key').values({
        number: 2,
        verifier: key.verifier,
        valid_from: key.validFrom,
        introduction: key.introduction,
      }),
    ),
  );
  const [late, ...more] = await it.findings();
  assert.match(late!, /of 9 entries .* is signed by key 1 outside the time in which that key was/);
  assert.deepEqual(more, []);
});

test('whoever has the key and rewrites history is found out by a kept checkpoint', async (t) => {
  const it = await sealed(t);
  await it.change((tx) =>
    tx.rows(tx.sql.updateTable('journal').set({ region: 'x' }).where('seq', '=', 2)),
  );
  const { size, root } = await reseal(it);
  const { origin, at, settledSeq } = parseCheckpoint(it.kept.text)!;
  const facts = { origin, size, root, at, settledSeq };
  const note = signCheckpoint(facts, signerKey(origin, testSigningKey));
  await it.change(async (tx) => {
    await tx.rows(tx.sql.deleteFrom('checkpoint'));
    await tx.rows(tx.sql.insertInto('checkpoint').values({ size, note }));
  });
  assert.deepEqual(await it.findings(), []);
  const expected = [
    'rewritten: History was rewritten: the first 9 entries are not those of the checkpoint of a client.',
  ];
  assert.deepEqual(await it.findings([it.kept]), expected);
  assert.deepEqual(await findingsOfBundle(it, [it.kept]), expected);
});

test('a bundle says nothing beside what was sealed', async (t) => {
  const { app } = await sealed(t);
  const lines: string[] = [];
  for await (const line of readBundle(app.database, { madeAt: '' }))
    lines.push(JSON.stringify(line));
  const read = (change: (line: Record<string, unknown>) => void): void => {
    const check = new BundleCheck({ anchors: [], kept: [] });
    for (const text of lines) {
      const line = JSON.parse(text) as Record<string, unknown>;
      change(line);
      check.line(JSON.stringify(line));
    }
  };
  read(() => {});
  assert.throws(() => read((line) => (line['note'] = 'approved')), /Line 1 is no line of a bundle/);
  const inEntry = (line: Record<string, unknown>) => {
    if (line['entry']) (line['entry'] as Record<string, unknown>)['note'] = 'approved';
  };
  assert.throws(() => read(inEntry), /is no line of a bundle/);
});
