import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import type { Principal } from './principal.ts';
import { conditionKeysOf } from './condition-keys.ts';
import type { ResourceFacts } from './condition-keys.ts';
import { deniedMessage } from './denied-message.ts';
import { evaluate } from './evaluate-policy.ts';
import type { AccessRequest, NamedPolicy, PolicySet } from './evaluate-policy.ts';
import { parsePolicy } from './parse-policy.ts';
import type { PolicyKind } from './parse-policy.ts';

const one = '111111111111';
const two = '222222222222';
const root: Principal = {
  type: 'Account',
  accountId: one,
  arn: `arn:aws:iam::${one}:root`,
  principalId: one,
  tags: new Map(),
};
const alice = userOf(one, 'alice');
const bob = userOf(two, 'bob');
const roleArn = `arn:aws:iam::${one}:role/ml/R`;
const session: Principal = {
  type: 'AssumedRole',
  accountId: one,
  arn: `arn:aws:sts::${one}:assumed-role/R/S1`,
  principalId: 'AROAEXAMPLE:S1',
  tags: new Map(),
  session: { name: 'S1', issuedAt: 0 },
  roleArn,
};
const federated: Principal = {
  type: 'FederatedUser',
  accountId: one,
  arn: `arn:aws:sts::${one}:federated-user/fred`,
  principalId: `${one}:fred`,
  tags: new Map(),
};

function userOf(accountId: string, name: string, tags: [string, string][] = []): Principal {
  return {
    type: 'User',
    accountId,
    arn: `arn:aws:iam::${accountId}:user/${name}`,
    principalId: 'AIDAEXAMPLE',
    tags: new Map(tags),
  };
}

const sagemaker = `arn:aws:sagemaker:eu-west-1:${one}`;
const model = `${sagemaker}:model-package/g1/3`;

type Json = Record<string, unknown>;

function named(name: string, statements: Json[], kind: PolicyKind, version: string): NamedPolicy {
  const text = JSON.stringify({ Version: version, Statement: statements });
  return { name, policy: parsePolicy(text, kind) };
}

interface Given {
  I?: Json[];
  B?: Json[];
  S?: Json[];
  P?: Json[];
  T?: Json[];
  version?: string;
}

/** Policies as the cases of identity.md section 3.5 name them; T is a trust policy. */
function policiesOf({ I, B, S, P, T, version = '2012-10-17' }: Given): PolicySet {
  return {
    identity: I ? [named('I', I, 'inline', version)] : [],
    ...(B && { boundary: named('B', B, 'inline', version) }),
    ...(S && { session: [named('S', S, 'session', version)] }),
    ...(P && { resource: named('P', P, 'resource', version) }),
    ...(T && { trust: named('T', T, 'trust', version) }),
  };
}

function requestOf(
  principal: Principal,
  action: string,
  resource = model,
  { input = {}, facts = {} }: { input?: Json; facts?: Partial<ResourceFacts> } = {},
): AccessRequest {
  const resourceAccountId = resource.split(':')[4] ?? principal.accountId;
  const full = action.includes(':') ? action : `sagemaker:${action}`;
  const call = {
    service: full.split(':')[0]!,
    operation: full.split(':')[1]!,
    principal,
    region: 'eu-west-1',
    sourceIp: '203.0.113.9',
    isSecure: false,
    userAgent: 'tests',
    now: Date.parse('2026-03-04T09:15:27.500Z'),
  };
  const conditionKeys = conditionKeysOf(call, input, { accountId: resourceAccountId, ...facts });
  return { action: full, resource, principal, resourceAccountId, conditionKeys };
}

/** `allowed`, or the end of what the caller is told. */
function answerOf(request: AccessRequest, policies: PolicySet): string {
  const decision = evaluate(request, policies);
  if (decision.decision === 'allowed') return 'allowed';
  const message = deniedMessage(request, decision);
  const base =
    `User: ${request.principal.arn} is not authorized to perform: ${request.action} ` +
    `on resource: ${request.resource} `;
  assert.ok(message.startsWith(base), message);
  return message.slice(base.length);
}

const noIdentity = (action: string) =>
  `because no identity-based policy allows the sagemaker:${action} action`;
