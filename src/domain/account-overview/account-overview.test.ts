import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  identityOk,
  identityRefused,
  newUser,
  policyOf,
  readDocument,
} from '../../../tests/support/identity-calls.ts';
import { trusting } from '../../../tests/support/identity-scenario.ts';
import { describing, holders, startWithHolders } from '../../../tests/support/policy-holders.ts';
import { startApp } from '../../../tests/support/scenario.ts';
import { testAccount } from '../../../tests/support/test-app.ts';

type Json = Record<string, unknown>;
type Details = Record<'UserDetailList' | 'GroupDetailList' | 'RoleDetailList' | 'Policies', Json[]>;

const PolicyDocument = policyOf(describing);
const read = `arn:aws:iam::${testAccount}:policy/Read`;
const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';

test('the summary counts what there is, and says what there may be', async (t) => {
  const app = await startApp(t);
  const summary = async () => {
    const answer = await identityOk<{ SummaryMap: Json }>(app, 'GetAccountSummary');
    const { Users, Groups, Policies, PolicyVersionsInUse, UsersQuota } = answer.SummaryMap;
    return { Users, Groups, Policies, PolicyVersionsInUse, UsersQuota };
  };
  const empty = { Users: 0, Groups: 0, Policies: 0, PolicyVersionsInUse: 0, UsersQuota: 5_000 };
  assert.deepEqual(await summary(), empty);
  await identityOk(app, 'CreateUser', { UserName: 'ana' });
  await identityOk(app, 'CreateUser', { UserName: 'bob' });
  await identityOk(app, 'CreateGroup', { GroupName: 'risk' });
  await identityOk(app, 'CreatePolicy', { PolicyName: 'Read', PolicyDocument });
  await identityOk(app, 'CreatePolicyVersion', { PolicyArn: read, PolicyDocument });
  assert.deepEqual(await summary(), {
    ...empty,
    ...{ Users: 2, Groups: 1, Policies: 1, PolicyVersionsInUse: 2 },
  });
  const other = await app.beside({ accountId: '999999999999' });
  const { SummaryMap } = await identityOk<{ SummaryMap: Json }>(other, 'GetAccountSummary');
  assert.deepEqual([SummaryMap['Users'], SummaryMap['Policies']], [0, 0]);
});

test('an account has no alias', async (t) => {
  const app = await startApp(t);
  assert.deepEqual(await identityOk(app, 'ListAccountAliases'), {
    AccountAliases: [],
    IsTruncated: false,
  });
});

test('who may ask about the account is up to policies', async (t) => {
  const app = await startApp(t);
  const allow = { Effect: 'Allow', Action: 'iam:GetAccountSummary', Resource: '*' };
  const credentials = await newUser(app, 'ana', allow);
  await identityOk(app, 'GetAccountSummary', {}, { credentials });
  const refused = await identityRefused(
    ...[app, 'GetAccountAuthorizationDetails', {}, { credentials }],
  );
  assert.match(refused.message, /iam:GetAccountAuthorizationDetails on resource: \* because no/);
});

test('the details tell everything about everybody, page by page', async (t) => {
  const app = await startWithHolders(t);
  await identityOk(app, 'CreatePolicy', { PolicyName: 'Read', PolicyDocument });
  await identityOk(app, 'AddUserToGroup', { UserName: 'ana', GroupName: 'risk' });
  await identityOk(app, 'TagUser', { UserName: 'ana', Tags: [{ Key: 'a', Value: 'b' }] });
  for (const { noun, named } of holders) {
    const inline = { PolicyName: 'own', PolicyDocument };
    await identityOk(app, `Put${noun}Policy`, { ...named, ...inline });
    await identityOk(app, `Attach${noun}Policy`, { ...named, PolicyArn: admin });
    if (noun === 'Group') continue;
    const put = { ...named, PermissionsBoundary: read };
    await identityOk(app, `Put${noun}PermissionsBoundary`, put);
  }
  const all = await identityOk<Details>(app, 'GetAccountAuthorizationDetails');
  const attached = [{ PolicyName: 'AdministratorAccess', PolicyArn: admin }];
  const PermissionsBoundary = {
    ...{ PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: read },
  };
  const [user] = all.UserDetailList;
  const { UserPolicyList, GroupList, AttachedManagedPolicies, Tags } = user!;
  assert.deepEqual(
    { GroupList, AttachedManagedPolicies, Tags, boundary: user!['PermissionsBoundary'] },
    {
      GroupList: ['risk'],
      AttachedManagedPolicies: attached,
      Tags: [{ Key: 'a', Value: 'b' }],
      boundary: PermissionsBoundary,
    },
  );
  const [inline] = UserPolicyList as Json[];
  assert.deepEqual(readDocument(inline!['PolicyDocument']), JSON.parse(PolicyDocument));
  const [group] = all.GroupDetailList;
  assert.deepEqual(
    [group!['GroupName'], group!['AttachedManagedPolicies'], group!['GroupPolicyList']],
    ['risk', attached, UserPolicyList],
  );
  const [role] = all.RoleDetailList;
  assert.deepEqual(
    [role!['RoleName'], role!['PermissionsBoundary']],
    ['deploy', PermissionsBoundary],
  );
  assert.deepEqual(
    readDocument(role!['AssumeRolePolicyDocument']),
    JSON.parse(trusting(testAccount)),
  );
  const names = all.Policies.map((policy) => policy['PolicyName']);
  assert.deepEqual(names, ['Read', 'AdministratorAccess']);
  const [version] = all.Policies[0]!['PolicyVersionList'] as Json[];
  assert.deepEqual(readDocument(version!['Document']), JSON.parse(PolicyDocument));
  assert.deepEqual(
    all.Policies.map((one) => [one['AttachmentCount'], one['PermissionsBoundaryUsageCount']]),
    [
      [0, 2],
      [3, 0],
    ],
  );

  const pages: Details[] = [];
  let Marker: unknown;
  do {
    const input = { MaxItems: 2, ...(Marker !== undefined && { Marker }) };
    const page = await identityOk<Details & Json>(app, 'GetAccountAuthorizationDetails', input);
    ({ Marker } = page);
    pages.push(page);
  } while (Marker !== undefined && pages.length < 9);
  assert.equal(pages.length, 3);
  for (const list of ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'] as const) {
    assert.deepEqual(
      pages.flatMap((page) => page[list]),
      all[list],
    );
  }

  const some = await identityOk<Details>(app, 'GetAccountAuthorizationDetails', {
    Filter: ['Group', 'LocalManagedPolicy'],
  });
  assert.deepEqual(
    [some.UserDetailList, some.GroupDetailList, some.RoleDetailList, some.Policies],
    [[], all.GroupDetailList, [], [all.Policies[0]]],
  );
});
