import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { startApp } from '../../../tests/support/scenario.ts';
import type { JournalRow } from '../../store/tables.ts';
import { journalLeaf } from './journal-root.ts';
import { MerkleTree } from './merkle-tree.ts';
import { readJournalRoot } from './journal-store.ts';

/** Leaves and roots that Certificate Transparency's implementations test themselves with. */
const leaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

test('the tree hash is that of RFC 6962', () => {
  const tree = new MerkleTree();
  assert.equal(tree.root(), hash('sha256', ''));
  for (const [index, leaf] of leaves.entries()) {
    tree.add(Buffer.from(leaf, 'hex'));
    assert.equal(tree.root(), roots[index]);
    assert.equal(tree.leaves, index + 1);
  }
});

test('the tree hash of any number of leaves is the one that the definition gives', () => {
  const digest = (prefix: number, ...parts: Buffer[]) =>
    hash('sha256', Buffer.concat([Buffer.of(prefix), ...parts]), 'buffer');
  const defined = (list: Buffer[]): Buffer => {
    if (list.length === 1) return digest(0, list[0]!);
    let half = 1;
    while (half * 2 < list.length) half *= 2;
    return digest(1, defined(list.slice(0, half)), defined(list.slice(half)));
  };
  const tree = new MerkleTree();
  const all: Buffer[] = [];
  for (let n = 0; n < 130; n += 1) {
    all.push(Buffer.from(`leaf ${n}`));
    tree.add(all[n]!);
    assert.equal(tree.root(), defined(all).toString('hex'));
  }
});

test('a leaf has the length and the text of each column', () => {
  const row: JournalRow = {
    seq: 12,
    id: 'é',
    at: 1772615727500,
    account_id: '1',
    caller_account_id: null,
    region: '',
    service: 's',
    operation: 'o',
    resource_arn: null,
    principal_arn: 'p',
    access_key_id: 'k',
    request_id: 'q',
    error_code: null,
    document: '{}',
  };
  const none = 'ffffffff';
  const text = (value: string) =>
    Buffer.byteLength(value).toString(16).padStart(8, '0') + Buffer.from(value).toString('hex');
  const first = ['12', 'é', '1772615727500', '1', '', 's', 'o'].map(text);
  const expected = [...first, none, ...['p', 'k', 'q'].map(text), none, text('{}')];
  assert.equal(journalLeaf(row).toString('hex'), expected.join(''));
  const foreign = journalLeaf({ ...row, caller_account_id: '2' });
  assert.equal(foreign.toString('hex'), [...expected, text('2')].join(''));
});

test("a journal's root changes with each entry and with any change of one", async (t) => {
  const app = await startApp(t);
  const read = () => readJournalRoot(app.database);
  assert.deepEqual(await read(), { entries: 0, lastSeq: 0, root: hash('sha256', '') });
  const seen = new Set([(await read()).root]);
  for (let n = 1; n <= 7; n += 1) {
    await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: `group-${n}` });
    const { entries, lastSeq, root } = await read();
    assert.deepEqual([entries, lastSeq], [n, n]);
    seen.add(root);
  }
  assert.equal(seen.size, 8);
  assert.deepEqual(await read(), await read());
  await app.database.write((tx) =>
    tx.rows(tx.sql.updateTable('journal').set({ region: 'eu-west-2' }).where('seq', '=', 3)),
  );
  assert.ok(!seen.has((await read()).root));
});
