/** Random calls for the property test: few names in varying case, so that they meet each other. */
import fc from 'fast-check';
import { testAccount } from '../support/test-app.ts';
import type { Json } from './model-words.ts';

/** A call in a region. */
export interface Call {
  readonly operation: string;
  readonly input: Json;
  readonly region: string;
}

/** One step of a journey: a call, the last call once more, or the clock moves. */
export type Step = Call | { readonly again: true } | { readonly move: number };

export const regions = ['eu-west-1', 'us-east-1'] as const;
const [home, abroad] = regions;

const one = fc.constantFrom;

/** The first arbitrary mostly, the others now and then. */
function mostly<T>(usual: fc.Arbitrary<T>, ...others: fc.Arbitrary<T>[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 12, arbitrary: usual }, ...others);
}

const groupName = mostly(one('Fraud', 'Fraud', 'fraud', 'FRAUD', 'Churn-2'), one('nowhere'));
/** Names of unversioned packages and aliases; one is a group's, too. */
const ownName = one('Best', 'best', 'solo', 'Fraud');
const number = mostly(one(1, 1, 2, 3), one(4, 5, 6));
const versionName = fc.oneof(
  one('Fraud/1', 'fraud/1', 'FRAUD/2', 'Fraud/2'),
  fc.tuple(groupName, number).map(([name, version]) => `${name}/${version}`),
);
const tag = fc.record({ Key: one('team', 'Team', 'stage', 'a.b'), Value: one('', 'risk', 'dev') });
const tags = mostly<unknown>(
  fc.uniqueArray(tag, { maxLength: 3, selector: ({ Key }) => Key }),
  one([
    { Key: 'team', Value: 'a' },
    { Key: 'team', Value: 'b' },
  ]),
  one([{ Key: 'aws:team', Value: 'a' }]),
);
const metadata = fc.dictionary(one('owner', 'accuracy', 'x.y'), one('ana', 'bo', '0.9'), {
  minKeys: 1,
  maxKeys: 3,
});
const approval = one('Approved', 'Rejected', 'PendingManualApproval');
const anyApproval = fc.oneof({ weight: 3, arbitrary: approval }, one('Archived'));
const lifeCycle = fc.record({ Stage: one('Dev', 'Prod'), StageStatus: one('Open', 'Done') });
const specification = one('one', 'two').map((image) => ({ Containers: [{ Image: image }] }));
const additional = fc.uniqueArray(
  one('small', 'large', 'huge', 'other').map((Name) => ({ Name, Containers: [{ Image: 'i' }] })),
  { minLength: 1, maxLength: 2, selector: ({ Name }) => Name },
);

/** Stands for the region of the call in ARNs. */
const here = 'REGION';

function arnOf(type: string, name: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(mostly(one(here), one(abroad)), name)
    .map(([region, text]) => `arn:aws:sagemaker:${region}:${testAccount}:${type}/${text}`);
}

const packageName = mostly(versionName, ownName, ownName, ownName);
const groupArn = arnOf('model-package-group', groupName);
const packageArn = arnOf('model-package', packageName);
const groupReference = mostly(groupName, groupArn, groupArn, arnOf('model-package', groupName));
const packageReference = mostly(packageName, packageArn, packageArn, packageArn, groupArn);
const taggable = mostly(fc.oneof(groupArn, packageArn), arnOf('endpoint', groupName));

/** An input that always has the first members, and each of the others one time in so many. */
function input(
  always: Record<string, fc.Arbitrary<unknown>>,
  others: Record<string, fc.Arbitrary<unknown>> = {},
  times = 4,
): fc.Arbitrary<Json> {
  const absent = { weight: times - 1, arbitrary: fc.constant(undefined) };
  const entries = Object.entries(others).map(([member, arbitrary]) => [
    member,
    fc.oneof(absent, { weight: 1, arbitrary }),
  ]);
  const optional = Object.fromEntries(entries) as Record<string, fc.Arbitrary<unknown>>;
  return fc.record({ ...always, ...optional });
}

/** Times around those of the journey, to whole seconds. */
const time = fc.integer({ min: -20, max: 40 }).map((seconds) => 1_772_615_727 + seconds);
const paging = { MaxResults: fc.integer({ min: 1, max: 4 }) };
const listing = {
  SortBy: one('Name', 'CreationTime'),
  SortOrder: one('Ascending', 'Descending'),
  NameContains: one('r', 'FRAUD', 'e', 'zz'),
  CreationTimeAfter: time,
  CreationTimeBefore: time,
};

