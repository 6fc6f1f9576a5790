import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  identityOk,
  identityRefused,
  newUser,
  policyOf,
} from '../../../tests/support/identity-calls.ts';
import { newEntries, startApp } from '../../../tests/support/scenario.ts';
import { testAccount } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import { contextKeyNames } from './context-key-names.ts';

type Json = Record<string, unknown>;

interface Result extends Json {
  EvalActionName: string;
  EvalResourceName: string;
  EvalDecision: string;
  MatchedStatements?: Json[];
  MissingContextValues?: string[];
}

const describe = { Effect: 'Allow', Action: 'sagemaker:Describe*', Resource: '*' };
const approve = {
  Effect: 'Allow',
  Action: 'sagemaker:UpdateModelPackage',
  Resource: '*',
  Condition: { StringEquals: { 'sagemaker:ModelApprovalStatus': 'Rejected' } },
};
const [D, U] = ['sagemaker:DescribeModelPackage', 'sagemaker:UpdateModelPackage'];
const iamArn = (resource: string) => `arn:aws:iam::${testAccount}:${resource}`;
const version = `arn:aws:sagemaker:eu-west-1:${testAccount}:model-package/fraud/1`;

/** All pages: one ends early on a machine with much else to do. */
async function simulated(app: TestApp, input: Json): Promise<Result[]> {
  const operation = 'PolicySourceArn' in input ? 'SimulatePrincipalPolicy' : 'SimulateCustomPolicy';
  const results: Result[] = [];
  let Marker: string | undefined;
  do {
    const page = await identityOk<{ EvaluationResults: Result[]; Marker?: string }>(
      app,
      operation,
      { ...input, ...(Marker !== undefined && { Marker }) },
    );
    results.push(...page.EvaluationResults);
    ({ Marker } = page);
  } while (Marker !== undefined);
  return results;
}

function decisions(results: readonly Result[]): string[] {
  return results.map((one) => `${one.EvalActionName} ${one.EvalResourceName} ${one.EvalDecision}`);
}

test('given policies are simulated for each action and resource', async (t) => {
  const app = await startApp(t);
  await newEntries(app);
  const results = await simulated(app, {
    PolicyInputList: [
      policyOf(describe),
      policyOf({ ...describe, Effect: 'Deny', Resource: version }),
    ],
    ActionNames: [D, U],
    ResourceArns: [version, '*'],
  });
  assert.deepEqual(decisions(results), [
    `${D} ${version} explicitDeny`,
    `${D} * allowed`,
    `${U} ${version} implicitDeny`,
    `${U} * implicitDeny`,
  ]);
  assert.deepEqual(await newEntries(app), [], 'nothing was changed');
});

test('the statements that decide are told with their place in the text', async (t) => {
  const app = await startApp(t);
  const text = `{\n  "Version": "2012-10-17",\n  "Statement": [\n    ${JSON.stringify(describe)}\n  ]\n}`;
  const [result] = await simulated(app, {
    PolicyInputList: [policyOf(approve), text],
    ActionNames: [D],
  });
  assert.deepEqual(result?.MatchedStatements, [
    {
      SourcePolicyId: 'PolicyInputList.2',
      SourcePolicyType: 'none',
      StartPosition: { Line: 4, Column: 5 },
      EndPosition: { Line: 4, Column: 4 + JSON.stringify(describe).length },
    },
  ]);
});

test('of a caller whom nobody names nothing is known, not even an empty name', async (t) => {
  const app = await startApp(t);
  const own = `arn:aws:s3:::\${aws:username}/*`;
  const Condition = { StringNotEquals: { 'aws:userid': 'x' } };
  const Statement = [
    { Effect: 'Allow', Action: 's3:Get*', Resource: own },
    { Effect: 'Allow', Action: 's3:Put*', Resource: '*', Condition },
  ];
  const results = await simulated(app, {
    PolicyInputList: [JSON.stringify({ Version: '2012-10-17', Statement })],
    ActionNames: ['s3:GetObject', 's3:PutObject'],
    ResourceArns: ['arn:aws:s3:::/x'],
  });
  assert.deepEqual(
    results.map(({ EvalDecision, MissingContextValues }) => [EvalDecision, MissingContextValues]),
    [
      ['implicitDeny', ['aws:username']],
      ['allowed', ['aws:userid']],
    ],
  );
});

test('condition keys come from the context, and what is missing is told', async (t) => {
  const app = await startApp(t);
  const input = { PolicyInputList: [policyOf(approve)], ActionNames: [U, D] };
  const [update, other] = await simulated(app, input);
  assert.deepEqual(update?.MissingContextValues, ['sagemaker:ModelApprovalStatus']);
  assert.deepEqual(other?.MissingContextValues, [], 'no statement is about it');
  const ContextEntries = [
    {
      ContextKeyName: 'SageMaker:modelapprovalstatus',
      ContextKeyType: 'string',
      ContextKeyValues: ['Rejected'],
    },
  ];
  const [rejected] = await simulated(app, { ...input, ContextEntries });
  assert.equal(rejected?.EvalDecision, 'allowed');
  assert.deepEqual(rejected.MissingContextValues, []);
});

