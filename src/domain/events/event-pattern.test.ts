import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { malformedPatterns, patternCases } from '../../../tests/support/event-pattern-cases.ts';
import { matchesSlowly } from '../../../tests/support/reference-matcher.ts';
import { refusalOf } from '../../../tests/support/scenario.ts';
import { parseEventPattern } from './event-pattern.ts';

for (const [pattern, event, matches] of patternCases) {
  test(`${pattern} ${matches ? 'matches' : 'does not match'} ${event}`, () => {
    const parsed = JSON.parse(event) as Record<string, unknown>;
    assert.equal(parseEventPattern(pattern).matches(parsed), matches);
  });
}

for (const [pattern, reason] of malformedPatterns) {
  test(`refused: ${pattern}`, () => {
    const refusal = refusalOf(() => parseEventPattern(pattern));
    const expected = `invalid: Event pattern is not valid. Reason: ${reason}`;
    const hasPlace = !/CIDR|mask bits|IP address|complex/.test(reason);
    const place = `\n at [Source: (String)"${pattern}"; line: 1, column: `;
    assert.ok(refusal?.startsWith(hasPlace ? expected + place : expected), refusal);
    if (!hasPlace) assert.equal(refusal, expected);
  });
}

for (const pattern of ['{"$or":{"a":["x"]}}', '{"$or":["a","b"]}']) {
  test(`accepted, with a field that is called $or: ${pattern}`, () => {
    const event = { $or: pattern.includes('"x"') ? { a: 'x' } : 'b' };
    assert.equal(parseEventPattern(pattern).matches(event), true);
  });
}

test('what is no JSON is refused as a pattern', () => {
  const refusal = refusalOf(() => parseEventPattern('{"a":["x"'));
  assert.match(refusal!, /^invalid: Event pattern is not valid\. Reason: Unexpected end-of-input/);
});

test('patterns that cost too much are refused', () => {
  const fields = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [i, ['x']]));
  assert.equal(
    refusalOf(() => parseEventPattern(JSON.stringify(fields(256)))),
    undefined,
  );
  for (const costly of [fields(257), { ['a'.repeat(1_025)]: { b: ['x'] } }]) {
    assert.match(
      refusalOf(() => parseEventPattern(JSON.stringify(costly)))!,
      /Rule is too complex/,
    );
  }
});

test('as many ways through choices are let in as AWS lets in', () => {
  const choice = { $or: Array.from({ length: 10 }, (_, i) => ({ a: [i] })) };
  const thousand = { a: choice, b: choice, c: choice };
  assert.equal(
    refusalOf(() => parseEventPattern(JSON.stringify(thousand))),
    undefined,
  );
  const more = JSON.stringify({ ...thousand, d: { $or: [{ a: ['x'] }, { b: ['x'] }] } });
  assert.match(
    refusalOf(() => parseEventPattern(more))!,
    /Rule is too complex/,
  );
});

/** Events that ask a matcher for every way to choose elements, or for every path that there is. */
const many = Array.from({ length: 20_000 }, () => 'x');
const nested = (depth: number, inner: object) => {
  let event = inner;
  for (let level = 0; level < depth; level += 1) event = { ['k'.repeat(400)]: event };
  return event;
};
const few = <Value>(valueOf: (text: string) => Value): Record<string, Value> =>
  Object.fromEntries(many.slice(0, 40).map((text, i) => [i, valueOf(text)]));
const costlyEvents: Record<string, [pattern: unknown, event: Record<string, unknown>]> = {
  'arrays that have nothing to do with one another': [
    { a: ['x'], b: ['x'], c: ['x'], d: ['x'], e: { f: ['y'], g: ['y'] } },
    { a: many, b: many, c: many, d: many, e: [{ f: 'y' }, { g: 'y' }] },
  ],
  'two fields of the elements of one long array': [
    { a: { b: ['x'], c: ['x'] } },
    { a: many.map((_, i) => (i % 2 === 0 ? { b: 'x', c: 'y' } : { b: 'y', c: 'x' })) },
  ],
  'many paths, each spelled in two ways': [
    { 'a.b': few((text) => [text]), c: { p: ['x'], q: ['x'] } },
    {
      'a.b': [few((text) => text)],
      a: { b: [few((text) => text)] },
      c: [
        { p: 'x', q: 'y' },
        { p: 'y', q: 'x' },
      ],
    },
  ],
  'many values at the end of a long path': [
    { a: ['y'] },
    { a: 'x', ...nested(1_000, Object.fromEntries(many.slice(0, 2_000).entries())) },
  ],
  'many values within deep arrays': [
    { a: ['y'] },
    { a: JSON.parse(`${'['.repeat(1_000)}${JSON.stringify(many)}${']'.repeat(1_000)}`) as unknown },
  ],
};
for (const [name, [asked, given]] of Object.entries(costlyEvents)) {
  test(`an event with ${name} does not match, and says so soon`, { timeout: 10_000 }, () => {
    const from = performance.now();
    assert.equal(parseEventPattern(JSON.stringify(asked)).matches(given), false);
    assert.ok(performance.now() - from < 3_000, `${performance.now() - from} ms`);
  });
}

