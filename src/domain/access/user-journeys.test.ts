import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { identityOk, newUser, policyOf } from '../../../tests/support/identity-calls.ts';
import { wholeVersion } from '../../../tests/support/samples.ts';
import { foreignArn, otherAccount, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';

type Json = Record<string, unknown>;

const allow = (Action: string | string[], Resource: string = '*', more: Json = {}) => ({
  ...{ Effect: 'Allow', Action, Resource },
  ...more,
});
const deny = (Action: string, Resource: string, more: Json = {}) => ({
  ...{ Effect: 'Deny', Action, Resource },
  ...more,
});
const equals = (keys: Json) => ({ Condition: { StringEquals: keys } });

const first = testArn('model-package/Fraud/1');
const versions = testArn('model-package/Fraud/*');
const group = testArn('model-package-group/Fraud');

/** The SageMaker calls of one user: whether each is carried out, or why not. */
class Caller {
  readonly #app: TestApp;
  readonly #credentials: Awaited<ReturnType<typeof newUser>>;

  constructor(app: TestApp, credentials: Awaited<ReturnType<typeof newUser>>) {
    this.#app = app;
    this.#credentials = credentials;
  }

  ok(operation: string, input: Json = {}): Promise<Json> {
    return this.#app.ok(operation, input, { credentials: this.#credentials });
  }

  /** The refusal of a call that must be denied, from the action on. */
  async denied(operation: string, input: Json = {}): Promise<string> {
    const options = { credentials: this.#credentials };
    const { code, message } = await this.#app.refused(operation, input, options);
    assert.equal(code, 'AccessDeniedException', message);
    return message.replace(/^User: \S+ is not authorized to perform: /, '');
  }
}

/** A user of these statements, beside the group Fraud with one version. */
async function startWithCaller(
  t: TestContext,
  ...statements: readonly object[]
): Promise<{ app: TestApp; ana: Caller }> {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  await app.ok('CreateModelPackage', {
    ...{ ...wholeVersion, ModelPackageGroupName: 'Fraud' },
    ...{ ModelApprovalStatus: 'PendingManualApproval' },
    ...{ ModelLifeCycle: { Stage: 'Development', StageStatus: 'Active' } },
  });
  return { app, ana: new Caller(app, await newUser(app, 'ana', ...statements)) };
}

const explicitly = 'with an explicit deny in an identity-based policy';
const unallowed = (action: string) =>
  `because no identity-based policy allows the ${action} action`;
const update = 'sagemaker:UpdateModelPackage';

test('who may register but never approve registers, edits and rejects', async (t) => {
  const { ana } = await startWithCaller(
    t,
    allow(['sagemaker:Create*', 'sagemaker:Describe*', update]),
    deny('sagemaker:*', '*', equals({ 'sagemaker:ModelApprovalStatus': 'Approved' })),
  );
  const register = { ModelPackageGroupName: 'Fraud' };
  const made = await ana.ok('CreateModelPackage', register);
  assert.equal(made['ModelPackageArn'], testArn('model-package/Fraud/2'));
  const approved = { ModelApprovalStatus: 'Approved' };
  assert.equal(
    await ana.denied('CreateModelPackage', { ...register, ...approved }),
    `sagemaker:CreateModelPackage on resource: ${versions} ${explicitly}`,
  );
  const edit = { ModelPackageArn: first };
  await ana.ok('UpdateModelPackage', { ...edit, CustomerMetadataProperties: { note: 'seen' } });
  await ana.ok('UpdateModelPackage', { ...edit, ModelApprovalStatus: 'Rejected' });
  assert.equal(
    await ana.denied('UpdateModelPackage', { ...edit, ...approved }),
    `${update} on resource: ${first} ${explicitly}`,
  );
  const { ModelApprovalStatus } = await ana.ok('DescribeModelPackage', {
    ModelPackageName: first,
  });
  assert.equal(ModelApprovalStatus, 'Rejected');
});

test('who may approve in staging only neither approves elsewhere nor moves to production', async (t) => {
  const { app, ana } = await startWithCaller(
    t,
    allow(update, versions, equals({ 'sagemaker:CurrentModelLifeCycleStage': 'Staging' })),
    deny(update, '*', equals({ 'sagemaker:ModelLifeCycle:Stage': 'Production' })),
  );
  const approve = { ModelPackageArn: first, ModelApprovalStatus: 'Approved' };
  const stage = (Stage: string) => ({
    ...{ ModelPackageArn: first, ModelLifeCycle: { Stage, StageStatus: 'Active' } },
  });
  const refusal = `${update} on resource: ${first} ${unallowed(update)}`;
  assert.equal(await ana.denied('UpdateModelPackage', approve), refusal);
  // The stage that counts is the one before the call.
  const both = { ...approve, ...stage('Staging') };
  assert.equal(await ana.denied('UpdateModelPackage', both), refusal);
  await app.ok('UpdateModelPackage', stage('Staging'));
  await ana.ok('UpdateModelPackage', approve);
  assert.equal(
    await ana.denied('UpdateModelPackage', stage('Production')),
    `${update} on resource: ${first} ${explicitly}`,
  );
  await ana.ok('UpdateModelPackage', stage('QA'));
  assert.equal(await ana.denied('UpdateModelPackage', approve), refusal);
});

test('who may not touch models tagged risk=high is stopped by a group’s tag too', async (t) => {
  const { app, ana } = await startWithCaller(
    t,
    allow('sagemaker:*'),
    deny('sagemaker:*', '*', equals({ 'aws:ResourceTag/risk': 'high' })),
  );
  await ana.ok('DescribeModelPackage', { ModelPackageName: first });
  await app.ok('AddTags', { ResourceArn: group, Tags: [{ Key: 'risk', Value: 'high' }] });
  const calls: [operation: string, input: Json, resource: string][] = [
    ['DescribeModelPackage', { ModelPackageName: first }, first],
    ['UpdateModelPackage', { ModelPackageArn: first, ModelApprovalStatus: 'Approved' }, first],
    ['DeleteModelPackage', { ModelPackageName: first }, first],
    ['DescribeModelPackageGroup', { ModelPackageGroupName: 'Fraud' }, group],
    ['DeleteTags', { ResourceArn: group, TagKeys: ['risk'] }, group],
  ];
  for (const [operation, input, resource] of calls) {
    const expected = `sagemaker:${operation} on resource: ${resource} ${explicitly}`;
    assert.equal(await ana.denied(operation, input), expected);
  }
  await app.ok('AddTags', { ResourceArn: group, Tags: [{ Key: 'risk', Value: 'low' }] });
  await ana.ok('DescribeModelPackage', { ModelPackageName: first });
});

for (const granted of [group, versions]) {
  test(`a list of versions is granted on ${granted}`, async (t) => {
    const { app, ana } = await startWithCaller(t, allow('sagemaker:ListModelPackages', granted));
    const listed = await ana.ok('ListModelPackages', { ModelPackageGroupName: 'Fraud' });
    const summaries = listed['ModelPackageSummaryList'] as Json[];
    assert.deepEqual(
      summaries.map((one) => one['ModelPackageArn']),
      [first],
    );
    await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Other' });
    const action = 'sagemaker:ListModelPackages';
    const other = testArn('model-package-group/Other');
    assert.equal(
      await ana.denied('ListModelPackages', { ModelPackageGroupName: 'Other' }),
      `${action} on resource: ${other} ${unallowed(action)}`,
    );
    assert.match(await ana.denied('ListModelPackages'), /on resource: \* because/);
  });
}

test('versions are described in a batch as far as each of them is allowed', async (t) => {
  const action = 'sagemaker:BatchDescribeModelPackage';
  const { app, ana } = await startWithCaller(t, allow(action, first));
  await app.ok('CreateModelPackage', { ModelPackageGroupName: 'Fraud' });
  const second = testArn('model-package/Fraud/2');
  const answer = await ana.ok('BatchDescribeModelPackage', {
    ModelPackageArnList: [first, second],
  });
  assert.deepEqual(Object.keys(answer['ModelPackageSummaries'] as Json), [first]);
  const errors = answer['BatchDescribeModelPackageErrorMap'] as Record<string, Json>;
  assert.deepEqual(errors, {
    [second]: {
      ErrorCode: 'AccessDeniedException',
      ErrorResponse:
        `User: arn:aws:iam::${testAccount}:user/ana is not authorized to perform: ${action} ` +
        `on resource: ${second} ${unallowed(action)}`,
    },
  });
});

test('whoever clones a version must be allowed to describe it', async (t) => {
  const { app, ana } = await startWithCaller(t, allow('sagemaker:Create*'));
  const clone = { ModelPackageGroupName: 'Fraud', SourceUri: first };
  const action = 'sagemaker:DescribeModelPackage';
  assert.equal(
    await ana.denied('CreateModelPackage', clone),
    `${action} on resource: ${first} ${unallowed(action)}`,
  );
  const more = {
    UserName: 'ana',
    PolicyName: 'more',
    PolicyDocument: policyOf(allow(action, first)),
  };
  await identityOk(app, 'PutUserPolicy', more);
  await ana.ok('CreateModelPackage', clone);
});

describe('policies reach a user', () => {
  const action = 'sagemaker:DescribeModelPackage';
  const input = { ModelPackageName: first };

  test('at once where they are put, within a second on another server', async (t) => {
    const { app, ana } = await startWithCaller(t);
    const other = await app.beside({});
    const { AccessKey } = await identityOk<{ AccessKey: Json }>(app, 'CreateAccessKey', {
      UserName: 'ana',
    });
    const there = new Caller(other, {
      accessKeyId: String(AccessKey['AccessKeyId']),
      secretAccessKey: String(AccessKey['SecretAccessKey']),
    });
    const refusal = `${action} on resource: ${first} ${unallowed(action)}`;
    for (const caller of [ana, there])
      assert.equal(await caller.denied('DescribeModelPackage', input), refusal);
    const policy = { UserName: 'ana', PolicyName: 'p' };
    const PolicyDocument = policyOf(allow(action, versions));
    await identityOk(app, 'PutUserPolicy', { ...policy, PolicyDocument });
    await ana.ok('DescribeModelPackage', input);
    app.clock.advance(1_000);
    await there.ok('DescribeModelPackage', input);
    await identityOk(other, 'DeleteUserPolicy', policy);
    assert.equal(await there.denied('DescribeModelPackage', input), refusal);
    app.clock.advance(1_000);
    assert.equal(await ana.denied('DescribeModelPackage', input), refusal);
  });

  test('through their group, and through the version in force of an attached one', async (t) => {
    const { app, ana } = await startWithCaller(t);
    const member = { GroupName: 'risk', UserName: 'ana' };
    await identityOk(app, 'CreateGroup', { GroupName: 'risk' });
    await identityOk(app, 'AddUserToGroup', member);
    const PolicyArn = `arn:aws:iam::${testAccount}:policy/Read`;
    const allowing = { PolicyDocument: policyOf(allow(action, versions)) };
    const denying = { PolicyDocument: policyOf(deny(action, versions)) };
    await identityOk(app, 'CreatePolicy', { PolicyName: 'Read', ...allowing });
    await identityOk(app, 'AttachGroupPolicy', { GroupName: 'risk', PolicyArn });
    await ana.ok('DescribeModelPackage', input);
    await identityOk(app, 'CreatePolicyVersion', { PolicyArn, ...denying, SetAsDefault: true });
    assert.match(await ana.denied('DescribeModelPackage', input), /explicit deny/);
    await identityOk(app, 'SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v1' });
    await ana.ok('DescribeModelPackage', input);
    await identityOk(app, 'RemoveUserFromGroup', member);
    assert.match(await ana.denied('DescribeModelPackage', input), /because no identity-based/);
  });

  test('as far as their boundary lets them', async (t) => {
    const { app, ana } = await startWithCaller(t, allow('sagemaker:*'));
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/AmazonSageMakerReadOnly';
    const bounded = { UserName: 'ana', PermissionsBoundary };
    await identityOk(app, 'PutUserPermissionsBoundary', bounded);
    await ana.ok('DescribeModelPackage', input);
    assert.match(
      await ana.denied('DeleteModelPackage', input),
      /because no permissions boundary allows the sagemaker:DeleteModelPackage action$/,
    );
    await identityOk(app, 'DeleteUserPermissionsBoundary', { UserName: 'ana' });
    await ana.ok('DeleteModelPackage', input);
  });
});

describe("a group's policy", () => {
  const action = 'sagemaker:DescribeModelPackage';
  const input = { ModelPackageName: first };
  const naming = (AWS: string, Resource: string) =>
    policyOf({ Effect: 'Allow', Principal: { AWS }, Action: action, Resource });

  async function putPolicy(app: TestApp, ResourcePolicy: string): Promise<void> {
    await app.ok('PutModelPackageGroupPolicy', { ModelPackageGroupName: 'Fraud', ResourcePolicy });
  }

  test('allows a user of its account by itself, the account only as its policies do', async (t) => {
    const { app, ana } = await startWithCaller(t);
    await putPolicy(app, naming(`arn:aws:iam::${testAccount}:user/ana`, versions));
    await ana.ok('DescribeModelPackage', input);
    await putPolicy(app, naming(testAccount, versions));
    await ana.denied('DescribeModelPackage', input);
    const PolicyDocument = policyOf(allow(action, versions));
    await identityOk(app, 'PutUserPolicy', { UserName: 'ana', PolicyName: 'p', PolicyDocument });
    await ana.ok('DescribeModelPackage', input);
  });

  test('and the policies of a user of another account must both allow', async (t) => {
    const { app } = await startWithCaller(t);
    const stranger = await app.beside({ accountId: otherAccount });
    const cy = new Caller(stranger, await newUser(stranger, 'cy'));
    const refused = await cy.denied('DescribeModelPackage', input);
    assert.match(
      refused,
      /^sagemaker:DescribeModelPackage on resource: \S+ because no resource-based/,
    );
    await putPolicy(app, naming(`arn:aws:iam::${otherAccount}:user/cy`, versions));
    assert.match(
      await cy.denied('DescribeModelPackage', input),
      /because no identity-based policy/,
    );
    const PolicyDocument = policyOf(allow(action, versions));
    await identityOk(stranger, 'PutUserPolicy', {
      UserName: 'cy',
      PolicyName: 'p',
      PolicyDocument,
    });
    await cy.ok('DescribeModelPackage', input);
    const own = { ModelPackageName: foreignArn('model-package/Fraud/1') };
    assert.match(await cy.denied('DescribeModelPackage', own), /because no identity-based policy/);
  });
});
