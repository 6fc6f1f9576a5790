/** Valid inputs, spoilt at random: never a fault of the server, and a bystander is never touched. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import fc from 'fast-check';
import { linkServices } from '../../src/app.ts';
import { processRegion, start } from '../support/server-process.ts';
import type { JsonService, ServerProcess } from '../support/server-process.ts';
import { checkRefused, checkSecrets, exchange, request, signedRequest } from './hostile-client.ts';
import type { RawAnswer } from './hostile-client.ts';

const runs = Number(process.env['HOSTILE_RUNS'] ?? 60);
const sentinel = 'sentinel';
const victim = 'victim';
const arn = (resource: string) => `arn:aws:sagemaker:${processRegion}:123456789012:${resource}`;
const versionArn = arn(`model-package/${victim}/1`);

const specification = {
  Containers: [{ Image: 'example.com/a:1', ModelDataUrl: 's3://a/b', Environment: { A: 'b' } }],
  SupportedTransformInstanceTypes: ['ml.m5.large'],
  SupportedContentTypes: ['text/csv'],
  SupportedResponseMIMETypes: ['text/csv'],
};
const filters = [
  { Name: 'CustomerMetadataProperties.a', Operator: 'Equals', Value: 'b' },
  { Name: 'CreationTime', Operator: 'GreaterThan', Value: '2020-01-01T00:00:00' },
];
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::210987654321:root' },
      Action: ['sagemaker:DescribeModelPackage'],
      Resource: [arn(`model-package/${victim}/*`)],
    },
  ],
});
const card = JSON.stringify({ business_details: { business_problem: 'fraud' } });
const page = { MaxResults: 5, NameContains: 'vic', SortBy: 'CreationTime', SortOrder: 'Ascending' };
const times = { CreationTimeAfter: 1_700_000_000, CreationTimeBefore: 1_900_000_000.5 };

/** A valid input of every operation. */
const inputs: Record<string, Record<string, unknown>> = {
  AddTags: { ResourceArn: arn(`model-package-group/${victim}`), Tags: [{ Key: 'a', Value: 'b' }] },
  BatchDescribeModelPackage: { ModelPackageArnList: [versionArn] },
  CreateModelPackage: {
    ModelPackageGroupName: victim,
    ModelPackageDescription: 'weekly',
    ModelPackageRegistrationType: 'Registered',
    InferenceSpecification: specification,
    ValidationSpecification: {
      ValidationRole: 'arn:aws:iam::123456789012:role/validator',
      ValidationProfiles: [
        {
          ProfileName: 'one',
          TransformJobDefinition: {
            MaxConcurrentTransforms: 1,
            TransformInput: {
              DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://a/b' } },
            },
            TransformOutput: { S3OutputPath: 's3://a/b' },
            TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
          },
        },
      ],
    },
    CertifyForMarketplace: false,
    Tags: [{ Key: 'a', Value: 'b' }],
    ModelApprovalStatus: 'Approved',
    MetadataProperties: { CommitId: 'abc' },
    ModelMetrics: { ModelQuality: { Statistics: { ContentType: 'text/csv', S3Uri: 's3://a/b' } } },
    CustomerMetadataProperties: { a: 'b', accuracy: '0.9' },
    AdditionalInferenceSpecifications: [{ Name: 'more', Containers: specification.Containers }],
    Domain: 'COMPUTER_VISION',
    ModelCard: { ModelCardContent: card, ModelCardStatus: 'Draft' },
    ModelLifeCycle: { Stage: 'dev', StageStatus: 'ready', StageDescription: 'a' },
  },
  CreateModelPackageGroup: {
    ModelPackageGroupName: 'made',
    ModelPackageGroupDescription: 'a group',
    Tags: [{ Key: 'a', Value: 'b' }],
  },
  DeleteModelPackage: { ModelPackageName: `${victim}/2` },
  DeleteModelPackageGroup: { ModelPackageGroupName: 'made' },
  DeleteModelPackageGroupPolicy: { ModelPackageGroupName: victim },
  DeleteTags: { ResourceArn: versionArn, TagKeys: ['a', 'b'] },
  DescribeModelPackage: { ModelPackageName: `${victim}/1`, IncludedData: 'AllData' },
  DescribeModelPackageGroup: { ModelPackageGroupName: victim },
  GetModelPackageGroupPolicy: { ModelPackageGroupName: victim },
  GetSearchSuggestions: {
    Resource: 'ModelPackage',
    SuggestionQuery: { PropertyNameQuery: { PropertyNameHint: 'Model' } },
  },
  ListModelPackageGroups: { ...page, ...times, CrossAccountFilterOption: 'SameAccount' },
  ListModelPackages: {
    ...{ ...page, ...times },
    ModelPackageGroupName: victim,
    ModelApprovalStatus: 'Approved',
    ModelPackageType: 'Versioned',
  },
  ListTags: { ResourceArn: versionArn, MaxResults: 50 },
  PutModelPackageGroupPolicy: { ModelPackageGroupName: victim, ResourcePolicy: policy },
  Search: {
    Resource: 'ModelPackage',
    SearchExpression: {
      Filters: filters,
      NestedFilters: [
        {
          NestedPropertyName: 'InferenceSpecification.Containers',
          Filters: [
            { Name: 'InferenceSpecification.Containers.Image', Operator: 'Contains', Value: 'a' },
          ],
        },
      ],
      SubExpressions: [{ Filters: filters, Operator: 'Or' }],
      Operator: 'And',
    },
    SortBy: 'CreationTime',
    SortOrder: 'Descending',
    MaxResults: 5,
    VisibilityConditions: [{ Key: 'Tags.a', Value: 'b' }],
  },
  UpdateModelPackage: {
    ModelPackageArn: versionArn,
    ModelApprovalStatus: 'Rejected',
    ApprovalDescription: 'no',
    CustomerMetadataProperties: { a: 'c' },
    CustomerMetadataPropertiesToRemove: ['z'],
    ModelLifeCycle: { Stage: 'dev', StageStatus: 'done' },
    ModelCard: { ModelCardStatus: 'Approved' },
  },
  ListResourceHistory: { ResourceArn: versionArn, MaxResults: 5 },
  CreateAccount: { Name: 'risk' },
  CreateRootAccessKey: { AccountId: '999999999999', ReplaceExisting: true },
  DescribeAccount: { AccountId: '123456789012' },
  ListAccounts: { MaxResults: 5 },
  UpdateAccount: { AccountId: '123456789012', Name: 'operator' },
  DescribeModelPackageAsOf: { ModelPackageName: versionArn, AsOfSequence: 1_000 },
  DescribeModelPackageGroupAsOf: { ModelPackageGroupName: victim, AsOfTime: 4_102_444_800 },
  ListModelPackagesAsOf: { ModelPackageGroupName: victim, AsOfSequence: 1_000, MaxResults: 5 },
  StreamEvents: { EventPattern: '{"source":["a"]}', LastEventId: '0', StartTime: 4_102_444_800 },
  ListEvents: { EventPattern: '{"source":["a"]}', MaxResults: 5 },
  ListDeliveries: {
    State: 'FAILED',
    RuleArn: 'arn:aws:events:us-east-1:123456789012:rule/a',
    EventId: '00000000-0000-4000-8000-000000000001',
    MaxResults: 5,
  },
  DescribeDelivery: { DeliveryId: 1 },
  RedriveDeliveries: { DeliveryIds: [1] },
  GetCheckpoint: {},
  GetConsistencyProof: { FromSize: 1 },
  GetInclusionProof: { Sequence: 1 },
  LookupEvents: {
    LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'Search' }],
    MaxResults: 5,
  },
  ...eventInputs(),
  ...destinationInputs(),
};