const noResource = (action: string) =>
  `because no resource-based policy allows the sagemaker:${action} action`;
const noBoundary = (action: string) =>
  `because no permissions boundary allows the sagemaker:${action} action`;
const noSession = (action: string) =>
  `because no session policy allows the sagemaker:${action} action`;

const D = 'DescribeModelPackage';
const U = 'UpdateModelPackage';
const allow = (Action: string | string[], more: Json = {}): Json => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
});
const deny = (Action: string | string[], more: Json = {}): Json => ({
  ...allow(Action, more),
  Effect: 'Deny',
});
const AWS = (...principals: string[]): Json => ({ Principal: { AWS: principals } });
const approval = { 'sagemaker:ModelApprovalStatus': 'PendingManualApproval' };
const withStatus = (ModelApprovalStatus: string) => ({ input: { ModelApprovalStatus } });
const notRejected = { 'sagemaker:ModelApprovalStatus': 'Rejected' };
const tagged = (...keys: string[]) => ({
  input: { Tags: keys.map((Key) => ({ Key, Value: 'x' })) },
});
const group = `${sagemaker}:model-package-group/g1`;
const team = `\${aws:PrincipalTag/team}`;
const sameTeam = [
  allow('sagemaker:*', { Condition: { StringEquals: { 'aws:ResourceTag/team': team } } }),
];
const risk = { facts: { tags: [{ Key: 'team', Value: 'risk' }] } };
const rick = userOf(one, 'rick', [['team', 'risk']]);
const only = (name: string) => allow(`sagemaker:${name}`);
const denied = 'with an explicit deny in ';

