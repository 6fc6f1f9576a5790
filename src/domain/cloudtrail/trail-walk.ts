import { setImmediate } from 'node:timers/promises';
import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import type { LookupPlan, StreamPlan } from './lookup-plan.ts';
import type { TrailSource, Viewer } from './trail-event.ts';
import { readTrail } from './trail-store.ts';
import type { TrailRow } from './trail-store.ts';

/** A record that was looked for. */
export interface FoundRow extends TrailRow {
  readonly source: TrailSource;
}

/** Where a walk goes on: of each stream the time and the number of the last record. */
export type Cursors = readonly (readonly [at: number, seq: number])[];

/** What a walk found. */
export interface WalkPage {
  readonly rows: readonly FoundRow[];
  /** Undefined when there is nothing more. */
  readonly next: Cursors | undefined;
}

/** The start of a walk. */
export function firstCursors({ streams, endAt }: LookupPlan): Cursors {
  return streams.map(() => [endAt, Number.MAX_SAFE_INTEGER]);
}

/**
 * Walks the streams of a plan together, the newest record first, until `limit` records are found
 * or as many were looked at as one call may; a page may be short, or empty, before the last.
 */
export async function walkTrail(
  tx: Transaction,
  plan: LookupPlan,
  from: Cursors,
  { viewer, limit, accepts }: WalkOptions,
): Promise<WalkPage> {
  const streams = plan.streams.map((one, index) => new Stream(one, plan, viewer, from[index]!));
  const cursors = (): Cursors => streams.map(({ cursor }) => cursor);
  const rows: FoundRow[] = [];
  let next: Cursors | undefined;
  for (let seen = 0; seen < limits.lookupRowsMax; seen += 1) {
    for (const stream of streams) if (stream.isEmpty) await stream.fill(tx);
    const newest = streams.reduce<Stream | undefined>(newer, undefined);
    if (!newest) return { rows, next: undefined };
    if (accepts(newest.head!)) {
      if (rows.length === limit) return { rows, next };
      rows.push({ ...newest.head!, source: newest.source });
    }
    newest.take();
    if (rows.length === limit) next ??= cursors();
  }
  return { rows, next: next ?? cursors() };
}

interface WalkOptions {
  readonly viewer: Viewer;
  readonly limit: number;
  readonly accepts: (row: TrailRow) => boolean;
}

/** One part of the records, read a slice at a time. */
class Stream {
  readonly #plan: StreamPlan;
  readonly #lookup: LookupPlan;
  readonly #viewer: Viewer;
  #rows: TrailRow[] = [];
  #next = 0;
  #isOver = false;
  cursor: Cursors[number];

  constructor(plan: StreamPlan, lookup: LookupPlan, viewer: Viewer, cursor: Cursors[number]) {
    this.#plan = plan;
    this.#lookup = lookup;
    this.#viewer = viewer;
    this.cursor = cursor;
  }

  get source(): TrailSource {
    return this.#plan.source;
  }

  get head(): TrailRow | undefined {
    return this.#rows[this.#next];
  }

  /** Whether the next slice must be read to know what comes. */
  get isEmpty(): boolean {
    return !this.#isOver && this.head === undefined;
  }

  async fill(tx: Transaction): Promise<void> {
    const { source, order, value } = this.#plan;
    const { accountId, region } = this.#viewer;
    const [at, seq] = this.cursor;
    const limit = limits.lookupSliceRows;
    const { startAt } = this.#lookup;
    const page = { accountId, region, value, startAt, at, seq, limit };
    this.#rows = await readTrail(tx, source, order, page);
    this.#next = 0;
    this.#isOver = this.#rows.length < limit;
    await setImmediate();
  }

  take(): void {
    const { at, seq } = this.head!;
    this.cursor = [at, seq];
    this.#next += 1;
  }
}

/** Which of two streams goes on with the later record. */
function newer(one: Stream | undefined, other: Stream): Stream | undefined {
  if (!other.head) return one;
  if (!one?.head) return other;
  const later =
    one.head.at - other.head.at || rank(one) - rank(other) || one.head.seq - other.head.seq;
  return later >= 0 ? one : other;
}

/** Of one moment, changes come before reads. */
function rank({ source }: Stream): number {
  return source === 'journal' ? 1 : 0;
}
