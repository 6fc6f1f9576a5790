import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testCall, testUser, testVersion } from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';
import { deletionEvents, stateChange } from './model-package-events.ts';

const arn = testArn('model-package/Fraud/3');
const specification = { Containers: [{ Image: 'registry.example.com/fraud:1' }] };
const created = {
  ModelPackageName: 'Fraud/3',
  ModelPackageGroupName: 'Fraud',
  ModelPackageVersion: 3,
  ModelPackageArn: arn,
  ModelPackageStatus: 'Completed',
  ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
  ModelApprovalStatus: 'PendingManualApproval',
  // Events state the time of creation in milliseconds, that of the last change as text.
  CreationTime: Date.parse('2026-03-01T00:00:00.000Z'),
  CertifyForMarketplace: false,
  SkipModelValidation: 'None',
};

test('the event of a new version has the members of Describe and no updated fields', () => {
  const row = testVersion({ InferenceSpecification: specification, SourceUri: 's3://runs/1' });
  assert.deepEqual(stateChange(row, testCall()), {
    source: 'aws.sagemaker',
    detailType: 'SageMaker Model Package State Change',
    resources: [arn],
    detail: { ...created, InferenceSpecification: specification, SourceUri: 's3://runs/1' },
  });
});

test('the event of an update names the fields that were set', () => {
  const row = testVersion(
    {
      ApprovalDescription: 'signed off',
      CustomerMetadataProperties: { owner: 'ana' },
      LastModifiedBy: testUser,
    },
    {
      approval_status: 'Approved',
      last_modified_at: Date.parse('2026-03-04T09:15:27.500Z'),
    },
  );
  const fields = ['ModelApprovalStatus', 'ApprovalDescription'];
  assert.deepEqual(stateChange(row, testCall(), { fields, before: {} }).detail, {
    ...created,
    ModelApprovalStatus: 'Approved',
    ApprovalDescription: 'signed off',
    CustomerMetadataProperties: { owner: 'ana' },
    UpdatedModelPackageFields: fields,
    LastModifiedTime: '2026-03-04T09:15:27Z',
  });
});

test('an update tells what approval and life cycle were before it; not in strict mode', () => {
  const row = testVersion({ ModelLifeCycle: { Stage: 'QA', StageStatus: 'Active' } });
  const before = {
    ModelApprovalStatus: 'Rejected',
    ModelLifeCycle: { Stage: 'Development', StageStatus: 'Active' },
    CustomerMetadataProperties: { owner: 'ana' },
  };
  const previousOf = (strictAws: boolean) => {
    const { detail } = stateChange(row, testCall({ strictAws }), { fields: ['any'], before });
    return Object.entries(detail).filter(([name]) => name.startsWith('Previous'));
  };
  assert.deepEqual(previousOf(false), [
    ['PreviousModelApprovalStatus', 'Rejected'],
    ['PreviousModelLifeCycle', before.ModelLifeCycle],
  ]);
  assert.deepEqual(previousOf(true), []);
});

test('a package that goes has the status Deleting; in strict mode it goes silently', () => {
  const row = testVersion();
  const [event, ...others] = deletionEvents(row, testCall());
  assert.deepEqual(others, []);
  assert.deepEqual(event, {
    ...stateChange(row, testCall()),
    detail: { ...created, ModelPackageStatus: 'Deleting' },
  });
  assert.deepEqual(deletionEvents(row, testCall({ strictAws: true })), []);
});

test('an event of an approval has an ApprovalDescription, which consumers read unasked', () => {
  const row = testVersion(
    {},
    { approval_status: 'Approved', last_modified_at: Date.parse('2026-03-04T09:15:27.500Z') },
  );
  const { detail } = stateChange(row, testCall(), {
    fields: ['ModelApprovalStatus'],
    before: {},
  });
  assert.equal(detail['ApprovalDescription'], '');
});

test('a card, tags, and who did it are not in an event', () => {
  const row = testVersion(
    { ModelCard: { ModelCardContent: '{"secret":1}', ModelCardStatus: 'Draft' } },
    { tags: '[{"Key":"team","Value":"risk"}]' },
  );
  assert.deepEqual(stateChange(row, testCall()).detail, created);
});

for (const strictAws of [false, true]) {
  test(`a version is named by its number, never by its alias; strict mode: ${strictAws}`, () => {
    const row = testVersion({}, { alias: 'champion' });
    assert.deepEqual(stateChange(row, testCall({ strictAws })).detail, created);
  });
}

test('an unversioned package is named by its name', () => {
  const row = testVersion(
    {},
    { type: 'Unversioned', group_id: null, version: null, approval_status: null },
  );
  const {
    ModelPackageGroupName: _group,
    ModelPackageVersion: _version,
    ModelApprovalStatus: _status,
    ...detail
  } = created;
  const unversioned = testArn('model-package/Fraud');
  assert.deepEqual(stateChange(row, testCall()), {
    source: 'aws.sagemaker',
    detailType: 'SageMaker Model Package State Change',
    resources: [unversioned],
    detail: { ...detail, ModelPackageName: 'Fraud', ModelPackageArn: unversioned },
  });
});
