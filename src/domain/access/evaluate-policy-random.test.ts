import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide } from '../../../tests/support/reference-evaluator.ts';
import type { Document, Question, Statement } from '../../../tests/support/reference-evaluator.ts';
import { evaluate } from './evaluate-policy.ts';
import type { NamedPolicy, PolicySet } from './evaluate-policy.ts';
import { parsePolicy } from './parse-policy.ts';
import type { PolicyKind } from './parse-policy.ts';
import type { Principal } from './principal.ts';

const [one, two] = ['111122223333', '444455556666'];
const cases = 12_000;

const root: Principal = {
  type: 'Account',
  accountId: one,
  arn: `arn:aws:iam::${one}:root`,
  principalId: one,
  tags: new Map(),
};
const alice: Principal = {
  ...root,
  type: 'User',
  arn: `arn:aws:iam::${one}:user/alice`,
  principalId: 'AIDAALICE',
};
const session: Principal = {
  ...root,
  type: 'AssumedRole',
  arn: `arn:aws:sts::${one}:assumed-role/R/S1`,
  principalId: 'AROAR:S1',
  roleArn: `arn:aws:iam::${one}:role/ml/R`,
};

/** Few words, so that policies and requests meet often. */
const actions = ['sagemaker:DescribeModelPackage', 'sagemaker:UpdateModelPackage', 'iam:GetUser'];
const actionPatterns = [
  ...actions,
  '*',
  'sagemaker:*',
  'SAGEMAKER:describe*',
  'sagemaker:*Package',
  'sagemaker:?pdateModelPackage',
  'iam:*User*',
];
const packages = `arn:aws:sagemaker:eu-west-1:${one}:model-package`;
const resources = [`${packages}/g1/3`, `${packages}/G1/3`, `${packages}/team-risk/1`, '*'];
const resourcePatterns = [
  '*',
  ...resources.slice(0, 3),
  `${packages}/*`,
  `${packages}/g?/*`,
  `arn:aws:sagemaker:*:*:model-package/*/3`,
  'arn:aws:sagemaker',
  'arn:aws:s3:::bucket/*',
  `${packages}/team-\${aws:PrincipalTag/team}/*`,
  `${packages}/\${aws:PrincipalTag/lost, 'g1'}/*`,
  `${packages}/\${aws:PrincipalTag/lost}/*`,
  `${packages}/g\${*}/*`,
];
/** Values of each key, and what policies compare them with. */
const keys: Record<string, { values: string[]; patterns: string[] }> = {
  'aws:PrincipalTag/team': { values: ['risk', 'ads', '*'], patterns: ['risk', 'r*', 'RISK'] },
  'aws:ResourceTag/team': {
    values: ['risk', 'ads', 'Risk'],
    patterns: ['risk', '*', '?isk', `\${aws:PrincipalTag/team}`, `\${aws:PrincipalTag/lost}`],
  },
  'aws:TagKeys': { values: ['team', 'cost', 'Team'], patterns: ['team', 'cost', 't*'] },
  'sagemaker:ModelApprovalStatus': {
    values: ['Approved', 'Rejected', 'PendingManualApproval'],
    patterns: ['Approved', 'approved', 'Re*', `\${aws:PrincipalTag/team, 'Approved'}`],
  },
};
const texts = ['StringEquals', 'StringEqualsIgnoreCase', 'StringLike'].flatMap((name) => [
  name,
  name.replace('String', 'StringNot'),
]);

const names = fc.constantFrom(...Object.keys(keys));
const some = (words: string[]) =>
  fc.uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: 3 });

const textCondition = fc
  .tuple(
    fc.constantFrom('', '', 'ForAllValues:', 'ForAnyValue:'),
    fc.constantFrom(...texts),
    fc.constantFrom('', 'IfExists'),
    names,
  )
  .chain(([set, operator, suffix, name]) =>
    some(keys[name]!.patterns).map((values) => ({
      [`${set}${operator}${suffix}`]: { [name]: values },
    })),
  );
const otherCondition = fc
  .constantFrom<[string, string, string[]]>(
    ['Null', 'aws:ResourceTag/team', ['true', 'false']],
    ['Null', 'sagemaker:ModelApprovalStatus', ['true', 'false']],
    ['IpAddress', 'aws:SourceIp', ['10.0.0.0/8', '192.0.2.7', '192.0.2.0/24']],
    ['NotIpAddress', 'aws:SourceIp', ['10.0.0.0/8', '192.0.2.0/29']],
    ['NumericLessThan', 'aws:EpochTime', ['1772615727', '1772615728']],
    ['NumericNotEquals', 'aws:EpochTime', ['1772615727', '5']],
    ['DateGreaterThan', 'aws:CurrentTime', ['2026-01-01T00:00:00Z', '2027-01-01']],
    ['DateLessThanEqualsIfExists', 'aws:CurrentTime', ['2026-03-04T09:15:27Z']],
    ['Bool', 'aws:SecureTransport', ['true', 'FALSE']],
    ['BoolIfExists', 'aws:MultiFactorAuthPresent', ['true']],
    ['ArnLike', 'aws:PrincipalArn', [`arn:aws:iam::*:user/*`, session.roleArn!, 'arn:aws:*']],
    ['ArnNotEquals', 'aws:PrincipalArn', [alice.arn, 'arn:aws:iam::*:role/ml/?']],
  )
  .chain(([operator, key, values]) =>
    some(values).map((list) => ({ [operator]: { [key]: list } })),
  );
