import type { Generated, Selectable } from 'kysely';

/** The tables of what proves the history, and of who does it. */
export interface SealingTables {
  lease: LeaseTable;
  seal_state: SealStateTable;
  journal_leaf: JournalLeafTable;
  journal_subtree: JournalSubtreeTable;
  checkpoint: CheckpointTable;
  journal_prune: JournalPruneTable;
  signing_key: SigningKeyTable;
}

/** Who does a piece of background work; see docs/adr/0013-sealing.md. */
interface LeaseTable {
  name: string;
  /** Null while nobody holds it. */
  holder: string | null;
  /** Counted up with each change of holder: what a former one still does is refused. */
  token: number;
  /** Counted up by the holder while it lives. */
  beat: number;
}

/** One row: how far the journal is sealed. */
interface SealStateTable {
  id: number;
  /** The log's name, which no other one has. */
  origin: string;
  /** Leaves of the tree. */
  size: number;
  /** Every entry with a number up to this one is sealed, or will never be there. */
  settled_seq: number;
  /** The next such number, once the transactions of `awaited` (JSON) have ended. */
  awaited_seq: number;
  awaited: string;
}

/** A journal entry's place in the tree, in the order of sealing. */
interface JournalLeafTable {
  position: number;
  seq: number;
  hash: string;
  /** The statement by which its entry was removed from the journal. */
  pruned: Generated<number | null>;
}

/** A signed statement of which entries were removed: `src/domain/sealing/prune-statement.ts`. */
export interface JournalPruneTable {
  number: number;
  note: string;
}

/** The hashes of whole subtrees of 256, 256 × 256 … leaves: level 1, 2 … */
interface JournalSubtreeTable {
  level: number;
  position: number;
  hash: string;
}

/** A signed tree hash; see `src/domain/sealing/checkpoint.ts`. */
export interface CheckpointTable {
  size: number;
  note: string;
}

/** A public key that signed checkpoints; see `src/domain/sealing/key-rotation.ts`. */
interface SigningKeyTable {
  number: number;
  verifier: string;
  valid_from: number;
  introduction: string;
}

/** A row of `seal_state` as it is read. */
export type SealStateRow = Selectable<SealStateTable>;
/** A row of `lease` as it is read. */
export type LeaseRow = Selectable<LeaseTable>;
