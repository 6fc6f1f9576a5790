import { setImmediate } from 'node:timers/promises';
import { limits } from '../../kernel/limits.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { CheckpointTable } from '../../store/sealing-tables.ts';
import type { JournalRow } from '../../store/tables.ts';
import { HistoryCheck } from './check-history.ts';
import type { HistoryFacts, HistoryReport, IntactLeaf, LeafWithEntry } from './check-history.ts';
import { parseCheckpoint } from './checkpoint.ts';
import type { LogKey } from './key-rotation.ts';
import { listPruneNotes } from './prune-store.ts';
import { findNewestCheckpoint, findSealState, listLogKeys, readCheckpoints } from './seal-store.ts';

type NullableRow = { [Column in keyof JournalRow]: JournalRow[Column] | null };
type LeafRow = NullableRow & {
  position: number;
  leaf_seq: number;
  leaf_hash: string;
  pruned: number | null;
};

const selectLeaves = query<{ from: number; limit: number }, LeafRow>((sql, q) =>
  sql
    .selectFrom('journal_leaf as l')
    .leftJoin('journal as j', 'j.seq', 'l.seq')
    .selectAll('j')
    .select(['l.position', 'l.seq as leaf_seq', 'l.hash as leaf_hash', 'l.pruned'])
    .where('l.position', '>=', q.from)
    .orderBy('l.position')
    .limit(q.limit),
);

/** Leaves with their entries from a place on, in the order of sealing. */
export async function readLeafPage(
  database: Database,
  from: number,
  limit: number,
): Promise<LeafWithEntry[]> {
  const rows = await database.read((tx) => tx.all(selectLeaves, { from, limit }));
  return rows.map(({ position, leaf_seq, leaf_hash, pruned, ...entry }) => ({
    position,
    seq: leaf_seq,
    hash: leaf_hash,
    entry: entry.seq === null ? undefined : (entry as JournalRow),
    pruned: pruned ?? undefined,
  }));
}

/** Every leaf with its entry, in the order of sealing. */
async function* readLeaves(database: Database): AsyncGenerator<LeafWithEntry[]> {
  const limit = limits.scanRows;
  for (let from = 0; ;) {
    const leaves = await readLeafPage(database, from, limit);
    yield leaves;
    if (leaves.length < limit) return;
    from = leaves.at(-1)!.position + 1;
    await setImmediate();
  }
}

/** A sealed history as it is handed from one who reads to one who looks. */
export type HistoryItem<Leaf> = { readonly leaf: Leaf } | { readonly checkpoint: string };

/**
 * Leaves with their entries, and each checkpoint up to a size after the last leaf that it is about:
 * of what is sealed meanwhile, leaves may come, but no checkpoint of leaves that did not.
 */
export function readHistory(
  database: Database,
  sizeMax: number,
): AsyncGenerator<HistoryItem<LeafWithEntry>> {
  return readHistoryOf(database, sizeMax, readLeaves(database));
}

async function* readHistoryOf<Leaf extends { readonly position: number }>(
  database: Database,
  sizeMax: number,
  pages: AsyncIterable<Iterable<Leaf>>,
): AsyncGenerator<HistoryItem<Leaf>> {
  const checkpoints = readCheckpoints(database, sizeMax);
  const take = async (): Promise<CheckpointTable | undefined> => {
    const { value, done } = await checkpoints.next();
    return done ? undefined : value;
  };
  let next = await take();
  for await (const leaves of pages) {
    for (const leaf of leaves) {
      while (next && next.size <= leaf.position) {
        yield { checkpoint: next.note };
        next = await take();
      }
      yield { leaf };
    }
  }
  for (; next; next = await take()) yield { checkpoint: next.note };
}

/** What is known of a log before its history is read. */
export interface KnownLog {
  readonly origin: string;
  readonly keys: readonly LogKey[];
  /** Every entry with a number up to this one has its leaf, or should. */
  readonly settledSeq: number;
  /** The size of the newest checkpoint. */
  readonly signedSize: number;
}

/** What is known of a log; undefined while nothing is sealed. */
export async function findLog(tx: Transaction): Promise<KnownLog | undefined> {
  const state = await findSealState(tx);
  if (!state) return undefined;
  const newest = await findNewestCheckpoint(tx);
  const signed = parseCheckpoint(newest?.note ?? '');
  return {
    origin: state.origin,
    keys: await listLogKeys(tx),
    settledSeq: Math.max(state.settled_seq, signed?.settledSeq ?? 0),
    signedSize: newest?.size ?? 0,
  };
}

/** What a check of a database is told. */
export interface HistoryWatch extends Pick<HistoryFacts, 'anchors' | 'kept'> {
  readonly progress?: (entries: number) => void;
  /** All leaves, where others held some against their entries; read and judged here else. */
  readonly leaves?: AsyncIterable<Iterable<IntactLeaf | LeafWithEntry>>;
}

/** Checks all that is sealed in a database, and that nothing was slipped in beside it. */
export async function checkHistory(
  database: Database,
  { progress, leaves = readLeaves(database), ...watch }: HistoryWatch,
): Promise<HistoryReport | undefined> {
  const log = await database.read(findLog);
  if (!log) return undefined;
  const check = new HistoryCheck({ ...log, ...watch });
  let there = 0;
  for await (const item of readHistoryOf(database, log.signedSize, leaves)) {
    if ('checkpoint' in item) check.checkpoint(item.checkpoint);
    else {
      const { leaf } = item;
      const isJudged = 'sealed' in leaf;
      if (isJudged) check.intact(leaf);
      else check.leaf(leaf);
      if ((isJudged || leaf.entry) && leaf.seq <= log.settledSeq) there += 1;
      if (check.leaves % limits.scanRows === 0) progress?.(check.leaves);
    }
  }
  const { settledSeq } = log;
  const [counted] = await database.read((tx) => tx.all(countSettled, { settledSeq }));
  if (Number(counted!.count) !== there) {
    const limit = limits.findingsOfOneMax;
    const rows = await database.read((tx) => tx.all(selectLeafless, { settledSeq, limit }));
    for (const { seq } of rows) check.unsealed(seq);
  }
  // Last, as entries may be removed meanwhile.
  const report = check.finish(await database.read(listPruneNotes));
  // Of what was sealed meanwhile the leaves came, and the checkpoints did not.
  const signedSince = (await database.read(findNewestCheckpoint))?.size ?? 0;
  const isSigned = signedSince > log.signedSize && signedSince >= report.entries;
  return isSigned ? { ...report, unsigned: 0 } : report;
}

// A sum keeps SQLite from counting in the table itself, all of whose pages it would read for that.
const countSettled = query<{ settledSeq: number }, { count: number | string | bigint }>((sql, q) =>
  sql
    .selectFrom('journal')
    .select((e) => e.fn.countAll().as('count'))
    .where((e) => e('seq', '+', e.lit(0)), '<=', q.settledSeq),
);
const selectLeafless = query<{ settledSeq: number; limit: number }, { seq: number }>((sql, q) =>
  sql
    .selectFrom('journal as j')
    .select('j.seq')
    .where('j.seq', '<=', q.settledSeq)
    .where((e) =>
      e.not(
        e.exists(e.selectFrom('journal_leaf as l').select('l.seq').whereRef('l.seq', '=', 'j.seq')),
      ),
    )
    .orderBy('j.seq')
    .limit(q.limit),
);
