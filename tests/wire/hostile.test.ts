/** Inputs that nobody should send: each is refused in AWS's shape, and nothing changes for it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { processRegion, start } from '../support/server-process.ts';
import type { CallOptions, ServerProcess } from '../support/server-process.ts';
import {
  checkRefused,
  checkSecrets,
  exchange,
  signedRequest,
  StoreView,
} from './hostile-client.ts';
import type { Refusal } from './hostile-client.ts';

type Input = Record<string, unknown>;

const group = 'sentinel';
const other = 'other';
const arn = (resource: string) => `arn:aws:sagemaker:${processRegion}:123456789012:${resource}`;
const groupArn = arn(`model-package-group/${group}`);
const versionArn = arn(`model-package/${group}/1`);
const unreadable = 'SerializationException';
const invalid = 'ValidationException';

let server: ServerProcess;
let store: StoreView;

before(async () => {
  server = await start({ flags: ['--log-level', 'debug'] });
  for (const name of [group, other]) {
    const Tags = ['a', 'b', 'c'].map((Key) => ({ Key, Value: name }));
    await server.ok('CreateModelPackageGroup', { ModelPackageGroupName: name, Tags });
  }
  for (let version = 1; version <= 3; version += 1) {
    await server.ok('CreateModelPackage', {
      ModelPackageGroupName: group,
      CustomerMetadataProperties: { version: String(version) },
    });
  }
  store = new StoreView(server);
});

after(async () => {
  store.close();
  checkSecrets(server);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

/** Sends a signed call that must be refused and must leave everything as it was. */
async function refuse(
  operation: string,
  body: Input | string | Buffer,
  expected: Refusal,
  options?: CallOptions,
): Promise<string> {
  const before = store.facts();
  const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const answer = await exchange(server, signedRequest(server, operation, bytes, options));
  const shown = bytes.toString('latin1').slice(0, 120);
  let message: string;
  try {
    message = checkRefused(answer, expected);
  } catch (error) {
    throw new Error(`${operation} ${shown}`, { cause: error });
  }
  assert.deepEqual(store.facts(), before, `${operation} ${shown} has changed something`);
  return message;
}

test('a body that is no JSON object is refused', async () => {
  const bodies = [
    '{',
    '}',
    '{"ModelPackageGroupName"',
    '{"ModelPackageGroupName":',
    '{"ModelPackageGroupName":"sentinel"',
    '{"ModelPackageGroupName":"sentinel}',
    '{"ModelPackageGroupName":"sentinel",}',
    '{"ModelPackageGroupName":"sentinel"} {}',
    "{'ModelPackageGroupName':'sentinel'}",
    '{ModelPackageGroupName:"sentinel"}',
    '{"ModelPackageGroupName":"a\nb"}',
    '{"ModelPackageGroupName":"\\x41"}',
    '{"ModelPackageGroupName":"\\ud8"}',
    '{"MaxResults":NaN}',
    '{"MaxResults":-Infinity}',
    '{"MaxResults":01}',
    '{"MaxResults":.5}',
    '{"MaxResults":+1}',
    '{"MaxResults":0x10}',
    '{/* */}',
    '\ufeff{}',
    'ModelPackageGroupName=sentinel',
    '<ModelPackageGroupName/>',
    ' ',
    '\0',
    '[]',
    '[{}]',
    'null',
    'true',
    '1',
    '1e400',
    '"{}"',
    '['.repeat(100_000),
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  ];
  for (const body of bodies) {
    await refuse('DescribeModelPackageGroup', body, { code: unreadable });
    await refuse('DeleteModelPackageGroup', body, { code: unreadable });
  }
});