function destinationInputs(): Record<string, Record<string, unknown>> {
  const ConnectionArn = `arn:aws:events:${processRegion}:123456789012:connection/made/a`;
  const parameter = [{ Key: 'a', Value: 'b', IsValueSecret: true }];
  const http = {
    HeaderParameters: parameter,
    QueryStringParameters: parameter,
    BodyParameters: parameter,
  };
  const oAuth = {
    ClientParameters: { ClientID: 'a', ClientSecret: 'b' },
    AuthorizationEndpoint: 'https://a.example/token',
    HttpMethod: 'POST',
    OAuthHttpParameters: http,
  };
  const login = {
    AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS',
    AuthParameters: { OAuthParameters: oAuth, InvocationHttpParameters: http },
  };
  const endpoint = {
    ...{ InvocationEndpoint: 'https://a.example/*', HttpMethod: 'POST' },
    InvocationRateLimitPerSecond: 5,
  };
  const hook = { Url: 'https://a.example/', Format: 'CloudEvents', State: 'Enabled' };
  return {
    CreateConnection: { Name: 'made', Description: 'a', ...login },
    DescribeConnection: { Name: 'made' },
    ListConnections: { NamePrefix: 'ma', ConnectionState: 'AUTHORIZED', Limit: 5 },
    UpdateConnection: { Name: 'made', Description: 'b', ...login },
    DeauthorizeConnection: { Name: 'made' },
    DeleteConnection: { Name: 'made' },
    CreateApiDestination: { Name: 'made', Description: 'a', ConnectionArn, ...endpoint },
    DescribeApiDestination: { Name: 'made' },
    ListApiDestinations: { NamePrefix: 'ma', ConnectionArn, Limit: 5 },
    UpdateApiDestination: { Name: 'made', Description: 'b', ...endpoint },
    DeleteApiDestination: { Name: 'made' },
    RotateApiDestinationSecret: { Name: 'made', OverlapSeconds: 60 },
    CreateWebhook: { ...hook, Name: 'made', Events: ['approved'], ModelPackageGroupName: victim },
    DescribeWebhook: { Name: 'made' },
    ListWebhooks: { MaxResults: 5 },
    UpdateWebhook: { ...hook, Name: 'made', EventPattern: '{"source":["a"]}', Description: 'b' },
    DeleteWebhook: { Name: 'made' },
    RotateWebhookSecret: { Name: 'made', OverlapSeconds: 60 },
    TestWebhook: { Name: 'made' },
  };
}

