import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bindVariables, conditionKeyName } from './policy-variables.ts';

/** `<…>` stands for a variable, which the linter takes for a template that lost its quotes. */
function textWith(variables: string): string {
  return variables.replaceAll('<', '${').replaceAll('>', '}');
}

const keys = new Map([
  ['aws:username', ['alice']],
  ['aws:principaltag/team', ['risk']],
  ['aws:principaltag/star', ['*']],
  ['aws:tagkeys', ['a', 'b']],
]);

function resolve(text: string, version: '2012-10-17' | '2008-10-17' | undefined = '2012-10-17') {
  const bound = bindVariables([textWith(text)], version, (pieces) =>
    pieces.map((piece) => (piece.literal ? `[${piece.text}]` : piece.text)).join(''),
  );
  return bound.bind(keys)[0];
}

for (const [text, expected] of [
  ['', ''],
  ['plain*', 'plain*'],
  ['home/<aws:username>/*', 'home/[alice]/*'],
  ['<AWS:UserName>', '[alice]'],
  ['<aws:PrincipalTag/team>', '[risk]'],
  ['<aws:PrincipalTag/TEAM>', '[risk]'],
  ['<aws:PrincipalTag/star>', '[*]'],
  ["<aws:PrincipalTag/team, 'none'>", '[risk]'],
  ["<aws:PrincipalTag/lost, 'every one, here'>", '[every one, here]'],
  ["<aws:PrincipalTag/lost,'x'>", '[x]'],
  ["<aws:PrincipalTag/lost, ''>", '[]'],
  ['<*>', '[*]'],
  ['a<?>b<$><*>', 'a[?]b[$][*]'],
  ['<aws:PrincipalTag/lost>', undefined],
  ['<aws:PrincipalTag/lost, x>', undefined],
  ['<aws:TagKeys>', undefined],
  ["<aws:TagKeys, 'x'>", undefined],
  ['<', textWith('<')],
  ['a<aws:username', textWith('a<aws:username')],
] as const) {
  test(`'${text}' becomes ${expected} (identity.md 3.2)`, () => {
    assert.equal(resolve(text), expected);
  });
}

test('before version 2012-10-17 a variable is text (identity.md 3.1)', () => {
  for (const version of ['2008-10-17', undefined] as const) {
    const bound = bindVariables([textWith('<aws:username>')], version, ([piece]) => piece!.text);
    assert.deepEqual(bound.bind(keys), [textWith('<aws:username>')]);
  }
});

test('a text is compiled once for the same values of its variables', () => {
  const texts = ['a*', textWith('<aws:username>')];
  const compiled: string[] = [];
  const bound = bindVariables(texts, '2012-10-17', ([piece]) => compiled.push(piece!.text));
  bound.bind(keys);
  bound.bind(keys);
  bound.bind(new Map([...keys, ['aws:username', ['bob']]]));
  bound.bind(keys);
  assert.deepEqual(compiled, ['a*', 'alice', 'bob', 'alice']);
});

test('names of keys differ by no case, and stages by no slash (identity.md 3.2, 4)', () => {
  assert.equal(conditionKeyName('aws:RequestTag/Team'), 'aws:requesttag/team');
  for (const name of ['sagemaker:ModelLifeCycle:Stage', 'sagemaker:ModelLifeCycle/stage']) {
    assert.equal(conditionKeyName(name), 'sagemaker:modellifecycle:stage');
  }
});