const cases: [id: string, given: Given, request: AccessRequest, expected: string][] = [
  ['P1', {}, requestOf(alice, D), noIdentity(D)],
  ['P2', { I: [allow('sagemaker:Describe*')] }, requestOf(alice, D), 'allowed'],
  [
    'P3',
    { I: [allow('SAGEMAKER:describemodelpackage', { Resource: model })] },
    requestOf(alice, D),
    'allowed',
  ],
  [
    'P4',
    { I: [{ ...only(D), Resource: `${sagemaker}:model-package/G1/3` }] },
    requestOf(alice, D),
    noIdentity(D),
  ],
  [
    'P5',
    { I: [{ ...only(D), Resource: `${sagemaker}:model-package/g1/*` }] },
    requestOf(alice, D),
    'allowed',
  ],
  ['P6', { I: [{ ...only(D), Resource: group }] }, requestOf(alice, D), noIdentity(D)],
  [
    'P7',
    { I: [allow('*'), deny(`sagemaker:${U}`)] },
    requestOf(alice, U),
    `${denied}an identity-based policy`,
  ],
  [
    'P8 model',
    { I: [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }] },
    requestOf(alice, U),
    'allowed',
  ],
  [
    'P8 user',
    { I: [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }] },
    requestOf(alice, 'iam:CreateUser', `arn:aws:iam::${one}:user/eve`),
    'because no identity-based policy allows the iam:CreateUser action',
  ],
  [
    'P9',
    {
      I: [
        {
          Effect: 'Allow',
          Action: `sagemaker:${U}`,
          NotResource: `${sagemaker}:model-package/g2/*`,
        },
      ],
    },
    requestOf(alice, U),
    'allowed',
  ],
  [
    'P10 with',
    { I: [{ ...only(U), Condition: { StringEquals: approval } }] },
    requestOf(alice, U, model, withStatus('Approved')),
    noIdentity(U),
  ],
  [
    'P10 without',
    { I: [{ ...only(U), Condition: { StringEquals: approval } }] },
    requestOf(alice, U),
    noIdentity(U),
  ],
  [
    'P11',
    { I: [{ ...only(U), Condition: { StringEqualsIfExists: approval } }] },
    requestOf(alice, U),
    'allowed',
  ],
  ...(['StringNotEquals', 'StringNotEqualsIfExists'] as const).map(
    (operator, i): [string, Given, AccessRequest, string] => [
      `P${12 + i}`,
      { I: [only(U), deny(`sagemaker:${U}`, { Condition: { [operator]: notRejected } })] },
      requestOf(alice, U),
      `${denied}an identity-based policy`,
    ],
  ),
  ...([{}, withStatus('Approved')] as const).map(
    (circumstances, i): [string, Given, AccessRequest, string] => [
      `P14 ${i}`,
      {
        I: [
          only(U),
          deny(`sagemaker:${U}`, {
            Condition: { Null: { 'sagemaker:ModelApprovalStatus': 'false' } },
          }),
        ],
      },
      requestOf(alice, U, model, circumstances),
      i === 0 ? 'allowed' : `${denied}an identity-based policy`,
    ],
  ),
  ...(
    [
      ['P15 without', 'ForAllValues', {}, true],
      ['P15 with', 'ForAllValues', tagged('team', 'x'), false],
      ['P16 without', 'ForAnyValue', {}, false],
      ['P16 with', 'ForAnyValue', tagged('team', 'x'), true],
    ] as const
  ).map(([id, quantifier, circumstances, isAllowed]): [string, Given, AccessRequest, string] => [
    id,
    {
      I: [
        {
          ...only('CreateModelPackageGroup'),
          Condition: { [`${quantifier}:StringEquals`]: { 'aws:TagKeys': ['team'] } },
        },
      ],
    },
    requestOf(alice, 'CreateModelPackageGroup', group, circumstances),
    isAllowed ? 'allowed' : noIdentity('CreateModelPackageGroup'),
  ]),
  ['P17', { I: sameTeam }, requestOf(rick, D, model, risk), 'allowed'],
  ['P18', { I: sameTeam }, requestOf(alice, D, model, risk), noIdentity(D)],
  ['P19', { I: sameTeam, version: '2008-10-17' }, requestOf(rick, D, model, risk), noIdentity(D)],
  ['P20 D', { I: [allow('*')], B: [only('Describe*')] }, requestOf(alice, D), 'allowed'],
  ['P20 U', { I: [allow('*')], B: [only('Describe*')] }, requestOf(alice, U), noBoundary(U)],
  ['P21', { B: [allow('*')] }, requestOf(alice, D), noIdentity(D)],
  [
    'P22',
    { P: [{ ...only(D), ...AWS(alice.arn) }], B: [allow('s3:*')] },
    requestOf(alice, D),
    'allowed',
  ],
  [
    'P23',
    { P: [{ ...only(D), ...AWS(roleArn) }], B: [allow('s3:*')] },
    requestOf(session, D),
    noBoundary(D),
  ],
  [
    'P24',
    { P: [{ ...only(D), ...AWS(session.arn) }], S: [allow('s3:*')] },
    requestOf(session, D),
    'allowed',
  ],
  ['P25', { P: [{ ...only(D), ...AWS(one) }] }, requestOf(alice, D), noIdentity(D)],
  ['P26', { P: [{ ...only(D), ...AWS(two) }] }, requestOf(bob, D), noIdentity(D)],
  [
    'P27',
    { P: [{ ...only(D), ...AWS(two) }], I: [{ ...only(D), Resource: model }] },
    requestOf(bob, D),
    'allowed',
  ],
  ['P28', { I: [{ ...only(D), Resource: model }] }, requestOf(bob, D), noResource(D)],
  [
    'P29',
    {
      P: [
        { ...only('*'), ...AWS(two) },
        { ...deny(`sagemaker:${U}`), Principal: '*' },
      ],
      I: [allow('*')],
    },
    requestOf(bob, U),
    `${denied}a resource-based policy`,
  ],
  ['P30', { I: [allow('*')], S: [only(D)] }, requestOf(session, U), noSession(U)],
  [
    'P31',
    { I: [only('*')] },
    requestOf(alice, 'iam:PassRole', roleArn),
    'because no identity-based policy allows the iam:PassRole action',
  ],
  ['P32', {}, requestOf(root, U), 'allowed'],
  [
    'P33',
    { P: [{ ...deny('sagemaker:*'), ...AWS(root.arn) }] },
    requestOf(root, D),
    `${denied}a resource-based policy`,
  ],
  [
    'P34',
    { I: [deny('sts:GetCallerIdentity')] },
    requestOf(alice, 'sts:GetCallerIdentity', '*'),
    'allowed',
  ],
  [
    'P36',
    { I: [{ ...only('*'), Resource: `${sagemaker}:model-package/g1/*` }] },
    requestOf(alice, 'CreateModelPackage', `${sagemaker}:model-package/g1/4`),
    'allowed',
  ],
  ...(
    [
      ['Resource', rick, 'allowed'],
      ['Resource', alice, noIdentity(D)],
      ['NotResource', rick, noIdentity(D)],
      ['NotResource', alice, noIdentity(D)],
    ] as const
  ).map(([element, principal, expected]): [string, Given, AccessRequest, string] => [
    `a variable in ${element}, ${principal.arn}`,
    {
      I: [
        {
          Effect: 'Allow',
          Action: '*',
          [element]: `${sagemaker}:model-package/${team}/*`,
        },
      ],
    },
    requestOf(principal, D, `${sagemaker}:model-package/risk/1`),
    expected,
  ]),
  // Beyond section 3.5: what section 3.4 says of each way to be named.
  ['role', { P: [{ ...only(D), ...AWS(roleArn) }] }, requestOf(session, D), 'allowed'],
  [
    'role, session policy',
    { P: [{ ...only(D), ...AWS(roleArn) }], S: [only('List*')] },
    requestOf(session, D),
    noSession(D),
  ],
  ['everyone', { P: [{ ...only(D), Principal: '*' }] }, requestOf(alice, D), 'allowed'],
  [
    'everyone, boundary',
    { P: [{ ...only(D), Principal: '*' }], B: [allow('s3:*')] },
    requestOf(alice, D),
    noBoundary(D),
  ],
  [
    'federated user',
    { P: [{ ...only(D), ...AWS(federated.arn) }], S: [allow('s3:*')] },
    requestOf(federated, D),
    'allowed',
  ],
  [
    'another user of the account',
    { P: [{ ...only(D), ...AWS(`arn:aws:iam::${one}:user/eve`) }] },
    requestOf(alice, D),
    noIdentity(D),
  ],
  [
    "the role's name is no user's",
    { P: [{ ...only(D), ...AWS(`arn:aws:iam::${one}:user/ml/R`) }] },
    requestOf(session, D),
    noIdentity(D),
  ],
  [
    'a foreign user who is named needs his own side too',
    { P: [{ ...only(D), ...AWS(bob.arn) }] },
    requestOf(bob, D),
    noIdentity(D),
  ],
  [
    'a foreign user with a boundary',
    { P: [{ ...only(D), ...AWS(bob.arn) }], I: [only(D)], B: [allow('s3:*')] },
    requestOf(bob, D),
    noBoundary(D),
  ],
  [
    'everyone, foreign, without conditions',
    { P: [{ ...only(D), Principal: '*' }], I: [only(D)] },
    requestOf(bob, D),
    'allowed',
  ],
  [
    "a foreign account's root",
    { P: [{ ...only(D), ...AWS(two) }] },
    requestOf({ ...root, accountId: two, arn: `arn:aws:iam::${two}:root` }, D),
    'allowed',
  ],
  [
    "a foreign account's root without a policy",
    {},
    requestOf({ ...root, accountId: two, arn: `arn:aws:iam::${two}:root` }, D),
    noResource(D),
  ],
  [
    'a boundary denies',
    { I: [allow('*')], B: [allow('*'), deny(`sagemaker:${U}`)] },
    requestOf(alice, U),
    `${denied}a permissions boundary`,
  ],
  [
    'a session policy denies',
    { I: [allow('*')], S: [allow('*'), deny(`sagemaker:${U}`)] },
    requestOf(session, U),
    `${denied}a session policy`,
  ],
  [
    'the first of several types that deny is told',
    {
      I: [deny('*')],
      B: [deny('*')],
      P: [{ ...deny('sagemaker:*'), Principal: '*' }],
    },
    requestOf(alice, U),
    `${denied}a resource-based policy`,
  ],
  [
    'no resource, all resources',
    { I: [only('Search')] },
    requestOf(alice, 'Search', '*'),
    'allowed',
  ],
  [
    'no resource, some resources',
    { I: [{ ...only('Search'), Resource: `${sagemaker}:*` }] },
    requestOf(alice, 'Search', '*'),
    noIdentity('Search'),
  ],
];

