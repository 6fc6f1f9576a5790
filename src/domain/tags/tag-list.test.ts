import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf } from '../../../tests/support/scenario.ts';
import { checkTags, mergeTags, parseTags, removeTags } from './tag-list.ts';

const tag = (Key: string, Value = '') => ({ Key, Value });
const many = (count: number, prefix = 'k') =>
  Array.from({ length: count }, (_, i) => tag(`${prefix}${i}`));

const checks: [title: string, tags: { Key: string; Value: string }[], refusal?: string][] = [
  ['no tags', []],
  ['keys that differ in case', [tag('Team'), tag('team')]],
  ['the prefix of SageMaker', [tag('sagemaker:collection-path:1700000000000', 'a')]],
  ["a key with 'aws:' inside", [tag('my-aws:key')]],
  ['a key twice', [tag('team', 'a'), tag('team', 'b')], "Duplicate tag key 'team'."],
  ['a reserved key', [tag('aws:x')], "Tag key 'aws:x' may not begin with 'aws:'."],
  ['a reserved key in capitals', [tag('AWS:x')], "Tag key 'AWS:x' may not begin with 'aws:'."],
];

for (const [title, tags, refusal] of checks) {
  test(`${title}: ${refusal === undefined ? 'accepted' : 'refused'}`, () => {
    assert.equal(
      refusalOf(() => checkTags(tags)),
      refusal === undefined ? undefined : `invalid: ${refusal}`,
    );
  });
}

test('a key that is there gets the new value in its old place; new keys come last', () => {
  const current = [tag('a', '1'), tag('b', '2'), tag('A', '3')];
  assert.deepEqual(mergeTags(current, [tag('c', '4'), tag('a', '5')]), [
    tag('a', '5'),
    tag('b', '2'),
    tag('A', '3'),
    tag('c', '4'),
  ]);
  assert.deepEqual(current, [tag('a', '1'), tag('b', '2'), tag('A', '3')]);
});

test('a resource has at most fifty tags', () => {
  assert.equal(mergeTags(many(49), [tag('new')]).length, 50);
  assert.equal(mergeTags(many(50), [tag('k7', 'new')]).length, 50);
  assert.equal(
    refusalOf(() => mergeTags(many(50), [tag('new')])),
    'limit: A resource may have at most 50 tags, not 51.',
  );
});

test('tags go by key; keys that are not there do no harm', () => {
  const current = [tag('a', '1'), tag('b', '2'), tag('A', '3')];
  assert.deepEqual(removeTags(current, ['a', 'absent', 'a']), [tag('b', '2'), tag('A', '3')]);
  assert.deepEqual(removeTags(current, ['absent']), current);
});

test('tags come out of a column as they went in', () => {
  const tags = [tag('a', ''), tag('clé', 'é')];
  assert.deepEqual(parseTags(JSON.stringify(tags)), tags);
});
