import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conditionKeysOf, taggingKeysOf } from './condition-keys.ts';
import type { CallFacts, ResourceFacts } from './condition-keys.ts';

const alice: CallFacts = {
  service: 'sagemaker',
  operation: 'DescribeModelPackage',
  principal: {
    type: 'User',
    accountId: '111122223333',
    arn: 'arn:aws:iam::111122223333:user/staff/ml/alice',
    principalId: 'AIDAEXAMPLE',
    tags: new Map([['Team', 'risk']]),
  },
  region: 'eu-west-1',
  sourceIp: '203.0.113.9',
  isSecure: false,
  userAgent: 'boto3',
  now: Date.parse('2026-03-04T09:15:27.500Z'),
};

const ofAlice = {
  'aws:currenttime': ['2026-03-04T09:15:27Z'],
  'aws:epochtime': ['1772615727'],
  'aws:principalaccount': ['111122223333'],
  'aws:principalarn': ['arn:aws:iam::111122223333:user/staff/ml/alice'],
  'aws:principalisawsservice': ['false'],
  'aws:principaltag/team': ['risk'],
  'aws:principaltype': ['User'],
  'aws:requestedregion': ['eu-west-1'],
  'aws:securetransport': ['false'],
  'aws:sourceip': ['203.0.113.9'],
  'aws:useragent': ['boto3'],
  'aws:userid': ['AIDAEXAMPLE'],
  'aws:username': ['alice'],
  'aws:viaawsservice': ['false'],
};

function keysOf(call: Partial<CallFacts>, input = {}, resource?: ResourceFacts) {
  return Object.fromEntries(conditionKeysOf({ ...alice, ...call }, input, resource));
}

/** The keys that a call of IAM has beyond those of any call of alice's. */
function moreIdentityKeys(operation: string, input = {}, resource?: ResourceFacts) {
  const keys = keysOf({ service: 'iam', operation }, input, resource);
  for (const name of Object.keys(ofAlice)) delete keys[name];
  return keys;
}

/** The keys that the call has beyond those of any call of alice's. */
function moreKeys(operation: string, input = {}, resource?: ResourceFacts) {
  const keys = keysOf({ operation }, input, resource);
  for (const name of Object.keys(ofAlice)) delete keys[name];
  return keys;
}

test('the global keys of a user (identity.md 3.3)', () => {
  assert.deepEqual(keysOf({}), ofAlice);
});

test('the global keys of a session are those of its role (identity.md 3.3)', () => {
  const keys = keysOf({
    principal: {
      type: 'AssumedRole',
      accountId: '111122223333',
      arn: 'arn:aws:sts::111122223333:assumed-role/deploy/ci',
      principalId: 'AROAEXAMPLE:ci',
      tags: new Map(),
      session: {
        name: 'ci',
        issuedAt: Date.parse('2026-03-04T09:00:00Z'),
        sourceIdentity: 'ana',
      },
      roleArn: 'arn:aws:iam::111122223333:role/ml/deploy',
    },
    userAgent: '',
    isSecure: true,
  });
  assert.deepEqual(keys['aws:principalarn'], ['arn:aws:iam::111122223333:role/ml/deploy']);
  assert.deepEqual(keys['aws:principaltype'], ['AssumedRole']);
  assert.deepEqual(keys['aws:userid'], ['AROAEXAMPLE:ci']);
  assert.deepEqual(keys['aws:securetransport'], ['true']);
  assert.deepEqual(keys['aws:tokenissuetime'], ['2026-03-04T09:00:00Z']);
  assert.deepEqual(keys['aws:multifactorauthpresent'], ['false']);
  assert.deepEqual(keys['aws:sourceidentity'], ['ana']);
  for (const absent of ['aws:username', 'aws:useragent']) {
    assert.equal(keys[absent], undefined);
  }
});

test('the keys of a session that is asked for; the first source identity of a chain stays', () => {
  const input = {
    RoleArn: 'arn:aws:iam::111122223333:role/deploy',
    RoleSessionName: 'ci',
    ExternalId: 'x-1',
    SourceIdentity: 'ana',
    Tags: [{ Key: 'team', Value: 'risk' }],
    TransitiveTagKeys: ['team'],
  };
  assert.deepEqual(moreKeys('AssumeRole', input), {
    'aws:requesttag/team': ['risk'],
    'aws:tagkeys': ['team'],
    'sts:externalid': ['x-1'],
    'sts:rolesessionname': ['ci'],
    'sts:sourceidentity': ['ana'],
    'sts:transitivetagkeys': ['team'],
  });
});

test("a package's keys tell of its tags, metadata and stage before the call (identity.md 4)", () => {
  const resource: ResourceFacts = {
    accountId: '111122223333',
    tags: [{ Key: 'risk', Value: 'high' }],
    groupTags: [
      { Key: 'risk', Value: 'low' },
      { Key: 'team', Value: 'fraud' },
    ],
    customerMetadata: { Owner: 'eve' },
    lifeCycle: { Stage: 'Staging', StageStatus: 'Approved' },
  };
  const expected = {
    'aws:resourceaccount': ['111122223333'],
    'aws:resourcetag/risk': ['low', 'high'],
    'sagemaker:resourcetag/risk': ['low', 'high'],
    'aws:resourcetag/team': ['fraud'],
    'sagemaker:resourcetag/team': ['fraud'],
    'sagemaker:currentcustomermetadataproperties/owner': ['eve'],
    'sagemaker:currentmodellifecyclestage': ['Staging'],
    'sagemaker:currentmodellifecyclestagestatus': ['Approved'],
  };
  for (const operation of ['DescribeModelPackage', 'UpdateModelPackage', 'AddTags']) {
    assert.deepEqual(moreKeys(operation, {}, resource), expected);
  }
});

