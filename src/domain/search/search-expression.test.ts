import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Filter, Operator, SearchExpression } from '../../contracts/sagemaker.gen.ts';
import { recordShapes } from './property-path.ts';
import { checkContains, checkExpression, fulfils, readExpression } from './search-expression.ts';

const record: Record<string, unknown> = {
  ModelPackageGroupName: 'fraud',
  ModelPackageVersion: 12,
  CertifyForMarketplace: false,
  CreationTime: Date.parse('2026-03-04T09:15:27.500Z'),
  ModelLifeCycle: { Stage: 'Production', StageStatus: 'Active' },
  Tags: { team: 'risk', 'cost.center': '42' },
  CustomerMetadataProperties: { 'data.set': 'cards', comma: 'a,b' },
  InferenceSpecification: {
    Containers: [
      { Image: 'repo/torch:1', Framework: 'PYTORCH', Environment: { MODE: 'fast' } },
      { Image: 'repo/xgb:7', Framework: 'XGBOOST', IsCheckpoint: true },
    ],
    SupportedContentTypes: ['text/csv', 'application/json'],
  },
  AdditionalInferenceSpecifications: [
    { Name: 'small', Containers: [{ Image: 'repo/a:1' }, { Image: 'repo/b:2' }] },
    { Name: 'large', Containers: [{ Image: 'repo/c:3', Framework: 'PYTORCH' }] },
  ],
};

function judge(expression: SearchExpression): boolean {
  checkExpression(expression);
  checkContains(expression);
  const condition = readExpression(expression, recordShapes.ModelPackage);
  return fulfils({ member: (name) => record[name] }, condition);
}

type Row = [operator: Operator | undefined, name: string, value: string | undefined, fits: boolean];

const image = 'InferenceSpecification.Containers.Image';
const types = 'InferenceSpecification.SupportedContentTypes';

