/** Every operation, called in one account on what is another's: it must be as if it were not there. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { linkServices } from '../../src/app.ts';
import type { SigningCredentials } from '../../src/server/sigv4-sign.ts';
import { operations } from '../../src/domain/operations.ts';
import { findGroup } from '../../src/domain/model-package-groups/model-package-group-store.ts';
import { insertShare } from '../../src/domain/resource-shares/resource-share-store.ts';
import { insertShareGroup } from '../../src/domain/resource-shares/share-group-store.ts';
import { insertPrincipal } from '../../src/domain/resource-shares/share-principal-store.ts';
import { eventIdOf, putBusEvents, putDelivery, putRule, ruleArnOf } from '../support/event-rows.ts';
import { identityOk, policyOf, sendForm } from '../support/identity-calls.ts';
import { allowing, makeUser, trusting } from '../support/identity-scenario.ts';
import { sendRam } from '../support/ram-calls.ts';
import { describing } from '../support/policy-holders.ts';
import { otherAccount, rowsOf } from '../support/scenario.ts';
import { testSealer } from '../support/sealing.ts';
import { TestApp, TestClock, testAccount, testArn, testRegion } from '../support/test-app.ts';

type Json = Record<string, unknown>;

/** What the owner's things are called; nothing else is called so. */
const name = 'Zebra';
/** What nothing is called. */
const absent = 'Zilch';
const group = testArn(`model-package-group/${name}`);
const version = testArn(`model-package/${name}/1`);
const unversioned = testArn(`model-package/${name}-alone`);
const userArn = `arn:aws:iam::${testAccount}:user/${name}`;
const tags = [{ Key: `${name}-key`, Value: name }];
const inference = { Containers: [{ Image: 'i' }] };

interface Owned {
  readonly app: TestApp;
  readonly stranger: Caller;
  readonly owner: Caller;
  readonly keyId: string;
}

/** An account's root, and a user of it for what root may not call. */
interface Caller {
  readonly root: SigningCredentials;
  readonly user: SigningCredentials;
}

/** A registry with something of every kind in one account, and another account. */
async function startOwned(): Promise<Owned> {
  const app = await TestApp.start();
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: name, Tags: tags });
  const registration = { InferenceSpecification: inference, ClientToken: name };
  await app.ok('CreateModelPackage', {
    ...registration,
    ModelPackageGroupName: name,
    CustomerMetadataProperties: { [`${name}-metric`]: name },
  });
  await app.ok('CreateModelPackage', {
    ModelPackageName: `${name}-alone`,
    InferenceSpecification: inference,
  });
  const ResourcePolicy = policy(group);
  await app.ok('PutModelPackageGroupPolicy', { ModelPackageGroupName: name, ResourcePolicy });
  await identityOk(app, 'CreateUser', { UserName: name, Tags: tags });
  await identityOk(app, 'CreateGroup', { GroupName: name });
  await identityOk(app, 'CreateGroup', { GroupName: `${name}-empty` });
  await identityOk(app, 'AddUserToGroup', { GroupName: name, UserName: name });
  await addPolicies(app);
  await addShare(app);
  await addEvents(app);
  await addDelivery(app);
  const { AccessKey } = await identityOk<{ AccessKey: Key }>(app, 'CreateAccessKey', ofUser);
  const owner = { root: app.app.rootAccessKey, user: credentialsOf(AccessKey) };
  const { RootAccessKey } = await app.ok<{ RootAccessKey: Key }>(
    'CreateAccount',
    { AccountId: otherAccount, Name: 'stranger' },
    { service: 'imprimatur' },
  );
  const root = credentialsOf(RootAccessKey);
  const sam = await makeUser(app, 'sam', allowing('*'), { credentials: root });
  const stranger = { root, user: sam.credentials };
  await testSealer(app).pass();
  return { app, stranger, owner, keyId: AccessKey.AccessKeyId };
}

interface Key {
  AccessKeyId: string;
  SecretAccessKey: string;
}

function credentialsOf({ AccessKeyId, SecretAccessKey }: Key): SigningCredentials {
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
}