function eventInputs(): Record<string, Record<string, unknown>> {
  const ofEvents = (resource: string) => `arn:aws:events:${processRegion}:123456789012:${resource}`;
  const ofRule = { Name: victim, EventBusName: ofEvents(`event-bus/${victim}`) };
  const EventPattern = '{"source":["a",{"prefix":"b"}],"detail":{"c":[{"numeric":[">",1]}]}}';
  const Event = {
    ...{ id: 'a', account: 'a', source: 'a', time: 'a', region: 'a', resources: ['a'] },
    ...{ 'detail-type': 'a', detail: { c: 2 } },
  };
  const Tags = [{ Key: 'a', Value: 'b' }];
  const DeadLetterConfig = { Arn: `arn:aws:sqs:${processRegion}:123456789012:dead` };
  const target = {
    ...{ Id: 'a', Arn: `arn:aws:imprimatur:${processRegion}:123456789012:webhook/a` },
    RoleArn: 'arn:aws:iam::123456789012:role/a',
    InputTransformer: { InputPathsMap: { a: '$.detail.a' }, InputTemplate: '{"a":<a>}' },
    HttpParameters: { PathParameterValues: ['a'], HeaderParameters: { a: 'b' } },
    RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 60 },
    DeadLetterConfig,
  };
  const permission = { Action: 'events:PutEvents', Principal: '*', StatementId: 'a' };
  const entry = {
    ...{ Time: 1_772_615_727.5, Source: 'a', DetailType: 'b', Detail: '{"c":[1,{"d":null}]}' },
    ...{ Resources: ['arn:a'], EventBusName: 'default', TraceHeader: 'Root=1' },
  };
  const LogConfig = { Level: 'INFO', IncludeDetail: 'NONE' };
  return {
    CreateEventBus: { Name: 'made', Description: 'a', DeadLetterConfig, LogConfig, Tags },
    DescribeEventBus: { Name: victim },
    ListEventBuses: { NamePrefix: 'vic', Limit: 5 },
    UpdateEventBus: { Name: victim, Description: 'b', LogConfig },
    DeleteEventBus: { Name: 'made' },
    PutPermission: { ...permission, EventBusName: victim },
    RemovePermission: { EventBusName: victim, RemoveAllPermissions: true },
    PutRule: { ...ofRule, EventPattern, State: 'ENABLED', Description: 'a', Tags },
    DescribeRule: ofRule,
    ListRules: { NamePrefix: 'vic', Limit: 5 },
    ListRuleNamesByTarget: { TargetArn: target.Arn, Limit: 5 },
    EnableRule: ofRule,
    DisableRule: ofRule,
    PutTargets: { Rule: victim, EventBusName: victim, Targets: [target] },
    ListTargetsByRule: { Rule: victim, EventBusName: victim, Limit: 5 },
    RemoveTargets: { Rule: victim, EventBusName: victim, Ids: ['a'], Force: true },
    DeleteRule: { ...ofRule, Force: true },
    PutEvents: { Entries: [entry, { ...entry, EventBusName: victim }] },
    TestEventPattern: { EventPattern, Event: JSON.stringify(Event) },
    CreateArchive: {
      ...{ ArchiveName: 'made', EventSourceArn: ofEvents(`event-bus/${victim}`) },
      ...{ EventPattern, Description: 'a', RetentionDays: 7 },
    },
    DescribeArchive: { ArchiveName: victim },
    ListArchives: { NamePrefix: 'vic', Limit: 5 },
    UpdateArchive: { ArchiveName: victim, EventPattern, Description: 'b', RetentionDays: 1 },
    DeleteArchive: { ArchiveName: 'made' },
    StartReplay: {
      ...{ ReplayName: 'made', EventSourceArn: ofEvents(`archive/${victim}`), Description: 'a' },
      ...{ EventStartTime: 1_700_000_000, EventEndTime: 1_900_000_000.5 },
      Destination: { Arn: ofEvents(`event-bus/${victim}`), FilterArns: [ofEvents('rule/a')] },
    },
    DescribeReplay: { ReplayName: victim },
    ListReplays: { NamePrefix: 'vic', Limit: 5 },
    CancelReplay: { ReplayName: victim },
    ReplayEvents: {
      ...{ Rule: victim, EventBusName: victim, Name: 'made' },
      ...{ From: 1_700_000_000, To: 1_900_000_000.5 },
    },
    TagResource: { ResourceARN: ofEvents(`event-bus/${victim}`), Tags },
    UntagResource: { ResourceARN: ofEvents(`rule/${victim}/${victim}`), TagKeys: ['a'] },
    ListTagsForResource: { ResourceARN: ofEvents(`event-bus/${victim}`) },
  };
}