for (const [id, given, request, expected] of cases) {
  test(`${id}: ${expected} (identity.md 3.4, 3.5)`, () => {
    assert.equal(answerOf(request, policiesOf(given)), expected);
  });
}

test('an empty list of session policies limits nothing', () => {
  const policies = { ...policiesOf({ I: [only(D)] }), session: [] };
  assert.equal(answerOf(requestOf(session, D), policies), 'allowed');
});

test('several session policies together limit a session', () => {
  const { identity } = policiesOf({ I: [allow('*')] });
  const policies = {
    identity,
    session: [
      named('a', [only(D)], 'session', '2012-10-17'),
      named('b', [only(U)], 'session', '2012-10-17'),
    ],
  };
  assert.equal(answerOf(requestOf(session, U), policies), 'allowed');
  assert.equal(answerOf(requestOf(session, 'AddTags'), policies), noSession('AddTags'));
});

describe('NotPrincipal spares only who is listed with account and role (identity.md 3.4)', () => {
  const rootArn = root.arn;
  for (const [principal, listed, given, expected] of [
    [alice, [alice.arn, rootArn], {}, 'allowed'],
    [alice, [alice.arn], {}, 'denied'],
    [alice, [rootArn], {}, 'denied'],
    [alice, [alice.arn, rootArn], { B: [allow('*')] }, 'denied'],
    [session, [session.arn, roleArn, rootArn], {}, 'allowed'],
    [session, [session.arn, rootArn], {}, 'denied'],
    [session, [roleArn, rootArn], {}, 'denied'],
    [root, [rootArn], {}, 'allowed'],
    [root, [alice.arn], {}, 'denied'],
    [alice, ['*'], { B: [allow('*')] }, 'allowed'],
  ] as const) {
    test(`${principal.arn} and ${listed.join(' ')}: ${expected}`, () => {
      const P = [{ ...deny('sagemaker:*'), NotPrincipal: { AWS: [...listed] } }];
      const policies = policiesOf({ I: [allow('*')], P, ...given } as Given);
      const answer = answerOf(requestOf(principal, D), policies);
      assert.equal(answer, expected === 'denied' ? `${denied}a resource-based policy` : 'allowed');
    });
  }
});

