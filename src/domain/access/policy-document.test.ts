import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Refusal } from '../../kernel/refusal.ts';
import { parsePolicyDocument } from './policy-document.ts';
import { parsePolicyJson } from './policy-json.ts';
import type { PolicyPrincipal } from './policy-principal.ts';

const allow = {
  Effect: 'Allow',
  Action: 'sagemaker:DescribeModelPackage',
  Resource: '*',
};

function policyOf(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

function refusalOf(text: string): string {
  try {
    parsePolicyDocument(text);
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    return error.message;
  }
  return assert.fail(`accepted: ${text}`);
}

test('a policy is read whole', () => {
  const text = JSON.stringify({
    Version: '2012-10-17',
    Id: 'sharing',
    Statement: [
      {
        Sid: 'Read',
        Effect: 'Allow',
        Principal: { AWS: ['111122223333', 'arn:aws:iam::444455556666:role/deploy'] },
        Action: ['sagemaker:Describe*', 'sagemaker:List*'],
        Resource: 'arn:aws:sagemaker:eu-west-1:111122223333:model-package/fraud/*',
        Condition: {
          'ForAnyValue:StringLikeIfExists': { 'aws:TagKeys': ['team', 1] },
          Bool: { 'aws:SecureTransport': true },
        },
      },
      { Effect: 'Deny', NotPrincipal: '*', NotAction: 'iam:*', NotResource: '*' },
    ],
  });
  assert.deepEqual(parsePolicyDocument(text), {
    version: '2012-10-17',
    id: 'sharing',
    statements: [
      {
        sid: 'Read',
        effect: 'Allow',
        principals: {
          negated: false,
          entries: [
            { type: 'Account', id: '111122223333', text: '111122223333' },
            {
              type: 'Role',
              id: 'arn:aws:iam::444455556666:role/deploy',
              text: 'arn:aws:iam::444455556666:role/deploy',
            },
          ],
        },
        actions: { negated: false, entries: ['sagemaker:Describe*', 'sagemaker:List*'] },
        resources: {
          negated: false,
          entries: ['arn:aws:sagemaker:eu-west-1:111122223333:model-package/fraud/*'],
        },
        conditions: [
          {
            operator: 'StringLike',
            quantifier: 'ForAnyValue',
            ifExists: true,
            key: 'aws:TagKeys',
            values: ['team', '1'],
          },
          {
            operator: 'Bool',
            quantifier: undefined,
            ifExists: false,
            key: 'aws:SecureTransport',
            values: ['true'],
          },
        ],
      },
      {
        sid: undefined,
        effect: 'Deny',
        principals: { negated: true, entries: [{ type: 'Everyone', id: '*', text: '*' }] },
        actions: { negated: true, entries: ['iam:*'] },
        resources: { negated: true, entries: ['*'] },
        conditions: [],
      },
    ],
  });
});

test('what a type of policy leaves out is undefined', () => {
  const document = parsePolicyDocument('{"Statement":{"Effect":"Allow","Action":"*"}}');
  assert.equal(document.version, undefined);
  assert.equal(document.id, undefined);
  assert.equal(document.statements[0]?.principals, undefined);
  assert.equal(document.statements[0]?.resources, undefined);
});

test('several empty Sids are none', () => {
  const { statements } = parsePolicyDocument(
    policyOf({ ...allow, Sid: '' }, { ...allow, Sid: '' }),
  );
  assert.deepEqual(
    statements.map(({ sid }) => sid),
    [undefined, undefined],
  );
});

for (const [text, reason] of [
  ['', /^The policy is not valid JSON: /],
  ['{"Version":', /^The policy is not valid JSON: /],
  ['['.repeat(20_000), /^The policy is not valid JSON: /],
  ['['.repeat(10_000) + ']'.repeat(10_000), /^The policy is nested too deeply$/],
  ['[]', /^The policy must be an object$/],
  ['null', /^The policy must be an object$/],
  ['"text"', /^The policy must be an object$/],
  ['{}', /^Statement is missing$/],
  ['{"Statement":[]}', /^Statement must not be empty$/],
  ['{"Statement":[1]}', /^Statement 1: The statement must be an object$/],
  ['{"Version":"2012-10-18"}', /^Version must be 2012-10-17 or 2008-10-17$/],
  ['{"Version":20121017}', /^Version must be /],
  ['{"version":"2012-10-17"}', /^Unknown element 'version'; the elements are Version, Id, /],
  ['{"Id":1,"Statement":{"Effect":"Allow","Action":"*"}}', /^Id must be a string$/],
  ['{"Version":"2012-10-17","Version":"2012-10-17"}', /^Duplicate key 'Version'$/],
  ['{"Statement":[],"Statement":[]}', /^Duplicate key 'Statement'$/],
  [
    '{"Statement":[{},{"Effect":"Allow" , "Effect" :"Deny"}]}',
    /^Statement 2: Duplicate key 'Effect'$/,
  ],
  ['{"Statement":{"Sid":"a","\\u0053id":"b"}}', /^Statement 1: Duplicate key 'Sid'$/],
  [
    '{"Statement":[[],{"Condition":{"Bool":{"a:b":1,"a:b":2}}}]}',
    /^Statement 2: Duplicate key 'a:b'$/,
  ],
] as const) {
  test(`the document ${text.slice(0, 60)} is refused`, () => {
    assert.match(refusalOf(text), reason);
  });
}

for (const [statement, reason] of [
  [{ ...allow, Sid: 'a/b' }, /^Statement 2: Sid 'a\/b' may have letters/],
  [{ ...allow, Sid: null }, /^Statement 2: Sid must be a string$/],
  [{ ...allow, Effect: 'allow' }, /^Statement 2: Effect must be Allow or Deny$/],
  [{ ...allow, Effect: undefined }, /^Statement 2: Effect must be Allow or Deny$/],
  [{ ...allow, Actions: '*' }, /^Statement 2: Unknown element 'Actions'/],
  [{ ...allow, Action: undefined }, /^Statement 2: Action is missing$/],
  [{ ...allow, Action: [] }, /^Statement 2: Action must not be empty$/],
  [{ ...allow, Action: [1] }, /^Statement 2: Action must be a string or a list of strings$/],
  [{ ...allow, Action: null }, /^Statement 2: Action must be a string or a list of strings$/],
  [{ ...allow, Action: 'DescribeModel' }, /^Statement 2: Action 'DescribeModel' must be \* or /],
  [{ ...allow, Action: 'sage*:Describe' }, /^Statement 2: Action 'sage\*:Describe' must be \* or /],
  [{ ...allow, Action: 'sagemaker:' }, /^Statement 2: Action 'sagemaker:' must be /],
  [{ ...allow, NotAction: '*' }, /^Statement 2: Action and NotAction may not stand together$/],
  [{ ...allow, Resource: 'fraud' }, /^Statement 2: Resource 'fraud' must be \* or an ARN$/],
  [{ ...allow, Resource: [] }, /^Statement 2: Resource must not be empty$/],
  [
    { ...allow, NotResource: '*' },
    /^Statement 2: Resource and NotResource may not stand together$/,
  ],
  [{ ...allow, NotPrincipal: '*' }, /^Statement 2: NotPrincipal requires the Effect Deny$/],
  [
    { ...allow, Principal: '*', NotPrincipal: '*' },
    /^Statement 2: Principal and NotPrincipal may not stand together$/,
  ],
] as const) {
  test(`the statement ${JSON.stringify(statement)} is refused`, () => {
    assert.match(refusalOf(policyOf(allow, statement)), reason);
  });
}

test('a Sid that stands twice is refused at the second place', () => {
  const named = { ...allow, Sid: 'Same' };
  assert.equal(refusalOf(policyOf(named, allow, named)), "Statement 3: Duplicate Sid 'Same'");
});

function principalsOf(value: unknown): readonly PolicyPrincipal[] | undefined {
  return parsePolicyDocument(policyOf({ ...allow, Principal: value })).statements[0]?.principals
    ?.entries;
}

for (const [value, type, id] of [
  ['*', 'Everyone', '*'],
  [{ AWS: '*' }, 'Everyone', '*'],
  [{ AWS: '012345678901' }, 'Account', '012345678901'],
  [{ AWS: 'arn:aws-cn:iam::012345678901:root' }, 'Account', '012345678901'],
  [{ AWS: ['arn:aws:iam::012345678901:user/alice'] }, 'User', undefined],
  [{ AWS: 'arn:aws:iam::012345678901:user/staff/ml/alice@example.org' }, 'User', undefined],
  [{ AWS: 'arn:aws:iam::012345678901:role/service-role/deploy' }, 'Role', undefined],
  [{ AWS: 'arn:aws:sts::012345678901:assumed-role/deploy/session-1' }, 'AssumedRole', undefined],
  [{ AWS: 'arn:aws:sts::012345678901:federated-user/bob' }, 'FederatedUser', undefined],
  [{ Service: 'events.amazonaws.com' }, 'Service', 'events.amazonaws.com'],
  [{ Federated: 'accounts.google.com' }, 'Federated', 'accounts.google.com'],
  [{ CanonicalUser: '79a59df9' }, 'CanonicalUser', '79a59df9'],
] as const) {
  test(`the principal ${JSON.stringify(value)} is ${type}`, () => {
    const principals = principalsOf(value);
    assert.equal(principals?.length, 1);
    assert.equal(principals[0]?.type, type);
    assert.equal(principals[0].id, id ?? principals[0].text);
  });
}

for (const value of [
  'arn:aws:iam::012345678901:root',
  '012345678901',
  '',
  null,
  {},
  [],
  ['*'],
  { AWS: [] },
  { AWS: null },
  { AWS: 12345678901 },
  { AWS: '1234567890' },
  { AWS: '0123456789012' },
  { AWS: 'alice' },
  { AWS: 'AIDAEXAMPLE' },
  { AWS: ' 012345678901' },
  { AWS: 'arn:aws:iam::012345678901:user/*' },
  { AWS: 'arn:aws:iam::*:root' },
  { AWS: 'arn:aws:iam::012345678901:role/' },
  { AWS: 'arn:aws:iam::012345678901:group/staff' },
  { AWS: 'arn:aws:iam::12345:root' },
  { AWS: 'arn:aws:sts::012345678901:assumed-role/deploy' },
  { AWS: 'arn:aws:s3:::bucket' },
  { Service: '*' },
  { Service: 'events' },
  { Federated: '*' },
  { aws: '012345678901' },
]) {
  test(`the principal ${JSON.stringify(value)} is refused`, () => {
    assert.match(
      refusalOf(policyOf({ ...allow, Principal: value })),
      /^Statement 1: (?:Principal |Unknown element )/,
    );
  });
}

for (const [condition, reason] of [
  [null, /Condition must be an object$/],
  [{ StringEqual: { 'a:b': 'c' } }, /Unknown condition operator 'StringEqual'$/],
  [{ stringequals: { 'a:b': 'c' } }, /Unknown condition operator 'stringequals'$/],
  [{ NullIfExists: { 'a:b': 'true' } }, /Unknown condition operator 'NullIfExists'$/],
  [{ 'ForSomeValues:StringLike': { 'a:b': 'c' } }, /Unknown condition operator /],
  [{ StringEquals: 'a' }, /Condition StringEquals must be an object$/],
  [{ StringEquals: {} }, /Condition StringEquals must name a condition key$/],
  [{ StringEquals: { key: 'c' } }, /Condition key 'key' is malformed$/],
  [{ StringEquals: { 'a:b': [] } }, /Condition StringEquals 'a:b' must have a value$/],
  [{ StringEquals: { 'a:b': null } }, /must be a string, a number, a boolean or a list of them$/],
  [{ StringEquals: { 'a:b': [{}] } }, /must be a string, a number, a boolean or a list of them$/],
] as const) {
  test(`the condition ${JSON.stringify(condition)} is refused`, () => {
    const message = refusalOf(policyOf({ ...allow, Condition: condition }));
    assert.match(message, /^Statement 1: /);
    assert.match(message, reason);
  });
}

test('conditions are read with prefixes, suffixes and values of every type', () => {
  for (const operator of ['StringNotLike', 'NumericLessThanEquals', 'NotIpAddress', 'ArnLike']) {
    for (const quantifier of [undefined, 'ForAllValues', 'ForAnyValue'] as const) {
      for (const ifExists of [false, true]) {
        const plain = ifExists ? `${operator}IfExists` : operator;
        const name = quantifier ? `${quantifier}:${plain}` : plain;
        const Condition = { [name]: { 'aws:x/y': ['a', 1.5, false] } };
        assert.deepEqual(
          parsePolicyDocument(policyOf({ ...allow, Condition })).statements[0]?.conditions,
          [{ operator, quantifier, ifExists, key: 'aws:x/y', values: ['a', '1.5', 'false'] }],
        );
      }
    }
  }
});

test('the caller says how a refusal is worded', () => {
  const refuse = (reason: string): never => {
    throw new Error(`MalformedPolicyDocument: ${reason}`);
  };
  assert.throws(() => parsePolicyDocument('{}', refuse), {
    message: 'MalformedPolicyDocument: Statement is missing',
  });
});

test('text that JSON.stringify writes is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), (text) => {
      assert.deepEqual(
        parsePolicyJson(text, (reason) => assert.fail(reason)),
        JSON.parse(text),
      );
    }),
  );
});

test('whatever JSON comes, the answer is a document or a refusal', () => {
  const words =
    'Version Statement Effect Allow Action Resource Principal AWS * Condition StringEquals aws:x ' +
    '__proto__ constructor 2012-10-17 Sid NotAction';
  const word = fc.constantFrom(...words.split(' '));
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium' },
      word,
      fc.constantFrom(null, 1, true),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(word, tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(word, value), (policy) => {
      try {
        parsePolicyDocument(JSON.stringify(policy));
      } catch (error) {
        assert.ok(error instanceof Refusal, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});
