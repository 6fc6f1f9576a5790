import { limits } from '../../kernel/limits.ts';
import type { JournalRow } from '../../store/tables.ts';
import { journalLeafHash } from '../journal/journal-root.ts';
import { MerkleTree } from '../journal/merkle-tree.ts';
import { PruneCheck } from './check-prunes.ts';
import { CheckpointChain } from './checkpoint-chain.ts';
import { parseCheckpoint } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import { judgeKeys } from './key-rotation.ts';
import type { LogKey } from './key-rotation.ts';

/** What kind of thing is wrong with a history. */
export type HistoryFault =
  | 'changed'
  | 'missing'
  | 'reordered'
  | 'inserted'
  | 'truncated'
  | 'pruned'
  | 'rewritten'
  | 'checkpoint'
  | 'key';

/** Something wrong with a history. */
export interface HistoryFinding {
  readonly fault: HistoryFault;
  /** The number of the entry, where it is about one. */
  readonly seq?: number;
  /** Its place in the tree. */
  readonly position?: number;
  readonly problem: string;
}

/** A leaf of the tree, and its entry as it is now. */
export interface LeafWithEntry {
  readonly position: number;
  readonly seq: number;
  /** In hex, as it was sealed. */
  readonly hash: string;
  readonly entry: JournalRow | undefined;
  /** The statement that says that the entry was removed on purpose, if one does. */
  readonly pruned: number | undefined;
}

/** A leaf whose entry is there, and as it was sealed. */
export interface IntactLeaf {
  readonly position: number;
  readonly seq: number;
  readonly sealed: Buffer;
}

/** A checkpoint that somebody kept outside, and who. */
export interface KeptCheckpoint {
  readonly from: string;
  readonly text: string;
}

/** What is known of a history before it is read. */
export interface HistoryFacts {
  readonly origin: string;
  readonly keys: readonly LogKey[];
  /** Keys, as verifiers have them, that are trusted whoever vouches for them. */
  readonly anchors: readonly string[];
  readonly kept: readonly KeptCheckpoint[];
}

/** What a check of a history found, and how much it looked at. */
export interface HistoryReport {
  readonly origin: string;
  readonly entries: number;
  /** How many of them were removed on purpose, and are there by their hashes alone. */
  readonly pruned: number;
  readonly checkpoints: number;
  /** How many of the entries no good checkpoint is about: nobody has signed that they were so. */
  readonly unsigned: number;
  readonly newest: Checkpoint | undefined;
  readonly findings: readonly HistoryFinding[];
  /** False where there may be more than limits.findingsMax. */
  readonly complete: boolean;
}

/**
 * Checks a history leaf by leaf: each entry against its leaf, the leaves against the checkpoints,
 * those against the keys, and all against checkpoints that were kept elsewhere. It needs no store.
 */
export class HistoryCheck {
  readonly #findings: HistoryFinding[] = [];
  readonly #facts: HistoryFacts;
  readonly #tree = new MerkleTree();
  readonly #chain: CheckpointChain;
  readonly #prunes: PruneCheck;
  readonly #changed: LeafWithEntry[] = [];
  readonly #kept: { readonly from: string; readonly checkpoint: Checkpoint }[] = [];
  /** The largest of them that the tree goes on from. */
  #met: { readonly from: string; readonly checkpoint: Checkpoint } | undefined;
  #nextPosition = 0;
  #lastSeq = 0;

  constructor(facts: HistoryFacts) {
    this.#facts = facts;
    const { trusted, problems } = judgeKeys(facts.keys, facts.anchors);
    for (const problem of problems) this.#report({ fault: 'key', problem });
    const report = (finding: HistoryFinding): void => this.#report(finding);
    this.#chain = new CheckpointChain(facts.origin, trusted, report);
    this.#prunes = new PruneCheck({ origin: facts.origin, keys: trusted, report });
    for (const kept of facts.kept) this.#keep(kept);
    this.#kept.sort((one, other) => one.checkpoint.size - other.checkpoint.size);
    this.#compareKept();
  }

  /** How many leaves there were so far. */
  get leaves(): number {
    return this.#tree.leaves;
  }

  /** Takes the next leaf. */
  leaf(leaf: LeafWithEntry): void {
    const { position, seq } = leaf;
    this.#prunes.leaf(leaf);
    if (leaf.entry && !isIntact(leaf)) this.#changed.push(leaf);
    this.intact({ position, seq, sealed: Buffer.from(leaf.hash, 'hex') });
  }

