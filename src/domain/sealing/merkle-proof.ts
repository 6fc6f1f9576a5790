import { foldPeaks, parentOf } from '../journal/merkle-tree.ts';

/** Leaves from the first up to but without the last. */
export interface LeafRange {
  readonly begin: number;
  readonly end: number;
}

/** A whole subtree: 2^height leaves, the index-th such run of them. */
export interface Subtree {
  readonly height: number;
  readonly index: number;
}

/** The parts whose hashes prove that a leaf is in the tree (RFC 6962, 2.1.1), lowest first. */
export function inclusionRanges(leaf: number, size: number): LeafRange[] {
  return pathTo(leaf, { begin: 0, end: size });
}

function pathTo(leaf: number, { begin, end }: LeafRange): LeafRange[] {
  if (end - begin <= 1) return [];
  const middle = begin + largestPowerBelow(end - begin);
  const [left, right] = [
    { begin, end: middle },
    { begin: middle, end },
  ];
  return leaf < middle ? [...pathTo(leaf, left), right] : [...pathTo(leaf, right), left];
}

/** The parts whose hashes prove that a tree begins with an earlier one (RFC 6962, 2.1.2). */
export function consistencyRanges(earlier: number, size: number): LeafRange[] {
  if (earlier === 0) return [];
  return commonPart(earlier, { begin: 0, end: size }, true);
}

function commonPart(earlier: number, range: LeafRange, isWhole: boolean): LeafRange[] {
  const { begin, end } = range;
  if (earlier === end) return isWhole ? [] : [range];
  const middle = begin + largestPowerBelow(end - begin);
  const [left, right] = [
    { begin, end: middle },
    { begin: middle, end },
  ];
  return earlier <= middle
    ? [...commonPart(earlier, left, isWhole), right]
    : [...commonPart(earlier, right, false), left];
}

/** The largest power of two that is less than a number above 1. */
function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

/** The whole subtrees that a part of the tree consists of, from left to right. */
export function subtreesOf({ begin, end }: LeafRange): Subtree[] {
  const found: Subtree[] = [];
  for (let at = begin; at < end;) {
    let height = 0;
    while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= end) height += 1;
    found.push({ height, index: at / 2 ** height });
    at += 2 ** height;
  }
  return found;
}

/** The hash over nodes that make up one whole subtree. */
export function hashOfWhole(nodes: readonly Buffer[]): Buffer {
  let row = [...nodes];
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, i) => parentOf(row[2 * i]!, row[2 * i + 1]!));
  }
  return row[0]!;
}

/** The root that a proof of inclusion leads to; undefined when it is none (RFC 9162, 2.1.3.2). */
export function rootByInclusion(
  leaf: { readonly index: number; readonly size: number; readonly hash: Buffer },
  proof: readonly Buffer[],
): Buffer | undefined {
  const ranges = leaf.index < leaf.size ? inclusionRanges(leaf.index, leaf.size) : undefined;
  if (ranges?.length !== proof.length) return undefined;
  return proof.reduce(
    (node, sibling, i) =>
      ranges[i]!.begin > leaf.index ? parentOf(node, sibling) : parentOf(sibling, node),
    leaf.hash,
  );
}

/** A tree as its checkpoint tells it. */
export interface TreeHead {
  readonly size: number;
  readonly root: Buffer;
}

/** Whether a proof shows that a tree begins with an earlier one, entry by entry the same. */
export function isConsistent(
  earlier: TreeHead,
  later: TreeHead,
  proof: readonly Buffer[],
): boolean {
  if (earlier.size > later.size) return false;
  if (earlier.size === 0) return proof.length === 0 && earlier.root.equals(foldPeaks([]));
  if (earlier.size === later.size) return proof.length === 0 && earlier.root.equals(later.root);
  const ranges = consistencyRanges(earlier.size, later.size);
  if (ranges.length !== proof.length) return false;
  const nodes = new Map(ranges.map(({ begin, end }, i) => [`${begin}-${end}`, proof[i]!]));
  // A proof leaves out the earlier tree's own root where that is a whole subtree of the later one.
  nodes.set(`0-${earlier.size}`, nodes.get(`0-${earlier.size}`) ?? earlier.root);
  const rootOf = (range: LeafRange): Buffer | undefined => rootFrom(nodes, range);
  const before = subtreesOf({ begin: 0, end: earlier.size });
  const first = isPowerOfTwo(earlier.size) ? earlier.root : foldKnown(nodes, before);
  const last = rootOf({ begin: 0, end: later.size });
  return first?.equals(earlier.root) === true && last?.equals(later.root) === true;
}

function isPowerOfTwo(count: number): boolean {
  return subtreesOf({ begin: 0, end: count }).length === 1;
}

function foldKnown(
  nodes: ReadonlyMap<string, Buffer>,
  subtrees: readonly Subtree[],
): Buffer | undefined {
  const found = subtrees.map(({ height, index }) =>
    nodes.get(`${index * 2 ** height}-${(index + 1) * 2 ** height}`),
  );
  return found.every((node) => node !== undefined) ? foldPeaks(found) : undefined;
}

function rootFrom(nodes: ReadonlyMap<string, Buffer>, range: LeafRange): Buffer | undefined {
  const { begin, end } = range;
  const known = nodes.get(`${begin}-${end}`);
  if (known || end - begin <= 1) return known;
  const middle = begin + largestPowerBelow(end - begin);
  const left = rootFrom(nodes, { begin, end: middle });
  const right = left && rootFrom(nodes, { begin: middle, end });
  return left && right && parentOf(left, right);
}