const equality = mostly(one('Equals', 'NotEquals', 'In'), one('Contains'), one('Contains'));
const filter = mostly<unknown>(
  fc.oneof(
    fc.record({
      Name: mostly(one('ModelPackageGroupName'), one('ModelPackageName')),
      Operator: equality,
      Value: one('Fraud', 'Churn-2', 'Fraud/1', 'Fraud,Churn-2'),
    }),
    fc.record({ Name: one('ModelApprovalStatus'), Operator: equality, Value: anyApproval }),
    fc.record({
      Name: one('ModelPackageVersion'),
      Operator: one('Equals', 'NotEquals', 'GreaterThan', 'LessThanOrEqualTo'),
      Value: one('1', '2', '3'),
    }),
    fc.record({
      Name: one('Tags.team', 'Tags.stage', 'Tags.a.b', 'CustomerMetadataProperties.owner'),
      Operator: equality,
      Value: one('risk', 'dev', 'ana', 'ana,bo'),
    }),
    fc.record({
      Name: one('Tags.Team', 'CustomerMetadataProperties.x.y', 'ModelLifeCycle.Stage'),
      Operator: one('Exists', 'NotExists'),
    }),
    fc.record({ Name: one('ModelLifeCycle.Stage', 'Tags.team'), Value: one('Dev', 'risk') }),
  ),
  fc.record({ Name: one('Nonsense'), Value: one('x') }),
);
const groupFilter = mostly<unknown>(
  fc.oneof(
    fc.record({
      Name: one('ModelPackageGroupName'),
      Operator: equality,
      Value: one('Fraud', 'Churn-2'),
    }),
    fc.record({ Name: one('Tags.team'), Operator: equality, Value: one('risk', 'dev') }),
  ),
  fc.record({ Name: one('ModelApprovalStatus'), Value: one('Approved') }),
);

function expression(of: fc.Arbitrary<unknown>): fc.Arbitrary<Json> {
  const filters = fc.array(of, { minLength: 1, maxLength: 3 });
  const flat = input({ Filters: filters }, { Operator: one('And', 'Or') }, 2);
  const inner = fc.array(flat, { minLength: 1, maxLength: 2 });
  const nested = input({ SubExpressions: inner }, { Operator: one('Or'), Filters: filters }, 2);
  return fc.oneof(flat, nested);
}

function search(resource: string, of: fc.Arbitrary<unknown>): fc.Arbitrary<Json> {
  return input(
    { ...paging, Resource: one(resource), SearchExpression: expression(of) },
    {
      SortOrder: one('Ascending', 'Descending'),
      VisibilityConditions: one([{ Key: 'Tags.team', Value: 'risk' }]),
    },
  );
}

/** The policy of a group, or of another than it is put on. */
const policy = fc
  .record({ name: groupName, of: mostly(one('Fraud'), one('Churn-2'), one('Churn-2')) })
  .map(({ name, of }) => ({
    ModelPackageGroupName: name,
    ResourcePolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: '*',
        Action: 'sagemaker:DescribeModelPackage',
        Resource: `arn:aws:sagemaker:${here}:${testAccount}:model-package-group/${of}`,
      },
    }),
  }));

const content = {
  ModelPackageDescription: one('weekly', 'monthly'),
  AdditionalInferenceSpecifications: additional,
  ModelApprovalStatus: mostly(approval, one('Archived')),
  CustomerMetadataProperties: metadata,
  ModelLifeCycle: lifeCycle,
  Tags: tags,
  ClientToken: one('token-1', 'token-2', 'token-3', 'token-4', 'token-5'),
};
const ofGroup = { ModelPackageGroupName: groupReference };
const newPackage = mostly(
  input(ofGroup, { ...content, InferenceSpecification: specification }),
  input({ ...ofGroup, ModelPackageName: ownName }, content),
  input({ ...ofGroup, ModelPackageName: ownName }, content),
  input({ ...ofGroup, SourceUri: one('mlflow 7') }, content),
  input({ ...ofGroup, SourceUri: packageArn }, content),
  input({ ModelPackageName: ownName, InferenceSpecification: specification }, content),
  input({ ModelPackageName: ownName, InferenceSpecification: specification }, content),
  input({}, { ...content, ...ofGroup, ModelPackageName: ownName, SourceUri: packageArn }, 2),
);
const changes = {
  ModelApprovalStatus: anyApproval,
  ApprovalDescription: one('', 'good', 'bad'),
  CustomerMetadataProperties: metadata,
  CustomerMetadataPropertiesToRemove: fc.array(one('owner', 'accuracy', 'none'), { maxLength: 2 }),
  AdditionalInferenceSpecificationsToAdd: additional,
  ModelLifeCycle: lifeCycle,
  ModelPackageRegistrationType: one('Logged', 'Registered'),
};
const content2 = { InferenceSpecification: specification, SourceUri: one('mlflow 8') };
const update = mostly(
  input({ ModelPackageArn: packageArn, ModelApprovalStatus: anyApproval }, changes),
  input({ ModelPackageArn: packageArn }, changes),
  input({ ModelPackageName: packageReference }, changes),
  input({ ModelPackageName: packageReference }, changes),
  input({ ModelPackageArn: packageArn }, content2, 2),
  input({}, { ModelPackageArn: packageArn, ModelPackageName: ownName }, 2),
);