describe('a role is assumed only as its trust policy says (identity.md 3.4 rule 6)', () => {
  const ask = (principal: Principal, given: Given) =>
    answerOf(requestOf(principal, 'sts:AssumeRole', roleArn), policiesOf(given));
  const trusts = (...principals: string[]) => [
    { Effect: 'Allow', Action: 'sts:AssumeRole', ...AWS(...principals) },
  ];
  const may = [allow('sts:AssumeRole')];
  const noTrust = 'because no role trust policy allows the sts:AssumeRole action';
  const noRight = 'because no identity-based policy allows the sts:AssumeRole action';
  for (const [title, principal, given, expected] of [
    ['not trusted', alice, { I: may, T: trusts(two) }, noTrust],
    ['named', alice, { T: trusts(alice.arn) }, 'allowed'],
    ['the account named', alice, { T: trusts(one) }, noRight],
    ['the account named, permitted', alice, { T: trusts(one), I: may }, 'allowed'],
    ['foreign, named', bob, { T: trusts(bob.arn) }, noRight],
    ['foreign, named, permitted', bob, { T: trusts(bob.arn), I: may }, 'allowed'],
    [
      'denied',
      alice,
      { I: may, T: [...trusts(one), { Effect: 'Deny', Action: 'sts:*', ...AWS(alice.arn) }] },
      `${denied}the role trust policy`,
    ],
  ] as [string, Principal, Given, string][]) {
    test(title, () => assert.equal(ask(principal, given), expected));
  }
});

test('the statements that decided are named by policy and place', () => {
  const policies = policiesOf({
    I: [only(D), only('*'), deny(`sagemaker:${U}`)],
    P: [{ ...only(D), Principal: '*' }],
  });
  const matched = (action: string) =>
    evaluate(requestOf(alice, action), policies).matched.map(
      ({ type, from, index }) => `${type} ${from.name} ${index}`,
    );
  assert.deepEqual(matched(D), ['identity I 0', 'identity I 1', 'resource P 0']);
  assert.deepEqual(matched(U), ['identity I 2']);
  assert.deepEqual(evaluate(requestOf(alice, 'iam:GetUser'), policies).matched, []);
});

