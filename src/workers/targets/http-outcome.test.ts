import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { httpOutcome } from './http-outcome.ts';
import type { HttpAnswer } from './http-request.ts';

const now = Date.parse('2026-03-04T09:15:00Z');

function answered(statusCode: number, headers: HttpAnswer['headers'] = {}, text = ''): HttpAnswer {
  return { kind: 'answered', statusCode, headers, body: Buffer.from(text) };
}

describe('a status', () => {
  const kinds = {
    delivered: [200, 201, 202, 204, 299],
    later: [401, 407, 409, 429, 500, 502, 503, 504, 599],
    never: [100, 301, 302, 304, 307, 308, 400, 403, 404, 405, 410, 413, 418, 422, 451],
  };
  for (const [kind, statuses] of Object.entries(kinds)) {
    for (const status of statuses) {
      test(`${status} is ${kind}`, () => {
        const outcome = httpOutcome(answered(status), now);
        assert.deepEqual([outcome.kind, outcome.statusCode], [kind, status]);
      });
    }
  }

  test('is told by its name, and a redirect as one', () => {
    const messageOf = (answer: HttpAnswer): unknown => {
      const outcome = httpOutcome(answer, now);
      return 'errorCode' in outcome ? [outcome.errorCode, outcome.message] : undefined;
    };
    assert.deepEqual(messageOf(answered(503)), [
      'ERROR_FROM_TARGET',
      'It answered 503 (Service Unavailable).',
    ]);
    assert.deepEqual(messageOf(answered(429)), [
      'THROTTLING',
      'It answered 429 (Too Many Requests).',
    ]);
    assert.deepEqual(messageOf(answered(401)), [
      'NO_PERMISSIONS',
      'It answered 401 (Unauthorized).',
    ]);
    assert.deepEqual(messageOf(answered(599)), ['ERROR_FROM_TARGET', 'It answered 599.']);
    assert.deepEqual(messageOf(answered(302, { location: 'http://10.0.0.1/' })), [
      'ERROR_FROM_TARGET',
      'It answered 302 (Found): redirects are not followed, the URL must be the last one.',
    ]);
  });
});

describe('Retry-After', () => {
  const waits: [string, number | undefined][] = [
    ['120', 120_000],
    [' 0 ', 0],
    ['Wed, 04 Mar 2026 09:16:30 GMT', 90_000],
    ['Wed, 04 Mar 2026 09:14:30 GMT', 0],
    ['soon', undefined],
    ['1.5', undefined],
    ['2026-03-05', undefined],
    ['', undefined],
  ];
  for (const [text, wait] of waits) {
    test(`'${text}' asks for ${wait ?? 'nothing'}`, () => {
      const outcome = httpOutcome(answered(429, { 'retry-after': text }), now);
      assert.ok(outcome.kind === 'later');
      assert.equal(outcome.retryAfter, wait);
    });
  }

  test('below zero asks for no further try', () => {
    assert.equal(httpOutcome(answered(503, { 'retry-after': '-1' }), now).kind, 'never');
  });

  test('says nothing where the same cannot succeed', () => {
    const outcome = httpOutcome(answered(404, { 'retry-after': '5' }), now);
    assert.ok(outcome.kind === 'never');
    assert.equal(outcome.retryAfter, undefined);
  });
});

test('an answer is kept as text that a database takes', () => {
  assert.equal(httpOutcome(answered(200, {}, 'a\0b'), now).answer, 'a\uFFFDb');
  const packed = httpOutcome(answered(200, { 'content-encoding': 'gzip' }, '\x1F\x8B!'), now);
  assert.equal(packed.answer, '(4 bytes, encoded as gzip)');
});

test('a failure is tried again where it may pass', () => {
  const kinds = {
    refused: ['never', 'NO_PERMISSIONS'],
    'timed-out': ['later', 'TIMEOUT'],
    'unknown-host': ['never', 'NO_RESOURCE'],
    unreadable: ['later', 'ERROR_FROM_TARGET'],
    unreachable: ['later', 'CONNECTION_FAILURE'],
    unsent: ['never', 'INVALID_PARAMETER'],
  } as const;
  for (const [kind, [verdict, errorCode]] of Object.entries(kinds)) {
    const outcome = httpOutcome({ kind: kind as keyof typeof kinds, message: 'Why.' }, now);
    assert.deepEqual(outcome, { kind: verdict, errorCode, message: 'Why.' });
  }
});