test('bytes that are no UTF-8, and halves of surrogate pairs, are refused', async () => {
  const wrongBytes = [
    [0xff],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf5, 0x80, 0x80, 0x80],
    [0xe2, 0x82],
  ];
  for (const bytes of wrongBytes) {
    const name = Buffer.concat([Buffer.from('{"ModelPackageGroupName":"'), Buffer.from(bytes)]);
    const body = Buffer.concat([name, Buffer.from('"}')]);
    await refuse('CreateModelPackageGroup', body, { code: unreadable, message: 'UTF-8' });
    await refuse('CreateModelPackageGroup', Buffer.from(bytes), { code: unreadable });
  }
  for (const half of ['\\ud800', '\\udfff', 'a\\ud83d', '\\ude00\\ud83d']) {
    const description = `{"ModelPackageGroupName":"new","ModelPackageGroupDescription":"${half}"}`;
    const message = "at 'modelPackageGroupDescription'";
    await refuse('CreateModelPackageGroup', description, { code: unreadable, message });
    const key = `{"ModelPackageGroupName":"other","CustomerMetadataProperties":{"${half}":"a"}}`;
    const map = "at 'customerMetadataProperties'";
    await refuse('CreateModelPackage', key, { code: unreadable, message: map });
  }
});

test('a value of a wrong JSON type is refused with its place', async () => {
  const create = { ModelPackageGroupName: other };
  const container = { Image: 'a:b' };
  const cases: [
    kind: string,
    operation: string,
    path: string,
    wrong: unknown[],
    make: (value: unknown) => Input,
  ][] = [
    [
      'String',
      'CreateModelPackageGroup',
      'modelPackageGroupName',
      [1, 1.5, true, false, [], ['a'], {}],
      (value) => ({ ModelPackageGroupName: value }),
    ],
    [
      'Integer',
      'ListModelPackageGroups',
      'maxResults',
      ['5', '', 1.5, 1e16, -1e300, true, [], {}],
      (value) => ({ MaxResults: value }),
    ],
    [
      'Boolean',
      'CreateModelPackage',
      'certifyForMarketplace',
      ['true', '', 1, 0, [], {}],
      (value) => ({ ...create, CertifyForMarketplace: value }),
    ],
    [
      'Timestamp',
      'ListModelPackages',
      'creationTimeAfter',
      ['yesterday', '', '2026-13-45', '2026-02-30T25:00:00Z', true, 1e300, 8.65e12, [], {}],
      (value) => ({ CreationTimeAfter: value }),
    ],
    [
      'List',
      'AddTags',
      'tags',
      ['a', '', 1, true, {}, { Key: 'a', Value: 'b' }],
      (value) => ({ ResourceArn: groupArn, Tags: value }),
    ],
    [
      'Map',
      'CreateModelPackage',
      'customerMetadataProperties',
      ['a', 1, true, [], [['a', 'b']]],
      (value) => ({ ...create, CustomerMetadataProperties: value }),
    ],
    [
      'Structure',
      'CreateModelPackage',
      'inferenceSpecification',
      ['{}', 1, false, [], [{}]],
      (value) => ({ ...create, InferenceSpecification: value }),
    ],
    [
      'Structure',
      'AddTags',
      'tags.2.member',
      ['a', 1, true, []],
      (value) => ({ ResourceArn: groupArn, Tags: [{ Key: 'a', Value: 'b' }, value] }),
    ],
    [
      'String',
      'AddTags',
      'tags.1.member.value',
      [1, true, [], {}],
      (value) => ({ ResourceArn: groupArn, Tags: [{ Key: 'a', Value: value }] }),
    ],
    [
      'String',
      'CreateModelPackage',
      'customerMetadataProperties.b',
      [1, true, [], {}],
      (value) => ({ ...create, CustomerMetadataProperties: { a: 'a', b: value } }),
    ],
    [
      'String',
      'CreateModelPackage',
      'inferenceSpecification.containers.2.member.image',
      [7, {}],
      (value) => ({
        ...create,
        InferenceSpecification: { Containers: [container, { Image: value }] },
      }),
    ],
    [
      'String',
      'UpdateModelPackage',
      'modelApprovalStatus',
      [1, true, ['Approved'], {}],
      (value) => ({ ModelPackageArn: versionArn, ModelApprovalStatus: value }),
    ],
    [
      'List',
      'Search',
      'searchExpression.filters',
      [{}, 'a', 1],
      (value) => ({ Resource: 'ModelPackage', SearchExpression: { Filters: value } }),
    ],
    [
      'String',
      'BatchDescribeModelPackage',
      'modelPackageArnList.1.member',
      [1, {}, []],
      (value) => ({ ModelPackageArnList: [value] }),
    ],
  ];
  for (const [kind, operation, path, wrong, make] of cases) {
    const message = `can not be converted to ${kind} at '${path}'`;
    for (const value of wrong) await refuse(operation, make(value), { code: unreadable, message });
  }
  for (const number of ['1e400', '-1e400', '9007199254740993', '1.0000000000001']) {
    const body = `{"MaxResults":${number}}`;
    await refuse('ListModelPackages', body, { code: unreadable, message: "at 'maxResults'" });
  }
});

