import type { MerkleTree } from '../journal/merkle-tree.ts';
import { parseCheckpoint } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { HistoryFinding } from './check-history.ts';
import type { TrustedKey } from './key-rotation.ts';
import { isSignedBy } from './signed-note.ts';

/** A log's checkpoints in the order of their size, each held against the tree and the keys. */
export class CheckpointChain {
  readonly #origin: string;
  readonly #keys: readonly TrustedKey[];
  readonly #report: (finding: HistoryFinding) => void;
  #newest: Checkpoint | undefined;
  #newestSeq = 0;
  count = 0;
  /** Set once the tree cannot be that of the checkpoints any more: it is said once. */
  isBroken = false;

  constructor(
    origin: string,
    keys: readonly TrustedKey[],
    report: (finding: HistoryFinding) => void,
  ) {
    this.#origin = origin;
    this.#keys = keys;
    this.#report = report;
  }

  /** The newest checkpoint that is signed as it should be. */
  get newest(): Checkpoint | undefined {
    return this.#newest;
  }

  /** Up to which number the newest one says that no entry is to come. */
  get settledSeq(): number {
    return this.#newest?.settledSeq ?? 0;
  }

  /** Takes the next one; `lastSeq` is the number of the entry that was sealed last. */
  add(text: string, tree: MerkleTree, lastSeq: number): void {
    this.count += 1;
    const checkpoint = parseCheckpoint(text);
    const fault = 'checkpoint';
    if (!checkpoint) {
      this.#report({ fault, problem: `Checkpoint ${this.count} cannot be read.` });
      return;
    }
    const problem = this.#problemOf(checkpoint);
    if (problem !== undefined) {
      this.#report({ fault, problem: `${nameOf(checkpoint)} ${problem}` });
      return;
    }
    this.#compare(checkpoint, tree, lastSeq);
    this.#newest = checkpoint;
    this.#newestSeq = lastSeq;
  }

  #problemOf(checkpoint: Checkpoint): string | undefined {
    const { origin, size, at } = checkpoint;
    const { note } = checkpoint;
    if (origin !== this.#origin) return `is of another log: ${origin}.`;
    const ids = note.signatures.map(({ keyId }) => keyId);
    const key = this.#keys.find(({ verifier }) => ids.includes(verifier.id));
    if (!key) return `is signed by a key that is not trusted (${ids.join(', ')}).`;
    if (!isSignedBy(note, key.verifier)) return 'is forged or changed: its signature is wrong.';
    const { validFrom, validUntil = Infinity } = key;
    if (at < validFrom || at > validUntil) {
      return `is signed by key ${key.number} outside the time in which that key was valid.`;
    }
    const last = this.#newest;
    if (last && size <= last.size) return `comes after one of ${last.size} entries.`;
    if (last && at < last.at) return 'bears an earlier time than the one before.';
    return undefined;
  }

  #compare(checkpoint: Checkpoint, tree: MerkleTree, lastSeq: number): void {
    const { size, root } = checkpoint;
    if (this.isBroken) return;
    if (size !== tree.leaves) {
      const { leaves } = tree;
      const name = nameOf(checkpoint);
      const problem = `The end was cut off: ${name} exists, and only ${leaves} entries.`;
      this.#report({ fault: 'truncated', position: tree.leaves, problem });
    } else if (root !== tree.root()) {
      const first = this.#newest?.size ?? 0;
      const one = size - first === 1;
      const problem = one
        ? `Entry ${lastSeq} was changed, and its leaf with it: ${nameOf(checkpoint)} says so.`
        : `Of the entries after number ${this.#newestSeq} up to number ${lastSeq} one was ` +
          `changed or moved, and its leaf with it: ${nameOf(checkpoint)} says so.`;
      this.#report({ fault: 'changed', ...(one && { seq: lastSeq }), position: first, problem });
    } else return;
    this.isBroken = true;
  }
}

function nameOf({ size, at }: Checkpoint): string {
  return `the checkpoint of ${size} entries (${new Date(at).toISOString()})`;
}
