/** Two accounts and one group: from the first invitation to the day it is taken back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  CreateResourceShareResponse,
  GetResourceShareInvitationsResponse,
} from '../../src/contracts/ram.gen.ts';
import { ramOk } from '../support/ram-calls.ts';
import { otherAccount, sharingPolicy, startApp } from '../support/scenario.ts';
import { testAccount, testArn } from '../support/test-app.ts';

const group = testArn('model-package-group/Fraud');
const first = testArn('model-package/Fraud/1');
const InferenceSpecification = { Containers: [{ Image: 'i' }] };
const register = ['CreateModelPackage', 'ListModelPackages', 'DescribeModelPackageGroup'];
const deploy = ['DescribeModelPackage', ...register];

function policy(operations: string[]) {
  const actions = operations.map((operation) => `sagemaker:${operation}`);
  return {
    ModelPackageGroupName: 'Fraud',
    ResourcePolicy: sharingPolicy('Fraud', otherAccount, actions),
  };
}

test('one account registers in the group of another, which approves and lets it deploy', async (t) => {
  const owner = await startApp(t);
  const guest = await owner.beside({ accountId: otherAccount });
  const elsewhere = await owner.beside({ accountId: otherAccount });
  await owner.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  const registration = {
    ModelPackageGroupName: group,
    InferenceSpecification,
    ModelApprovalStatus: 'PendingManualApproval',
    ClientToken: 'token-1',
  };
  assert.equal((await guest.refused('CreateModelPackage', registration)).code, denied);

  await owner.ok('PutModelPackageGroupPolicy', policy(register));
  const shared = await guest.ok<{ ModelPackageGroupSummaryList: Record<string, string>[] }>(
    'ListModelPackageGroups',
    { CrossAccountFilterOption: 'CrossAccount' },
  );
  assert.equal(shared.ModelPackageGroupSummaryList[0]!['ModelPackageGroupArn'], group);
  assert.deepEqual(await guest.ok('CreateModelPackage', registration), { ModelPackageArn: first });
  const versions = await guest.ok('ListModelPackages', { ModelPackageGroupName: group });
  assert.equal((versions['ModelPackageSummaryList'] as unknown[]).length, 1);
  const approval = { ModelPackageArn: first, ModelApprovalStatus: 'Approved' };
  assert.equal((await guest.refused('UpdateModelPackage', approval)).code, denied);
  const named = { ModelPackageName: first };
  assert.equal((await guest.refused('DescribeModelPackage', named)).code, denied);

  await owner.ok('UpdateModelPackage', approval);
  await owner.ok('PutModelPackageGroupPolicy', policy(deploy));
  const described = await guest.ok<Record<string, Record<string, Record<string, string>>>>(
    'DescribeModelPackage',
    named,
  );
  assert.equal(described['ModelApprovalStatus'], 'Approved');
  const { Arn } = described['CreatedBy']!['IamIdentity']!;
  assert.equal(Arn, `arn:aws:iam::${otherAccount}:root`);

  await owner.ok('DeleteModelPackageGroupPolicy', { ModelPackageGroupName: 'Fraud' });
  for (const server of [guest, elsewhere]) {
    assert.equal((await server.refused('DescribeModelPackage', named)).code, denied);
  }
});

test('one account shares by RAM, the other accepts and registers, until it is taken back', async (t) => {
  const owner = await startApp(t);
  const guest = await owner.beside({ accountId: otherAccount });
  await owner.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  const registration = {
    ModelPackageGroupName: group,
    InferenceSpecification,
    ModelApprovalStatus: 'PendingManualApproval',
  };
  const { resourceShare } = await ramOk<CreateResourceShareResponse>(owner, 'CreateResourceShare', {
    name: 'models',
    resourceArns: [group],
    principals: [otherAccount],
    permissionArns: [allowRegister],
  });
  const { resourceShareArn } = resourceShare!;
  assert.equal((await guest.refused('CreateModelPackage', registration)).code, denied);

  const { resourceShareInvitations } = await ramOk<GetResourceShareInvitationsResponse>(
    guest,
    'GetResourceShareInvitations',
    { resourceShareArns: [resourceShareArn] },
  );
  const [invitation] = resourceShareInvitations!;
  assert.deepEqual(
    [invitation!.status, invitation!.senderAccountId, invitation!.receiverAccountId],
    ['PENDING', testAccount, otherAccount],
  );
  const { resourceShareInvitationArn } = invitation!;
  await ramOk(guest, 'AcceptResourceShareInvitation', { resourceShareInvitationArn });
  const found = await guest.ok<{ ModelPackageGroupSummaryList: Record<string, string>[] }>(
    'ListModelPackageGroups',
    { CrossAccountFilterOption: 'CrossAccount' },
  );
  assert.equal(found.ModelPackageGroupSummaryList[0]!['ModelPackageGroupArn'], group);
  assert.deepEqual(await guest.ok('CreateModelPackage', registration), { ModelPackageArn: first });
  const approval = { ModelPackageArn: first, ModelApprovalStatus: 'Approved' };
  assert.equal((await guest.refused('UpdateModelPackage', approval)).code, denied);
  await owner.ok('UpdateModelPackage', approval);
  const named = { ModelPackageName: first };
  const described = await guest.ok('DescribeModelPackage', named);
  assert.equal(described['ModelApprovalStatus'], 'Approved');

  const principals = [otherAccount];
  await ramOk(owner, 'DisassociateResourceShare', { resourceShareArn, principals });
  for (const operation of ['DescribeModelPackage', 'CreateModelPackage']) {
    const input = operation === 'CreateModelPackage' ? registration : named;
    assert.equal((await guest.refused(operation, input)).code, denied);
  }
  // Both hear of it in their audit trails, the owner as the one whose share it was.
  const options = { service: 'cloudtrail' as const };
  const LookupAttributes = [{ AttributeKey: 'EventSource', AttributeValue: 'ram.amazonaws.com' }];
  for (const [app, names] of [
    [owner, ['DisassociateResourceShare', 'AcceptResourceShareInvitation', 'CreateResourceShare']],
    [guest, ['AcceptResourceShareInvitation']],
  ] as const) {
    const { Events } = await app.ok<{ Events: Record<string, string>[] }>(
      'LookupEvents',
      { LookupAttributes },
      options,
    );
    const changes = Events.filter((event) => event['ReadOnly'] === 'false');
    assert.deepEqual(
      changes.map((event) => event['EventName']),
      names,
    );
  }
});

const allowRegister =
  'arn:aws:ram::aws:permission/AWSRAMPermissionSageMakerModelPackageGroupAllowRegister';
const denied = 'AccessDeniedException';

test('tokens of owner and guest are two, though both register in one group', async (t) => {
  const owner = await startApp(t);
  const guest = await owner.beside({ accountId: otherAccount });
  await owner.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  await owner.ok('PutModelPackageGroupPolicy', policy(register));
  const registration = (ModelPackageDescription: string) => ({
    ModelPackageGroupName: group,
    InferenceSpecification,
    ClientToken: 'one',
    ModelPackageDescription,
  });
  const arns: unknown[] = [];
  for (const app of [owner, guest, owner, guest]) {
    const text = app === owner ? 'of the owner' : 'of the guest';
    arns.push((await app.ok('CreateModelPackage', registration(text)))['ModelPackageArn']);
  }
  const [second] = [testArn('model-package/Fraud/2')];
  assert.deepEqual(arns, [first, second, first, second]);
});