/** A role, and policies of every kind for all who can have them. */
async function addPolicies(app: TestApp): Promise<void> {
  await identityOk(app, 'CreateRole', { ...ofRole, AssumeRolePolicyDocument: trust, Tags: tags });
  await identityOk(app, 'CreatePolicy', { PolicyName: name, PolicyDocument, Tags: tags });
  await identityOk(app, 'CreatePolicyVersion', { ...ofPolicy, PolicyDocument, SetAsDefault: true });
  for (const [noun, holder] of Object.entries(holders)) {
    await identityOk(app, `Put${noun}Policy`, { ...holder, ...ofInline, PolicyDocument });
    await identityOk(app, `Attach${noun}Policy`, { ...holder, ...ofPolicy });
    if (noun === 'Group') continue;
    const PermissionsBoundary = ofPolicy.PolicyArn;
    await identityOk(app, `Put${noun}PermissionsBoundary`, { ...holder, PermissionsBoundary });
  }
}

/** A policy that lets in a third account. */
function policy(arn: string): string {
  const Principal = { AWS: '111122223333' };
  const Action = 'sagemaker:DescribeModelPackageGroup';
  const Statement = [{ Effect: 'Allow', Principal, Action, Resource: arn }];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

const groupNames = [name, group].map((ModelPackageGroupName) => ({ ModelPackageGroupName }));
const packageNames = [`${name}-alone`, unversioned, version].map((ModelPackageName) => ({
  ModelPackageName,
}));
const taggedArns = [group, version, unversioned].map((ResourceArn) => ({ ResourceArn }));
const holders = { User: { UserName: name }, Group: { GroupName: name }, Role: { RoleName: name } };
type Noun = keyof typeof holders;
const { User: ofUser, Group: ofGroup, Role: ofRole } = holders;
const trust = trusting(userArn);
const roleArn = `arn:aws:iam::${testAccount}:role/${name}`;
const iamArns = [userArn, roleArn, `arn:aws:iam::${testAccount}:group/${name}`];
const PolicyDocument = policyOf(describing);
const ofPolicy = { PolicyArn: `arn:aws:iam::${testAccount}:policy/${name}` };
const ofInline = { PolicyName: name };

/** The operations on the policies of users, groups or roles. */
function policyAttempts(noun: Noun): Record<string, () => Json[]> {
  const holder = holders[noun];
  return {
    [`Put${noun}Policy`]: () => [{ ...holder, ...ofInline, PolicyDocument }],
    [`Get${noun}Policy`]: () => [{ ...holder, ...ofInline }],
    [`List${noun}Policies`]: () => [holder],
    [`Delete${noun}Policy`]: () => [{ ...holder, ...ofInline }],
    [`Attach${noun}Policy`]: () => [{ ...holder, ...ofPolicy }],
    [`Detach${noun}Policy`]: () => [{ ...holder, ...ofPolicy }],
    [`ListAttached${noun}Policies`]: () => [holder],
    ...(noun !== 'Group' && {
      [`Put${noun}PermissionsBoundary`]: () => [
        { ...holder, PermissionsBoundary: ofPolicy.PolicyArn },
      ],
      [`Delete${noun}PermissionsBoundary`]: () => [holder],
    }),
  };
}

/** Moments at which all that is the owner's was there. */
const moments = [{ AsOfTime: new TestClock().now() / 1000 }, { AsOfSequence: 3 }];
const simulated = { ActionNames: ['sagemaker:DescribeModelPackage'], ResourceArns: [version] };

/** A share of the owner's group with a third account, and the invitation to it. */
const share = `arn:aws:ram:${testRegion}:${testAccount}:resource-share/${name}`;
const invitation = `arn:aws:ram:${testRegion}:${testAccount}:resource-share-invitation/${name}`;
const allowDeploy =
  'arn:aws:ram::aws:permission/AWSRAMPermissionSageMakerModelPackageGroupAllowDeploy';
const owners = ['SELF', 'OTHER-ACCOUNTS'].map((resourceOwner) => ({ resourceOwner }));
const resourceShareArns = [share];

/** A bus of the owner, a rule on it and its target. */
const bus = `arn:aws:events:${testRegion}:${testAccount}:event-bus/${name}`;
const rule = `arn:aws:events:${testRegion}:${testAccount}:rule/${name}/${name}`;
const archive = `arn:aws:events:${testRegion}:${testAccount}:archive/${name}`;
const ofBus = { EventBusName: bus };
const ofRule = { ...ofBus, Name: name };
const EventPattern = JSON.stringify({ source: [name] });
const target = { Id: name, Arn: bus };

/** How each operation is tried on what is another account's; the owner's own call succeeds. */
const attempts: Readonly<Record<string, (keyId: string) => Json[]>> = {
  // The first of all, as it tells what a stranger has tried.
  LookupEvents: (AccessKeyId) => [
    {},
    ...Object.entries({ ResourceName: name, Username: name, AccessKeyId }).map(
      ([AttributeKey, AttributeValue]) => ({
        LookupAttributes: [{ AttributeKey, AttributeValue }],
      }),
    ),
  ],
  GetCheckpoint: () => [{}],
  GetInclusionProof: () => [{ Sequence: 1 }],
  GetConsistencyProof: () => [{ FromSize: 1 }],
  DescribeModelPackageAsOf: () => at(packageNames),
  DescribeModelPackageGroupAsOf: () => at(groupNames),
  ListModelPackagesAsOf: () => at(groupNames),
  CreateModelPackageGroup: () => [{ ModelPackageGroupName: `${name}-new`, Tags: tags }],
  DescribeModelPackageGroup: () => groupNames,
  ListModelPackageGroups: () => [
    {},
    { NameContains: name },
    { CrossAccountFilterOption: 'CrossAccount' },
  ],
  DeleteModelPackageGroup: () => groupNames,
  PutModelPackageGroupPolicy: () => [
    { ModelPackageGroupName: name, ResourcePolicy: policy(group) },
  ],
  GetModelPackageGroupPolicy: () => [{ ModelPackageGroupName: name }],
  DeleteModelPackageGroupPolicy: () => [{ ModelPackageGroupName: name }],
  CreateModelPackage: () => [
    ...groupNames.map((one) => ({ ...one, InferenceSpecification: inference })),
    { ModelPackageName: 'clone', SourceUri: version },
  ],
  DescribeModelPackage: () => packageNames,
  BatchDescribeModelPackage: () => [{ ModelPackageArnList: [version, unversioned] }],
  UpdateModelPackage: () => [{ ModelPackageArn: version, ModelApprovalStatus: 'Approved' }],
  ListModelPackages: () => [{}, { ModelPackageType: 'Both' }, ...groupNames],
  DeleteModelPackage: () => packageNames,
  AddTags: () => taggedArns.map((one) => ({ ...one, Tags: [{ Key: 'k', Value: 'v' }] })),
  ListTags: () => taggedArns,
  DeleteTags: () => taggedArns.map((one) => ({ ...one, TagKeys: [`${name}-key`] })),
  Search: () =>
    ['ModelPackage', 'ModelPackageGroup'].flatMap((Resource) => [
      { Resource },
      { Resource, CrossAccountFilterOption: 'CrossAccount' },
      {
        Resource,
        SearchExpression: {
          Filters: [{ Name: 'ModelPackageGroupName', Operator: 'Contains', Value: name }],
        },
      },
    ]),
  GetSearchSuggestions: () =>
    ['', `CustomerMetadataProperties.${name}`, `Tags.${name}`].map((PropertyNameHint) => ({
      Resource: 'ModelPackage',
      SuggestionQuery: { PropertyNameQuery: { PropertyNameHint } },
    })),
  ListResourceHistory: () => [group, version, userArn].map((ResourceArn) => ({ ResourceArn })),
  CreateUser: () => [{ UserName: `${name}-new`, Tags: tags }],
  GetUser: () => [ofUser],
  ListUsers: () => [{}],
  UpdateUser: () => [{ ...ofUser, NewUserName: 'mine' }],
  DeleteUser: () => [ofUser],
  TagUser: () => [{ ...ofUser, Tags: [{ Key: 'k', Value: 'v' }] }],
  UntagUser: () => [{ ...ofUser, TagKeys: [`${name}-key`] }],
  ListUserTags: () => [ofUser],
  CreateAccessKey: () => [ofUser],
  ListAccessKeys: () => [ofUser],
  UpdateAccessKey: (AccessKeyId) =>
    [{}, ofUser].map((one) => ({ ...one, AccessKeyId, Status: 'Inactive' })),
  DeleteAccessKey: (AccessKeyId) => [{}, ofUser].map((one) => ({ ...one, AccessKeyId })),
  GetAccessKeyLastUsed: (AccessKeyId) => [{ AccessKeyId }],
  CreateGroup: () => [{ GroupName: `${name}-new` }],
  GetGroup: () => [ofGroup],
  ListGroups: () => [{}],
  UpdateGroup: () => [{ ...ofGroup, NewGroupName: 'mine' }],
  DeleteGroup: () => [{ GroupName: `${name}-empty` }],
  AddUserToGroup: () => [{ GroupName: `${name}-empty`, ...ofUser }],
  RemoveUserFromGroup: () => [{ ...ofGroup, ...ofUser }],
  ListGroupsForUser: () => [ofUser],
  ...policyAttempts('User'),
  ...policyAttempts('Group'),
  ...policyAttempts('Role'),
  // A policy that names somebody else's user tells whether it is there, as in AWS (ADR 10).
  CreateRole: () => [
    {
      RoleName: `${name}-new`,
      AssumeRolePolicyDocument: trusting(otherAccount),
      Tags: tags,
    },
  ],
  GetRole: () => [ofRole],
  ListRoles: () => [{}],
  UpdateRole: () => [{ ...ofRole, Description: 'mine' }],
  UpdateRoleDescription: () => [{ ...ofRole, Description: 'mine' }],
  UpdateAssumeRolePolicy: () => [{ ...ofRole, PolicyDocument: trusting(otherAccount) }],
  DeleteRole: () => [ofRole],
  TagRole: () => [{ ...ofRole, Tags: [{ Key: 'k', Value: 'v' }] }],
  UntagRole: () => [{ ...ofRole, TagKeys: [`${name}-key`] }],
  ListRoleTags: () => [ofRole],
  ListInstanceProfilesForRole: () => [ofRole],
  AssumeRole: () => [{ RoleArn: roleArn, RoleSessionName: 'mine' }],
  GetSessionToken: () => [{}],
  GetAccessKeyInfo: (AccessKeyId) => [{ AccessKeyId }],
  SimulatePrincipalPolicy: () =>
    iamArns.map((PolicySourceArn) => ({ PolicySourceArn, ...simulated })),
  SimulateCustomPolicy: () => [
    { ...simulated, PolicyInputList: [PolicyDocument] },
    { ...simulated, PolicyInputList: [PolicyDocument], CallerArn: userArn },
  ],
  GetContextKeysForPrincipalPolicy: () => iamArns.map((PolicySourceArn) => ({ PolicySourceArn })),
  GetContextKeysForCustomPolicy: () => [{ PolicyInputList: [PolicyDocument] }],
  CreatePolicy: () => [{ PolicyName: `${name}-new`, PolicyDocument, Tags: tags }],
  GetPolicy: () => [ofPolicy],
  ListPolicies: () => [{ Scope: 'Local' }, { OnlyAttached: true }],
  DeletePolicy: () => [ofPolicy],
  CreatePolicyVersion: () => [{ ...ofPolicy, PolicyDocument }],
  GetPolicyVersion: () => [{ ...ofPolicy, VersionId: 'v1' }],
  ListPolicyVersions: () => [ofPolicy],
  SetDefaultPolicyVersion: () => [{ ...ofPolicy, VersionId: 'v1' }],
  DeletePolicyVersion: () => [{ ...ofPolicy, VersionId: 'v1' }],
  TagPolicy: () => [{ ...ofPolicy, Tags: [{ Key: 'k', Value: 'v' }] }],
  UntagPolicy: () => [{ ...ofPolicy, TagKeys: [`${name}-key`] }],
  ListPolicyTags: () => [ofPolicy],
  ListEntitiesForPolicy: () => [ofPolicy],
  GetAccountAuthorizationDetails: () => [{}],
  GetAccountSummary: () => [{}],
  ListAccountAliases: () => [{}],
  GetCallerIdentity: () => [{}],
  CreateAccount: () => [{ Name: 'mine' }],
  DescribeAccount: () => [{ AccountId: testAccount }],
  ListAccounts: () => [{}],
  UpdateAccount: () => [{ AccountId: testAccount, Name: 'mine' }],
  CreateRootAccessKey: () => [{ AccountId: testAccount }],
  ...shareAttempts(),
  ...eventAttempts(),
  ...destinationAttempts(),
  ...eventLogAttempts(),
};

/** What a call of an operation is; two services have some of a name. */
function attemptsOf(service: string, operation: string): (typeof attempts)[string] | undefined {
  return attempts[`${service}.${operation}`] ?? attempts[operation];
}

function at(inputs: Json[]): Json[] {
  return moments.flatMap((moment) => inputs.map((input) => ({ ...input, ...moment })));
}

async function addShare(app: TestApp): Promise<void> {
  await app.database.write(async (tx) => {
    const owned = { account_id: testAccount, region: testRegion, name };
    const { id } = (await findGroup(tx, { accountId: testAccount, region: testRegion }, name))!;
    const at = app.clock.now();
    await insertShare(tx, {
      ...owned,
      id: name,
      permission: allowDeploy.split('/')[1]!,
      allows_external: 1,
      created_at: at,
      updated_at: at,
      client_token: name,
      request_hash: '',
      tags: '[]',
    });
    await insertShareGroup(tx, { share_id: name, group_id: id, created_at: at });
    for (const [account_id, invitation_id] of [
      ['111122223333', name],
      // To itself, which no call makes, so that each call reaches something for its owner.
      [testAccount, `${name}-own`],
    ] as const) {
      await insertPrincipal(tx, {
        ...{ share_id: name, account_id, created_at: at, updated_at: at },
        ...{ invitation_id, invitation_status: 'PENDING' },
      });
    }
  });
}

/** An event of the owner's, and what a rule's target did not take of it. */
async function addDelivery(app: TestApp): Promise<void> {
  const [bus_event_id] = await putBusEvents(app, { group: name });
  const rule_id = await putRule(app, name);
  const rule_arn = ruleArnOf(name);
  await putDelivery(app, { bus_event_id: bus_event_id!, rule_id, rule_arn, state: 'FAILED' });
}

function eventLogAttempts(): Record<string, () => Json[]> {
  const RuleArn = ruleArnOf(name);
  return {
    StreamEvents: () => [{}],
    ListEvents: () => [{}, { EventPattern: JSON.stringify({ detail: { group: [name] } }) }],
    ListDeliveries: () => [{}, { RuleArn }, { EventId: eventIdOf(1) }, { State: 'FAILED' }],
    DescribeDelivery: () => [{ DeliveryId: 1 }],
    RedriveDeliveries: () => [{ DeliveryIds: [1] }, { RuleArn }],
  };
}

function shareAttempts(): Record<string, () => Json[]> {
  return {
    CreateResourceShare: () => [{ name: `${name}-new`, resourceArns: [group] }],
    GetResourceShares: () =>
      owners.flatMap((owner) => [owner, { ...owner, resourceShareArns }, { ...owner, name }]),
    UpdateResourceShare: () => [{ resourceShareArn: share, name: 'mine' }],
    DeleteResourceShare: () => [{ resourceShareArn: share }],
    AssociateResourceShare: () => [{ resourceShareArn: share, principals: ['444455556666'] }],
    DisassociateResourceShare: () => [
      { resourceShareArn: share, resourceArns: [group] },
      { resourceShareArn: share, principals: ['111122223333'] },
    ],
    GetResourceShareAssociations: () =>
      ['PRINCIPAL', 'RESOURCE'].flatMap((associationType) => [
        { associationType },
        { associationType, resourceShareArns },
      ]),
    GetResourceShareInvitations: () => [
      {},
      { resourceShareArns },
      { resourceShareInvitationArns: [invitation] },
    ],
    AcceptResourceShareInvitation: () => [
      { resourceShareInvitationArn: invitation },
      { resourceShareInvitationArn: `${invitation}-own` },
    ],
    RejectResourceShareInvitation: () => [
      { resourceShareInvitationArn: invitation },
      { resourceShareInvitationArn: `${invitation}-own` },
    ],
    ListResources: () => owners.flatMap((owner) => [owner, { ...owner, resourceArns: [group] }]),
    ListPrincipals: () => owners.flatMap((owner) => [owner, { ...owner, resourceArn: group }]),
    GetResourcePolicies: () => [{ resourceArns: [group] }],
    ListPermissions: () => [{}],
    GetPermission: () => [{ permissionArn: allowDeploy }],
    ListResourceSharePermissions: () => [{ resourceShareArn: share }],
    AssociateResourceSharePermission: () => [
      { resourceShareArn: share, permissionArn: allowDeploy },
    ],
    ListResourceTypes: () => [{}],
    TagResource: () => [{ resourceShareArn: share, tags: [{ key: 'k', value: 'v' }] }],
    UntagResource: () => [{ resourceShareArn: share, tagKeys: ['k'] }],
  };
}

async function addEvents(app: TestApp): Promise<void> {
  const as = { service: 'events' } as const;
  await app.ok('CreateEventBus', { Name: name, Tags: tags }, as);
  await app.ok('PutRule', { ...ofRule, EventPattern, Tags: tags }, as);
  await app.ok('PutTargets', { ...ofBus, Rule: name, Targets: [target] }, as);
  await app.ok('PutRule', { ...ofBus, Name: `${name}-empty`, EventPattern }, as);
  await app.ok('CreateEventBus', { Name: `${name}-empty` }, as);
  await app.ok('PutPermission', { ...permission, EventBusName: name }, as);
  await app.ok('CreateArchive', { ArchiveName: name, EventSourceArn: bus }, as);
  await app.ok('StartReplay', replay(name), as);
  await addDestinations(app);
}

function replay(ReplayName: string): Json {
  const times = { EventStartTime: 1, EventEndTime: 2 };
  return { ReplayName, EventSourceArn: archive, ...times, Destination: { Arn: bus } };
}

const connection = `arn:aws:events:${testRegion}:${testAccount}:connection/${name}/${name}`;
const login = {
  AuthorizationType: 'BASIC',
  AuthParameters: { BasicAuthParameters: { Username: name, Password: name } },
};
const destination = {
  ConnectionArn: connection,
  InvocationEndpoint: `https://${name}.example/`,
  HttpMethod: 'POST',
};
const hook = { Url: `https://${name}.example/`, Events: ['approved'] };

async function addDestinations(app: TestApp): Promise<void> {
  const as = { service: 'events' } as const;
  await app.ok('CreateConnection', { Name: name, ...login }, as);
  // Ids are drawn at random, which no input above could say.
  await app.database.write((tx) =>
    tx.rows(tx.sql.updateTable('event_connection').set({ uuid: name })),
  );
  await app.ok('CreateApiDestination', { Name: name, ...destination }, as);
  await app.ok('CreateWebhook', { Name: name, ...hook }, { service: 'imprimatur' });
}

function destinationAttempts(): Record<string, () => Json[]> {
  const own = [{ Name: name }];
  return {
    CreateConnection: () => [{ Name: `${name}-new`, ...login }],
    DescribeConnection: () => own,
    ListConnections: () => [{}, { NamePrefix: name }],
    UpdateConnection: () => [{ Name: name, Description: 'mine' }],
    DeauthorizeConnection: () => own,
    DeleteConnection: () => own,
    CreateApiDestination: () => [{ Name: `${name}-new`, ...destination }],
    DescribeApiDestination: () => own,
    ListApiDestinations: () => [{}, { NamePrefix: name }, { ConnectionArn: connection }],
    UpdateApiDestination: () => [{ Name: name, Description: 'mine' }],
    DeleteApiDestination: () => own,
    RotateApiDestinationSecret: () => own,
    CreateWebhook: () => [{ Name: `${name}-new`, ...hook }],
    DescribeWebhook: () => own,
    ListWebhooks: () => [{}],
    UpdateWebhook: () => [{ Name: name, Description: 'mine' }],
    DeleteWebhook: () => own,
    RotateWebhookSecret: () => own,
    TestWebhook: () => own,
  };
}

const permission = { StatementId: name, Principal: '111122223333', Action: 'events:PutEvents' };

function eventAttempts(): Record<string, () => Json[]> {
  const onRule = { ...ofBus, Rule: name };
  const resources = [bus, rule].map((ResourceARN) => ({ ResourceARN }));
  return {
    CreateEventBus: () => [{ Name: `${name}-new`, Tags: tags }],
    DescribeEventBus: () => [{ Name: name }, { Name: bus }, {}],
    ListEventBuses: () => [{}, { NamePrefix: name }],
    UpdateEventBus: () => [{ Name: name, Description: 'mine' }],
    DeleteEventBus: () => [{ Name: `${name}-empty` }],
    PutPermission: () => [{ ...permission, EventBusName: name }],
    RemovePermission: () => [{ EventBusName: name, RemoveAllPermissions: true }],
    PutRule: () => [{ ...ofRule, EventPattern, Description: 'mine' }],
    DescribeRule: () => [ofRule, { Name: name }],
    ListRules: () => [ofBus, {}, { NamePrefix: name }],
    ListRuleNamesByTarget: () => [{ ...ofBus, TargetArn: bus }, { TargetArn: bus }],
    EnableRule: () => [ofRule],
    DisableRule: () => [ofRule],
    DeleteRule: () => [{ ...ofBus, Name: `${name}-empty` }],
    PutTargets: () => [{ ...onRule, Targets: [{ ...target, Id: 'mine' }] }],
    RemoveTargets: () => [{ ...onRule, Ids: [name] }],
    ListTargetsByRule: () => [onRule],
    PutEvents: () => [
      { Entries: [{ ...{ Source: name, DetailType: name, Detail: '{}' }, ...ofBus }] },
    ],
    TestEventPattern: () => [
      {
        EventPattern,
        Event: JSON.stringify({
          ...{ id: 'a', account: testAccount, source: 'a', time: 'a', region: 'a' },
          'detail-type': 'a',
        }),
      },
    ],
    CreateArchive: () => [{ ArchiveName: `${name}-new`, EventSourceArn: bus }],
    DescribeArchive: () => [{ ArchiveName: name }],
    ListArchives: () => [{}, { NamePrefix: name }, { EventSourceArn: bus }],
    UpdateArchive: () => [{ ArchiveName: name, RetentionDays: 1 }],
    DeleteArchive: () => [{ ArchiveName: name }],
    StartReplay: () => [replay(`${name}-new`)],
    DescribeReplay: () => [{ ReplayName: name }],
    ListReplays: () => [{}, { NamePrefix: name }, { EventSourceArn: archive }],
    CancelReplay: () => [{ ReplayName: name }],
    ReplayEvents: () => [
      { Rule: rule, From: 1, Name: `${name}-new` },
      { Rule: name, EventBusName: name, From: 1 },
    ],
    'events.TagResource': () =>
      resources.map((one) => ({ ...one, Tags: [{ Key: 'k', Value: 'v' }] })),
    'events.UntagResource': () => resources.map((one) => ({ ...one, TagKeys: [`${name}-key`] })),
    ListTagsForResource: () => resources,
  };
}

const services = linkServices({ strictAws: false });

/** An operation, and the service that it is of. */
type Named = (typeof operations)[number]['contract'];

/** The answer to a call of any service. */
async function call(
  app: TestApp,
  { service: serviceName, operation }: Named,
  input: Json,
  { root, user }: Caller,
): Promise<{ status: number; body: string }> {
  const service = services.find(({ data }) => data.name === serviceName)!;
  const as = { credentials: operation === 'AssumeRole' ? user : root };
  if (service.data.name === 'ram') return sendRam(app, operation, input, as);
  if (service.data.protocol === 'query') return sendForm(app, operation, input, as);
  return app.send(operation, input, {
    service: serviceName as 'sagemaker' | 'imprimatur' | 'cloudtrail' | 'events',
    ...as,
  });
}

/** The same text about something that nobody has; keys that are not there have a form too. */
function aboutAbsent<Value>(value: Value, keyId: string): Value {
  const text = JSON.stringify(value)
    .replaceAll(name, absent)
    .replaceAll(keyId, 'AKIAAAAAAAAAAAAAAAAA');
  return JSON.parse(text) as Value;
}

/** An answer without what differs from call to call. */
function plain(body: string): string {
  return body
    .replaceAll(/<RequestId>[^<]*<\/RequestId>/g, '')
    .replaceAll(/A[KS]IA[A-Z2-7]{16}|AIDA\w+|AGPA\w+|ANPA\w+|AROA\w+/g, 'ID')
    .replaceAll(/<(?:SecretAccessKey|SessionToken)>[^<]*/g, '')
    .replaceAll(/(?<=:(?:connection|api-destination)\/[^/"]+\/)[-0-9a-f]{36}/g, 'ID')
    .replaceAll(/whsec_[^"]*/g, '');
}

const ownTables = [
  'model_package_group',
  'model_package',
  'model_package_name',
  'iam_user',
  'iam_role',
  'iam_group',
  'iam_group_member',
  'iam_inline_policy',
  'iam_policy',
  'iam_policy_version',
  'iam_attached_policy',
  'account',
  'resource_share',
  'event_bus',
  'event_rule',
  'event_outbox',
  'event_archive',
  'event_replay',
  'event_connection',
  'api_destination',
  'webhook',
] as const;

async function ownersRows(app: TestApp): Promise<unknown[]> {
  const rows = (await Promise.all(ownTables.map((table) => rowsOf(app, table)))).flat();
  return rows.filter((row) => row['account_id'] === testAccount);
}

describe('to another account it is as if nothing were there', () => {
  test('every operation is tried', () => {
    const all = operations.map(({ contract }) => contract);
    const untried = all.filter(({ service, operation }) => !attemptsOf(service, operation));
    assert.deepEqual(untried, [], 'say above how they are tried on what is not theirs');
  });

  let owned: Owned;
  before(async () => {
    owned = await startOwned();
  });
  after(() => owned.app.close());

  // What a stranger makes is called like the owner's and listed for the stranger: so it comes last.
  const places = new Map(Object.keys(attempts).map((one, place) => [one, place]));
  const placeOf = ({ service, operation }: Named): number =>
    places.get(`${service}.${operation}`) ?? places.get(operation) ?? 0;
  const named = operations
    .map(({ contract }) => contract)
    .filter(({ operation }) => operation !== 'GetAccessKeyInfo')
    .toSorted((a, b) => placeOf(a) - placeOf(b))
    .toSorted((a, b) => Number(isMaking(a)) - Number(isMaking(b)));
  for (const contract of named) {
    const { service, operation } = contract;
    test(`${service}.${operation}`, async () => {
      const { app, stranger, keyId } = owned;
      const rows = await ownersRows(app);
      for (const input of attemptsOf(service, operation)!(keyId)) {
        // Of calls that are refused for being too many nothing would be learnt.
        app.clock.advance(60_000);
        const answer = await call(app, contract, input, stranger);
        const nothing = aboutAbsent(input, keyId);
        const told = await call(app, contract, nothing, stranger);
        assert.doesNotMatch(answer.body, /Throttling/);
        assert.equal(answer.status, told.status, answer.body);
        assert.equal(plain(answer.body.replaceAll(name, absent)), plain(told.body));
        // Some answers repeat what the caller said; they say the same of what is not there.
        if (answer.status !== 200 || JSON.stringify(input).includes(name)) continue;
        assert.doesNotMatch(answer.body, /zebra/i);
      }
      assert.deepEqual(await ownersRows(app), rows);
    });
  }
});

function isMaking({ operation }: Named): boolean {
  return operation.startsWith('Create');
}

describe('each of these calls reaches something where its owner makes it', () => {
  // What is deleted must be empty: the owner is told so, which is as good.
  const empty = new Set(['DeleteModelPackageGroup', 'DeleteUser', 'DeleteRole', 'DeletePolicy']);
  let shared: Owned;
  before(async () => {
    shared = await startOwned();
  });
  after(() => shared.app.close());

  for (const { contract, effect } of operations) {
    const { service, operation } = contract;
    test(`${service}.${operation}`, async (t) => {
      const { app, owner, keyId } = effect === 'read' ? shared : await startOwned();
      if (effect !== 'read') t.after(() => app.close());
      app.clock.advance(60_000);
      const statuses: number[] = [];
      for (const input of attemptsOf(service, operation)!(keyId)) {
        statuses.push((await call(app, contract, input, owner)).status);
      }
      const wanted = empty.has(operation) ? [400, 409] : [200];
      assert.ok(
        statuses.some((status) => wanted.includes(status)),
        statuses.join(),
      );
    });
  }
});

test("an owner's tokens lead another account nowhere", async (t) => {
  const { app, stranger } = await startOwned();
  t.after(() => app.close());
  const lists: [string, Json][] = [
    ['ListModelPackageGroups', {}],
    ['ListModelPackages', { ModelPackageType: 'Both' }],
    ['Search', { Resource: 'ModelPackage' }],
  ];
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: `${name}-2` });
  for (const [operation, filters] of lists) {
    const input = { ...filters, MaxResults: 1 };
    const { NextToken } = await app.ok(operation, input);
    assert.ok(NextToken, operation);
    const credentials = { credentials: stranger.root };
    const refused = await app.refused(operation, { ...input, NextToken }, credentials);
    assert.match(refused.message, /does not belong to this query/);
  }
  const registration = { InferenceSpecification: inference, ClientToken: name };
  const mine = { ...registration, ModelPackageName: 'mine' };
  const made = await app.ok('CreateModelPackage', mine, { credentials: stranger.root });
  assert.match(String(made['ModelPackageArn']), new RegExp(`:${otherAccount}:model-package/mine$`));
});

test('a key tells whoever has its id whose account it is of, and nothing else', async (t) => {
  const { app, stranger, keyId } = await startOwned();
  t.after(() => app.close());
  const credentials = { credentials: stranger.user };
  const told = await identityOk(app, 'GetAccessKeyInfo', { AccessKeyId: keyId }, credentials);
  assert.deepEqual(told, { Account: testAccount });
});

test('CloudTrail tells an account of its own calls alone, in every region', async (t) => {
  const { app, stranger } = await startOwned();
  t.after(() => app.close());
  const read = async (region: string, credentials: SigningCredentials): Promise<string[]> => {
    const as = { service: 'cloudtrail' as const, region, credentials };
    const { Events } = await app.ok<{ Events: { CloudTrailEvent: string }[] }>(
      'LookupEvents',
      {},
      as,
    );
    return Events.map(({ CloudTrailEvent }) => CloudTrailEvent);
  };
  const regions = ['us-east-1', 'eu-west-1'];
  const own = (await Promise.all(regions.map((one) => read(one, app.app.rootAccessKey)))).flat();
  assert.ok(own.some((record) => record.includes(name)));
  const told = (await Promise.all(regions.map((one) => read(one, stranger.root)))).flat();
  const names = told.map((record) => (JSON.parse(record) as { eventName: string }).eventName);
  assert.deepEqual(names.toSorted(), ['CreateAccessKey', 'CreateUser', 'PutUserPolicy']);
  assert.doesNotMatch(told.join(), /zebra/i);
});
