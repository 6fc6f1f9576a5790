import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCondition } from './search-condition.ts';
import { searchExpression } from './search.ts';

test('a condition is a property, an operator and a value', () => {
  const conditions: [string, string, string, string?][] = [
    ['ModelApprovalStatus=Approved', 'ModelApprovalStatus', 'Equals', 'Approved'],
    ['a != b', 'a', 'NotEquals', 'b'],
    ['ModelPackageName~fraud', 'ModelPackageName', 'Contains', 'fraud'],
    ['ModelPackageVersion>=3', 'ModelPackageVersion', 'GreaterThanOrEqualTo', '3'],
    ['v>3', 'v', 'GreaterThan', '3'],
    ['v<=3', 'v', 'LessThanOrEqualTo', '3'],
    ['v<3', 'v', 'LessThan', '3'],
    ['Tags.url=https://a/?b=c&d~e', 'Tags.url', 'Equals', 'https://a/?b=c&d~e'],
    [
      'CustomerMetadataProperties.f1 macro=0.8',
      'CustomerMetadataProperties.f1 macro',
      'Equals',
      '0.8',
    ],
    ["a=' b '", 'a', 'Equals', ' b '],
    ['a="b', 'a', 'Equals', '"b'],
    ['Tags.team', 'Tags.team', 'Exists'],
    ['!Tags.team', 'Tags.team', 'NotExists'],
  ];
  for (const [text, Name, Operator, Value] of conditions) {
    const expected = Value === undefined ? { Name, Operator } : { Name, Operator, Value };
    assert.deepEqual(parseCondition(text), expected, text);
  }
});

test('anything else is told what a condition is', () => {
  for (const text of ['', '=b', 'a=', 'a=""', '!a=b', '>3', '!']) {
    assert.throws(() => parseCondition(text), /is no condition\. Write a property/, text);
  }
});

test('options and conditions hold together', () => {
  const resource = 'ModelPackage';
  assert.equal(searchExpression([], { resource }), undefined);
  assert.deepEqual(
    searchExpression(['a=b'], {
      resource,
      group: 'fraud',
      status: 'Approved',
      tag: ['team=risk', 'env'],
      nameContains: 'x',
      expression: '{"Operator":"Or","Filters":[{"Name":"c"}]}',
    }),
    {
      Filters: [
        { Name: 'a', Operator: 'Equals', Value: 'b' },
        { Name: 'ModelPackageGroupName', Operator: 'Equals', Value: 'fraud' },
        { Name: 'ModelApprovalStatus', Operator: 'Equals', Value: 'Approved' },
        { Name: 'ModelPackageName', Operator: 'Contains', Value: 'x' },
        { Name: 'Tags.team', Operator: 'Equals', Value: 'risk' },
        { Name: 'Tags.env', Operator: 'Exists' },
      ],
      SubExpressions: [{ Operator: 'Or', Filters: [{ Name: 'c' }] }],
    },
  );
  assert.deepEqual(searchExpression([], { resource, expression: '{"Filters":[]}' }), {
    Filters: [],
  });
  assert.throws(
    () => searchExpression([], { resource, expression: '/no/such/file' }),
    /--expression cannot be read: ENOENT/,
  );
});
