import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Refusal } from '../../kernel/refusal.ts';
import { limits } from '../../kernel/limits.ts';
import { parsePolicy, policyCharacters, statementPositions } from './parse-policy.ts';
import type { PolicyKind } from './parse-policy.ts';

const allow = { Effect: 'Allow', Action: 'sagemaker:*', Resource: '*' };
const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '111122223333' } };

function policyOf(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

function refusalOf(text: string, kind?: PolicyKind): string {
  try {
    parsePolicy(text, kind);
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    return `${error.code ?? error.kind}: ${error.message}`;
  }
  return 'none';
}

const refusals: [text: string, message: string, kind?: PolicyKind][] = [
  ['', 'This policy contains invalid Json'],
  ['{"Version":', 'This policy contains invalid Json'],
  ['[]', 'Syntax errors in policy.'],
  ['{}', 'Syntax errors in policy.'],
  ['{"Version":"2012-10-17","Version":"2012-10-17"}', 'Syntax errors in policy.'],
  ['{"Version":"2012-10-18","Statement":[]}', 'Syntax errors in policy.'],
  [policyOf(), 'Syntax errors in policy.'],
  [policyOf({ ...allow, Extra: 1 }), 'Syntax errors in policy.'],
  [policyOf({ ...allow, Effect: 'Permit' }), 'Syntax errors in policy.'],
  [policyOf({ ...allow, Effect: 'allow' }), 'The policy failed legacy parsing'],
  [policyOf({ ...allow, NotAction: '*' }), 'Syntax errors in policy.'],
  [policyOf({ ...allow, NotResource: '*' }), 'Syntax errors in policy.'],
  [policyOf({ ...allow, Condition: { StringEqual: { 'a:b': 'c' } } }), 'Syntax errors in policy.'],
  [
    policyOf({ ...allow, Condition: { DateLessThan: { 'aws:CurrentTime': 'soon' } } }),
    'The policy failed legacy parsing',
  ],
  [
    policyOf({ ...allow, Condition: { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/33' } } }),
    'The policy failed legacy parsing',
  ],
  [
    policyOf({ ...allow, Sid: 'Same' }, { ...allow, Sid: 'Same' }),
    'Statement IDs (SID) in a single policy must be unique.',
  ],
  [
    policyOf({ ...allow, Sid: 'no blanks' }),
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular ' +
      'expression [0-9A-Za-z]*',
  ],
  [policyOf({ ...allow, Action: undefined }), 'Policy statement must contain actions.'],
  [policyOf({ ...allow, Action: [] }), 'Policy statement must contain actions.'],
  [policyOf({ ...allow, Resource: undefined }), 'Policy statement must contain resources.'],
  [policyOf({ ...allow, Resource: [] }), 'Policy statement must contain resources.'],
  [
    policyOf({ ...allow, Action: 'CreateModelPackage' }),
    'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
  ],
  [policyOf({ ...allow, Action: 'a:b:c' }), 'Actions/Condition can contain only one colon.'],
  [policyOf({ ...allow, Action: 'sage*:List*' }), 'Vendor sage* is not valid'],
  [policyOf({ ...allow, Action: 'sagemaker:' }), 'The policy failed legacy parsing'],
  [policyOf({ ...allow, Resource: 'g1' }), 'Resource g1 must be in ARN format or "*".'],
  [policyOf({ ...allow, Principal: '*' }), 'Policy document should not specify a principal.'],
  [policyOf({ ...trust, Principal: undefined }), 'Missing required field Principal', 'trust'],
  [policyOf(allow), 'Missing required field Principal', 'resource'],
  [
    policyOf({ ...trust, Principal: { AWS: 'alice' } }),
    'Invalid principal in policy: "AWS":"alice"',
    'trust',
  ],
  [policyOf({ ...trust, Resource: '*' }), 'Has prohibited field Resource', 'trust'],
  [
    policyOf({ ...trust, Action: 'sagemaker:*' }),
    'AssumeRole policy may only specify STS AssumeRole actions.',
    'trust',
  ],
  [
    JSON.stringify({ Version: '2008-10-17', Statement: allow }),
    'Policy document must be version 2012-10-17 or greater.',
    'managed',
  ],
  [
    JSON.stringify({ Statement: allow }),
    'Policy document must be version 2012-10-17 or greater.',
    'managed',
  ],
  [policyOf(...Array.from({ length: 513 }, () => allow)), 'Syntax errors in policy.'],
  [policyOf(allow) + ' '.repeat(limits.policyCharactersMax), 'Syntax errors in policy.'],
];

for (const [text, message, kind] of refusals) {
  const shown = text.slice(0, 100);
  test(`${kind ?? 'inline'} ${shown} is refused in IAM's words (identity.md 5)`, () => {
    assert.equal(refusalOf(text, kind), `MalformedPolicyDocument: ${message}`);
  });
}

for (const [text, kind] of [
  [policyOf(allow), 'inline'],
  [policyOf(allow), 'managed'],
  [policyOf(allow), 'session'],
  [policyOf(trust), 'trust'],
  [policyOf({ ...allow, Sid: 'with blanks.', Principal: '*' }), 'resource'],
  [policyOf({ ...allow, Action: ['*:*', 'iam:*'] }), 'inline'],
  [JSON.stringify({ Statement: { Effect: 'Deny', NotAction: '*', NotResource: '*' } }), 'inline'],
] as const) {
  test(`${kind} ${text} is taken (identity.md 3.1)`, () => {
    assert.equal(refusalOf(text, kind), 'none');
  });
}

test("a resource's policy is taken with a condition that nothing meets, as before", () => {
  const Condition = { NumericEquals: { 'aws:x': 'ten' } };
  assert.equal(refusalOf(policyOf({ ...allow, Principal: '*', Condition }), 'resource'), 'none');
});

for (const [kind, size, message] of [
  ['managed', 6144, 'limit: Cannot exceed quota for PolicySize: 6144'],
  ['session', 2048, 'limit: Cannot exceed quota for PolicySize: 2048'],
  ['trust', 2048, 'limit: Cannot exceed quota for ACLSizePerRole: 2048'],
] as const) {
  test(`a ${kind} policy has at most ${size} characters, white space apart (identity.md 3.1)`, () => {
    const make = kind === 'trust' ? trust : allow;
    const withSid = (length: number) => policyOf({ ...make, Sid: 'S'.repeat(length) });
    const room = size - withSid(0).length;
    assert.equal(refusalOf(`${' \n'.repeat(5_000)}${withSid(room)}`, kind), 'none');
    assert.equal(refusalOf(withSid(room + 1), kind), message);
  });
}

test('white space does not count for the size of a policy', () => {
  assert.equal(policyCharacters(' { "a" :\n\t1 } '), 7);
});

test('statements are found in the text, whatever is in them', () => {
  const statement = { ...allow, Condition: { StringEquals: { 'a:b': ['{', '}]', '"'] } } };
  const text = JSON.stringify(
    { Statement: [statement, statement], Version: '2012-10-17' },
    undefined,
    2,
  );
  assert.deepEqual(statementPositions(text), [
    { start: { line: 3, column: 5 }, end: { line: 16, column: 5 } },
    { start: { line: 17, column: 5 }, end: { line: 30, column: 5 } },
  ]);
  const single = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  assert.deepEqual(statementPositions(single), [
    { start: { line: 1, column: 37 }, end: { line: 1, column: single.length - 1 } },
  ]);
});

test('whatever comes as an action or resource, the answer is a policy or a refusal', () => {
  const part = fc.string({
    unit: fc.constantFrom('*', '?', ':', '$', '{', '}', 'arn:aws:s3:', 'a', ',', "'"),
  });
  fc.assert(
    fc.property(part, part, (action, resource) => {
      refusalOf(policyOf({ Effect: 'Deny', Action: action, Resource: `arn:${resource}` }));
    }),
    { numRuns: 1_000 },
  );
});
