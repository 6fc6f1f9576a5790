import { setImmediate } from 'node:timers/promises';
import { journalLeafHash } from '../domain/journal/journal-root.ts';
import type { MerkleTree } from '../domain/journal/merkle-tree.ts';
import type { Lease } from '../domain/leases/lease-store.ts';
import { signCheckpoint } from '../domain/sealing/checkpoint.ts';
import { readSettlement } from '../domain/sealing/horizon-store.ts';
import type { SignerKey } from '../domain/sealing/note-key.ts';
import { keptLevel } from '../domain/sealing/proof-store.ts';
import { findNewestCheckpoint, listUnsealed, saveSealStep } from '../domain/sealing/seal-store.ts';
import type { SealStep, Settlement } from '../domain/sealing/seal-store.ts';
import { limits } from '../kernel/limits.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../store/database.ts';
import type { SealStateRow } from '../store/sealing-tables.ts';
import type { JournalRow } from '../store/tables.ts';

/** What a spell of sealing works with. */
export interface SealingParts {
  readonly database: Database;
  readonly lease: Pick<Lease, 'keep'>;
  readonly clock: Clock;
  readonly key: SignerKey;
  /** No checkpoint bears an earlier time. */
  readonly notBefore: number;
  readonly state: SealStateRow;
  /** The tree as `state` has it; the leaves are added to it as they are written. */
  readonly tree: MerkleTree;
}

/**
 * Gives every entry that is there its leaf, some in a transaction, and yields the checkpoints that
 * it signed. Rows are read and hashed before a transaction begins, which then only inserts.
 */
export async function* sealEntries(parts: SealingParts): AsyncGenerator<string> {
  const { database, lease, state } = parts;
  const { kind } = await database.status();
  let signedSize = (await database.read(findNewestCheckpoint))?.size ?? 0;
  const goal = await readSettlement(database, kind, state);
  let settlement: Settlement = state;
  let signedAt = performance.now();
  let after = state.settled_seq;
  let { notBefore } = parts;
  for (let isLast = false; !isLast;) {
    const rows = await database.read((tx) => listUnsealed(tx, after));
    isLast = rows.length < limits.sealBatchEntries;
    // What is read from the goal on is all there is up to it.
    if (isLast) settlement = goal;
    const size = parts.tree.leaves + rows.length;
    const isDue = isLast || performance.now() - signedAt > limits.sealMilliseconds;
    const at = isDue && size > signedSize ? Math.max(parts.clock.now(), notBefore) : undefined;
    if (rows.length === 0 && at === undefined && isSame(settlement, state)) return;
    const step = nextStep(parts, rows, settlement, at);
    await database.write((tx) => saveSealStep(tx, lease, step));
    for (const { hash } of step.leaves) parts.tree.addHash(Buffer.from(hash, 'hex'));
    if (step.checkpoint !== undefined) {
      [signedSize, signedAt, notBefore] = [size, performance.now(), at!];
      yield step.checkpoint;
    }
    after = rows.at(-1)?.seq ?? after;
    await setImmediate();
  }
}

function isSame(one: Settlement, other: Settlement): boolean {
  return (
    one.settled_seq === other.settled_seq &&
    one.awaited_seq === other.awaited_seq &&
    one.awaited === other.awaited
  );
}

/** Adds rows to the tree; signs a checkpoint of a time, if one is given. */
function nextStep(
  { tree, key, state: { origin } }: SealingParts,
  rows: readonly JournalRow[],
  settlement: Settlement,
  at: number | undefined,
): SealStep {
  const grown = tree.fork();
  const subtrees: SealStep['subtrees'][number][] = [];
  const leaves = rows.map((row) => {
    const hash = journalLeafHash(row);
    grown.addHash(hash, (height, position, subtree) => {
      const level = keptLevel(height);
      if (level !== undefined) subtrees.push({ level, position, hash: subtree.toString('hex') });
    });
    return { seq: row.seq, hash: hash.toString('hex') };
  });
  const { settled_seq: settledSeq, awaited_seq, awaited } = settlement;
  const facts = { origin, size: grown.leaves, root: grown.root(), settledSeq };
  return {
    before: tree.leaves,
    leaves,
    subtrees,
    settlement: { settled_seq: settledSeq, awaited_seq, awaited },
    checkpoint: at === undefined ? undefined : signCheckpoint({ ...facts, at }, key),
  };
}
