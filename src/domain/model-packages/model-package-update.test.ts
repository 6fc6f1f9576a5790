import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf, testCall, testUser, testVersion } from '../../../tests/support/scenario.ts';
import type { UpdateModelPackageInput } from '../../contracts/sagemaker.gen.ts';
import { planUpdate } from './model-package-update.ts';

type Json = Record<string, unknown>;
type Update = Omit<UpdateModelPackageInput, 'ModelPackageArn'>;

const specification = { Containers: [{ Image: 'registry.example.com/fraud:1' }] };
const other = { Containers: [{ Image: 'registry.example.com/fraud:2' }] };
const stage = { Stage: 'Staging', StageStatus: 'In-Progress', StageDescription: 'canary' };
const gpu = { Name: 'gpu', Containers: [{}] };
const cpu = { Name: 'cpu', Containers: [{}] };

/** The changing members of the version's document before and after, and what the plan says. */
const cases: [
  title: string,
  before: Json,
  update: Update,
  after: Json,
  plan: { before: Json; after: Json; fields: string[] },
][] = [
  [
    'a description is set',
    {},
    { ApprovalDescription: 'signed off' },
    { ApprovalDescription: 'signed off' },
    {
      before: {},
      after: { ApprovalDescription: 'signed off' },
      fields: ['ApprovalDescription'],
    },
  ],
  [
    'an empty description clears',
    { ApprovalDescription: 'signed off' },
    { ApprovalDescription: '' },
    {},
    {
      before: { ApprovalDescription: 'signed off' },
      after: {},
      fields: ['ApprovalDescription'],
    },
  ],
  [
    'the registration type is set',
    { ModelPackageRegistrationType: 'Logged' },
    { ModelPackageRegistrationType: 'Registered' },
    { ModelPackageRegistrationType: 'Registered' },
    {
      before: { ModelPackageRegistrationType: 'Logged' },
      after: { ModelPackageRegistrationType: 'Registered' },
      fields: ['ModelPackageRegistrationType'],
    },
  ],
  [
    'metadata are merged by key',
    { CustomerMetadataProperties: { owner: 'ana', run: '7' } },
    { CustomerMetadataProperties: { run: '8', team: 'risk' } },
    { CustomerMetadataProperties: { owner: 'ana', run: '8', team: 'risk' } },
    {
      before: { CustomerMetadataProperties: { owner: 'ana', run: '7' } },
      after: { CustomerMetadataProperties: { owner: 'ana', run: '8', team: 'risk' } },
      fields: ['CustomerMetadataProperties'],
    },
  ],
  [
    'metadata are removed after the merge; keys that are not there do no harm',
    { CustomerMetadataProperties: { owner: 'ana', run: '7' } },
    {
      CustomerMetadataProperties: { team: 'risk', run: '8' },
      CustomerMetadataPropertiesToRemove: ['owner', 'team', 'absent'],
    },
    { CustomerMetadataProperties: { run: '8' } },
    {
      before: { CustomerMetadataProperties: { owner: 'ana', run: '7' } },
      after: { CustomerMetadataProperties: { run: '8' } },
      fields: ['CustomerMetadataProperties'],
    },
  ],
  [
    'the last metadata take the member with them',
    { CustomerMetadataProperties: { owner: 'ana' } },
    { CustomerMetadataPropertiesToRemove: ['owner'] },
    {},
    {
      before: { CustomerMetadataProperties: { owner: 'ana' } },
      after: {},
      fields: ['CustomerMetadataProperties'],
    },
  ],
  [
    'an inference specification replaces the whole, and a source stays',
    { SourceUri: 's3://runs/1', InferenceSpecification: specification },
    { InferenceSpecification: other },
    { SourceUri: 's3://runs/1', InferenceSpecification: other },
    {
      before: { InferenceSpecification: specification },
      after: { InferenceSpecification: other },
      fields: ['InferenceSpecification'],
    },
  ],
  [
    'a source replaces, and an inference specification stays; the event spells it sourceUri',
    { SourceUri: 's3://runs/1', InferenceSpecification: specification },
    { SourceUri: 's3://runs/2' },
    { SourceUri: 's3://runs/2', InferenceSpecification: specification },
    {
      before: { SourceUri: 's3://runs/1' },
      after: { SourceUri: 's3://runs/2' },
      fields: ['sourceUri'],
    },
  ],
  [
    'a life cycle replaces the whole: a description left out is gone',
    { ModelLifeCycle: stage },
    { ModelLifeCycle: { Stage: 'Production', StageStatus: 'Active' } },
    { ModelLifeCycle: { Stage: 'Production', StageStatus: 'Active' } },
    {
      before: { ModelLifeCycle: stage },
      after: { ModelLifeCycle: { Stage: 'Production', StageStatus: 'Active' } },
      fields: ['ModelLifeCycle'],
    },
  ],
  [
    'additional specifications are appended',
    { AdditionalInferenceSpecifications: [gpu] },
    { AdditionalInferenceSpecificationsToAdd: [cpu] },
    { AdditionalInferenceSpecifications: [gpu, cpu] },
    {
      before: { AdditionalInferenceSpecifications: [gpu] },
      after: { AdditionalInferenceSpecifications: [gpu, cpu] },
      fields: ['AdditionalInferenceSpecifications'],
    },
  ],
  [
    'a card is merged: its status alone keeps the content',
    { ModelCard: { ModelCardContent: '{}', ModelCardStatus: 'Draft' } },
    { ModelCard: { ModelCardStatus: 'PendingReview' } },
    { ModelCard: { ModelCardContent: '{}', ModelCardStatus: 'PendingReview' } },
    {
      before: { ModelCard: { ModelCardContent: '{}', ModelCardStatus: 'Draft' } },
      after: { ModelCard: { ModelCardContent: '{}', ModelCardStatus: 'PendingReview' } },
      fields: ['ModelCard'],
    },
  ],
];

