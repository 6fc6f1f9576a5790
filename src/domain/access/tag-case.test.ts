import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUser } from '../../../tests/support/identity-calls.ts';
import { startApp } from '../../../tests/support/scenario.ts';

const allow = { Effect: 'Allow', Action: 'sagemaker:*', Resource: '*' };
const about = { Action: 'sagemaker:DescribeModelPackageGroup', Resource: '*' };
const rules = {
  'an Allow of one value': [
    { ...allow, Action: 'sagemaker:ListTags' },
    { ...about, Effect: 'Allow', Condition: { StringEquals: { 'aws:ResourceTag/risk': 'low' } } },
  ],
  'a Deny of all other values': [
    allow,
    { ...about, Effect: 'Deny', Condition: { StringNotEquals: { 'aws:ResourceTag/risk': 'low' } } },
  ],
};

for (const [rule, statements] of Object.entries(rules)) {
  test(`a second tag in another case does not lift ${rule}`, async (t) => {
    const app = await startApp(t);
    const as = { credentials: await newUser(app, 'ana', ...statements) };
    const low = { Key: 'RISK', Value: 'low' };
    const open = { ModelPackageGroupName: 'open' };
    await app.ok('CreateModelPackageGroup', { ...open, Tags: [low] });
    await app.ok('DescribeModelPackageGroup', open, as);
    const shut = { ModelPackageGroupName: 'shut' };
    const Tags = [{ Key: 'risk', Value: 'high' }, low];
    await app.ok('CreateModelPackageGroup', { ...shut, Tags });
    const { code } = await app.refused('DescribeModelPackageGroup', shut, as);
    assert.equal(code, 'AccessDeniedException');
  });
}