test('null stands for absent in a structure, and for nothing in a list or a map', async () => {
  const nulls = {
    ModelPackageGroupDescription: null,
    Tags: null,
    ManagedConfiguration: null,
    NoSuchMember: null,
  };
  await server.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'nulls', ...nulls });
  const described = await server.ok('DescribeModelPackageGroup', {
    ModelPackageGroupName: 'nulls',
  });
  assert.ok(!('ModelPackageGroupDescription' in described));
  const filters = { NextToken: null, MaxResults: null, SortBy: null, CreationTimeAfter: null };
  await server.ok('ListModelPackageGroups', filters);
  await server.ok('DeleteModelPackageGroup', { ModelPackageGroupName: 'nulls' });

  const required = { code: invalid, message: "Value null at 'modelPackageGroupName'" };
  await refuse('CreateModelPackageGroup', { ModelPackageGroupName: null }, required);
  await refuse('CreateModelPackageGroup', '', required);
  const message = "Value null at 'tags.1.member'";
  await refuse('AddTags', { ResourceArn: groupArn, Tags: [null] }, { code: invalid, message });
  const map = { ModelPackageGroupName: other, CustomerMetadataProperties: { a: null } };
  const place = "Value null at 'customerMetadataProperties.a";
  await refuse('CreateModelPackage', map, { code: invalid, message: place });
});

