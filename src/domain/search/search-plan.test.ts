import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Filter, SearchExpression } from '../../contracts/sagemaker.gen.ts';
import { recordShapes } from './property-path.ts';
import { anything, readExpression } from './search-expression.ts';
import { planSearch } from './search-plan.ts';
import type { Drive, Plan, PlanScope } from './search-plan.ts';

const scope: PlanScope = {
  accountId: '123456789012',
  region: 'eu-west-1',
  resource: 'ModelPackage',
  strictAws: false,
};

function planOf(expression: SearchExpression, change: Partial<PlanScope> = {}): Plan {
  const planScope = { ...scope, ...change };
  return planSearch(readExpression(expression, recordShapes[planScope.resource]), planScope);
}

const filter = (Name: string, Value?: string, Operator?: Filter['Operator']): Filter => ({
  Name,
  ...(Value !== undefined && { Value }),
  ...(Operator && { Operator }),
});
const property = (name: string, ...values: string[]): Drive => ({ type: 'property', name, values });
const tag = (name: string, ...values: string[]): Drive => ({ type: 'tag', name, values });
const names = (...names: string[]): Drive => ({ type: 'names', names });

const k = 'CustomerMetadataProperties.k';
const arn = (name: string, region = 'eu-west-1', account = '123456789012'): string =>
  `arn:aws:sagemaker:${region}:${account}:${name}`;

const plans: [title: string, expression: SearchExpression, drives: Drive[], complete: boolean][] = [
  ['an indexed value', { Filters: [filter(k, 'a')] }, [property(k, 'a')], true],
  ['several values', { Filters: [filter(k, 'a, b,a', 'In')] }, [property(k, 'a', 'b')], true],
  ['a tag', { Filters: [filter('Tags.k', 'a')] }, [tag('Tags.k', 'a')], true],
  [
    'the likelier to be selective first',
    {
      Filters: [
        filter('ModelApprovalStatus', 'Approved'),
        filter('Tags.k', 'a'),
        filter(k, 'a'),
        filter('ModelPackageGroupName', 'g'),
        filter('ModelPackageName', 'n'),
      ],
    },
    [
      names('n'),
      property('ModelPackageGroupName', 'g'),
      property(k, 'a'),
      tag('Tags.k', 'a'),
      property('ModelApprovalStatus', 'Approved'),
    ],
    false,
  ],
  [
    'an uncommon status',
    { Filters: [filter('ModelPackageStatus', 'Failed')] },
    [property('ModelPackageStatus', 'Failed')],
    true,
  ],
  ['the common status', { Filters: [filter('ModelPackageStatus', 'Completed')] }, [], false],
  [
    'one of them common',
    { Filters: [filter('ModelPackageStatus', 'Failed,Completed', 'In')] },
    [],
    false,
  ],
  ['another value than', { Filters: [filter(k, 'a', 'NotEquals')] }, [], false],
  ['a part of a value', { Filters: [filter(k, 'a', 'Contains')] }, [], false],
  ['any value', { Filters: [filter(k)] }, [], false],
  ['what is not indexed', { Filters: [filter('ModelPackageVersion', '1')] }, [], false],
  [
    'an indexed value and what is not',
    { Filters: [filter(k, 'a'), filter('ModelPackageVersion', '1')] },
    [property(k, 'a')],
    false,
  ],
  [
    'conditions of several levels',
    { Filters: [filter(k, 'a')], SubExpressions: [{ Filters: [filter('Tags.k', 'b')] }] },
    [property(k, 'a'), tag('Tags.k', 'b')],
    true,
  ],
  ['either of one', { Operator: 'Or', Filters: [filter(k, 'a')] }, [property(k, 'a')], true],
  [
    'either of two',
    { Operator: 'Or', Filters: [filter(k, 'a'), filter('Tags.k', 'b')] },
    [
      {
        type: 'any',
        plans: [
          { drives: [property(k, 'a')], complete: true },
          { drives: [tag('Tags.k', 'b')], complete: true },
        ],
      },
    ],
    true,
  ],
  [
    'either of two, one not indexed',
    { Operator: 'Or', Filters: [filter(k, 'a'), filter('ModelPackageVersion', '1')] },
    [],
    false,
  ],
  [
    'nested filters',
    {
      Filters: [filter(k, 'a')],
      NestedFilters: [
        {
          NestedPropertyName: 'InferenceSpecification.Containers',
          Filters: [filter('InferenceSpecification.Containers.Image', 'i')],
        },
      ],
    },
    [property(k, 'a')],
    false,
  ],
  [
    'an ARN',
    { Filters: [filter('ModelPackageArn', arn('model-package/g/1'))] },
    [names('g/1')],
    false,
  ],
  [
    'ARNs that lie elsewhere',
    {
      Filters: [
        filter(
          'ModelPackageArn',
          [
            arn('model-package/a/1', 'us-east-1'),
            arn('model-package/a/1', 'eu-west-1', '999999999999'),
            arn('model-package-group/a'),
            'a/1',
          ].join(','),
          'In',
        ),
      ],
    },
    [names()],
    false,
  ],
];

for (const [title, expression, drives, complete] of plans) {
  test(`a plan for ${title}`, () => {
    assert.deepEqual(planOf(expression), { drives, complete });
  });
}

test('no condition needs no drive', () => {
  assert.deepEqual(planSearch(anything, scope), { drives: [], complete: true });
});

test('in strict mode the name of a version is that of its group', () => {
  assert.deepEqual(planOf({ Filters: [filter('ModelPackageName', 'g')] }, { strictAws: true }), {
    drives: [
      {
        type: 'any',
        plans: [
          { drives: [names('g')], complete: false },
          { drives: [property('ModelPackageGroupName', 'g')], complete: false },
        ],
      },
    ],
    complete: false,
  });
});

test('groups are looked up by name and ARN, and by tag in the index', () => {
  const groups = { resource: 'ModelPackageGroup' } as const;
  const drivesOf = (...Filters: Filter[]) => planOf({ Filters }, groups).drives;
  assert.deepEqual(drivesOf(filter('ModelPackageGroupName', 'g')), [names('g')]);
  assert.deepEqual(drivesOf(filter('ModelPackageGroupArn', arn('model-package-group/g'))), [
    names('g'),
  ]);
  assert.deepEqual(drivesOf(filter('Tags.k', 'v')), [property('Tags.k', 'v')]);
  assert.deepEqual(drivesOf(filter('ModelPackageGroupStatus', 'Completed')), []);
});