for (const [title, before, update, after, plan] of cases) {
  test(title, () => {
    const row = testVersion(before);
    const planned = planUpdate(row, update, testCall())!;
    const { row: next, ...said } = planned;
    assert.deepEqual(said, plan);
    assert.deepEqual(next, {
      ...testVersion({ ...after, LastModifiedBy: testUser }),
      document: next.document,
      last_modified_at: testCall().now,
      modified_at: testCall().now,
    });
    assert.deepEqual(
      JSON.parse(next.document),
      JSON.parse(testVersion({ ...after, LastModifiedBy: testUser }).document),
    );
  });
}

test('an approval is a column; its description stays unless a new one comes', () => {
  const row = testVersion({ ApprovalDescription: 'earlier' });
  const planned = planUpdate(row, { ModelApprovalStatus: 'Approved' }, testCall())!;
  assert.equal(planned.row.approval_status, 'Approved');
  assert.deepEqual(planned.before, { ModelApprovalStatus: 'PendingManualApproval' });
  assert.deepEqual(planned.after, { ModelApprovalStatus: 'Approved' });
  assert.deepEqual(planned.fields, ['ModelApprovalStatus']);
  assert.equal((JSON.parse(planned.row.document) as Json)['ApprovalDescription'], 'earlier');
});

test('several members change at once; the approval is named first', () => {
  const update: Update = {
    ModelLifeCycle: stage,
    ApprovalDescription: 'ok',
    ModelApprovalStatus: 'Rejected',
    SourceUri: 's3://runs/1',
  };
  const { fields, after } = planUpdate(testVersion(), update, testCall())!;
  assert.equal(fields[0], 'ModelApprovalStatus');
  assert.deepEqual([...fields].sort(), [
    'ApprovalDescription',
    'ModelApprovalStatus',
    'ModelLifeCycle',
    'sourceUri',
  ]);
  assert.deepEqual(after, update);
});

for (const update of [{}, { ClientToken: 'token' }]) {
  test(`${JSON.stringify(update)} names no member to change`, () => {
    assert.equal(planUpdate(testVersion(), update, testCall()), undefined);
  });
}