/** Values that somebody's code makes of something else. */
const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, true, false, 0, -1, 0.5, 1e300, Number.MAX_SAFE_INTEGER, '', ' ', 'null', '\u0000'],
    ...['__proto__', 'constructor', '\ud800', '\u{1f600}', '..', '%', "' or 1=1", '{}', '[]'],
    ...[[], {}, [null], { a: null }, [[]], ['a', 'a'], { constructor: 'a' }, { '': '' }],
    ...[victim, versionArn, arn('constructor/x'), arn('model-package/victim'), 'arn:::::'],
  ),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.integer({ min: 60, max: 3_000 }).map((length) => 'a'.repeat(length)),
  fc.integer({ min: 2, max: 200 }).map((depth) => {
    let nested: unknown = 'deep';
    for (let level = 0; level < depth; level += 1)
      nested = level % 2 === 0 ? [nested] : { a: nested };
    return nested;
  }),
  fc.integer({ min: 2, max: 300 }).map((length) => Array.from({ length }, (_, index) => index)),
  fc.jsonValue({ maxDepth: 4 }),
);

/** One way to spoil an input: where, by a random walk down, and with what. */
interface Spoiling {
  readonly way: 'replace' | 'remove' | 'add' | 'rename' | 'double' | 'wrap';
  readonly walk: readonly number[];
  readonly value: unknown;
}

const spoiling: fc.Arbitrary<Spoiling> = fc.record({
  way: fc.constantFrom(
    'replace',
    'replace',
    'replace',
    'remove',
    'add',
    'rename',
    'double',
    'wrap',
  ),
  walk: fc.array(fc.nat(20), { minLength: 1, maxLength: 7 }),
  value: junk,
});

function spoil(input: unknown, { way, walk, value }: Spoiling): unknown {
  const whole = structuredClone(input) as Record<string, unknown>;
  let holder = whole;
  let key = keyAt(holder, walk[0]!);
  for (const step of walk.slice(1)) {
    const inner = holder[key];
    if (typeof inner !== 'object' || inner === null || Object.keys(inner).length === 0) break;
    holder = inner as Record<string, unknown>;
    key = keyAt(holder, step);
  }
  const current = holder[key];
  if (way === 'replace') holder[key] = value;
  else if (way === 'remove') delete holder[key];
  else if (way === 'wrap') holder[key] = [current];
  else if (way === 'double' && Array.isArray(current)) current.push(...(current as unknown[]));
  else if (way === 'rename') {
    delete holder[key];
    holder[`${key}x`] = current;
  } else holder[`new${key}`] = value;
  return whole;
}

function keyAt(holder: object, step: number): string {
  const keys = Object.keys(holder);
  return keys[step % Math.max(1, keys.length)] ?? 'a';
}

let server: ServerProcess;
let bystander: string;