  /** Takes the next leaf, whose entry was held against it elsewhere. */
  intact({ position, seq, sealed }: IntactLeaf): void {
    if (position !== this.#nextPosition) this.#reportGap(position);
    this.#nextPosition = position + 1;
    this.#lastSeq = seq;
    if (seq <= this.#chain.settledSeq) {
      const problem =
        `Entry ${seq} was inserted: a checkpoint before it says that none up to number ` +
        `${this.#chain.settledSeq} was to come.`;
      this.#report({ fault: 'inserted', seq, position, problem });
    }
    this.#tree.addHash(sealed);
    this.#compareKept();
    if (this.#changed.length > limits.swappedEntriesMax) this.#reportChanged();
  }

  /** Takes the next checkpoint, once all leaves that it is about have come. */
  checkpoint(text: string): void {
    this.#chain.add(text, this.#tree, this.#lastSeq);
  }

  /** Takes an entry that has no leaf though it should have had one. */
  unsealed(seq: number): void {
    const problem = `Entry ${seq} was inserted: it has no place in the sealed history.`;
    this.#report({ fault: 'inserted', seq, problem });
  }

  /** Ends, with the statements of what was removed on purpose; tells what was found. */
  finish(prunes: readonly string[] = []): HistoryReport {
    this.#reportChanged();
    const pruned = this.#prunes.finish(prunes);
    for (const { from, checkpoint } of this.#kept) {
      const problem =
        `The end was cut off: the checkpoint of ${from} is of ${checkpoint.size} entries, and ` +
        `only ${this.leaves} are there.`;
      this.#report({ fault: 'truncated', problem });
    }
    const { newest, count: checkpoints } = this.#chain;
    this.#reportUnsigned(newest?.size ?? 0);
    const unsigned = this.leaves - (newest?.size ?? 0);
    const findings = this.#findings.toSorted((one, other) => placeOf(one) - placeOf(other));
    const complete = findings.length < limits.findingsMax;
    return {
      ...{
        origin: this.#facts.origin,
        entries: this.leaves,
        pruned,
        checkpoints,
        unsigned,
        newest,
      },
      ...{ findings, complete },
    };
  }

  #report(finding: HistoryFinding): void {
    if (this.#findings.length < limits.findingsMax) this.#findings.push(finding);
  }

  #reportGap(position: number): void {
    const first = this.#nextPosition;
    const which = position === first + 1 ? `place ${first}` : `places ${first} to ${position - 1}`;
    const fault = position < first ? 'reordered' : 'missing';
    const problem =
      fault === 'missing'
        ? `What was sealed at ${which} of the history is missing.`
        : `Place ${position} of the history comes after place ${first - 1}.`;
    this.#report({ fault, position: Math.min(first, position), problem });
    this.#chain.isBroken = true;
  }

  /** Tells which entries are not what was sealed, and which of them only changed places. */
  #reportChanged(): void {
    const changed = this.#changed.splice(0);
    const swapped = new Set<LeafWithEntry>();
    for (const leaf of changed) {
      const { seq, position } = leaf;
      const other = changed.find((one) => one !== leaf && isContentOf(one, leaf));
      if (!other) {
        const problem = `Entry ${seq} was changed.`;
        this.#report({ fault: 'changed', seq, position, problem });
      } else if (!swapped.has(leaf)) {
        swapped.add(other);
        const problem = `Entries ${seq} and ${other.seq} have changed places.`;
        this.#report({ fault: 'reordered', seq, position, problem });
      }
    }
  }

  #keep({ from, text }: KeptCheckpoint): void {
    const checkpoint = parseCheckpoint(text);
    if (checkpoint?.origin === this.#facts.origin) this.#kept.push({ from, checkpoint });
    else {
      const problem = checkpoint
        ? `The checkpoint of ${from} is of another log: ${checkpoint.origin}.`
        : `The checkpoint of ${from} cannot be read.`;
      this.#report({ fault: checkpoint ? 'rewritten' : 'checkpoint', problem });
    }
  }

  /** Tells of checkpoints that must have been there: the last entries rest on them alone. */
  #reportUnsigned(signed: number): void {
    const fault = 'checkpoint';
    if (this.#chain.count === 0 && this.leaves > 0) {
      const problem = `No checkpoint is there: nobody has signed the ${this.leaves} entries.`;
      this.#report({ fault, problem });
    } else if (this.#met && this.#met.checkpoint.size > signed) {
      const { from, checkpoint } = this.#met;
      const problem =
        `Checkpoints are missing: the one of ${from} is of ${checkpoint.size} entries, and the ` +
        `newest good one that is there of ${signed}.`;
      this.#report({ fault, problem });
    }
  }

  #compareKept(): void {
    while (this.#kept[0]?.checkpoint.size === this.#tree.leaves) {
      const kept = this.#kept.shift()!;
      const { from, checkpoint } = kept;
      if (checkpoint.root === this.#tree.root()) {
        this.#met = kept;
        continue;
      }
      const problem =
        `History was rewritten: the first ${checkpoint.size} entries are not those of the ` +
        `checkpoint of ${from}.`;
      this.#report({ fault: 'rewritten', problem });
    }
  }
}

/** Whether an entry is there, in its own place and as it was sealed. */
export function isIntact({ seq, hash, entry }: LeafWithEntry): boolean {
  return entry?.seq === seq && journalLeafHash(entry).equals(Buffer.from(hash, 'hex'));
}

/** Where in the history a finding belongs; what is about none of it in particular comes last. */
function placeOf({ position = Number.MAX_SAFE_INTEGER }: HistoryFinding): number {
  return position;
}

/** Whether an entry is, but for its number, the one that was sealed at another's place. */
function isContentOf({ entry }: LeafWithEntry, place: LeafWithEntry): boolean {
  if (!entry) return false;
  const moved = journalLeafHash({ ...entry, seq: place.seq });
  return moved.toString('hex') === place.hash;
}
