import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringifyMembers, withJsonMembers } from './json-members.ts';

const cases: [members: object, json: string, text: string][] = [
  [
    { Name: 'a', Version: 1 },
    '{"Task":"x","List":[1]}',
    '{"Name":"a","Version":1,"Task":"x","List":[1]}',
  ],
  [{ Name: 'a' }, '{}', '{"Name":"a"}'],
  [{}, '{"Task":"x"}', '{"Task":"x"}'],
  [{ Name: undefined }, '{"Task":"x"}', '{"Task":"x"}'],
  [{}, '{}', '{}'],
];

for (const [members, json, text] of cases) {
  test(`${JSON.stringify(members)} and ${json} make one object`, () => {
    const whole = withJsonMembers(members, json);
    assert.equal(stringifyMembers(whole), text);
    assert.equal(stringifyMembers({ ...whole }), text, 'a copy too');
  });
}

test('an object without such members is written as JSON.stringify does', () => {
  assert.equal(stringifyMembers({ Name: 'a', Tags: [] }), '{"Name":"a","Tags":[]}');
});