const condition = fc
  .array(fc.oneof(textCondition, otherCondition), { maxLength: 2 })
  .map((blocks) => {
    const merged: Record<string, Record<string, string[]>> = {};
    for (const [operator, tests] of blocks.flatMap((block) => Object.entries(block))) {
      merged[operator] = { ...merged[operator], ...tests };
    }
    return merged;
  });

const principals = [root.arn, alice.arn, session.arn, session.roleArn!, `arn:aws:iam::${two}:root`];

const statement = fc
  .record({
    Effect: fc.constantFrom<'Allow' | 'Deny'>('Allow', 'Allow', 'Allow', 'Deny'),
    actions: some(actionPatterns),
    resources: some(resourcePatterns),
    notActions: fc.nat(5),
    notResources: fc.nat(5),
    Condition: condition,
  })
  .map((made): Statement => ({
    Effect: made.Effect,
    ...(made.notActions === 0 ? { NotAction: made.actions } : { Action: made.actions }),
    ...(made.notResources === 0 ? { NotResource: made.resources } : { Resource: made.resources }),
    ...(Object.keys(made.Condition).length > 0 && { Condition: made.Condition }),
  }));
const granting = fc
  .tuple(statement, fc.nat(5), some(principals))
  .map(([made, how, named]): Statement => {
    if (how === 0) return { ...made, Principal: '*' };
    if (how === 1 && made.Effect === 'Deny') return { ...made, NotPrincipal: { AWS: named } };
    return { ...made, Principal: { AWS: named } };
  });

const documents = (one: fc.Arbitrary<Statement>): fc.Arbitrary<Document> =>
  fc.record({
    Version: fc.constantFrom<Document['Version']>('2012-10-17', '2012-10-17', '2008-10-17'),
    Statement: fc.array(one, { minLength: 1, maxLength: 4 }),
  });
const document = documents(statement);

const circumstances = fc
  .record({
    ip: fc.constantFrom(['192.0.2.7'], ['10.1.2.3'], []),
    secure: fc.constantFrom(['true'], ['false'], []),
    mfa: fc.constantFrom(['false'], []),
  })
  .map(({ ip, secure, mfa }) => ({
    'aws:SourceIp': ip,
    'aws:SecureTransport': secure,
    'aws:MultiFactorAuthPresent': mfa,
    'aws:CurrentTime': ['2026-03-04T09:15:27Z'],
    'aws:EpochTime': ['1772615727'],
  }));
const texted = fc.record(
  Object.fromEntries(
    Object.entries(keys).map(([name, { values }]) => [
      name,
      fc.uniqueArray(fc.constantFrom(...values), { maxLength: name === 'aws:TagKeys' ? 3 : 1 }),
    ]),
  ),
);

const question: fc.Arbitrary<Question> = fc
  .record({
    action: fc.constantFrom(...actions),
    resource: fc.constantFrom(...resources),
    principal: fc.constantFrom(root, alice, alice, session, session),
    resourceAccountId: fc.constantFrom(one, one, one, two),
    identity: fc.array(document, { maxLength: 3 }),
    boundary: fc.option(document, { nil: undefined }),
    session: fc.array(document, { maxLength: 2 }),
    resourcePolicy: fc.option(documents(granting), { nil: undefined }),
    circumstances,
    texted,
  })
  .map(({ boundary, resourcePolicy, circumstances: fixed, texted: free, ...asked }) => ({
    ...asked,
    // A user has no session policies, and the root user has nothing of its own.
    identity: asked.principal === root ? [] : asked.identity,
    session: asked.principal === session ? asked.session : [],
    ...(boundary && asked.principal !== root && { boundary }),
    ...(resourcePolicy && { resourcePolicy }),
    keys: keysOf(asked.principal, { ...fixed, ...free }),
  }));

function keysOf(principal: Principal, values: Record<string, readonly string[]>): Question['keys'] {
  const arn = principal.roleArn ?? principal.arn;
  return new Map(
    Object.entries({ ...values, 'aws:PrincipalArn': [arn] })
      .filter(([, list]) => list.length > 0)
      .map(([name, list]) => [name.toLowerCase(), list]),
  );
}

function compiled(document: Document, kind: PolicyKind): NamedPolicy {
  return { name: kind, policy: parsePolicy(JSON.stringify(document), kind) };
}

function policiesOf({
  identity,
  boundary,
  session: sessions,
  resourcePolicy,
}: Question): PolicySet {
  return {
    identity: identity.map((one) => compiled(one, 'inline')),
    ...(boundary && { boundary: compiled(boundary, 'inline') }),
    ...(sessions && { session: sessions.map((one) => compiled(one, 'inline')) }),
    ...(resourcePolicy && { resource: compiled(resourcePolicy, 'resource') }),
  };
}

test(`${cases} random questions are answered as a slow reference answers them`, () => {
  const answers = new Map<string, number>();
  fc.assert(
    fc.property(question, (asked) => {
      const { keys: conditionKeys, action, resource, principal, resourceAccountId } = asked;
      const request = { action, resource, principal, resourceAccountId, conditionKeys };
      const { decision } = evaluate(request, policiesOf(asked));
      answers.set(decision, (answers.get(decision) ?? 0) + 1);
      assert.equal(decision, decide(asked));
    }),
    { numRuns: cases },
  );
  // Else the test would compare nothing but refusals.
  for (const decision of ['allowed', 'explicitDeny', 'implicitDeny']) {
    assert.ok((answers.get(decision) ?? 0) > cases / 20, `${decision}: ${answers.get(decision)}`);
  }
});
