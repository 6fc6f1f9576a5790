import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareKeys, listStream, mergeStreams, readingStream, startKey } from './key-stream.ts';
import type { KeyStream } from './key-stream.ts';
import type { Direction, Key } from './search-index-store.ts';

async function drain(stream: KeyStream, limits: readonly number[]): Promise<Key[]> {
  const keys: Key[] = [];
  for (let n = 0; ; n += 1) {
    const limit = limits[n % limits.length]!;
    const next = await stream.next(limit);
    if (!next) break;
    assert.ok(next.length <= limit);
    keys.push(...next);
  }
  assert.equal(await stream.next(1), undefined);
  return keys;
}

/** A stream of keys as a statement gives them, of which those with odd times do not fit. */
function statement(keys: readonly Key[], after: Key, direction: Direction): KeyStream {
  const sorted = keys.toSorted((a, b) => compareKeys(a, b, direction));
  return readingStream((last, limit) => {
    const rest = sorted.filter((key) => compareKeys(key, last, direction) > 0);
    const page = rest.slice(0, limit).map((key) => ({ ...key, fits: key.at % 2 === 0 }));
    return Promise.resolve(page);
  }, after);
}

const key = fc.nat(40).map((id): Key => ({ at: id % 7, id }));
const keyList = fc.uniqueArray(key, { selector: ({ id }) => id });

test('a merge gives every key once, in order, whatever pieces it is asked for', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(keyList, { maxLength: 4 }),
      keyList,
      fc.constantFrom<Direction>('asc', 'desc'),
      fc.option(key),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      async (ranges, points, direction, from, limits) => {
        const after = from ?? startKey(direction);
        const streams = ranges.map((range) => statement(range, after, direction));
        const merged = mergeStreams([...streams, listStream(points, after, direction)], direction);
        const all = [...ranges.flat().filter(({ at }) => at % 2 === 0), ...points];
        const unique = [...new Map(all.map((one) => [one.id, one])).values()];
        const expected = unique
          .filter((one) => compareKeys(one, after, direction) > 0)
          .sort((a, b) => compareKeys(a, b, direction));
        const found = (await drain(merged, limits)).map(({ at, id }) => ({ at, id }));
        assert.deepEqual(found, expected);
      },
    ),
  );
});

test('keys that do not fit are examined, keys that wait in a merge are not yet', async () => {
  const even = [0, 2, 4, 6].map((at) => ({ at, id: at }));
  const odd = [1, 3, 5].map((at) => ({ at, id: at }));
  const after = startKey('asc');
  const merged = mergeStreams([statement(even, after, 'asc'), statement(odd, after, 'asc')], 'asc');
  assert.deepEqual(
    (await merged.next(2))!.map(({ id }) => id),
    [0, 2],
  );
  assert.equal(merged.examined, 5);
  await drain(merged, [10]);
  assert.equal(merged.examined, 7);
});