// --- What teams ask for ---

describe('may register but never approve', () => {
  const policies = policiesOf({
    I: [
      allow(['sagemaker:CreateModelPackage', 'sagemaker:UpdateModelPackage', 'sagemaker:AddTags']),
      deny(['sagemaker:CreateModelPackage', 'sagemaker:UpdateModelPackage'], {
        Condition: { StringEquals: { 'sagemaker:ModelApprovalStatus': 'Approved' } },
      }),
    ],
  });
  const next = `${sagemaker}:model-package/g1/*`;
  for (const [action, resource, input, isAllowed] of [
    ['CreateModelPackage', next, {}, true],
    ['CreateModelPackage', next, { ModelApprovalStatus: 'PendingManualApproval' }, true],
    ['CreateModelPackage', next, { ModelApprovalStatus: 'Approved' }, false],
    ['UpdateModelPackage', model, { ModelApprovalStatus: 'Approved' }, false],
    ['UpdateModelPackage', model, { ModelApprovalStatus: 'Rejected' }, true],
    ['UpdateModelPackage', model, { CustomerMetadataProperties: { a: 'b' } }, true],
  ] as const) {
    test(`${action} ${JSON.stringify(input)}: ${isAllowed}`, () => {
      const answer = answerOf(requestOf(alice, action, resource, { input }), policies);
      assert.equal(answer, isAllowed ? 'allowed' : `${denied}an identity-based policy`);
    });
  }
});

describe('may approve in staging only', () => {
  const policies = policiesOf({
    I: [
      only('UpdateModelPackage'),
      deny('sagemaker:UpdateModelPackage', {
        Condition: {
          StringEquals: { 'sagemaker:ModelApprovalStatus': 'Approved' },
          StringNotEquals: { 'sagemaker:CurrentModelLifeCycleStage': 'Staging' },
        },
      }),
      deny('sagemaker:UpdateModelPackage', {
        Condition: {
          StringEquals: { 'sagemaker:ModelLifeCycle/stageStatus': 'Approved' },
          StringNotEquals: { 'sagemaker:ModelLifeCycle:stage': 'Staging' },
        },
      }),
    ],
  });
  const approve = { ModelApprovalStatus: 'Approved' };
  const stage = (Stage: string) => ({ ModelLifeCycle: { Stage, StageStatus: 'Approved' } });
  for (const [current, input, isAllowed] of [
    ['Staging', approve, true],
    ['Production', approve, false],
    [undefined, approve, false],
    ['Production', { ModelApprovalStatus: 'Rejected' }, true],
    ['Development', stage('Staging'), true],
    ['Staging', stage('Production'), false],
  ] as const) {
    test(`${current}: ${JSON.stringify(input)}: ${isAllowed}`, () => {
      const facts = current === undefined ? {} : { lifeCycle: { Stage: current } };
      const answer = answerOf(requestOf(alice, U, model, { input, facts }), policies);
      assert.equal(answer, isAllowed ? 'allowed' : `${denied}an identity-based policy`);
    });
  }
});

describe('may not touch models tagged risk=high', () => {
  const policies = policiesOf({
    I: [
      only('*'),
      deny('sagemaker:*', { Condition: { StringEquals: { 'aws:ResourceTag/risk': 'high' } } }),
    ],
  });
  const high = [{ Key: 'risk', Value: 'high' }];
  const low = [{ Key: 'risk', Value: 'low' }];
  for (const [title, facts, isAllowed] of [
    ['no tags', {}, true],
    ['low', { tags: low }, true],
    ['high', { tags: high }, false],
    ['a version of a high group', { groupTags: high }, false],
    ['a low version of a high group', { tags: low, groupTags: high }, false],
    ['a high version of a low group', { tags: high, groupTags: low }, false],
  ] as const) {
    for (const action of [D, U, 'DeleteModelPackage', 'AddTags']) {
      test(`${title}: ${action}: ${isAllowed}`, () => {
        const answer = answerOf(requestOf(alice, action, model, { facts }), policies);
        assert.equal(answer, isAllowed ? 'allowed' : `${denied}an identity-based policy`);
      });
    }
  }
});

// --- What holds whatever the policies ---

