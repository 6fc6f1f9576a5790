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
  'an Allow for any value': [
    { ...allow, Action: 'sagemaker:ListTags' },
    {
      ...about,
      Effect: 'Allow',
      Condition: { 'ForAnyValue:StringEquals': { 'aws:ResourceTag/risk': 'low' } },
    },
  ],
  'a Deny for all values': [
    allow,
    {
      ...about,
      Effect: 'Deny',
      Condition: { 'ForAllValues:StringEquals': { 'aws:ResourceTag/risk': 'high' } },
    },
    // Without this the other Deny would hit what has no such tag at all.
    { ...about, Effect: 'Deny', Condition: { Null: { 'aws:ResourceTag/risk': 'true' } } },
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

const create = { Action: 'sagemaker:CreateModelPackageGroup', Resource: '*' };
const tagging = { ...allow, Action: 'sagemaker:AddTags' };
const keyRules = {
  'a Deny of a key': [
    allow,
    {
      ...create,
      Effect: 'Deny',
      Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'risk' } },
    },
  ],
  'an Allow of all keys but one': [
    tagging,
    {
      ...create,
      Effect: 'Allow',
      Condition: { 'ForAllValues:StringNotLike': { 'aws:TagKeys': 'ris*' } },
    },
  ],
  'an Allow of some keys': [
    tagging,
    {
      ...create,
      Effect: 'Allow',
      Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } },
    },
  ],
  'a Deny of all keys but some': [
    allow,
    {
      ...create,
      Effect: 'Deny',
      Condition: { 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': ['team'] } },
    },
  ],
};

for (const [rule, statements] of Object.entries(keyRules)) {
  test(`another case of a tag's key does not lift ${rule}`, async (t) => {
    const app = await startApp(t);
    const as = { credentials: await newUser(app, 'ana', ...statements) };
    const make = (name: string, Key: string) => ({
      ModelPackageGroupName: name,
      Tags: [{ Key, Value: 'x' }],
    });
    await app.ok('CreateModelPackageGroup', make('open', 'team'), as);
    for (const key of ['risk', 'Risk']) {
      const { code } = await app.refused('CreateModelPackageGroup', make('shut', key), as);
      assert.equal(code, 'AccessDeniedException', key);
    }
  });
}
