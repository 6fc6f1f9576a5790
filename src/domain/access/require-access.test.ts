import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  deniedText,
  foreignArn,
  newEntries,
  otherAccount,
  refusalOf,
  startApp,
  testCall,
} from '../../../tests/support/scenario.ts';
import { testAccount, testArn } from '../../../tests/support/test-app.ts';
import type { Call } from '../call.ts';
import type { PolicySet } from './evaluate-policy.ts';
import { CallerAccess } from './require-access.ts';
import type { AccessTarget } from './target.ts';

/** The refusal of a call by a principal with these policies, if it is refused. */
function refused(
  call: Call,
  target: AccessTarget,
  { policies, input = {} }: { policies?: PolicySet; input?: object } = {},
): string | undefined {
  const access = new CallerAccess(call, input as Record<string, unknown>, policies);
  return refusalOf(() => access.require(target));
}

for (const resource of [
  '*',
  testArn('model-package-group/Fraud'),
  testArn('model-package/Fraud/*'),
  testArn('model-package/Fraud/1', 'us-east-1'),
]) {
  test(`a root user may do everything within its account: ${resource}`, () => {
    assert.equal(refused(testCall(), { arn: resource }), undefined);
  });
}

const foreign = foreignArn('model-package/Fraud/1');

test("a root user may do nothing to another account's resources", () => {
  assert.equal(
    refused(testCall({ operation: 'DeleteModelPackage' }), { arn: foreign }),
    `denied: ${deniedText('sagemaker:DeleteModelPackage', foreign)}`,
  );
});

test('the action that was denied is named by its service', () => {
  const call = testCall({ service: 'imprimatur', operation: 'ListResourceHistory' });
  assert.equal(
    refused(call, { arn: foreign }),
    `denied: ${deniedText('imprimatur:ListResourceHistory', foreign)}`,
  );
});

/** A policy that says these statements. */
function saying(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

const versions = foreignArn('model-package/Fraud/*');
const shared = {
  Effect: 'Allow',
  Principal: { AWS: testAccount },
  Action: ['sagemaker:CreateModelPackage', 'sagemaker:DescribeModelPackage'],
  Resource: versions,
};

test("a group's policy opens its versions to another account (identity.md 3.4)", () => {
  const policy = saying(shared);
  const ask = (operation: string, arn = foreign) =>
    refused(testCall({ operation }), { arn, policy });
  assert.equal(ask('DescribeModelPackage'), undefined);
  assert.equal(ask('CreateModelPackage', versions), undefined);
  assert.equal(
    ask('DeleteModelPackage'),
    `denied: ${deniedText('sagemaker:DeleteModelPackage', foreign)}`,
  );
  const group = foreignArn('model-package-group/Fraud');
  assert.equal(
    ask('DescribeModelPackage', group),
    `denied: ${deniedText('sagemaker:DescribeModelPackage', group)}`,
  );
});

test('tags in a create ask for AddTags too (identity.md 4)', () => {
  const call = testCall({ operation: 'CreateModelPackage' });
  const ask = (policy: string, Tags: object[]) =>
    refused(call, { arn: versions, policy }, { input: { Tags } });
  const tag = { Key: 'team', Value: 'risk' };
  assert.equal(ask(saying(shared), []), undefined);
  assert.equal(ask(saying(shared), [tag]), `denied: ${deniedText('sagemaker:AddTags', versions)}`);
  const Condition = {
    StringEquals: {
      'sagemaker:TaggingAction': 'CreateModelPackage',
      'aws:RequestTag/team': 'risk',
    },
  };
  const tagging = { ...shared, Action: 'sagemaker:AddTags', Condition };
  assert.equal(ask(saying(shared, tagging), [tag]), undefined);
});

test('conditions see the input, the caller and the resource', () => {
  const Condition = {
    StringEquals: {
      'sagemaker:ModelApprovalStatus': 'Rejected',
      'aws:ResourceTag/risk': 'low',
      'aws:ResourceAccount': otherAccount,
      'aws:PrincipalAccount': testAccount,
    },
    IpAddress: { 'aws:SourceIp': '127.0.0.0/8' },
  };
  const policy = saying({ ...shared, Action: 'sagemaker:UpdateModelPackage', Condition });
  const ask = (ModelApprovalStatus: string, Value: string) =>
    refused(
      testCall(),
      { arn: foreign, policy, facts: () => ({ tags: [{ Key: 'risk', Value }] }) },
      { input: { ModelApprovalStatus } },
    );
  const refusal = `denied: ${deniedText('sagemaker:UpdateModelPackage', foreign)}`;
  assert.equal(ask('Rejected', 'low'), undefined);
  assert.equal(ask('Approved', 'low'), refusal);
  assert.equal(ask('Rejected', 'high'), refusal);
});

test('a denied call is answered as AWS does, and its entry names the resource', async (t) => {
  const app = await startApp(t);
  const error = await app.refused('DescribeModelPackage', { ModelPackageName: foreign });
  const message = deniedText('sagemaker:DescribeModelPackage', foreign);
  assert.deepEqual(error, { status: 400, code: 'AccessDeniedException', message });
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'DescribeModelPackage',
      resource: foreign,
      request: { ModelPackageName: foreign },
      error: `AccessDeniedException: ${message}`,
    },
  ]);
});

test('whether a resource of another account exists is not told', async (t) => {
  const app = await startApp(t);
  const stranger = await app.beside({ accountId: '999999999999' });
  await stranger.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  const texts = [];
  for (const name of ['Fraud', 'missing']) {
    const arn = foreignArn(`model-package-group/${name}`);
    const error = await app.refused('DescribeModelPackageGroup', { ModelPackageGroupName: arn });
    texts.push(error.message.replaceAll(name, 'X'));
  }
  assert.equal(texts[0], texts[1]);
});
