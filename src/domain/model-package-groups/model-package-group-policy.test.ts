import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../kernel/refusal.ts';
import { checkModelPackageGroupPolicy } from './model-package-group-policy.ts';

const arn = 'arn:aws:sagemaker:eu-west-1:111122223333:model-package-group/fraud';
const versionsArn = 'arn:aws:sagemaker:eu-west-1:111122223333:model-package/fraud';
const root = 'arn:aws:iam::444455556666:root';

const share = {
  Effect: 'Allow',
  Principal: { AWS: root },
  Action: 'sagemaker:DescribeModelPackage',
  Resource: `${versionsArn}/*`,
};

function check(statement: object | object[], document: object = { Version: '2012-10-17' }): void {
  checkModelPackageGroupPolicy(JSON.stringify({ ...document, Statement: statement }), { arn });
}

function refusalOf(run: () => void): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.kind, 'invalid');
    return error.message;
  }
  return assert.fail('accepted');
}

test('the policy of the developer guide is accepted', () => {
  check([
    {
      Sid: 'AddPermModelPackageGroup',
      Effect: 'Allow',
      Principal: { AWS: root },
      Action: ['sagemaker:DescribeModelPackageGroup'],
      Resource: arn,
    },
    {
      Sid: 'AddPermModelPackageVersion',
      Effect: 'Allow',
      Principal: { AWS: root },
      Action: [
        'sagemaker:DescribeModelPackage',
        'sagemaker:ListModelPackages',
        'sagemaker:UpdateModelPackage',
        'sagemaker:CreateModel',
      ],
      Resource: `${versionsArn}/*`,
    },
  ]);
});

for (const statement of [
  { ...share, Resource: [arn, `${versionsArn}/*`] },
  { ...share, Resource: `${versionsArn}/3` },
  { ...share, Resource: `${versionsArn}/1?` },
  { ...share, Resource: undefined, NotResource: arn },
  { ...share, Action: 'sagemaker:*' },
  { ...share, Action: '*' },
  { ...share, Action: 'SageMaker:describemodelpackage' },
  { ...share, Action: undefined, NotAction: 'sagemaker:Delete*' },
  { ...share, Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } },
  { ...share, Principal: { AWS: ['444455556666', '777788889999'], Service: 'ram.amazonaws.com' } },
  { ...share, Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: root } },
]) {
  test(`${JSON.stringify(statement)} is accepted`, () => {
    check(statement);
    check([statement], { Version: '2008-10-17', Id: 'sharing' });
  });
}

test('a policy on several lines is accepted', () => {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: share }, undefined, 2);
  checkModelPackageGroupPolicy(text, { arn });
});

test('faults of the grammar are refused with the prefix', () => {
  for (const [text, reason] of [
    ['no', /^Invalid policy provided: The policy is not valid JSON: /],
    ['{"Version":"2012-10-17"}', /^Invalid policy provided: Statement is missing$/],
    [
      '{"Version":"2012-10-17","Version":"x"}',
      /^Invalid policy provided: Duplicate key 'Version'$/,
    ],
  ] as const) {
    assert.match(
      refusalOf(() => checkModelPackageGroupPolicy(text, { arn })),
      reason,
    );
  }
});

test('a policy must state its version', () => {
  assert.equal(
    refusalOf(() => check(share, {})),
    'Invalid policy provided: Version is missing',
  );
});

for (const [fault, reason] of [
  [{ Principal: undefined }, 'Principal is missing'],
  [
    { Principal: { Federated: 'accounts.google.com' } },
    "Principal 'accounts.google.com' must be of the type AWS or Service",
  ],
  [
    { Principal: { CanonicalUser: '79a59df9' } },
    "Principal '79a59df9' must be of the type AWS or Service",
  ],
  [{ Action: undefined }, 'Action is missing'],
  [{ Action: ['sagemaker:*', 's3:*'] }, "Action 's3:*' is not an action of sagemaker"],
  [{ Action: undefined, NotAction: 'iam:*' }, "Action 'iam:*' is not an action of sagemaker"],
  [
    { Action: 'sagemaker-geospatial:X' },
    "Action 'sagemaker-geospatial:X' is not an action of sagemaker",
  ],
  [{ Resource: undefined }, 'Resource is missing'],
] as const) {
  test(`a statement with ${JSON.stringify(fault)} is refused`, () => {
    assert.equal(
      refusalOf(() => check([share, { ...share, ...fault }])),
      `Invalid policy provided: Statement 2: ${reason}`,
    );
  });
}

for (const resource of [
  '*',
  'arn:aws:sagemaker:eu-west-1:111122223333:*',
  'arn:aws:sagemaker:eu-west-1:*:model-package-group/fraud',
  'arn:aws:sagemaker:*:111122223333:model-package/fraud/*',
  'arn:aws:sagemaker:eu-west-1:444455556666:model-package-group/fraud',
  'arn:aws:sagemaker:us-east-1:111122223333:model-package-group/fraud',
  'arn:aws-cn:sagemaker:eu-west-1:111122223333:model-package-group/fraud',
  'arn:aws:sagemaker:eu-west-1:111122223333:model-package-group/other',
  'arn:aws:sagemaker:eu-west-1:111122223333:model-package/other/*',
  'arn:aws:sagemaker:eu-west-1:111122223333:model-package/FRAUD/*',
  `${arn}*`,
  `${arn}/*`,
  `${versionsArn}*`,
  versionsArn,
  `${versionsArn}/`,
  `${versionsArn}/*/1`,
  'arn:aws:s3:::bucket/*',
]) {
  test(`the resource ${resource} is refused`, () => {
    const reason = `Statement 1: Resource '${resource}' must be ${arn} or ${versionsArn}/*`;
    for (const element of ['Resource', 'NotResource']) {
      assert.equal(
        refusalOf(() => check({ ...share, Resource: undefined, [element]: [arn, resource] })),
        `Invalid policy provided: ${reason}`,
      );
    }
  });
}

for (const [principals, repeated] of [
  [[root, root], root],
  [['444455556666', root], root],
  [[root, '777788889999', '444455556666'], '444455556666'],
  [['*', '*'], '*'],
  [
    ['arn:aws:iam::444455556666:role/deploy', 'arn:aws:iam::444455556666:role/deploy'],
    'arn:aws:iam::444455556666:role/deploy',
  ],
] as const) {
  test(`the principals ${principals.join(' ')} are refused`, () => {
    assert.equal(
      refusalOf(() => check([share, { ...share, Principal: { AWS: principals } }])),
      `Invalid policy provided: Duplicate principal: ${repeated} (Statement 2)`,
    );
  });
}

test('a principal may stand in several statements', () => {
  check([share, share]);
});