test('the time of the last change does not run backwards', () => {
  const later = Date.parse('2026-03-04T10:00:00.000Z');
  const row = testVersion({}, { last_modified_at: later, modified_at: later });
  const { row: next } = planUpdate(row, { ModelApprovalStatus: 'Approved' }, testCall())!;
  assert.deepEqual([next.last_modified_at, next.modified_at], [later, later]);
});

test('the row and the input are left alone', () => {
  const row = Object.freeze(testVersion({ CustomerMetadataProperties: { owner: 'ana' } }));
  const input = Object.freeze({
    CustomerMetadataProperties: Object.freeze({ owner: 'bob' }),
    CustomerMetadataPropertiesToRemove: Object.freeze(['owner']) as string[],
  });
  planUpdate(row, input, testCall());
  assert.deepEqual(
    JSON.parse(row.document),
    JSON.parse(testVersion({ CustomerMetadataProperties: { owner: 'ana' } }).document),
  );
});

const entries = (count: number, prefix = 'k') =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, 'v']));
const named = (count: number, prefix = 's') =>
  Array.from({ length: count }, (_, i) => ({ Name: `${prefix}${i}`, Containers: [{}] }));

const limits: [title: string, before: Json, update: Update, refusal?: string][] = [
  [
    '50 entries of metadata',
    { CustomerMetadataProperties: entries(49) },
    { CustomerMetadataProperties: entries(1, 'new') },
  ],
  [
    '51 entries of metadata',
    { CustomerMetadataProperties: entries(50) },
    { CustomerMetadataProperties: entries(1, 'new') },
    'CustomerMetadataProperties may have at most 50 entries; the update would make them 51.',
  ],
  [
    '50 entries after one has gone',
    { CustomerMetadataProperties: entries(50) },
    {
      CustomerMetadataProperties: entries(1, 'new'),
      CustomerMetadataPropertiesToRemove: ['k0'],
    },
  ],
  [
    '15 additional specifications',
    { AdditionalInferenceSpecifications: named(10) },
    { AdditionalInferenceSpecificationsToAdd: named(5, 'new') },
  ],
  [
    '16 additional specifications',
    { AdditionalInferenceSpecifications: named(10) },
    { AdditionalInferenceSpecificationsToAdd: named(6, 'new') },
    'AdditionalInferenceSpecifications may be at most 15 in total; ' +
      'the update would make them 16.',
  ],
  [
    'an additional specification of a name that is there',
    { AdditionalInferenceSpecifications: [gpu] },
    { AdditionalInferenceSpecificationsToAdd: [{ ...gpu, Description: 'again' }] },
    "AdditionalInferenceSpecifications contain the name 'gpu' twice.",
  ],
  [
    'an additional specification twice in one update',
    {},
    { AdditionalInferenceSpecificationsToAdd: [gpu, gpu] },
    "AdditionalInferenceSpecifications contain the name 'gpu' twice.",
  ],
  [
    'the content of an archived card',
    { ModelCard: { ModelCardContent: '{}', ModelCardStatus: 'Archived' } },
    { ModelCard: { ModelCardContent: '{"model_overview":{}}' } },
    'Model Card is in Archived state. Its content can no longer be changed.',
  ],
];

for (const [title, before, update, refusal] of limits) {
  test(`${title}: ${refusal === undefined ? 'accepted' : 'refused'}`, () => {
    assert.equal(
      refusalOf(() => planUpdate(testVersion(before), update, testCall())),
      refusal === undefined ? undefined : `invalid: ${refusal}`,
    );
  });
}

test('an archived version is left only to a new review', () => {
  const row = testVersion({}, { approval_status: 'Archived' });
  assert.equal(
    refusalOf(() => planUpdate(row, { ModelApprovalStatus: 'Approved' }, testCall())),
    "invalid: ModelApprovalStatus cannot change from 'Archived' to 'Approved': " +
      "set it to 'PendingManualApproval' first, for a new review.",
  );
});
