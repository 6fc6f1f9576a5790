import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { leafHash, MerkleTree } from '../journal/merkle-tree.ts';
import {
  consistencyRanges,
  inclusionRanges,
  isConsistent,
  rootByInclusion,
} from './merkle-proof.ts';
import type { LeafRange } from './merkle-proof.ts';

const seed = Number(process.env['PROOF_SEED'] ?? Math.floor(Math.random() * 1e6));

/** RFC 6962's definitions, word by word and slowly. */
const digest = (prefix: number, ...parts: Buffer[]): Buffer =>
  hash('sha256', Buffer.concat([Buffer.of(prefix), ...parts]), 'buffer');
const split = (n: number): number => 2 ** Math.ceil(Math.log2(n) - 1);
function mth(leaves: Buffer[]): Buffer {
  if (leaves.length === 0) return hash('sha256', '', 'buffer');
  if (leaves.length === 1) return digest(0, leaves[0]!);
  const k = split(leaves.length);
  return digest(1, mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}
function path(m: number, leaves: Buffer[]): Buffer[] {
  if (leaves.length <= 1) return [];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m < k ? [...path(m, left), mth(right)] : [...path(m - k, right), mth(left)];
}
function subproof(m: number, leaves: Buffer[], whole: boolean): Buffer[] {
  if (m === leaves.length) return whole ? [] : [mth(leaves)];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m <= k
    ? [...subproof(m, left, whole), mth(right)]
    : [...subproof(m - k, right, false), mth(left)];
}

const all = Array.from({ length: 300 }, (_, i) => Buffer.from(`leaf ${i}`));
const hashes = (ranges: LeafRange[]): Buffer[] =>
  ranges.map(({ begin, end }) => mth(all.slice(begin, end)));

test(`proofs are those of the definition, and only they convince, PROOF_SEED=${seed}`, () => {
  let state = seed;
  const random = (below: number): number => {
    state = (state * 48_271 + 11) % 2_147_483_647;
    return state % below;
  };
  for (let round = 0; round < 300; round += 1) {
    const size = round < 20 ? round + 1 : random(all.length) + 1;
    const index = random(size);
    const leaves = all.slice(0, size);
    const later = { size, root: mth(leaves) };
    const proof = path(index, leaves);
    assert.deepEqual(hashes(inclusionRanges(index, size)), proof);
    const leaf = { index, size, hash: leafHash(all[index]!) };
    assert.deepEqual(rootByInclusion(leaf, proof), later.root);
    const other = { ...leaf, hash: leafHash(Buffer.from('other')) };
    assert.notDeepEqual(rootByInclusion(other, proof), later.root);
    assert.equal(rootByInclusion(leaf, [...proof, proof[0] ?? leaf.hash]), undefined);
    assert.equal(rootByInclusion({ ...leaf, index: size }, proof), undefined);

    const m = random(size) + 1;
    const earlier = { size: m, root: mth(all.slice(0, m)) };
    const consistency = subproof(m, leaves, true);
    assert.deepEqual(hashes(consistencyRanges(m, size)), consistency);
    assert.ok(isConsistent(earlier, later, consistency), `${m} of ${size}`);
    const rewritten = { size: m, root: mth([...all.slice(0, m - 1), Buffer.from('other')]) };
    assert.ok(!isConsistent(rewritten, later, consistency));
    assert.ok(!isConsistent(earlier, { size, root: rewritten.root }, consistency) || m === size);
    if (consistency.length > 0) {
      const wrong = [...consistency];
      wrong[random(wrong.length)] = digest(0, Buffer.from('other'));
      assert.ok(!isConsistent(earlier, later, wrong));
      assert.ok(!isConsistent(earlier, later, consistency.slice(1)));
    }
  }
});

test('trees of no leaf, and of another order, convince of nothing', () => {
  const empty = { size: 0, root: mth([]) };
  const three = { size: 3, root: mth(all.slice(0, 3)) };
  assert.ok(isConsistent(empty, three, []));
  assert.ok(!isConsistent({ size: 0, root: three.root }, three, []));
  assert.ok(!isConsistent(three, { size: 2, root: mth(all.slice(0, 2)) }, []));
  assert.equal(new MerkleTree().root(), empty.root.toString('hex'));
});
