import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatPageToken, parsePageToken } from './page-token.ts';
import { Refusal } from './refusal.ts';

const query = ['ListModelPackages', '123456789012', { NameContains: 'fraud' }];

test('a token gives its position back', () => {
  const position = fc.array(fc.oneof(fc.string(), fc.integer()), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(position, (values) => {
      const kinds = values.map((value) => typeof value) as ('string' | 'number')[];
      assert.deepEqual(parsePageToken(formatPageToken(values, query), query, kinds), values);
    }),
  );
});

test('no token and an empty one are the first page', () => {
  assert.equal(parsePageToken(undefined, query, ['number']), undefined);
  assert.equal(parsePageToken('', query, ['number']), undefined);
});

test('a token is refused by another query', () => {
  const token = formatPageToken([7], query);
  const other = ['ListModelPackages', '123456789012', { NameContains: 'risk' }];
  assert.throws(() => parsePageToken(token, other, ['number']), /Invalid pagination token/);
});

test('a token whose values are of other kinds is refused', () => {
  const token = formatPageToken(['7'], query);
  assert.throws(() => parsePageToken(token, query, ['number']), Refusal);
  assert.throws(() => parsePageToken(token, query, ['string', 'number']), Refusal);
});

test('whatever text comes as a token, it is refused or taken, never a fault', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json()), (text) => {
      if (text === '') return;
      assert.throws(() => parsePageToken(text, query, ['number']), Refusal);
      const wrapped = Buffer.from(text).toString('base64url');
      if (wrapped !== '') assert.throws(() => parsePageToken(wrapped, query, ['number']), Refusal);
    }),
  );
});