test('a value that breaks its constraint is refused with its place and the constraint', async () => {
  const long = (length: number) => 'a'.repeat(length);
  const create = { ModelPackageGroupName: other };
  const metadata = (key: string, value: string) => ({
    ...create,
    CustomerMetadataProperties: { [key]: value },
  });
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: '' }));
  const filter = { Name: 'ModelPackageArn', Operator: 'Exists' };
  const search = (SearchExpression: Input) => ({ Resource: 'ModelPackage', SearchExpression });
  const cases: [operation: string, input: Input, path: string, constraint: string][] = [
    [
      'CreateModelPackageGroup',
      { ModelPackageGroupName: '' },
      'modelPackageGroupName',
      'greater than or equal to 1',
    ],
    [
      'CreateModelPackageGroup',
      { ModelPackageGroupName: long(64) },
      'modelPackageGroupName',
      'length less than or equal to 63',
    ],
    [
      'CreateModelPackageGroup',
      { ModelPackageGroupName: long(4_000_000) },
      'modelPackageGroupName',
      'length less than or equal to 63',
    ],
    ...['-a', 'a-', 'a_b', 'a b', 'a.b', 'ä', '../a', 'a\u0000', 'a\n', "a';--", '%00'].map(
      (name): [string, Input, string, string] => [
        'CreateModelPackageGroup',
        { ModelPackageGroupName: name },
        'modelPackageGroupName',
        'regular expression',
      ],
    ),
    [
      'CreateModelPackageGroup',
      { ModelPackageGroupName: 'new', ModelPackageGroupDescription: long(1025) },
      'modelPackageGroupDescription',
      'length less than or equal to 1024',
    ],
    [
      'CreateModelPackageGroup',
      { ModelPackageGroupName: 'new', ModelPackageGroupDescription: 'a\u0000' },
      'modelPackageGroupDescription',
      'regular expression',
    ],
    [
      'CreateModelPackageGroup',
      { ModelPackageGroupName: 'new', Tags: many(51) },
      'tags',
      'length less than or equal to 50',
    ],
    [
      'CreateModelPackage',
      { ...create, ClientToken: long(37) },
      'clientToken',
      'length less than or equal to 36',
    ],
    [
      'CreateModelPackage',
      { ...create, ClientToken: '' },
      'clientToken',
      'greater than or equal to 1',
    ],
    ['CreateModelPackage', { ...create, ClientToken: 'a/b' }, 'clientToken', 'regular expression'],
    [
      'CreateModelPackage',
      { ...create, ModelApprovalStatus: 'approved' },
      'modelApprovalStatus',
      'enum value set',
    ],
    [
      'CreateModelPackage',
      { ...create, ModelApprovalStatus: 'constructor' },
      'modelApprovalStatus',
      'enum value set',
    ],
    [
      'CreateModelPackage',
      { ...create, SourceUri: long(1025) },
      'sourceUri',
      'length less than or equal to 1024',
    ],
    [
      'CreateModelPackage',
      metadata(long(129), 'a'),
      'customerMetadataProperties',
      'length less than or equal to 128',
    ],
    [
      'CreateModelPackage',
      metadata('', 'a'),
      'customerMetadataProperties',
      'greater than or equal to 1',
    ],
    [
      'CreateModelPackage',
      metadata('a', long(257)),
      'customerMetadataProperties.a',
      'length less than or equal to 256',
    ],
    [
      'CreateModelPackage',
      metadata('a', ''),
      'customerMetadataProperties.a',
      'greater than or equal to 1',
    ],
    [
      'CreateModelPackage',
      metadata('a\u0000', 'a'),
      'customerMetadataProperties',
      'regular expression',
    ],
    [
      'CreateModelPackage',
      metadata('a', '\u{1f600}'),
      'customerMetadataProperties.a',
      'regular expression',
    ],
    [
      'CreateModelPackage',
      { ...create, InferenceSpecification: { Containers: [] } },
      'inferenceSpecification.containers',
      'greater than or equal to 1',
    ],
    [
      'CreateModelPackage',
      {
        ...create,
        InferenceSpecification: {
          Containers: [{}],
          SupportedTransformInstanceTypes: [`ml.${long(4_000_000)}`],
        },
      },
      'inferenceSpecification.supportedTransformInstanceTypes.1.member',
      'regular expression',
    ],
    [
      'CreateModelPackage',
      { ...create, InferenceSpecification: {} },
      'inferenceSpecification.containers',
      'not be null',
    ],
    [
      'UpdateModelPackage',
      { ModelPackageArn: versionArn, ApprovalDescription: long(1025) },
      'approvalDescription',
      'length less than or equal to 1024',
    ],
    [
      'UpdateModelPackage',
      { ModelPackageArn: 'sentinel/1', ModelApprovalStatus: 'Approved' },
      'modelPackageArn',
      'regular expression',
    ],
    [
      'UpdateModelPackage',
      { ModelPackageArn: long(2049) },
      'modelPackageArn',
      'length less than or equal to 2048',
    ],
    [
      'DescribeModelPackage',
      { ModelPackageName: `${group}/0000000001` },
      'modelPackageName',
      'regular expression',
    ],
    [
      'DescribeModelPackage',
      { ModelPackageName: `${group}/1/2` },
      'modelPackageName',
      'regular expression',
    ],
    ['ListModelPackageGroups', { MaxResults: 0 }, 'maxResults', 'greater than or equal to 1'],
    ['ListModelPackageGroups', { MaxResults: 101 }, 'maxResults', 'less than or equal to 100'],
    [
      'ListModelPackageGroups',
      { MaxResults: -9007199254740991 },
      'maxResults',
      'greater than or equal to 1',
    ],
    ['ListModelPackageGroups', { NameContains: "a' or 1=1" }, 'nameContains', 'regular expression'],
    ['ListModelPackageGroups', { NameContains: '%' }, 'nameContains', 'regular expression'],
    ['ListModelPackageGroups', { SortBy: 'name' }, 'sortBy', 'enum value set'],
    [
      'ListModelPackageGroups',
      { NextToken: long(8193) },
      'nextToken',
      'length less than or equal to 8192',
    ],
    [
      'AddTags',
      { ResourceArn: `${groupArn}${long(300)}`, Tags: [] },
      'resourceArn',
      'length less than or equal to 256',
    ],
    [
      'AddTags',
      { ResourceArn: groupArn, Tags: [{ Key: '', Value: '' }] },
      'tags.1.member.key',
      'greater than or equal to 1',
    ],
    [
      'AddTags',
      { ResourceArn: groupArn, Tags: [{ Key: 'a', Value: long(257) }] },
      'tags.1.member.value',
      'length less than or equal to 256',
    ],
    [
      'AddTags',
      { ResourceArn: groupArn, Tags: [{ Key: 'a' }] },
      'tags.1.member.value',
      'not be null',
    ],
    ['DeleteTags', { ResourceArn: groupArn, TagKeys: [] }, 'tagKeys', 'greater than or equal to 1'],
    [
      'BatchDescribeModelPackage',
      { ModelPackageArnList: Array.from({ length: 101 }, () => versionArn) },
      'modelPackageArnList',
      'length less than or equal to 100',
    ],
    [
      'PutModelPackageGroupPolicy',
      { ModelPackageGroupName: group, ResourcePolicy: long(20_481) },
      'resourcePolicy',
      'length less than or equal to 20480',
    ],
    ['Search', { Resource: 'constructor' }, 'resource', 'enum value set'],
    [
      'Search',
      search({ Filters: [{ Name: '' }] }),
      'searchExpression.filters.1.member.name',
      'greater than or equal to 1',
    ],
    [
      'Search',
      search({ Filters: [{ ...filter, Operator: 'LIKE' }] }),
      'searchExpression.filters.1.member.operator',
      'enum value set',
    ],
    [
      'Search',
      search({ Filters: Array.from({ length: 21 }, () => filter) }),
      'searchExpression.filters',
      'length less than or equal to 20',
    ],
  ];
  for (const [operation, input, path, constraint] of cases) {
    const message = await refuse(operation, input, { code: invalid, message: constraint });
    assert.ok(message.includes(`at '${path}`), `${operation} ${path}: ${message}`);
  }
});