const rows: Row[] = [
  // Text.
  ['Equals', 'ModelPackageGroupName', 'fraud', true],
  ['Equals', 'ModelPackageGroupName', 'Fraud', false],
  ['Equals', 'ModelPackageGroupName', 'frau', false],
  [undefined, 'ModelPackageGroupName', 'fraud', true],
  [undefined, 'ModelPackageGroupName', 'churn', false],
  ['NotEquals', 'ModelPackageGroupName', 'fraud', false],
  ['NotEquals', 'ModelPackageGroupName', 'churn', true],
  ['Contains', 'ModelPackageGroupName', 'rau', true],
  ['Contains', 'ModelPackageGroupName', 'RAU', false],
  ['In', 'ModelPackageGroupName', 'churn,fraud', true],
  ['In', 'ModelPackageGroupName', 'churn, fraud ', true],
  ['In', 'ModelPackageGroupName', 'churn', false],
  ['In', 'CustomerMetadataProperties.comma', 'a,b', false],
  ['Equals', 'CustomerMetadataProperties.comma', 'a,b', true],
  ['Exists', 'ModelPackageGroupName', undefined, true],
  ['NotExists', 'ModelPackageGroupName', undefined, false],
  [undefined, 'ModelPackageGroupName', undefined, true],
  // Text that is absent.
  ['Equals', 'ApprovalDescription', 'x', false],
  ['NotEquals', 'ApprovalDescription', 'x', true],
  ['Contains', 'ApprovalDescription', 'x', false],
  ['In', 'ApprovalDescription', 'x,y', false],
  ['Exists', 'ApprovalDescription', undefined, false],
  ['NotExists', 'ApprovalDescription', undefined, true],
  [undefined, 'ApprovalDescription', undefined, false],
  // Numbers.
  ['Equals', 'ModelPackageVersion', '12', true],
  ['Equals', 'ModelPackageVersion', '12.0', true],
  ['Equals', 'ModelPackageVersion', '+12', true],
  ['NotEquals', 'ModelPackageVersion', '12', false],
  ['GreaterThan', 'ModelPackageVersion', '9', true],
  ['GreaterThan', 'ModelPackageVersion', '12', false],
  ['GreaterThan', 'ModelPackageVersion', '11.9', true],
  ['GreaterThanOrEqualTo', 'ModelPackageVersion', '12', true],
  ['GreaterThanOrEqualTo', 'ModelPackageVersion', '13', false],
  ['LessThan', 'ModelPackageVersion', '100', true],
  ['LessThan', 'ModelPackageVersion', '-5', false],
  ['LessThanOrEqualTo', 'ModelPackageVersion', '12', true],
  ['LessThanOrEqualTo', 'ModelPackageVersion', '.5', false],
  ['Exists', 'ModelPackageVersion', undefined, true],
  // Timestamps, read as UTC.
  ['Equals', 'CreationTime', '2026-03-04T09:15:27.500', true],
  ['Equals', 'CreationTime', '2026-03-04T09:15:27.5Z', true],
  ['Equals', 'CreationTime', '2026-03-04T10:15:27.5+01:00', true],
  ['Equals', 'CreationTime', '2026-03-04T09:15:27', false],
  ['GreaterThan', 'CreationTime', '2026-03-04T09:15:27', true],
  ['GreaterThanOrEqualTo', 'CreationTime', '2026-03-04T09:15:28', false],
  ['LessThan', 'CreationTime', '2026-03-04T09:15:28', true],
  ['LessThanOrEqualTo', 'CreationTime', '2026-03-04T09:15:27', false],
  ['NotEquals', 'LastModifiedTime', '2026-03-04T09:15:27', true],
  ['LessThan', 'LastModifiedTime', '2036-03-04T09:15:27', false],
  ['NotExists', 'LastModifiedTime', undefined, true],
  // Booleans.
  ['Equals', 'CertifyForMarketplace', 'false', true],
  ['Equals', 'CertifyForMarketplace', 'False', true],
  ['Equals', 'CertifyForMarketplace', 'true', false],
  ['NotEquals', 'CertifyForMarketplace', 'true', true],
  ['LessThan', 'CertifyForMarketplace', 'true', true],
  ['Exists', 'CertifyForMarketplace', undefined, true],
  // Maps and keys with dots.
  ['Equals', 'Tags.team', 'risk', true],
  ['Equals', 'Tags.cost.center', '42', true],
  ['Equals', 'CustomerMetadataProperties.data.set', 'cards', true],
  ['Exists', 'CustomerMetadataProperties.data', undefined, false],
  ['Exists', 'Tags.constructor', undefined, false],
  ['Exists', 'Tags', undefined, true],
  ['NotExists', 'ModelMetrics', undefined, true],
  ['Exists', 'ModelLifeCycle', undefined, true],
  // A path through a list fits if any element does.
  ['Equals', image, 'repo/xgb:7', true],
  ['Equals', image, 'repo/xgb:8', false],
  ['NotEquals', image, 'repo/xgb:7', false],
  ['Contains', image, 'torch', true],
  ['In', image, 'none,repo/torch:1', true],
  ['Exists', image, undefined, true],
  ['Exists', 'InferenceSpecification.Containers', undefined, true],
  ['Exists', 'InferenceSpecification.Containers.ProductId', undefined, false],
  ['Equals', 'InferenceSpecification.Containers.IsCheckpoint', 'true', true],
  ['Equals', 'InferenceSpecification.Containers.Environment.MODE', 'fast', true],
  ['Equals', types, 'application/json', true],
  ['Equals', types, 'image/png', false],
  ['Equals', 'AdditionalInferenceSpecifications.Containers.Image', 'repo/b:2', true],
];

for (const [operator, name, value, fits] of rows) {
  test(`${name} ${operator ?? ''} ${value ?? ''} is ${fits}`, () => {
    const filter = { Name: name, ...(operator && { Operator: operator }) };
    assert.equal(
      judge({ Filters: [value === undefined ? filter : { ...filter, Value: value }] }),
      fits,
    );
  });
}