test('fields that an event must have one text of are known', () => {
  const pattern = {
    source: ['aws.sagemaker', { exactly: 'mine' }],
    detail: { a: ['x', { prefix: 'y' }], b: [1], $or: [{ c: ['x'] }, { d: ['x'] }] },
  };
  assert.deepEqual(
    [...parseEventPattern(JSON.stringify(pattern)).required],
    [['source', ['aws.sagemaker', 'mine']]],
  );
});

/** Few keys and values, so that patterns and events meet often. */
const keys = fc.constantFrom('a', 'b', 'a.b');
const texts = fc.constantFrom('x', 'X', 'xy', '');
const leaves = fc.oneof(texts, fc.constantFrom(1, 2, 1.5), fc.constant(null), fc.boolean());
const { event } = fc.letrec<{ value: unknown; event: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    { weight: 3, arbitrary: leaves },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    { weight: 2, arbitrary: tie('event') },
  ),
  event: fc.dictionary(keys, tie('value'), { maxKeys: 3 }),
}));

const operator = fc.oneof(
  leaves,
  fc.record({ exists: fc.boolean() }),
  fc.record({ prefix: texts }),
  fc.record({ suffix: texts }),
  fc.record({ 'equals-ignore-case': texts }),
  fc.record({ wildcard: fc.constantFrom('*', 'x*', '*y', 'x*y', 'x') }),
  fc.record({
    'anything-but': fc.oneof(
      fc.constantFrom('x', 1),
      fc.uniqueArray(texts, { minLength: 1 }),
      fc.uniqueArray(fc.constantFrom(1, 2), { minLength: 1 }),
      fc.record({ prefix: fc.constantFrom('x', 'X') }),
      fc.record({ 'equals-ignore-case': fc.array(texts, { minLength: 1, maxLength: 2 }) }),
      fc.record({ wildcard: fc.constantFrom('x*', '*y') }),
    ),
  }),
  fc.record({
    numeric: fc.constantFrom(['=', 1], ['<', 2], ['>=', 1.5], ['>', 0, '<=', 1], ['>=', 1, '<', 2]),
  }),
);
const { pattern } = fc.letrec<{ pattern: Record<string, unknown>; inner: unknown }>((tie) => ({
  inner: fc.oneof(
    { depthSize: 'small' },
    { weight: 3, arbitrary: fc.array(operator, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: tie('pattern') },
  ),
  pattern: fc
    .tuple(
      fc.dictionary(keys, tie('inner'), { minKeys: 1, maxKeys: 2 }),
      fc.option(
        fc.array(fc.dictionary(keys, tie('inner'), { minKeys: 1, maxKeys: 2 }), {
          minLength: 2,
          maxLength: 3,
        }),
        { nil: undefined, freq: 4 },
      ),
    )
    .map(([fields, choice]) => ({ ...fields, ...(choice && { $or: choice }) })),
}));

test('random events match random patterns as a slow matcher says', () => {
  const answers = { true: 0, false: 0 };
  fc.assert(
    fc.property(pattern, event, (asked, given) => {
      const refusal = refusalOf(() => parseEventPattern(JSON.stringify(asked)));
      fc.pre(!refusal?.includes('too complex'));
      const expected = matchesSlowly(asked as never, given as never);
      answers[`${expected}`] += 1;
      assert.equal(parseEventPattern(JSON.stringify(asked)).matches(given), expected);
    }),
    { numRuns: 10_000 },
  );
  assert.ok(answers.true > 250 && answers.false > 250, JSON.stringify(answers));
});
