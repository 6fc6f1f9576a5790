import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseShorthand, ShorthandError } from './shorthand.ts';
import type { ShorthandValue } from './shorthand.ts';

function parse(text: string): unknown {
  const value = parseShorthand(text, (reference) => `<${reference}>`);
  return JSON.parse(JSON.stringify(value));
}

/** Text, and what the aws CLI 1.45.11 makes of it. */
const examples: [string, unknown][] = [
  ['Key=k,Value=v', { Key: 'k', Value: 'v' }],
  ['Key=k,Value=', { Key: 'k', Value: '' }],
  ['a=b,c', { a: ['b', 'c'] }],
  ['a=b,c,d=e', { a: ['b', 'c'], d: 'e' }],
  ['a=b,"c,d",e=f', { a: ['b', 'c,d'], e: 'f' }],
  ['a=[]', { a: [] }],
  ['a=[b]', { a: ['b'] }],
  ['a=[b,c],d=e', { a: ['b', 'c'], d: 'e' }],
  ['a={b=c,d=[e,{f=g}]}', { a: { b: 'c', d: ['e', { f: 'g' }] } }],
  ['a={}', { a: {} }],
  [
    'Containers=[{Image=i:1,ModelDataUrl=s3://b/k?x=y}]',
    {
      Containers: [{ Image: 'i:1', ModelDataUrl: 's3://b/k?x=y' }],
    },
  ],
  ['a = b , c = d ', { a: 'b', c: 'd' }],
  ['a=b=c', { a: 'b=c' }],
  [String.raw`a=b\,c`, { a: 'b,c' }],
  [String.raw`a='it\'s',b="\"q\""`, { a: "it's", b: '"q"' }],
  [String.raw`a="\\"`, { a: '\\' }],
  ['a=b c d', { a: 'b c d' }],
  ['a=[b, c ,d ]', { a: ['b', 'c', 'd'] }],
  ['a=é日本,b=🦊', { a: 'é日本', b: '🦊' }],
  ['a=\n b', { a: 'b' }],
  ['a.b-c_d/e:f#0=1', { 'a.b-c_d/e:f#0': '1' }],
  ['a@=file://x,b=file://y', { a: '<file://x>', b: 'file://y' }],
  ['__proto__=x', { ['__proto__']: 'x' }],
];

describe('shorthand', () => {
  for (const [text, expected] of examples) {
    test(JSON.stringify(text), () => assert.deepEqual(parse(text), expected));
  }

  const wrong: [string, string][] = [
    ['a', "expected '=', found the end:\na\n ^"],
    ['a=b,', 'a value is missing at the end:\na=b,\n    ^'],
    ['a=[b', "expected ',', found the end:\na=[b\n    ^"],
    ['a={b', "expected '=', found the end:\na={b\n    ^"],
    ['a={b=c', "expected ',', found the end:\na={b=c\n      ^"],
    ['a="b', 'the closing quote is missing:\na="b\n  ^'],
    ['a=b]', "expected ',', found ']':\na=b]\n   ^"],
    ['a="b"c', "expected ',', found 'c':\na=\"b\"c\n     ^"],
    ['a=b,\nc==d,\ne=f', "expected ',', found '=':\na=b,\nc==d,\n  ^\ne=f"],
  ];
  for (const [text, message] of wrong) {
    test(`${JSON.stringify(text)} is refused, and shown where`, () => {
      assert.throws(
        () => parse(text),
        (error: Error) => {
          assert.ok(error instanceof ShorthandError);
          assert.equal(error.message, message);
          return true;
        },
      );
    });
  }

  test('a key that comes twice is refused, as the second structure wants a space', () => {
    assert.throws(() => parse('Key=a,Value=b,Key=c,Value=d'), /Second instance of key 'Key'/);
  });

  test('any text is read or refused with a ShorthandError, in good time', () => {
    const pieces = ['a', 'Key', '=', ',', '[', ']', '{', '}', '"', "'", ' ', '\\', '@', '\n', '🦊'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (chosen) => {
        try {
          parse(chosen.join(''));
        } catch (error) {
          assert.ok(error instanceof ShorthandError, String(error));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('what is written with quotes is read back', () => {
    const key = fc.stringMatching(/^[A-Za-z0-9\-_.#/:]{1,8}$/);
    const { value } = fc.letrec<{ value: ShorthandValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        // As in the aws CLI, a backslash before the closing quote belongs to the quote.
        fc.string({ unit: 'grapheme' }).filter((text) => !text.endsWith('\\')),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    }));
    const parameter = fc.dictionary(key, value, { minKeys: 1, maxKeys: 4 });
    fc.assert(
      fc.property(parameter, (given) => {
        const members = Object.entries(given).map(([name, one]) => `${name}=${write(one)}`);
        assert.deepEqual(parse(members.join(',')), JSON.parse(JSON.stringify(given)));
      }),
    );
  });
});

function write(value: ShorthandValue): string {
  if (typeof value === 'string') {
    return `"${value.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
  }
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  return `{${Object.entries(value)
    .map(([name, one]) => `${name}=${write(one)}`)
    .join(',')}}`;
}
