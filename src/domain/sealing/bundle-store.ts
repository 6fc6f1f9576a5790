import { limits } from '../../kernel/limits.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { JournalRow } from '../../store/tables.ts';
import { bundleFormat, leafLine } from './bundle.ts';
import type { BundleLine } from './bundle.ts';
import { findLog, readHistory } from './history-store.ts';
import type { KnownLog } from './history-store.ts';
import { findLeaf, proveConsistency, proveInclusion } from './proof-store.ts';
import { listPruneNotes } from './prune-store.ts';
import { findNewestCheckpoint } from './seal-store.ts';

/** What goes into a bundle: all, or what concerns a resource, entries, or an older checkpoint. */
export interface BundleOrder {
  readonly madeAt: string;
  readonly resourceArn?: string;
  readonly seqs?: readonly number[];
  readonly earlier?: { readonly text: string; readonly size: number };
}

/** The lines of a bundle up to the newest checkpoint; undefined while nothing is sealed. */
export async function* readBundle(
  database: Database,
  order: BundleOrder,
): AsyncGenerator<BundleLine> {
  const log = await database.read(findLog);
  if (!log) return;
  const { resourceArn, seqs, earlier, madeAt } = order;
  const isPart = resourceArn !== undefined || seqs !== undefined || earlier !== undefined;
  const content = isPart ? 'part' : 'all';
  yield { format: bundleFormat, origin: log.origin, madeAt, content };
  let lines = 1;
  for (const key of log.keys) yield* counted({ key });
  for await (const line of isPart ? readPart(database, order) : readAll(database, log)) {
    yield* counted(line);
  }
  if (!isPart) {
    // Last, as entries may be removed while the others are written.
    for (const prune of await database.read(listPruneNotes)) yield* counted({ prune });
  }
  yield { end: { lines } };

  function* counted(line: BundleLine): Generator<BundleLine> {
    lines += 1;
    yield line;
  }
}

async function* readAll(database: Database, log: KnownLog): AsyncGenerator<BundleLine> {
  for await (const item of readHistory(database, log.signedSize)) {
    if ('checkpoint' in item) yield item;
    else if (item.leaf.position < log.signedSize) yield leafLine(item.leaf);
  }
}

async function* readPart(
  database: Database,
  { resourceArn, seqs = [], earlier }: BundleOrder,
): AsyncGenerator<BundleLine> {
  const checkpoint = await database.read(findNewestCheckpoint);
  if (!checkpoint) return;
  const { size, note } = checkpoint;
  yield { checkpoint: note };
  if (earlier) {
    const before = Math.min(earlier.size, size);
    const proof = await database.read((tx) => proveConsistency(tx, before, size));
    yield { earlier: earlier.text, proof: proof.map((one) => one.toString('base64')) };
  }
  for (const seq of seqs) {
    const [row] = await database.read((tx) => tx.all(selectEntry, { seq }));
    yield* await database.read((tx) => proven(tx, seq, row, size));
  }
  if (resourceArn !== undefined) yield* readResource(database, resourceArn, size);
}

async function* readResource(
  database: Database,
  resourceArn: string,
  size: number,
): AsyncGenerator<BundleLine> {
  const arnKey = resourceArn.toLowerCase();
  const limit = limits.scanRows;
  for (let after = 0; ;) {
    const rows = await database.read((tx) => tx.all(selectAbout, { arnKey, after, limit }));
    for (const row of rows) yield* await database.read((tx) => proven(tx, row.seq, row, size));
    if (rows.length < limit) return;
    after = rows.at(-1)!.seq;
  }
}

/** An entry with its proof; nothing of one that no checkpoint is about yet. */
async function proven(
  tx: Transaction,
  seq: number,
  entry: JournalRow | undefined,
  size: number,
): Promise<BundleLine[]> {
  const leaf = await findLeaf(tx, seq);
  if (!leaf || leaf.position >= size) return [];
  const { position, hash, pruned } = leaf;
  const proof = await proveInclusion(tx, position, size);
  return [leafLine({ position, seq, hash, entry, pruned: pruned ?? undefined }, proof)];
}

const selectEntry = query<{ seq: number }, JournalRow>((sql, { seq }) =>
  sql.selectFrom('journal').selectAll().where('seq', '=', seq),
);
const selectAbout = query<{ arnKey: string; after: number; limit: number }, JournalRow>((sql, q) =>
  sql
    .selectFrom('journal')
    .selectAll()
    .where((e) => e(e.fn<string>('lower', ['resource_arn']), '=', q.arnKey))
    .where('seq', '>', q.after)
    .orderBy('seq')
    .limit(q.limit),
);
