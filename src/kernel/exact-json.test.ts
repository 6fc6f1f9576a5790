import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { withExactNumbers } from './exact-json.ts';

function writtenAgain(text: string): string {
  return JSON.stringify(withExactNumbers(JSON.parse(text), text));
}

test('numbers stay as they are written', () => {
  const text =
    '{"a":12345678901234567890,"b":[1e400,-0,1.50],"c":{"d":1E2,"e":0.10},"f":-1.0,"g":[7,0]}';
  assert.equal(writtenAgain(text), text);
});

test('a text without unusual numbers is not read again', () => {
  const value = { a: [1, -2.5, '1e5'], b: '12345678901234567890 0.10' };
  assert.equal(withExactNumbers(value, JSON.stringify(value)), value);
});

const number = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constant('0'), fc.bigInt({ min: 1n, max: 10n ** 20n }).map(String)),
    fc.option(fc.stringMatching(/^\d{1,20}$/)),
    fc.option(fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), fc.nat(400))),
  )
  .map(([sign, whole, fraction, exponent]) =>
    [sign, whole, fraction === null ? '' : `.${fraction}`, (exponent ?? []).join('')].join(''),
  );

test('any numbers anywhere stay as they are written', () => {
  fc.assert(
    fc.property(fc.array(number, { minLength: 1 }), (numbers) => {
      const text = `{"a":${numbers[0]},"b":[${numbers.join(',')}],"c":{"d":${numbers.at(-1)}}}`;
      assert.equal(writtenAgain(text), text);
    }),
    { numRuns: 2_000 },
  );
});