const yes: Filter = { Name: 'ModelPackageVersion', Value: '12' };
const no: Filter = { Name: 'ModelPackageVersion', Value: '13' };

const joined: [title: string, expression: SearchExpression, fits: boolean][] = [
  ['And is the default', { Filters: [yes, no] }, false],
  ['And', { Filters: [yes, yes], Operator: 'And' }, true],
  ['Or', { Filters: [no, yes], Operator: 'Or' }, true],
  ['Or of nothing that fits', { Filters: [no, no], Operator: 'Or' }, false],
  [
    'Or over all three lists',
    { Filters: [no], SubExpressions: [{ Filters: [yes] }], Operator: 'Or' },
    true,
  ],
  ['And over all three lists', { Filters: [yes], SubExpressions: [{ Filters: [no] }] }, false],
  [
    'each level has its own operator',
    { SubExpressions: [{ Filters: [no, yes], Operator: 'Or' }, { Filters: [yes, yes] }] },
    true,
  ],
  [
    'Or takes nested filters in',
    {
      Filters: [no],
      NestedFilters: [
        {
          NestedPropertyName: 'InferenceSpecification.Containers',
          Filters: [{ Name: image, Value: 'repo/xgb:7' }],
        },
      ],
      Operator: 'Or',
    },
    true,
  ],
];

for (const [title, expression, fits] of joined) {
  test(title, () => assert.equal(judge(expression), fits));
}

const containers = 'InferenceSpecification.Containers';

const nested: [title: string, list: string, filters: Filter[], fits: boolean][] = [
  [
    'one element passes both',
    containers,
    [
      { Name: image, Operator: 'Contains', Value: 'torch' },
      { Name: `${containers}.Framework`, Value: 'PYTORCH' },
    ],
    true,
  ],
  [
    'two elements pass one each',
    containers,
    [
      { Name: image, Operator: 'Contains', Value: 'torch' },
      { Name: `${containers}.Framework`, Value: 'XGBOOST' },
    ],
    false,
  ],
  [
    'an element that lacks the property',
    containers,
    [
      { Name: image, Value: 'repo/torch:1' },
      { Name: `${containers}.IsCheckpoint`, Operator: 'NotEquals', Value: 'true' },
    ],
    true,
  ],
  [
    'keys of a map in an element',
    containers,
    [
      { Name: `${containers}.Environment.MODE`, Value: 'fast' },
      { Name: `${containers}.Framework`, Value: 'PYTORCH' },
    ],
    true,
  ],
  [
    'a list in a list, its elements each by itself',
    'AdditionalInferenceSpecifications.Containers',
    [
      { Name: 'AdditionalInferenceSpecifications.Containers.Image', Value: 'repo/c:3' },
      { Name: 'AdditionalInferenceSpecifications.Containers.Framework', Value: 'PYTORCH' },
    ],
    true,
  ],
  [
    'the outer list, any of its inner elements',
    'AdditionalInferenceSpecifications',
    [
      { Name: 'AdditionalInferenceSpecifications.Name', Value: 'small' },
      { Name: 'AdditionalInferenceSpecifications.Containers.Image', Value: 'repo/b:2' },
    ],
    true,
  ],
  [
    'the outer list, inner elements of another',
    'AdditionalInferenceSpecifications',
    [
      { Name: 'AdditionalInferenceSpecifications.Name', Value: 'large' },
      { Name: 'AdditionalInferenceSpecifications.Containers.Image', Value: 'repo/b:2' },
    ],
    false,
  ],
  ['a list of texts', types, [{ Name: types, Value: 'text/csv' }], true],
  [
    'a list of texts, no element both',
    types,
    [
      { Name: types, Value: 'text/csv' },
      { Name: types, Value: 'application/json' },
    ],
    false,
  ],
  [
    'a list that is absent has no element, whatever is asked of it',
    'ValidationSpecification.ValidationProfiles',
    [{ Name: 'ValidationSpecification.ValidationProfiles.ProfileName', Operator: 'NotExists' }],
    false,
  ],
];