before(async () => {
  server = await start({ flags: ['--log-level', 'debug'] });
  for (const name of [sentinel, victim]) {
    await server.ok('CreateModelPackageGroup', {
      ModelPackageGroupName: name,
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    for (const owner of ['a', 'b']) {
      await server.ok('CreateModelPackage', {
        ModelPackageGroupName: name,
        InferenceSpecification: specification,
        CustomerMetadataProperties: { owner },
      });
    }
  }
  const { EventBusArn } = await server.ok(
    'CreateEventBus',
    { Name: victim },
    { service: 'events' },
  );
  const archive = { ArchiveName: victim, EventSourceArn: EventBusArn };
  await server.ok('CreateArchive', archive, { service: 'events' });
  bystander = await describeBystander();
});

after(async () => {
  checkSecrets(server);
  const faults = server
    .output()
    .split('\n')
    .filter((line) => line.includes('"level":50'));
  assert.deepEqual(faults, []);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

async function describeBystander(): Promise<string> {
  const { text: group } = await server.call('DescribeModelPackageGroup', {
    ModelPackageGroupName: sentinel,
  });
  const { text: version } = await server.call('DescribeModelPackage', {
    ModelPackageName: `${sentinel}/1`,
  });
  const { text: list } = await server.call('ListModelPackages', {
    ModelPackageGroupName: sentinel,
  });
  const ResourceArn = arn(`model-package-group/${sentinel}`);
  const { text: tags } = await server.call('ListTags', { ResourceArn });
  return [group, version, list, tags].join('\n');
}

const jsonServices = linkServices({ strictAws: false }).filter(
  ({ data }) => data.protocol === 'json',
);

/** Success, or an error in AWS's shape and of the caller's making. */
async function checkAnswered(operation: string, body: string | Buffer): Promise<RawAnswer> {
  const service = jsonServices.find(({ operations }) => operations.has(operation))!.data
    .name as JsonService;
  const answer = await exchange(server, signedRequest(server, operation, body, { service }));
  if (answer.status !== 200) checkRefused(answer, { status: answer.status });
  else if (answer.body !== '') assert.equal(typeof JSON.parse(answer.body), 'object');
  assert.match(answer.headers['x-amzn-requestid'] ?? '', /^[0-9a-f-]{36}$/);
  return answer;
}

test('there is an input for every operation whose inputs are JSON', () => {
  const names = jsonServices.flatMap(({ operations }) => [...operations.keys()]);
  assert.deepEqual(Object.keys(inputs).sort(), names.sort());
});

suite('each operation with spoilt inputs', () => {
  for (const [operation, input] of Object.entries(inputs)) {
    test(operation, async () => {
      const valid = await checkAnswered(operation, JSON.stringify(input));
      assert.ok(
        valid.status === 200 || /does not exist|Cannot find|sealed/.test(valid.body),
        valid.body,
      );
      await fc.assert(
        fc.asyncProperty(fc.array(spoiling, { minLength: 1, maxLength: 3 }), async (spoilings) => {
          let spoilt: unknown = input;
          for (const one of spoilings) spoilt = spoil(spoilt, one);
          await checkAnswered(operation, JSON.stringify(spoilt));
        }),
        { numRuns: runs, endOnFailure: false },
      );
      assert.equal(await describeBystander(), bystander, 'the bystander was touched');
    });
  }
});

test('bodies whose bytes are spoilt', async () => {
  const names = Object.keys(inputs);
  const spoilt = fc.record({
    operation: fc.constantFrom(...names),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ maxLength: 4 }),
    cut: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(spoilt, async ({ operation, at, bytes, cut }) => {
      const body = Buffer.from(JSON.stringify(inputs[operation]));
      const place = Math.floor(at * body.length);
      const tail = cut ? [] : [body.subarray(place + bytes.length)];
      await checkAnswered(operation, Buffer.concat([body.subarray(0, place), bytes, ...tail]));
    }),
    { numRuns: runs * 3 },
  );
  assert.equal(await describeBystander(), bystander, 'the bystander was touched');
});

test('a signed request of which anything is changed afterwards', async () => {
  const body = JSON.stringify({ ModelPackageGroupName: sentinel });
  const names = [
    'authorization',
    'x-amz-date',
    'x-amz-target',
    'content-type',
    'host',
    '',
  ] as const;
  const change = fc.record({
    name: fc.constantFrom(...names),
    at: fc.nat(1_000),
    character: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  });
  await fc.assert(
    fc.asyncProperty(change, async ({ name, at, character }) => {
      const headers = server.signed('DeleteModelPackageGroup', body);
      const text = name === '' ? body : headers[name]!;
      const place = at % text.length;
      const changed = text.slice(0, place) + character + text.slice(place + 1);
      fc.pre(changed !== text);
      const bytes =
        name === '' ? request(headers, changed) : request({ ...headers, [name]: changed }, body);
      checkRefused(await exchange(server, bytes));
    }),
    { numRuns: runs * 3 },
  );
  assert.equal(await describeBystander(), bystander, 'the bystander was touched');
});