const actions = ['sagemaker:DescribeModelPackage', 'sagemaker:UpdateModelPackage', 'iam:GetUser'];
const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Deny'),
  Action: fc.constantFrom('*', 'sagemaker:*', 'sagemaker:Update*', 'iam:*', 'SageMaker:describe*'),
  Resource: fc.constantFrom('*', model, `${sagemaker}:model-package/g1/*`, group),
});
const conditions = fc.constantFrom<Json>(
  {},
  { Condition: { StringEquals: { 'sagemaker:ModelApprovalStatus': 'Approved' } } },
  { Condition: { 'ForAnyValue:StringLike': { 'aws:TagKeys': 't*' } } },
  { Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } },
);
const ownStatements = fc.array(
  fc.tuple(statement, conditions).map(([body, condition]): Json => ({ ...body, ...condition })),
  { minLength: 1, maxLength: 4 },
);
const sharedStatements = fc.array(
  fc
    .tuple(statement, fc.constantFrom(one, two, alice.arn, bob.arn, roleArn, session.arn, '*'))
    .map(([body, principal]): Json => ({ ...body, ...AWS(principal) })),
  { minLength: 1, maxLength: 4 },
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const given: fc.Arbitrary<Given> = fc
  .record({
    I: maybe(ownStatements),
    B: maybe(ownStatements),
    S: maybe(ownStatements),
    P: maybe(sharedStatements),
  })
  .map((parts) => JSON.parse(JSON.stringify(parts)) as Given);
const request = fc
  .record({
    principal: fc.constantFrom(root, alice, bob, session, federated),
    action: fc.constantFrom(...actions),
    input: fc.constantFrom({}, { ModelApprovalStatus: 'Approved' }),
  })
  .map(({ principal, action, input }) => requestOf(principal, action, model, { input }));

test('a deny always wins', () => {
  const place = fc.constantFrom('I', 'B', 'S', 'P');
  fc.assert(
    fc.property(given, request, place, (policies, asked, where) => {
      const ban = { ...deny('*'), ...(where === 'P' && { Principal: '*' }) };
      const banned = { ...policies, [where]: [...(policies[where as 'I'] ?? []), ban] };
      assert.equal(evaluate(asked, policiesOf(banned)).decision, 'explicitDeny');
    }),
  );
});

test('an explicit deny is answered exactly when a statement denies', () => {
  fc.assert(
    fc.property(given, request, (policies, asked) => {
      const { decision, matched } = evaluate(asked, policiesOf(policies));
      const effects = matched.map(({ from, index }) => from.policy.statements[index]!.effect);
      assert.equal(decision === 'explicitDeny', effects.includes('Deny'));
    }),
  );
});

test('another statement that allows never takes anything away', () => {
  fc.assert(
    fc.property(given, request, statement, conditions, (policies, asked, body, condition) => {
      const before = evaluate(asked, policiesOf(policies)).decision;
      for (const where of ['I', 'B', 'S', 'P'] as const) {
        // The first boundary and the first session policy limit what was unlimited.
        if (where !== 'I' && where !== 'P' && !policies[where]) continue;
        const principal = where === 'P' ? { Principal: '*' } : {};
        const more = { ...body, ...condition, ...principal, Effect: 'Allow' };
        const after = policiesOf({ ...policies, [where]: [...(policies[where] ?? []), more] });
        const { decision } = evaluate(asked, after);
        assert.ok(decision === before || decision === 'allowed', `${before} → ${decision}`);
      }
    }),
  );
});

test('boundaries and session policies grant nothing', () => {
  fc.assert(
    fc.property(given, request, (policies, asked) => {
      const { B: _b, S: _s, ...granting } = policies;
      if (evaluate(asked, policiesOf(policies)).decision !== 'allowed') return;
      assert.equal(evaluate(asked, policiesOf(granting)).decision, 'allowed');
    }),
  );
});

test('nobody gets at another account without its word', () => {
  fc.assert(
    fc.property(given, fc.constantFrom(...actions), (policies, action) => {
      const { P: _p, ...unshared } = policies;
      const { decision } = evaluate(requestOf(bob, action), policiesOf(unshared));
      assert.notEqual(decision, 'allowed');
    }),
  );
});