test('several violations come in one answer, which stays short', async () => {
  const input = {
    ModelPackageGroupName: '-',
    ModelPackageGroupDescription: 'a'.repeat(2000),
    Tags: [{ Key: '', Value: '\u0000' }],
  };
  const message = await refuse('CreateModelPackageGroup', input, { code: invalid });
  assert.match(
    message,
    /^4 validation errors detected: .*modelPackageGroupName.*tags\.1\.member\.value/,
  );
  const TagKeys = Array.from({ length: 50 }, () => '\u0000'.repeat(200));
  await refuse('DeleteTags', { ResourceArn: groupArn, TagKeys }, { code: invalid });
});

test('lengths are counted in characters, not in halves of them', async () => {
  const ModelPackageGroupDescription = '\u{1f600}'.repeat(1024);
  const name = { ModelPackageGroupName: 'emoji' };
  await server.ok('CreateModelPackageGroup', { ...name, ModelPackageGroupDescription });
  const described = await server.ok('DescribeModelPackageGroup', name);
  assert.equal(described['ModelPackageGroupDescription'], ModelPackageGroupDescription);
  await server.ok('DeleteModelPackageGroup', name);
  const longer = { ...name, ModelPackageGroupDescription: `${ModelPackageGroupDescription}a` };
  await refuse('CreateModelPackageGroup', longer, { message: "at 'modelPackageGroupDescription'" });
});