for (const [title, NestedPropertyName, Filters, fits] of nested) {
  test(`nested filters: ${title}`, () => {
    assert.equal(judge({ NestedFilters: [{ NestedPropertyName, Filters }] }), fits);
  });
}

const of = (filter: Filter): SearchExpression => ({ Filters: [filter] });
const contains = (value: string): Filter => ({
  Name: 'ModelPackageGroupName',
  Operator: 'Contains',
  Value: value,
});
const deep = (levels: number): SearchExpression =>
  levels === 0 ? of(yes) : { SubExpressions: [deep(levels - 1)] };

const refused: [title: string, expression: SearchExpression, message: string][] = [
  ['an unknown property', of({ Name: 'Nonsense', Value: '1' }), 'Unknown property name: Nonsense'],
  [
    'an unknown property below a known one',
    of({ Name: 'ModelLifeCycle.Nonsense' }),
    'Unknown property name: ModelLifeCycle.Nonsense',
  ],
  [
    'an unknown property in a subexpression',
    { SubExpressions: [of({ Name: 'Nonsense' })] },
    'Unknown property name: Nonsense',
  ],
  ['an empty tag key', of({ Name: 'Tags.' }), 'Unknown property name: Tags.'],
  [
    'an unknown list',
    { NestedFilters: [{ NestedPropertyName: 'Nonsense', Filters: [{ Name: 'Nonsense.A' }] }] },
    'Unknown property name: Nonsense',
  ],
  [
    'an unknown property of an element',
    { NestedFilters: [{ NestedPropertyName: containers, Filters: [{ Name: `${containers}.A` }] }] },
    `Unknown property name: ${containers}.A`,
  ],
  [
    'a nested property name that is no list',
    {
      NestedFilters: [
        { NestedPropertyName: 'ModelLifeCycle', Filters: [{ Name: 'ModelLifeCycle.Stage' }] },
      ],
    },
    "NestedPropertyName 'ModelLifeCycle' is not a list property.",
  ],
  [
    'tags as a list',
    { NestedFilters: [{ NestedPropertyName: 'Tags', Filters: [{ Name: 'Tags.Key' }] }] },
    "NestedPropertyName 'Tags' is not a list property.",
  ],
  [
    'a nested filter on another property',
    {
      NestedFilters: [
        { NestedPropertyName: containers, Filters: [{ Name: 'ModelLifeCycle.Stage' }] },
      ],
    },
    `Nested filter 'ModelLifeCycle.Stage' must be on a property of '${containers}'.`,
  ],
  [
    'an expression with nothing in it',
    {},
    'A SearchExpression must have at least one filter, nested filter or subexpression.',
  ],
  [
    'a subexpression with nothing in it',
    { Filters: [yes], SubExpressions: [{ Operator: 'Or' }] },
    'A SearchExpression must have at least one filter, nested filter or subexpression.',
  ],
  [
    'two Contains at one level',
    { Filters: [contains('a'), contains('b')] },
    "'CONTAINS' operator usage limit of 1 exceeded.",
  ],
  [
    'two Contains at two levels',
    { Filters: [contains('a')], SubExpressions: [of(contains('b'))], Operator: 'Or' },
    "'CONTAINS' operator usage limit of 1 exceeded.",
  ],
  [
    'a Contains among nested filters as well',
    {
      Filters: [contains('a')],
      NestedFilters: [
        {
          NestedPropertyName: containers,
          Filters: [{ Name: image, Operator: 'Contains', Value: 'b' }],
        },
      ],
    },
    "'CONTAINS' operator usage limit of 1 exceeded.",
  ],
  [
    '51 elements in subexpressions',
    {
      SubExpressions: Array.from({ length: 3 }, () => ({
        Filters: Array.from({ length: 16 }, () => yes),
      })),
    },
    'SearchExpression has 51 filters, nested filters and subexpressions in all; at most 50 are allowed.',
  ],
  [
    '51 levels',
    deep(50),
    'SearchExpression has 51 filters, nested filters and subexpressions in all; at most 50 are allowed.',
  ],
  [
    '51 elements, nested filters counted',
    {
      NestedFilters: Array.from({ length: 17 }, () => ({
        NestedPropertyName: containers,
        Filters: [{ Name: image }, { Name: image }],
      })),
    },
    'SearchExpression has 51 filters, nested filters and subexpressions in all; at most 50 are allowed.',
  ],
];