test('a boundary is told apart', async (t) => {
  const app = await startApp(t);
  const results = await simulated(app, {
    PolicyInputList: [policyOf({ ...describe, Action: '*' })],
    PermissionsBoundaryPolicyInputList: [policyOf(describe)],
    ActionNames: [D, U],
  });
  assert.deepEqual(
    results.map(({ EvalDecision, PermissionsBoundaryDecisionDetail: detail }) => [
      EvalDecision,
      detail,
    ]),
    [
      ['allowed', { AllowedByPermissionsBoundary: true }],
      ['implicitDeny', { AllowedByPermissionsBoundary: false }],
    ],
  );
});

test('a resource’s policy is simulated for a caller, across accounts too', async (t) => {
  const app = await startApp(t);
  const bob = 'arn:aws:iam::999999999999:user/bob';
  const ResourcePolicy = policyOf({ ...describe, Principal: { AWS: '999999999999' } });
  const input = { PolicyInputList: [policyOf(describe)], ActionNames: [D], ResourcePolicy };
  const shared = { ...input, CallerArn: bob, ResourceOwner: iamArn('root') };
  assert.deepEqual(decisions(await simulated(app, shared)), [`${D} * allowed`]);
  const alone = { ...shared, PolicyInputList: [policyOf(approve)] };
  assert.deepEqual(decisions(await simulated(app, alone)), [`${D} * implicitDeny`]);
  const refused = await identityRefused(app, 'SimulateCustomPolicy', input);
  assert.deepEqual([refused.status, refused.code], [400, 'InvalidInput']);
});

/** A user with an inline policy, one of its group, a managed one and a boundary. */
async function makeUser(app: TestApp): Promise<void> {
  await identityOk(app, 'CreateUser', {
    UserName: 'ana',
    Path: '/risk/',
    Tags: [{ Key: 'team', Value: 'risk' }],
  });
  await identityOk(app, 'CreateGroup', { GroupName: 'readers' });
  await identityOk(app, 'AddUserToGroup', { GroupName: 'readers', UserName: 'ana' });
  const PolicyDocument = policyOf(describe);
  await identityOk(app, 'PutGroupPolicy', {
    GroupName: 'readers',
    PolicyName: 'read',
    PolicyDocument,
  });
  await identityOk(app, 'PutUserPolicy', {
    UserName: 'ana',
    PolicyName: 'team',
    PolicyDocument: policyOf({
      ...describe,
      Action: 'sagemaker:Create*',
      Resource: `arn:aws:sagemaker:*:*:model-package/\${aws:PrincipalTag/team}-*`,
    }),
  });
  await identityOk(app, 'AttachUserPolicy', {
    UserName: 'ana',
    PolicyArn: 'arn:aws:iam::aws:policy/AmazonSageMakerReadOnly',
  });
}

test('a principal is simulated with all that it has', async (t) => {
  const app = await startApp(t);
  await makeUser(app);
  const source = { PolicySourceArn: iamArn('user/risk/ana') };
  const create = 'sagemaker:CreateModelPackage';
  const named = (name: string) => version.replace('fraud/1', name);
  const results = await simulated(app, {
    ...source,
    ActionNames: [create, D, 'iam:GetUser'],
    ResourceArns: [named('risk-1'), named('ads-1')],
  });
  assert.deepEqual(
    results.map(({ EvalDecision, MatchedStatements: matched = [] }) => [
      EvalDecision,
      matched.map(
        ({ SourcePolicyId: id, SourcePolicyType: type }) => `${String(type)} ${String(id)}`,
      ),
    ]),
    [
      ['allowed', ['user team']],
      ['implicitDeny', []],
      ['allowed', ['aws-managed AmazonSageMakerReadOnly', 'group read']],
      ['allowed', ['aws-managed AmazonSageMakerReadOnly', 'group read']],
      ['implicitDeny', []],
      ['implicitDeny', []],
    ],
  );
  const group = await simulated(app, {
    PolicySourceArn: iamArn('group/readers'),
    ActionNames: [D, create],
  });
  assert.deepEqual(decisions(group), [`${D} * allowed`, `${create} * implicitDeny`]);
});

test('who may simulate says a policy, and what is simulated is what happens', async (t) => {
  const app = await startApp(t);
  const asks = { Effect: 'Allow', Action: 'iam:SimulatePrincipalPolicy', Resource: '*' };
  const credentials = await newUser(app, 'auditor', asks);
  const PolicySourceArn = iamArn('user/auditor');
  const ActionNames = ['iam:SimulatePrincipalPolicy', 'iam:GetUser'];
  const { EvaluationResults } = await identityOk<{ EvaluationResults: Result[] }>(
    app,
    'SimulatePrincipalPolicy',
    { PolicySourceArn, ActionNames },
    { credentials },
  );
  assert.deepEqual(decisions(EvaluationResults), [
    'iam:SimulatePrincipalPolicy * allowed',
    'iam:GetUser * implicitDeny',
  ]);
  assert.equal((await identityRefused(app, 'GetUser', {}, { credentials })).code, 'AccessDenied');
});

