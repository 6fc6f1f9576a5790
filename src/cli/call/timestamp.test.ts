import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTimestamp } from './timestamp.ts';

test('timestamps are ISO 8601, in UTC unless they say otherwise, or epoch seconds', () => {
  const times: [unknown, string][] = [
    ['2026-11-21', '2026-11-21T00:00:00.000Z'],
    ['2026-11-21T20:15', '2026-11-21T20:15:00.000Z'],
    ['2026-11-21 20:15:27.5', '2026-11-21T20:15:27.500Z'],
    ['2026-11-21T20:15:27Z', '2026-11-21T20:15:27.000Z'],
    ['2026-11-21T20:15:27z', '2026-11-21T20:15:27.000Z'],
    ['2026-11-21T20:15:27+02:00', '2026-11-21T18:15:27.000Z'],
    ['2026-11-21 20:15:27 -0530', '2026-11-22T01:45:27.000Z'],
    ['2026-11-21T20:15:27.123000+00:00', '2026-11-21T20:15:27.123Z'],
    ['1793000000', '2026-10-26T07:33:20.000Z'],
    [1793000000.25, '2026-10-26T07:33:20.250Z'],
    ['-1', '1969-12-31T23:59:59.000Z'],
  ];
  for (const [given, expected] of times) {
    const milliseconds = parseTimestamp(given);
    assert.ok(milliseconds !== undefined, String(given));
    assert.equal(new Date(milliseconds).toISOString(), expected);
  }
});

test('anything else is no timestamp', () => {
  for (const given of [
    '',
    'yesterday',
    '2026-13-01',
    '2026-11-21T25:00',
    '1e99',
    1e99,
    NaN,
    true,
    {},
  ]) {
    assert.equal(parseTimestamp(given), undefined, JSON.stringify(given));
  }
});
