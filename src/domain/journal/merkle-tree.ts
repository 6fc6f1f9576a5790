import { hash } from 'node:crypto';

/** Told of each whole subtree: its height above the leaves, its place among those, its hash. */
export type OnSubtree = (height: number, index: number, subtree: Buffer) => void;

/**
 * The Merkle tree hash of RFC 6962 (section 2.1) over leaves that come one by one. It keeps the
 * hash of one whole subtree for each bit of their number, so that a million leaves take 20 hashes.
 */
export class MerkleTree {
  readonly #peaks: Buffer[];
  #leaves: number;

  /** An empty tree, or one that goes on from the whole subtrees of its leaves, highest first. */
  constructor(leaves = 0, peaks: readonly Buffer[] = []) {
    this.#leaves = leaves;
    this.#peaks = [...peaks];
  }

  /** How many leaves there are. */
  get leaves(): number {
    return this.#leaves;
  }

  /** Adds the next leaf. */
  add(leaf: Uint8Array): void {
    this.addHash(leafHash(leaf));
  }

  /** Adds the next leaf by its hash. */
  addHash(leaf: Buffer, onSubtree?: OnSubtree): void {
    let node = leaf;
    let height = 0;
    for (let left = this.#leaves; left % 2 === 1; left = Math.floor(left / 2)) {
      node = parentOf(this.#peaks.pop()!, node);
      height += 1;
      onSubtree?.(height, Math.floor(left / 2), node);
    }
    this.#peaks.push(node);
    this.#leaves += 1;
  }

  /** The hash over all leaves so far, in hex. */
  root(): string {
    return foldPeaks(this.#peaks).toString('hex');
  }

  /** A tree that goes on from here by itself. */
  fork(): MerkleTree {
    return new MerkleTree(this.#leaves, this.#peaks);
  }
}

/** What a leaf is hashed behind, so that no node can pass for one. */
export const leafPrefix = Buffer.of(0);
const nodePrefix = Buffer.of(1);
const hashBytes = 32;

/** Where two nodes are put side by side, which is done once for each leaf of a tree. */
const pair = Buffer.concat([nodePrefix], nodePrefix.length + 2 * hashBytes);

/** The hash of a leaf. */
export function leafHash(leaf: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([leafPrefix, leaf]), 'buffer');
}

/** The hash of two subtrees side by side. */
export function parentOf(left: Buffer, right: Buffer): Buffer {
  // What somebody sent as a proof may have any length.
  if (left.length !== hashBytes || right.length !== hashBytes) {
    return hash('sha256', Buffer.concat([nodePrefix, left, right]), 'buffer');
  }
  pair.set(left, nodePrefix.length);
  pair.set(right, nodePrefix.length + hashBytes);
  return hash('sha256', pair, 'buffer');
}

/** The hash over whole subtrees that follow one another, each lower than the one before. */
export function foldPeaks(peaks: readonly Buffer[]): Buffer {
  if (peaks.length === 0) return hash('sha256', '', 'buffer');
  return peaks.toReversed().reduce((right, left) => parentOf(left, right));
}
