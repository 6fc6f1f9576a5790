import { limits } from '../../kernel/limits.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import { isIntact } from './check-history.ts';
import type { IntactLeaf, LeafWithEntry } from './check-history.ts';
import { readLeafPage } from './history-store.ts';

/** Leaves that were held against their entries, as one thread hands them to another. */
export interface JudgedLeaves {
  readonly count: number;
  readonly positions: Float64Array<ArrayBuffer>;
  readonly seqs: Float64Array<ArrayBuffer>;
  /** One after the other. */
  readonly hashes: Uint8Array<ArrayBuffer>;
  /** 1 where the entry is there and as it was sealed; who wants to know of another reads it. */
  readonly intact: Uint8Array<ArrayBuffer>;
}

const hashBytes = 32;

/** Holds the leaves from a place up to another against their entries. */
export async function judgeLeaves(
  database: Database,
  from: number,
  end: number,
): Promise<JudgedLeaves> {
  const most = end - from;
  const positions = new Float64Array(most);
  const seqs = new Float64Array(most);
  const hashes = new Uint8Array(hashBytes * most);
  const intact = new Uint8Array(most);
  let count = 0;
  for (let next = from; next < end;) {
    const leaves = await readLeafPage(database, next, Math.min(limits.scanRows, end - next));
    for (const leaf of leaves) {
      if (leaf.position >= end) break;
      positions[count] = leaf.position;
      seqs[count] = leaf.seq;
      if (leaf.pruned === undefined && isIntact(leaf)) {
        hashes.set(Buffer.from(leaf.hash, 'hex'), hashBytes * count);
        intact[count] = 1;
      }
      count += 1;
    }
    next = (leaves.at(-1)?.position ?? end) + 1;
  }
  return { count, positions, seqs, hashes, intact };
}

/** Leaves as others judged them; those that are not intact are read here, for a closer look. */
export async function* readJudged(
  database: Database,
  pages: AsyncIterable<JudgedLeaves>,
): AsyncGenerator<(IntactLeaf | LeafWithEntry)[]> {
  for await (const { count, positions, seqs, hashes, intact } of pages) {
    const leaves: (IntactLeaf | LeafWithEntry)[] = [];
    for (let n = 0; n < count; n += 1) {
      const position = positions[n]!;
      const sealed = Buffer.from(hashes.buffer, hashBytes * n, hashBytes);
      if (intact[n] === 1) leaves.push({ position, seq: seqs[n]!, sealed });
      else leaves.push(...(await readLeafPage(database, position, 1)));
      if (leaves.length === limits.scanRows) yield leaves.splice(0);
    }
    yield leaves;
  }
}

const selectLast = query<object, { position: number }>((sql) =>
  sql.selectFrom('journal_leaf').select('position').orderBy('position', 'desc').limit(1),
);

/** Behind which place no leaf is. */
export async function findEndOfLeaves(tx: Transaction): Promise<number> {
  return ((await tx.first(selectLast, {}))?.position ?? -1) + 1;
}
