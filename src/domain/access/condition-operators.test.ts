import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileCondition } from './condition-operators.ts';
import { parseConditions } from './policy-condition.ts';

function conditionOf(test: string, values: string | string[], effect: 'Allow' | 'Deny' = 'Allow') {
  const [condition] = parseConditions({ [test]: { 'aws:Key': values } }, (reason) =>
    assert.fail(reason),
  );
  return compileCondition(condition!, '2012-10-17', effect);
}

function holds(test: string, values: string | string[], given: readonly string[] | undefined) {
  return conditionOf(test, values).holds(new Map(given && [['aws:key', given]]));
}

const arn = 'arn:aws:sagemaker:eu-west-1:111122223333:model-package/g1/3';

for (const [operator, value, given, expected] of [
  ['StringEquals', 'a', 'a', true],
  ['StringEquals', 'a', 'A', false],
  ['StringEquals', 'a*', 'ab', false],
  ['StringNotEquals', 'a', 'b', true],
  ['StringNotEquals', 'a', 'a', false],
  ['StringEqualsIgnoreCase', 'Ab', 'aB', true],
  ['StringNotEqualsIgnoreCase', 'Ab', 'aB', false],
  ['StringLike', 'a*c?', 'abcd', true],
  ['StringLike', 'A*', 'abc', false],
  ['StringNotLike', 'a*', 'abc', false],
  ['StringNotLike', 'a*', 'b', true],
  ['NumericEquals', '10', '10.0', true],
  ['NumericEquals', '10', 'ten', false],
  ['NumericNotEquals', '10', '11', true],
  ['NumericNotEquals', '10', 'ten', true],
  ['NumericLessThan', '10', '9', true],
  ['NumericLessThan', '10', '10', false],
  ['NumericLessThanEquals', '10', '10', true],
  ['NumericGreaterThan', '-1', '0', true],
  ['NumericGreaterThan', '9', '10', true],
  ['NumericGreaterThanEquals', '10', '9.99', false],
  ['DateEquals', '2026-03-04T09:15:27Z', '2026-03-04T10:15:27+01:00', true],
  ['DateEquals', '2026-03-04', '2026-03-04T00:00:00Z', true],
  ['DateEquals', '1772615727', '2026-03-04T09:15:27Z', true],
  ['DateNotEquals', '2026-03-04', '2026-03-05', true],
  ['DateLessThan', '2026-03-04T09:15:27Z', '2026-03-04T09:15:26Z', true],
  ['DateLessThan', '2026-03-04T09:15:27', '2026-03-04T09:15:27Z', false],
  ['DateLessThanEquals', '2026', '2025-12-31T23:59:59Z', true],
  ['DateGreaterThan', '2026-03', '1772615727', true],
  ['DateGreaterThanEquals', '2026-03-04', 'March 4, 2026', false],
  ['Bool', 'true', 'true', true],
  ['Bool', 'True', 'true', true],
  ['Bool', 'true', 'false', false],
  ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true],
  ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ6', false],
  ['IpAddress', '203.0.113.0/24', '203.0.113.77', true],
  ['IpAddress', '203.0.113.0/24', '203.0.114.1', false],
  ['IpAddress', '203.0.113.128/25', '203.0.113.127', false],
  ['IpAddress', '203.0.113.7', '203.0.113.7', true],
  ['IpAddress', '203.0.113.7', '203.0.113.8', false],
  ['IpAddress', '0.0.0.0/0', '198.51.100.1', true],
  ['IpAddress', '0.0.0.0/0', '2001:db8::1', false],
  ['IpAddress', '2001:DB8::/32', '2001:db8:1234::1', true],
  ['IpAddress', '2001:db8::/33', '2001:db8:8000::1', false],
  ['IpAddress', '::1', '0:0:0:0:0:0:0:1', true],
  ['IpAddress', '::/0', '2001:db8::1', true],
  ['IpAddress', '203.0.113.0/24', '::ffff:203.0.113.9', true],
  ['IpAddress', '::ffff:203.0.113.0/120', '203.0.113.9', true],
  ['IpAddress', '203.0.113.0/24', 'localhost', false],
  ['NotIpAddress', '203.0.113.0/24', '203.0.113.77', false],
  ['NotIpAddress', '203.0.113.0/24', '198.51.100.1', true],
  ['ArnEquals', arn.replace('g1', '*'), arn, true],
  ['ArnLike', 'arn:aws:sagemaker:*:*:model-package/g1/?', arn, true],
  ['ArnLike', 'arn:aws:*/g1/3', arn, false],
  ['ArnLike', arn, 'no arn', false],
  ['ArnNotEquals', arn, arn, false],
  ['ArnNotLike', arn.replace('g1', 'g2'), arn, true],
  ['Null', 'false', 'a', true],
  ['Null', 'true', 'a', false],
] as const) {
  test(`${operator} ${value}: ${given} is ${expected} (identity.md 3.2)`, () => {
    assert.equal(holds(operator, value, [given]), expected);
  });
}

test('several values are an OR, and a NOR where the operator is negated (identity.md 3.2)', () => {
  assert.equal(holds('StringEquals', ['a', 'b'], ['b']), true);
  assert.equal(holds('StringNotEquals', ['a', 'b'], ['b']), false);
  assert.equal(holds('StringNotEquals', ['a', 'b'], ['c']), true);
  assert.equal(holds('NotIpAddress', ['10.0.0.0/8', '203.0.113.0/24'], ['10.1.1.1']), false);
});