test('results come in pages', async (t) => {
  const app = await startApp(t);
  const input = {
    PolicyInputList: [policyOf(describe)],
    ActionNames: [D, U],
    ResourceArns: ['*', version],
  };
  const all = await simulated(app, input);
  const found: Result[] = [];
  for (let Marker: string | undefined; ;) {
    const page = await identityOk<{
      EvaluationResults: Result[];
      IsTruncated: boolean;
      Marker?: string;
    }>(app, 'SimulateCustomPolicy', {
      ...input,
      MaxItems: 3,
      ...(Marker !== undefined && { Marker }),
    });
    found.push(...page.EvaluationResults);
    if (!page.IsTruncated) break;
    Marker = page.Marker;
  }
  assert.deepEqual(found, all);
});

for (const [what, input, message] of [
  [
    'a policy that is none',
    { PolicyInputList: ['{'] },
    /^The policy PolicyInputList\.1 is not valid: /,
  ],
  ['an action with a wildcard', { ActionNames: ['sagemaker:*'] }, /is no action's name/],
  [
    'a number that is none',
    {
      ContextEntries: [
        { ContextKeyName: 'aws:EpochTime', ContextKeyType: 'numeric', ContextKeyValues: ['x'] },
      ],
    },
    /^'x' is no numeric value of the context key aws:EpochTime\.$/,
  ],
  [
    'two values of a key of one',
    {
      ContextEntries: [
        { ContextKeyName: 'aws:SourceIp', ContextKeyType: 'ip', ContextKeyValues: ['::1', '::2'] },
      ],
    },
    /must have one value/,
  ],
  ['an owner that is no account', { ResourceOwner: 'me' }, /^ResourceOwner 'me' is no account\.$/],
  ['a caller who is no user', { CallerArn: iamArn('role/r') }, /is not the ARN of an IAM user/],
] as const) {
  test(`refused: ${what}`, async (t) => {
    const app = await startApp(t);
    const whole = { PolicyInputList: [policyOf(describe)], ActionNames: [D], ...input };
    const refused = await identityRefused(app, 'SimulateCustomPolicy', whole);
    assert.deepEqual([refused.status, refused.code], [400, 'InvalidInput']);
    assert.match(refused.message, message);
  });
}

test('a principal that is not there is missing, and none but a user, group or role is one', async (t) => {
  const app = await startApp(t);
  const ask = (PolicySourceArn: string) =>
    identityRefused(app, 'SimulatePrincipalPolicy', { PolicySourceArn, ActionNames: [D] });
  assert.deepEqual(await ask(iamArn('user/ana')), {
    status: 404,
    code: 'NoSuchEntity',
    message: 'The user with name ana cannot be found.',
  });
  assert.equal((await ask(iamArn('root'))).code, 'InvalidInput');
  assert.equal((await ask('arn:aws:iam::999999999999:user/ana')).code, 'AccessDenied');
});

test('the keys that policies ask for are listed, those of variables too', async (t) => {
  const app = await startApp(t);
  await makeUser(app);
  const given = [
    policyOf(approve, {
      ...approve,
      Effect: 'Deny',
      Condition: { Null: { 'SAGEMAKER:modelapprovalstatus': 'true' } },
    }),
  ];
  assert.deepEqual(
    await identityOk(app, 'GetContextKeysForCustomPolicy', { PolicyInputList: given }),
    { ContextKeyNames: ['sagemaker:ModelApprovalStatus'] },
  );
  assert.deepEqual(
    await identityOk(app, 'GetContextKeysForPrincipalPolicy', {
      PolicySourceArn: iamArn('user/risk/ana'),
      PolicyInputList: given,
    }),
    { ContextKeyNames: ['aws:PrincipalTag/team', 'sagemaker:ModelApprovalStatus'] },
  );
});

test('before version 2012-10-17 nothing is a variable', () => {
  const Statement = [{ ...describe, Resource: `arn:aws:s3:::\${aws:username}` }];
  assert.deepEqual(contextKeyNames([JSON.stringify({ Statement })]), []);
  const Version = '2012-10-17';
  assert.deepEqual(contextKeyNames([JSON.stringify({ Version, Statement })]), ['aws:username']);
});

test('a simulation that takes long ends its page early, and lets other calls run', async (t) => {
  const app = await startApp(t);
  const Resource = Array.from({ length: 100 }, (_, i) => `arn:aws:s3:::*?${'a'.repeat(900)}?${i}*`);
  const input = {
    PolicyInputList: [policyOf({ Effect: 'Allow', Action: 's3:*', Resource })],
    ActionNames: Array.from({ length: 100 }, (_, i) => `s3:Get${i}`),
    ResourceArns: Array.from({ length: 100 }, (_, i) => `arn:aws:s3:::${'a'.repeat(1_900)}${i}`),
    MaxItems: 1_000,
  };
  const started = performance.now();
  const page = await identityOk<{ EvaluationResults: Result[]; IsTruncated: boolean }>(
    app,
    'SimulateCustomPolicy',
    input,
  );
  assert.ok(page.IsTruncated && page.EvaluationResults.length > 0);
  assert.ok(performance.now() - started < 5_000, `${page.EvaluationResults.length} results`);
});