const byName = { ModelPackageGroupName: groupName };
/** Every operation with its inputs, and how often it is called. */
const inputs: [weight: number, operation: string, input: fc.Arbitrary<Json>][] = [
  [3, 'CreateModelPackageGroup', input(byName, { Tags: tags }, 2)],
  [2, 'DescribeModelPackageGroup', input(ofGroup)],
  [2, 'ListModelPackageGroups', input(paging, listing)],
  [2, 'DeleteModelPackageGroup', input(ofGroup)],
  [2, 'PutModelPackageGroupPolicy', policy],
  [1, 'GetModelPackageGroupPolicy', input(byName)],
  [1, 'DeleteModelPackageGroupPolicy', input(byName)],
  [14, 'CreateModelPackage', newPackage],
  [4, 'DescribeModelPackage', input({ ModelPackageName: packageReference })],
  [1, 'BatchDescribeModelPackage', batch()],
  [10, 'UpdateModelPackage', update],
  [3, 'DeleteModelPackage', input({ ModelPackageName: packageReference })],
  [5, 'ListModelPackages', input({ ...paging, ...ofGroup }, listing)],
  [5, 'ListModelPackages', input(paging, { ...listing, ...ofGroup, ...typeAndApproval() })],
  [3, 'AddTags', input({ ResourceArn: taggable, Tags: tags })],
  [1, 'ListTags', input({ ResourceArn: taggable })],
  [2, 'DeleteTags', input({ ResourceArn: taggable, TagKeys: tagKeys() })],
  [5, 'Search', search('ModelPackage', filter)],
  [2, 'Search', search('ModelPackageGroup', groupFilter)],
];

function batch(): fc.Arbitrary<Json> {
  return input({ ModelPackageArnList: fc.uniqueArray(packageArn, { minLength: 1, maxLength: 4 }) });
}

function typeAndApproval(): Record<string, fc.Arbitrary<string>> {
  const kind = one('Versioned', 'Versioned', 'Both', 'Unversioned');
  return { ModelPackageType: kind, ModelApprovalStatus: anyApproval };
}

function tagKeys(): fc.Arbitrary<string[]> {
  return fc.array(one('team', 'stage', 'none'), { minLength: 1, maxLength: 2 });
}

const call: fc.Arbitrary<Step> = fc.oneof(
  ...inputs.map(([weight, operation, arbitrary]) => ({
    weight,
    arbitrary: fc.record({
      operation: one(operation),
      input: arbitrary,
      region: mostly<string>(one(home), one(abroad)),
    }),
  })),
);
/** The clock stands still, goes on, or goes back. */
const move: fc.Arbitrary<Step> = fc.record({ move: one(1, 250, 1_000, 15_000, -1_000, -7_500) });
const again: fc.Arbitrary<Step> = one({ again: true });

/** A call with the region of its ARNs put in, as plain objects, without members that are undefined. */
function settled(step: Step): Step {
  const text = JSON.stringify(step);
  return JSON.parse('region' in step ? text.replaceAll(here, step.region) : text) as Step;
}

/** What most journeys begin with, so that the calls that follow find something. */
const beginnings: Step[] = [
  { ModelPackageGroupName: 'Fraud', Tags: [{ Key: 'team', Value: 'risk' }] },
  { ModelPackageGroupName: 'Churn-2' },
]
  .map((given): Step => ({ operation: 'CreateModelPackageGroup', input: given, region: home }))
  .concat(
    ['Fraud', 'fraud', 'FRAUD'].map((name) => ({
      operation: 'CreateModelPackage',
      input: { ModelPackageGroupName: name, CustomerMetadataProperties: { owner: 'ana' } },
      region: home,
    })),
  );

const steps = fc
  .array(mostly(call, move, move, again), { minLength: 1, maxLength: 70, size: 'max' })
  .map((list) => list.map(settled));

/** A journey of random steps. */
export const journey = fc
  .tuple(mostly(one(beginnings), one<Step[]>([])), steps)
  .map(([beginning, rest]) => [...beginning, ...rest]);
