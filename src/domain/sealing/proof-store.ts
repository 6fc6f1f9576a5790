import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import { foldPeaks, MerkleTree } from '../journal/merkle-tree.ts';
import { consistencyRanges, hashOfWhole, inclusionRanges, subtreesOf } from './merkle-proof.ts';
import type { LeafRange, Subtree } from './merkle-proof.ts';

/** Of how many heights one is kept: the leaves, then subtrees of 2^8 of them, of 2^16 … */
const heightsPerLevel = 8;

interface Span {
  level: number;
  begin: number;
  end: number;
}

const selectLeaves = query<Span, { hash: string }>((sql, span) =>
  sql
    .selectFrom('journal_leaf')
    .select('hash')
    .where('position', '>=', span.begin)
    .where('position', '<', span.end)
    .orderBy('position'),
);
const selectSubtrees = query<Span, { hash: string }>((sql, span) =>
  sql
    .selectFrom('journal_subtree')
    .select('hash')
    .where('level', '=', span.level)
    .where('position', '>=', span.begin)
    .where('position', '<', span.end)
    .orderBy('position'),
);

/** The kept level of a subtree; undefined of a height that is computed from the level below. */
export function keptLevel(height: number): number | undefined {
  return height > 0 && height % heightsPerLevel === 0 ? height / heightsPerLevel : undefined;
}

/** Thrown where the tree lacks nodes that it must have. */
class TreeIsBroken extends Error {}

async function hashOfSubtree(tx: Transaction, { height, index }: Subtree): Promise<Buffer> {
  const level = Math.floor(height / heightsPerLevel);
  const count = 2 ** (height % heightsPerLevel);
  const span = { level, begin: index * count, end: (index + 1) * count };
  const rows = await tx.all(level === 0 ? selectLeaves : selectSubtrees, span);
  if (rows.length !== count) {
    throw new TreeIsBroken('The tree over the journal lacks leaves; "imprimatur audit verify".');
  }
  return hashOfWhole(rows.map(({ hash }) => Buffer.from(hash, 'hex')));
}

async function hashesOf(tx: Transaction, range: LeafRange): Promise<Buffer[]> {
  const hashes: Buffer[] = [];
  for (const subtree of subtreesOf(range)) hashes.push(await hashOfSubtree(tx, subtree));
  return hashes;
}

/** The tree as it was at a size, ready to go on from there. */
export async function readTree(tx: Transaction, size: number): Promise<MerkleTree> {
  return new MerkleTree(size, await hashesOf(tx, { begin: 0, end: size }));
}

async function prove(tx: Transaction, ranges: readonly LeafRange[]): Promise<Buffer[]> {
  const proof: Buffer[] = [];
  for (const range of ranges) proof.push(foldPeaks(await hashesOf(tx, range)));
  return proof;
}

/** The hashes that prove that a leaf is in the tree of a size. */
export function proveInclusion(tx: Transaction, leaf: number, size: number): Promise<Buffer[]> {
  return prove(tx, inclusionRanges(leaf, size));
}

/** The hashes that prove that the tree of a size begins with that of an earlier one. */
export function proveConsistency(
  tx: Transaction,
  earlier: number,
  size: number,
): Promise<Buffer[]> {
  return prove(tx, consistencyRanges(earlier, size));
}

interface Leaf {
  seq: number;
  position: number;
  hash: string;
  pruned: number | null;
}

const selectLeafBySeq = query<{ seq: number }, Leaf>((sql, entry) =>
  sql
    .selectFrom('journal_leaf')
    .select(['seq', 'position', 'hash', 'pruned'])
    .where('seq', '=', entry.seq),
);

/** The place of an entry in the tree. */
export function findLeaf(tx: Transaction, seq: number): Promise<Leaf | undefined> {
  return tx.first(selectLeafBySeq, { seq });
}

interface SeenEntry {
  seq: number;
  accountId: string;
}

const selectSeenLeaf = query<SeenEntry, Leaf>((sql, { seq, accountId }) =>
  sql
    .selectFrom('journal_leaf as l')
    .innerJoin('journal as j', 'j.seq', 'l.seq')
    .select(['l.seq', 'l.position', 'l.hash', 'l.pruned'])
    .where('l.seq', '=', seq)
    .where((e) =>
      e.or([e('j.account_id', '=', accountId), e('j.caller_account_id', '=', accountId)]),
    ),
);

/** The place in the tree of an entry that is in the history of an account. */
export function findLeafOf(tx: Transaction, entry: SeenEntry): Promise<Leaf | undefined> {
  return tx.first(selectSeenLeaf, entry);
}