const positive =
  'StringEquals StringEqualsIgnoreCase StringLike NumericEquals NumericLessThan ' +
  'NumericLessThanEquals NumericGreaterThan NumericGreaterThanEquals DateEquals DateLessThan ' +
  'DateLessThanEquals DateGreaterThan DateGreaterThanEquals Bool BinaryEquals IpAddress ArnEquals ' +
  'ArnLike';
const negated =
  'StringNotEquals StringNotEqualsIgnoreCase StringNotLike NumericNotEquals DateNotEquals ' +
  'NotIpAddress ArnNotEquals ArnNotLike';

/** A value that is of every type but an address. */
const valueOf = (operator: string) => (operator.endsWith('IpAddress') ? '10.0.0.0/8' : '2026');

for (const [operators, whenAbsent] of [
  [positive, false],
  [negated, true],
] as const) {
  for (const operator of operators.split(' ')) {
    test(`an absent key: ${operator} is ${whenAbsent}, IfExists true (identity.md 3.2)`, () => {
      for (const absent of [undefined, []]) {
        const value = valueOf(operator);
        assert.equal(holds(operator, value, absent), whenAbsent);
        assert.equal(holds(`${operator}IfExists`, value, absent), true);
        assert.equal(holds(`ForAllValues:${operator}`, value, absent), true);
        assert.equal(holds(`ForAnyValue:${operator}`, value, absent), false);
        assert.equal(holds(`ForAnyValue:${operator}IfExists`, value, absent), true);
      }
    });
  }
}

test('an absent key is what Null asks for (identity.md 3.2)', () => {
  for (const absent of [undefined, []]) {
    assert.equal(holds('Null', 'true', absent), true);
    assert.equal(holds('Null', 'false', absent), false);
  }
});

for (const [test_, given, expected] of [
  ['ForAllValues:StringEquals', ['a', 'b'], true],
  ['ForAllValues:StringEquals', ['a', 'x'], false],
  ['ForAnyValue:StringEquals', ['a', 'x'], true],
  ['ForAnyValue:StringEquals', ['x', 'y'], false],
  ['ForAllValues:StringNotEquals', ['x', 'y'], true],
  ['ForAllValues:StringNotEquals', ['a', 'x'], false],
  ['ForAnyValue:StringNotEquals', ['a', 'x'], true],
  ['ForAnyValue:StringNotEquals', ['a', 'b'], false],
  ['StringEquals', ['a', 'x'], true],
  ['StringNotEquals', ['a', 'x'], false],
] as const) {
  test(`${test_} [a, b]: ${given.join()} is ${expected} (identity.md 3.2)`, () => {
    assert.equal(holds(test_, ['a', 'b'], given), expected);
  });
}

for (const [operator, value] of [
  ['NumericEquals', 'ten'],
  ['NumericNotEquals', ''],
  ['DateLessThan', 'tomorrow'],
  ['DateLessThan', '2026-13-01'],
  ['BinaryEquals', '%'],
  ['IpAddress', '10.0.0.0/33'],
  ['IpAddress', '10.0.0.256'],
  ['IpAddress', '10.0.0.0/8/8'],
  ['NotIpAddress', '1::2::3'],
  ['NotIpAddress', '2001:db8::/129'],
  ['NotIpAddress', '1:2:3:4:5:6:7'],
  ['NotIpAddress', '1:2:3:4:5:6:7:8:9'],
  ['NotIpAddress', 'g::1'],
  ['IpAddress', '::ffff:10.0.0.0/8'],
  ['Null', 'maybe'],
] as const) {
  test(`${operator} '${value}' fits nothing: an Allow never holds, a Deny always does`, () => {
    for (const given of ['1', '10.0.0.1', '2001:db8::1']) {
      const keys = new Map([['aws:key', [given]]]);
      assert.equal(conditionOf(operator, value).holds(keys), false);
      assert.equal(conditionOf(operator, value, 'Deny').holds(keys), true);
      assert.equal(conditionOf(operator, value).misfit, value);
    }
  });
}

const team = `\${aws:PrincipalTag/team}`;

for (const [operator, tag, expected] of [
  ['StringEquals', 'risk', true],
  ['StringEquals', 'fraud', false],
  ['StringEquals', undefined, false],
  ['StringNotEquals', 'fraud', true],
  ['StringNotEquals', undefined, false],
  ['StringLike', '*', false],
  ['StringLike', 'risk', true],
] as const) {
  test(`${operator} compares with a variable of ${tag}: ${expected} (identity.md 3.2)`, () => {
    const keys = new Map([['aws:key', ['risk']]]);
    if (tag !== undefined) keys.set('aws:principaltag/team', [tag]);
    assert.equal(conditionOf(operator, team).holds(keys), expected);
  });
}

test('a negated operator with a variable without a value lets no Allow hold, and every Deny', () => {
  for (const given of [new Map(), new Map([['aws:key', ['risk']]])]) {
    for (const operator of ['StringNotEquals', 'StringNotLike', 'ArnNotLikeIfExists']) {
      assert.equal(conditionOf(operator, [team, 'x']).holds(given), false);
      assert.equal(conditionOf(operator, [team, 'x'], 'Deny').holds(given), true);
    }
  }
});

test('numbers, dates, bytes and addresses have no variables (identity.md 3.2)', () => {
  assert.equal(conditionOf('NumericEquals', team).misfit, team);
});