const packageInput = {
  ModelApprovalStatus: 'Approved',
  ModelLifeCycle: { Stage: 'Production', StageStatus: 'Approved' },
  CustomerMetadataProperties: { Owner: 'eve', team: 'risk' },
};
const packageKeys = {
  'sagemaker:modelapprovalstatus': ['Approved'],
  'sagemaker:modellifecycle:stage': ['Production'],
  'sagemaker:modellifecycle:stagestatus': ['Approved'],
  'sagemaker:customermetadataproperties/owner': ['eve'],
  'sagemaker:customermetadataproperties/team': ['risk'],
};
const Tags = [
  { Key: 'team', Value: 'risk' },
  { Key: 'Cost', Value: '7' },
];
const tagKeys = {
  'aws:tagkeys': ['team', 'Cost'],
  'aws:requesttag/team': ['risk'],
  'aws:requesttag/cost': ['7'],
};

for (const [operation, input, expected] of [
  ['CreateModelPackage', {}, {}],
  ['CreateModelPackage', { ...packageInput, Tags }, { ...packageKeys, ...tagKeys }],
  [
    'UpdateModelPackage',
    { ...packageInput, CustomerMetadataPropertiesToRemove: ['a', 'b'] },
    { ...packageKeys, 'sagemaker:customermetadatapropertiestoremove': ['a', 'b'] },
  ],
  ['UpdateModelPackage', { CustomerMetadataPropertiesToRemove: [] }, {}],
  ['CreateModelPackageGroup', { Tags, ModelApprovalStatus: 'Approved' }, tagKeys],
  ['AddTags', { Tags }, tagKeys],
  ['DeleteTags', { TagKeys: ['team'] }, { 'aws:tagkeys': ['team'] }],
  ['DescribeModelPackage', packageInput, {}],
  [
    'Search',
    { VisibilityConditions: [{ Key: 'Tags.team', Value: 'risk' }] },
    { 'sagemaker:searchvisibilitycondition/tags.team': ['risk'] },
  ],
] as const) {
  test(`${operation} ${JSON.stringify(input)} has its keys (identity.md 4)`, () => {
    assert.deepEqual(moreKeys(operation, input), expected);
  });
}

test('a key in two cases has both values', () => {
  const input = { Tags: [...Tags, { Key: 'Team', Value: 'other' }] };
  assert.deepEqual(moreKeys('AddTags', input)['aws:requesttag/team'], ['risk', 'other']);
});

test('tags that ride on a create say on which (identity.md 4)', () => {
  const keys = conditionKeysOf({ ...alice, operation: 'CreateModelPackage' }, { Tags }, undefined);
  const tagging = taggingKeysOf(keys, 'CreateModelPackage');
  assert.deepEqual(tagging.get('sagemaker:taggingaction'), ['CreateModelPackage']);
  assert.deepEqual(tagging.get('aws:tagkeys'), ['team', 'Cost']);
});

const boundary = 'arn:aws:iam::111122223333:policy/Bound';

test('the keys of IAM tell of tags, of the policy that is attached and of the boundary', () => {
  const PolicyArn = 'arn:aws:iam::111122223333:policy/Read';
  const Tags = [{ Key: 'Team', Value: 'risk' }];
  const bounded = { accountId: '111122223333', boundary, tags: Tags };
  const ofBounded = {
    'aws:resourceaccount': ['111122223333'],
    'aws:resourcetag/team': ['risk'],
    'iam:resourcetag/team': ['risk'],
  };
  const tagging = { 'aws:requesttag/team': ['risk'], 'aws:tagkeys': ['Team'] };
  const cases: [operation: string, input: object, keys: object][] = [
    ['TagUser', { Tags }, tagging],
    ['UntagUser', { TagKeys: ['Team'] }, { 'aws:tagkeys': ['Team'] }],
    [
      'AttachUserPolicy',
      { PolicyArn },
      { 'iam:policyarn': [PolicyArn], 'iam:permissionsboundary': [boundary] },
    ],
    ['DetachGroupPolicy', { PolicyArn }, { 'iam:policyarn': [PolicyArn] }],
    ['PutRolePolicy', {}, { 'iam:permissionsboundary': [boundary] }],
    [
      'PutUserPermissionsBoundary',
      { PermissionsBoundary: PolicyArn },
      { 'iam:permissionsboundary': [PolicyArn] },
    ],
    ['GetPolicy', { PolicyArn }, {}],
    ['DeleteUser', {}, {}],
  ];
  for (const [operation, input, keys] of cases) {
    const given = moreIdentityKeys(operation, input, bounded);
    assert.deepEqual(given, { ...ofBounded, ...keys }, operation);
  }
  assert.deepEqual(moreIdentityKeys('CreateUser', { Tags, PermissionsBoundary: boundary }), {
    ...tagging,
    'iam:permissionsboundary': [boundary],
  });
});
