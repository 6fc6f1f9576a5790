import { limits } from '../kernel/limits.ts';

/** What was read of a list, the newest first. */
export interface NewestRead<Row> {
  readonly rows: readonly Row[];
  /** The number before which to go on; undefined where the list ends. */
  readonly next: number | undefined;
}

/** A list that is looked through from its newest item on. */
export interface NewestFirst<Row> {
  /** Looks at so many rows with smaller numbers than one. */
  read(before: number, limit: number): Promise<NewestRead<Row>>;
  isWanted(row: Row): boolean;
  /** Whether nothing after it is wanted either. */
  isPast(row: Row): boolean;
}

/**
 * Reads a page of what is wanted. Where few are, it ends after so many rows were looked at: the
 * page is then short, or even empty, and yet not the last.
 */
export async function newestPage<Row extends { readonly id: number }>(
  list: NewestFirst<Row>,
  { before, limit, scannedMax }: { before: number; limit: number; scannedMax: number },
): Promise<NewestRead<Row>> {
  const rows: Row[] = [];
  let from = before;
  for (let scanned = 0; scanned < scannedMax;) {
    const count = Math.min(Math.max(limit + 1, limits.listScanRows), scannedMax - scanned);
    const read = await list.read(from, count);
    for (const row of read.rows) {
      if (list.isPast(row)) return { rows, next: undefined };
      if (!list.isWanted(row)) continue;
      if (rows.length === limit) return { rows, next: rows.at(-1)!.id };
      rows.push(row);
    }
    if (read.next === undefined) return { rows, next: undefined };
    scanned += count;
    from = read.next;
  }
  return { rows, next: from };
}
