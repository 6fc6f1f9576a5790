import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceData, ShapeData } from './contract.ts';
import { linkService } from './shape.ts';
import { validate } from './validate.ts';

const shapes: Record<string, ShapeData> = {
  Input: {
    type: 'structure',
    required: ['Name'],
    members: {
      Name: 'Name',
      Status: 'Status',
      Count: 'Count',
      Items: 'Items',
      Properties: 'Properties',
      Secret: 'Secret',
      Inner: 'Inner',
    },
  },
  Inner: { type: 'structure', required: ['Role'], members: { Role: 'Name', Inner: 'Inner' } },
  Name: { type: 'string', min: 1, max: 5, pattern: '[a-z]+' },
  Status: { type: 'string', enum: ['Approved', 'Rejected'] },
  Count: { type: 'integer', min: 1, max: 100 },
  Items: { type: 'list', member: 'Name', min: 1, max: 2 },
  Properties: { type: 'map', key: 'Name', value: 'Name', min: 1, max: 2 },
  Secret: { type: 'string', max: 3, sensitive: true },
};
const service: ServiceData = {
  name: 'test',
  signingName: 'test',
  protocol: 'json',
  targetPrefix: 'Test',
  apiVersion: '1',
  operations: { Do: { input: 'Input', errors: [] } },
  shapes,
};
const { input } = linkService(service).operations.get('Do')!;

function violationsOf(value: unknown): string {
  try {
    validate(value, input);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const one = '1 validation error detected: ';
const cases: [title: string, value: Record<string, unknown>, message: string][] = [
  ['all is well', { Name: 'abc', Status: 'Approved', Count: 1, Inner: { Role: 'x' } }, ''],
  [
    'a required member is missing',
    {},
    `${one}Value null at 'name' failed to satisfy constraint: Member must not be null`,
  ],
  [
    'a nested required member is missing',
    { Name: 'a', Inner: {} },
    `${one}Value null at 'inner.role' failed to satisfy constraint: Member must not be null`,
  ],
  [
    'a string does not match its pattern',
    { Name: 'A' },
    `${one}Value 'A' at 'name' failed to satisfy constraint: ` +
      'Member must satisfy regular expression pattern: [a-z]+',
  ],
  [
    'a pattern must match the whole, a trailing newline included',
    { Name: 'a\n' },
    `${one}Value 'a\n' at 'name' failed to satisfy constraint: ` +
      'Member must satisfy regular expression pattern: [a-z]+',
  ],
  [
    'a string is too long',
    { Name: 'abcdef' },
    `${one}Value 'abcdef' at 'name' failed to satisfy constraint: ` +
      'Member must have length less than or equal to 5',
  ],
  [
    'a value is not in the enum',
    { Name: 'a', Status: 'Archived' },
    `${one}Value 'Archived' at 'status' failed to satisfy constraint: ` +
      'Member must satisfy enum value set: [Approved, Rejected]',
  ],
  [
    'a number is too small',
    { Name: 'a', Count: 0 },
    `${one}Value '0' at 'count' failed to satisfy constraint: ` +
      'Member must have value greater than or equal to 1',
  ],
  [
    'a number is too large',
    { Name: 'a', Count: 101 },
    `${one}Value '101' at 'count' failed to satisfy constraint: ` +
      'Member must have value less than or equal to 100',
  ],
  [
    'a list is empty',
    { Name: 'a', Items: [] },
    `${one}Value at 'items' failed to satisfy constraint: ` +
      'Member must have length greater than or equal to 1',
  ],
  [
    'a list element is wrong',
    { Name: 'a', Items: ['a', 'B'] },
    `${one}Value 'B' at 'items.2.member' failed to satisfy constraint: ` +
      'Member must satisfy regular expression pattern: [a-z]+',
  ],
  [
    'a list element is null',
    { Name: 'a', Items: [null] },
    `${one}Value null at 'items.1.member' failed to satisfy constraint: Member must not be null`,
  ],
  [
    'a map has too many entries',
    { Name: 'a', Properties: { a: 'a', b: 'b', c: 'c' } },
    `${one}Value at 'properties' failed to satisfy constraint: ` +
      'Member must have length less than or equal to 2',
  ],
  [
    'a map key is wrong',
    { Name: 'a', Properties: { 'B!': 'b' } },
    `${one}Value 'B!' at 'properties' failed to satisfy constraint: Map keys must satisfy ` +
      'constraint: [Member must satisfy regular expression pattern: [a-z]+]',
  ],
  [
    'a sensitive value is never repeated',
    { Name: 'a', Secret: 'open sesame' },
    `${one}Value at 'secret' failed to satisfy constraint: ` +
      'Member must have length less than or equal to 3',
  ],
  [
    'all violations are told at once',
    { Name: '', Count: 0 },
    "3 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member must " +
      "have length greater than or equal to 1; Value '' at 'name' failed to satisfy constraint: " +
      "Member must satisfy regular expression pattern: [a-z]+; Value '0' at 'count' failed to " +
      'satisfy constraint: Member must have value greater than or equal to 1',
  ],
];

for (const [title, value, message] of cases) {
  test(title, () => {
    const told = violationsOf(value);
    assert.equal(told, message);
  });
}

test('lengths count code points, not UTF-16 units', () => {
  assert.match(violationsOf({ Name: 'a', Secret: '😀😀😀😀' }), /less than or equal to 3/);
  assert.equal(violationsOf({ Name: 'a', Secret: '😀😀😀' }), '');
});

test('a long value is repeated in part', () => {
  const message = violationsOf({ Name: 'A'.repeat(10_000) });
  assert.ok(message.length < 1000, `${message.length} characters`);
});