test('resources that are none are refused, whatever their names', async () => {
  const names = ['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty', 'model-card'];
  for (const name of names) {
    const ResourceArn = arn(`${name}/x`);
    const missing = { code: invalid, message: 'does not exist' };
    await refuse('ListTags', { ResourceArn }, missing);
    await refuse('AddTags', { ResourceArn, Tags: [{ Key: 'a', Value: 'b' }] }, missing);
    await refuse('AddTags', { ResourceArn, Tags: [] }, missing);
    await refuse('DeleteTags', { ResourceArn, TagKeys: ['a'] }, missing);
    await refuse(
      'DescribeModelPackageGroup',
      { ModelPackageGroupName: name.replaceAll('_', '0') },
      missing,
    );
    const properties = { code: invalid, message: name };
    await refuse('Search', { Resource: 'ModelPackage', SortBy: name }, properties);
    const Filters = [{ Name: name, Operator: 'Exists' }];
    await refuse('Search', { Resource: 'ModelPackage', SearchExpression: { Filters } }, properties);
  }
});

test('keys that JavaScript gives a meaning come back as they went in', async () => {
  const keys = [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '__defineGetter__',
  ];
  const map = JSON.stringify(Object.fromEntries(keys.map((key) => [key, `${key}-value`])));
  const tags = JSON.stringify(keys.map((Key) => ({ Key, Value: 'tagged' })));
  const environment = `{"Containers":[{"Image":"a:b","Environment":${map}}]}`;
  const body =
    `{"ModelPackageGroupName":"${other}","CustomerMetadataProperties":${map},"Tags":${tags},` +
    `"InferenceSpecification":${environment},"__proto__":{"ModelPackageGroupName":"${group}"}}`;
  const made = await server.call('CreateModelPackage', body);
  assert.equal(made.status, 200, made.text);
  const ModelPackageArn = made.body!['ModelPackageArn'] as string;
  const ModelPackageName = ModelPackageArn.replace(/^.*:model-package\//, '');
  const described = await server.call('DescribeModelPackage', { ModelPackageName });
  assert.ok(described.text.includes(`"CustomerMetadataProperties":${map}`), described.text);
  assert.ok(described.text.includes(`"Environment":${map}`), described.text);
  const listed = await server.call('ListTags', { ResourceArn: ModelPackageArn });
  assert.ok(listed.text.includes(tags), listed.text);

  const merge = `{"ModelPackageArn":"${ModelPackageArn}","CustomerMetadataProperties":{"__proto__":"new"}}`;
  assert.equal((await server.call('UpdateModelPackage', merge)).status, 200);
  for (const key of keys) {
    const Name = `CustomerMetadataProperties.${key}`;
    const Value = key === '__proto__' ? 'new' : `${key}-value`;
    for (const filter of [
      { Name, Value },
      { Name: `Tags.${key}`, Value: 'tagged' },
    ]) {
      const found = await server.ok('Search', {
        Resource: 'ModelPackage',
        SearchExpression: { Filters: [filter] },
      });
      assert.equal((found['Results'] as unknown[]).length, 1, JSON.stringify(filter));
    }
  }
  const gone = { ModelPackageArn, CustomerMetadataPropertiesToRemove: keys };
  await server.ok('UpdateModelPackage', gone);
  const after = await server.call('DescribeModelPackage', { ModelPackageName });
  assert.ok(!after.text.includes('CustomerMetadataProperties'), after.text);
  for (const key of keys) {
    const Filters = [{ Name: `CustomerMetadataProperties.${key}`, Operator: 'Exists' }];
    const found = await server.ok('Search', {
      Resource: 'ModelPackage',
      SearchExpression: { Filters },
    });
    assert.deepEqual(found['Results'], [], key);
  }
  await server.ok('DeleteModelPackage', { ModelPackageName });
});

test('NUL and other control characters come back from free text, and get into no name', async () => {
  const Domain = 'a\u0000b\u0001\u001f\u007f\ufeff\uffff';
  const value = `x\u0000y\r\n\u2028${Domain}`;
  const made = await server.ok('CreateModelPackage', {
    ModelPackageGroupName: other,
    Domain,
    InferenceSpecification: { Containers: [{ Image: 'a:b', Environment: { A: value } }] },
  });
  const ModelPackageName = (made['ModelPackageArn'] as string).replace(/^.*:model-package\//, '');
  const described = await server.ok('DescribeModelPackage', { ModelPackageName });
  assert.equal(described['Domain'], Domain);
  const { Containers } = described['InferenceSpecification'] as {
    Containers: { Environment: { A: string } }[];
  };
  assert.equal(Containers[0]!.Environment.A, value);
  const Filters = [{ Name: 'Domain', Value: Domain }];
  const found = await server.ok('Search', {
    Resource: 'ModelPackage',
    SearchExpression: { Filters },
  });
  assert.equal((found['Results'] as unknown[]).length, 1);
  await server.ok('DeleteModelPackage', { ModelPackageName });
  for (const name of ['sentinel\u0000', '\u0000sentinel', 'sentinel\u0000/1']) {
    await refuse(
      'DescribeModelPackage',
      { ModelPackageName: name },
      { message: "at 'modelPackageName'" },
    );
    await refuse(
      'ListTags',
      { ResourceArn: arn(`model-package-group/${name}`) },
      { code: invalid },
    );
  }
});

test('of a key that is given twice the last counts', async () => {
  const body = `{"ModelPackageGroupName":"nobody","ModelPackageGroupName":"${group}"}`;
  const answer = await server.call('DescribeModelPackageGroup', body);
  assert.equal(answer.body!['ModelPackageGroupName'], group);
  const turned = `{"ModelPackageGroupName":"${group}","ModelPackageGroupName":"nobody"}`;
  await refuse('DescribeModelPackageGroup', turned, { message: 'does not exist' });
  await refuse('ListModelPackages', '{"MaxResults":1,"MaxResults":"1"}', { message: 'maxResults' });
});

test('deep nesting is refused where it counts, and does no harm where it does not', async () => {
  const depth = 100_000;
  const lists = `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const objects = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const expression = `${'{"SubExpressions":['.repeat(depth)}{}${']}'.repeat(depth)}`;
  const deep = { code: unreadable, message: "'searchExpression'" };
  const search = (value: string) => `{"Resource":"ModelPackage","SearchExpression":${value}}`;
  await refuse('Search', search(expression), deep);
  await refuse('Search', search(lists), deep);
  await refuse('AddTags', `{"ResourceArn":"${groupArn}","Tags":${lists}}`, { message: "'tags" });
  const map = `{"ModelPackageGroupName":"${other}","CustomerMetadataProperties":${objects}}`;
  await refuse('CreateModelPackage', map, { message: "'customerMetadataProperties.a'" });
  for (const junk of [lists, objects, expression]) {
    const body = `{"ModelPackageGroupName":"${group}","NoSuchMember":${junk}}`;
    const answer = await server.call('DescribeModelPackageGroup', body);
    assert.equal(answer.status, 200, answer.text);
  }
  for (const text of [lists, objects].map((junk) => junk.slice(0, 20_000))) {
    const card = { ModelCardContent: text, ModelCardStatus: 'Draft' };
    const create = { ModelPackageGroupName: other, ModelCard: card };
    await refuse('CreateModelPackage', create, { message: 'ModelCard' });
    const policy = { ModelPackageGroupName: group, ResourcePolicy: text };
    await refuse('PutModelPackageGroupPolicy', policy, { message: /polic/i });
  }
  const balanced = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  const policy = { ModelPackageGroupName: group, ResourcePolicy: balanced };
  await refuse('PutModelPackageGroupPolicy', policy, { message: /polic/i });
  const Filters = [{ Name: 'ModelPackageArn', Operator: 'Exists' }];
  const wide = {
    Filters,
    SubExpressions: Array.from({ length: 20 }, () => ({ Filters, SubExpressions: [{ Filters }] })),
  };
  await refuse('Search', { Resource: 'ModelPackage', SearchExpression: wide }, { code: invalid });
});

test('long lists of small faults are answered soon', async () => {
  const elements = Array.from({ length: 1_000_000 }, () => 1);
  const types = { Containers: [{}], SupportedContentTypes: elements };
  const from = performance.now();
  await refuse(
    'CreateModelPackage',
    { ModelPackageGroupName: other, InferenceSpecification: types },
    { message: "at 'inferenceSpecification.supportedContentTypes.1.member'" },
  );
  const keys = Object.fromEntries(
    Array.from({ length: 100_000 }, (_, index) => [`k${index}`, 'v']),
  );
  await refuse(
    'CreateModelPackage',
    { ModelPackageGroupName: other, CustomerMetadataProperties: keys },
    { message: "at 'customerMetadataProperties'" },
  );
  assert.ok(performance.now() - from < 5_000);
});

test('page tokens are good for the query that gave them, and for no other', async () => {
  const search = { Resource: 'ModelPackage', MaxResults: 1 };
  const history = { ResourceArn: groupArn, MaxResults: 1 };
  const queries: [operation: string, input: Input, service?: 'imprimatur'][] = [
    ['ListModelPackageGroups', { MaxResults: 1 }],
    ['ListModelPackageGroups', { MaxResults: 1, SortBy: 'Name' }],
    ['ListModelPackageGroups', { MaxResults: 1, SortOrder: 'Descending' }],
    ['ListModelPackages', { MaxResults: 1, ModelPackageGroupName: group }],
    ['ListModelPackages', { MaxResults: 1, ModelPackageType: 'Versioned' }],
    ['Search', search],
    ['Search', { ...search, SortBy: 'ModelPackageArn' }],
    ['ListResourceHistory', history, 'imprimatur'],
  ];
  await server.ok('AddTags', { ResourceArn: groupArn, Tags: [{ Key: 'd', Value: 'd' }] });
  const tokens: string[] = [];
  for (const [operation, input, service] of queries) {
    const page = await server.ok(operation, input, service && { service });
    assert.equal(typeof page['NextToken'], 'string', `${operation} has no second page`);
    tokens.push(page['NextToken'] as string);
  }
  const wrong = { code: invalid, message: 'NextToken' };
  // A resource has no more tags than a page of them, so ListTags never gives a token.
  for (const NextToken of ['a', ...tokens]) {
    await refuse('ListTags', { ResourceArn: groupArn, NextToken }, wrong);
  }
  for (const [index, [operation, input, service]] of queries.entries()) {
    const own = tokens[index]!;
    await server.ok(operation, { ...input, NextToken: own }, service && { service });
    const garbage = [
      ...['a', 'AAAA', '0', 'null', '%00', 'W10', 'e30', 'W251bGxd', '\u0000', 'é', '\u{1f600}'],
      ...[
        own.slice(0, -2),
        own.slice(1),
        own.toUpperCase(),
        `${own.slice(0, 6)}AAAA${own.slice(10)}`,
      ],
      Buffer.from(own, 'base64url').toString('utf8'),
      Buffer.from('['.repeat(6000)).toString('base64url'),
      'a'.repeat(8192),
      ...tokens.filter((token) => token !== own),
    ];
    for (const NextToken of garbage) {
      await refuse(operation, { ...input, NextToken }, wrong, service && { service });
    }
    // An ARN belongs to a region, and is refused in any other before its token is looked at.
    const elsewhere = 'ResourceArn' in input ? { code: invalid } : wrong;
    const region = 'us-west-2';
    await refuse(operation, { ...input, NextToken: own }, elsewhere, {
      region,
      ...(service && { service }),
    });
  }
});

test('operations and targets that do not exist are refused', async () => {
  const unknown = 'UnknownOperationException';
  const operations = [
    'Nope',
    'constructor',
    '__proto__',
    'createModelPackage',
    '',
    'a'.repeat(9_000),
  ];
  for (const operation of [...operations, 'CreateTrainingJob', 'ListTags.x']) {
    await refuse(operation, '{}', { code: unknown });
  }
  const targets = [
    '',
    '.',
    'Nope',
    'Nope.ListTags',
    'sagemaker.ListTags',
    '__proto__.ListTags',
    'SageMaker',
  ];
  for (const target of targets) {
    const body = '{}';
    const headers = { 'x-amz-target': target };
    const answer = await exchange(server, signedRequest(server, 'ListTags', body, { headers }));
    checkRefused(answer, { code: unknown });
  }
});
