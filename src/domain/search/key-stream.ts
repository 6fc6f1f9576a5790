import { setImmediate } from 'node:timers/promises';
import type { CheckedKey, Direction, Key } from './search-index-store.ts';

/** Candidates' keys in a search's order. */
export interface KeyStream {
  /** The next keys, at most so many and possibly none; undefined when there are no more. */
  next(limit: number): Promise<Key[] | undefined>;
  /** How many keys were looked at, those that did not fit among them. */
  readonly examined: number;
}

/** The keys after a key, as the database has them in order. */
export type ReadKeys = (after: Key, limit: number) => Promise<CheckedKey[]>;

/** The key before all others in a direction; a safe integer on either database. */
export function startKey(direction: Direction): Key {
  const edge = direction === 'asc' ? -1 : Number.MAX_SAFE_INTEGER;
  return { at: edge, id: edge };
}

/** Whether the first key comes before the second (negative), after it (positive) or is it. */
export function compareKeys(a: Key, b: Key, direction: Direction): number {
  const ascending = a.at - b.at || a.id - b.id;
  return direction === 'asc' ? ascending : -ascending;
}

/** A stream of what a statement reads page by page; lets other calls run between two pages. */
export function readingStream(read: ReadKeys, after: Key): KeyStream {
  let last = after;
  let ended = false;
  let examined = 0;
  return {
    get examined() {
      return examined;
    },
    async next(limit) {
      if (ended) return undefined;
      if (examined > 0) await setImmediate();
      const keys = await read(last, limit);
      examined += keys.length;
      ended = keys.length < limit;
      last = keys.at(-1) ?? last;
      return keys.filter(({ fits }) => fits);
    },
  };
}

/** A stream of keys that are at hand, after a key. */
export function listStream(keys: readonly Key[], after: Key, direction: Direction): KeyStream {
  const rest = keys
    .filter((key) => compareKeys(key, after, direction) > 0)
    .sort((a, b) => compareKeys(a, b, direction));
  return readingStream((last, limit) => {
    const from = rest.findIndex((key) => compareKeys(key, last, direction) > 0);
    const page = from < 0 ? [] : rest.slice(from, from + limit);
    return Promise.resolve(page.map((key) => ({ ...key, fits: true })));
  }, after);
}

/** The keys of several streams in order, each key once. */
export function mergeStreams(streams: readonly KeyStream[], direction: Direction): KeyStream {
  if (streams.length === 1) return streams[0]!;
  const sources = streams.map((stream) => ({ stream, keys: [] as Key[], ended: false }));
  let last = startKey(direction);
  const takeFirst = (): Key | undefined => {
    let first: (typeof sources)[number] | undefined;
    for (const source of sources) {
      const key = source.keys.at(-1);
      if (key && (!first || compareKeys(key, first.keys.at(-1)!, direction) < 0)) first = source;
    }
    return first?.keys.pop();
  };
  return {
    get examined() {
      return sources.reduce((sum, { stream, keys }) => sum + stream.examined - keys.length, 0);
    },
    async next(limit) {
      const merged: Key[] = [];
      while (merged.length < limit) {
        for (const source of sources) if (source.keys.length === 0) await fill(source, limit);
        const key = takeFirst();
        if (!key) break;
        if (compareKeys(key, last, direction) > 0) merged.push(key);
        last = key;
      }
      return merged.length > 0 ? merged : undefined;
    },
  };
}

/** Reads until the source has a key or has ended; its keys lie with the next one last. */
async function fill(
  source: { stream: KeyStream; keys: Key[]; ended: boolean },
  limit: number,
): Promise<void> {
  while (source.keys.length === 0 && !source.ended) {
    const keys = await source.stream.next(limit);
    source.ended = keys === undefined;
    source.keys = keys?.reverse() ?? [];
  }
}
