import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePolicy } from './parse-policy.ts';
import { statementsAbout } from './statement-index.ts';

const packages = 'arn:aws:sagemaker:eu-west-1:111122223333:model-package';

function policy(name: string, ...resources: (string | string[])[]) {
  const Statement = resources.map((Resource, n) => ({
    Sid: `${name}${n}`,
    Effect: 'Allow',
    Action: ['sagemaker:Describe*'],
    Resource,
  }));
  return { name, policy: parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement })) };
}

const policies = [
  policy('a', `${packages}/fraud/*`, `${packages}/churn/*`, '*'),
  policy('b', [`${packages}/fraud/1`, `${packages}/fr*`], `${packages}/f?aud/2`),
  policy('c', `${packages}/\${aws:PrincipalTag/team}/*`, `${packages}/fraud/12`),
  policy('d', 'arn:aws:sagemaker:*', `${packages}/\${*}/*`),
];

const cases: [resource: string, sids: string[]][] = [
  ['model-package/fraud/1', ['a0', 'a2', 'b0', 'b1', 'c0', 'd0']],
  ['model-package/fraud/12', ['a0', 'a2', 'b0', 'b1', 'c0', 'c1', 'd0']],
  ['model-package/churn/1', ['a1', 'a2', 'c0', 'd0']],
  ['model-package/*/1', ['a2', 'c0', 'd0', 'd1']],
  ['model', ['a2', 'c0', 'd0']],
  ['', ['a2', 'c0', 'd0']],
];

for (const [resource, sids] of cases) {
  test(`statements that may be about '${resource}', each once, in the policies' order`, () => {
    const found = statementsAbout(policies, 'sagemaker:describemodelpackage', resource);
    assert.deepEqual(
      found.map(({ statement }) => statement.sid),
      sids,
    );
    assert.ok(
      found.every(({ from, statement, index }) => from.policy.statements[index] === statement),
    );
  });
}

test('statements about another action are not found', () => {
  assert.deepEqual(statementsAbout(policies, 'sagemaker:search', 'model-package/fraud/1'), []);
});