const badOperators: [operator: Operator, name: string, kind: string][] = [
  ['GreaterThan', 'ModelPackageGroupName', 'text'],
  ['GreaterThanOrEqualTo', 'Tags.k', 'text'],
  ['LessThan', 'CustomerMetadataProperties.k', 'text'],
  ['LessThanOrEqualTo', 'ModelPackageArn', 'text'],
  ['Contains', 'ModelPackageVersion', 'number'],
  ['Contains', 'CreationTime', 'timestamp'],
  ['Contains', 'CertifyForMarketplace', 'boolean'],
  ['In', 'ModelPackageVersion', 'number'],
  ['In', 'CreationTime', 'timestamp'],
  ['In', 'CertifyForMarketplace', 'boolean'],
  ['Equals', 'ModelLifeCycle', 'structure'],
  ['NotEquals', 'Tags', 'map'],
  ['Contains', 'InferenceSpecification.Containers', 'structure'],
];
for (const [Operator, Name, kind] of badOperators) {
  refused.push([
    `${Operator} on ${Name}`,
    of({ Name, Operator, Value: '1' }),
    `Operator '${Operator}' is not supported for '${Name}', a ${kind} property.`,
  ]);
}

const number = 'an integer or decimal number';
const timestamp = "a timestamp of the form YYYY-mm-dd'T'HH:MM:SS";
const badValues: [name: string, value: string, form: string][] = [
  ['ModelPackageVersion', 'twelve', number],
  ['ModelPackageVersion', '1,5', number],
  ['ModelPackageVersion', '0x10', number],
  ['ModelPackageVersion', '1e3', number],
  ['ModelPackageVersion', ' 1', number],
  ['ModelPackageVersion', '.', number],
  ['CreationTime', 'yesterday', timestamp],
  ['CreationTime', '2026-03-04', timestamp],
  ['CreationTime', '1772615727', timestamp],
  ['CreationTime', '2026-13-04T00:00:00', timestamp],
  ['CreationTime', '2026-02-30T00:00:00', timestamp],
  ['CreationTime', '2026-02-28T25:00:00', timestamp],
  ['CertifyForMarketplace', 'yes', "a boolean, 'true' or 'false'"],
  ['CertifyForMarketplace', 'constructor', "a boolean, 'true' or 'false'"],
];
for (const [Name, Value, form] of badValues) {
  refused.push([
    `${Value} for ${Name}`,
    of({ Name, Value }),
    `Value '${Value}' of the filter on '${Name}' is not ${form}.`,
  ]);
}

const needValues: Operator[] = [
  'Equals',
  'NotEquals',
  'GreaterThan',
  'GreaterThanOrEqualTo',
  'LessThan',
  'LessThanOrEqualTo',
];
for (const Operator of needValues) {
  refused.push([
    `${Operator} without a value`,
    of({ Name: 'ModelPackageVersion', Operator }),
    `A filter on 'ModelPackageVersion' with operator '${Operator}' requires a value.`,
  ]);
}
for (const Operator of ['In', 'Contains'] as const) {
  refused.push([
    `${Operator} without a value`,
    of({ Name: 'Tags.k', Operator }),
    `A filter on 'Tags.k' with operator '${Operator}' requires a value.`,
  ]);
}

for (const [title, expression, message] of refused) {
  test(`refused: ${title}`, () => {
    assert.throws(() => judge(expression), { kind: 'invalid', message });
  });
}

test('50 elements are allowed', () => {
  assert.equal(judge(deep(49)), true);
});
