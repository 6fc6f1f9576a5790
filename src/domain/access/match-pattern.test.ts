import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { splitArn } from '../../kernel/arn.ts';
import { compileArnPattern, compilePattern, wildPieces } from './match-pattern.ts';
import type { PatternPiece } from './match-pattern.ts';

function fits(pattern: string, text: string): boolean {
  return compilePattern(wildPieces(pattern))(text);
}

function arnFits(pattern: string, arn: string): boolean {
  return compileArnPattern(wildPieces(pattern))(splitArn(arn));
}

for (const [pattern, text, expected] of [
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['**', 'anything', true],
  ['?', '', false],
  ['?', 'a', true],
  ['a?c', 'abc', true],
  ['a?c', 'abbc', false],
  ['a*c', 'ac', true],
  ['a*c', 'abcd', false],
  ['a*b*c', 'acbc', true],
  ['a*?', 'a', false],
  ['a*?', 'ab', true],
  ['*ab', 'aab', true],
  ['aba*aba', 'aba', false],
  ['aba*aba', 'abaaba', true],
  ['a*b?d*e', 'axxbcdxxe', true],
  ['a.c', 'abc', false],
  ['Describe*', 'DescribeModelPackage', true],
  ['describe*', 'DescribeModelPackage', false],
] as const) {
  test(`'${pattern}' ${expected ? 'fits' : 'does not fit'} '${text}' (identity.md 3.1)`, () => {
    assert.equal(fits(pattern, text), expected);
  });
}

test('wildcards of a literal piece stand for themselves', () => {
  const pieces: PatternPiece[] = [
    { text: 'a*', literal: false },
    { text: '*?', literal: true },
    { text: '?', literal: false },
  ];
  assert.equal(compilePattern(pieces)('axx*?z'), true);
  assert.equal(compilePattern(pieces)('axxyyz'), false);
});

/** Obviously right, and slow. */
function slowly(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...others] = pattern;
  if (first === undefined) return text.length === 0;
  if (first === '*') {
    return slowly(others, text) || (text.length > 0 && slowly(pattern, text.slice(1)));
  }
  return text.length > 0 && (first === '?' || first === text[0]) && slowly(others, text.slice(1));
}

test('a pattern fits what the obvious matcher says', () => {
  const pattern = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 10 });
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
  fc.assert(
    fc.property(pattern, text, (p, t) => {
      assert.equal(fits(p.join(''), t.join('')), slowly(p, t));
    }),
    { numRuns: 5_000 },
  );
});

test('a text of stars takes no longer than its length asks for', () => {
  const pattern = `${'a*?'.repeat(2_000)}b`;
  const started = performance.now();
  assert.equal(fits(pattern, 'a'.repeat(20_000)), false);
  assert.equal(fits(`*${'a'.repeat(50)}?*b*`, 'a'.repeat(20_000)), false);
  assert.ok(performance.now() - started < 1_000);
});

const version = 'arn:aws:sagemaker:eu-west-1:111122223333:model-package/g1/3';

for (const [pattern, arn, expected] of [
  ['*', '*', true],
  ['arn:aws:sagemaker:*:*:*', '*', false],
  ['*', version, true],
  [version, version, true],
  ['arn:aws:sagemaker:*:*:model-package/g1/*', version, true],
  ['arn:aws:sagemaker:eu-west-1:111122223333:model-package/G1/3', version, false],
  ['arn:aws:sagemaker:eu-west-1:111122223333:model-package-group/g1', version, false],
  ['arn:*:sagemaker:eu-*-?:1111*:*', version, true],
  ['arn:aws:sagemaker:*:model-package/g1/*', version, false],
  ['arn:aws:sagemaker:eu-west-1*model-package/g1/3', version, false],
  ['arn:aws:sagemaker:*', version, true],
  ['arn:aws:sagemaker', version, true],
  ['arn:aws:s3', version, false],
  ['arn:aws:logs:*:*:log-group:x*', 'arn:aws:logs:eu-west-1:1:log-group:x:stream:y', true],
  ['arn:aws:logs:*:*:*:stream:?', 'arn:aws:logs:eu-west-1:1:log-group:x:stream:y', true],
  ['arn:aws:logs:*:*:a:*:c', 'arn:aws:logs:eu-west-1:1:a:b:d', false],
  ['arn:aws:logs:*:*:a', 'arn:aws:logs:eu-west-1:1:a:b', false],
] as const) {
  test(`'${pattern}' ${expected ? 'fits' : 'does not fit'} ${arn} (identity.md 3.1)`, () => {
    assert.equal(arnFits(pattern, arn), expected);
  });
}

test('an ARN that comes in pieces is taken apart as one text', () => {
  const pieces: PatternPiece[] = [
    { text: 'arn:aws:', literal: false },
    { text: 'sagemaker:eu-west-1', literal: true },
    { text: ':*:model-', literal: false },
    { text: 'package/g1:a:*', literal: true },
  ];
  const pattern = compileArnPattern(pieces);
  const arn = (end: string) => splitArn(`arn:aws:sagemaker:eu-west-1:1:model-package/g1:a:${end}`);
  assert.equal(pattern(arn('*')), true);
  assert.equal(pattern(arn('b')), false);
});
