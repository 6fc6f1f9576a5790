import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationOption } from './duration.ts';

test('durations have units, seconds where they have none', () => {
  const durations: [string, number][] = [
    ['2', 2_000],
    ['0', 0],
    ['1.5s', 1_500],
    ['200ms', 200],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
  ];
  for (const [text, milliseconds] of durations) assert.equal(durationOption(text), milliseconds);
  for (const text of ['', 'm', '10 m', '1w', '-1s', '1h30']) {
    assert.throws(() => durationOption(text), /It must be a duration such as/);
  }
});
