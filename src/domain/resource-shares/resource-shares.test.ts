import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import type {
  CreateResourceShareResponse,
  GetResourceShareAssociationsResponse,
  GetResourceShareInvitationsResponse,
  GetResourceSharesResponse,
  ResourceShareAssociation,
} from '../../contracts/ram.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { newUser } from '../../../tests/support/identity-calls.ts';
import { ramOk, ramRefused } from '../../../tests/support/ram-calls.ts';
import { newEntries, otherAccount, rowsOf, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testArn, testRegion } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';

const group = testArn('model-package-group/Fraud');
const permission = (name: string) =>
  `arn:aws:ram::aws:permission/AWSRAMPermissionSageMakerModelPackageGroup${name}`;
const register = permission('AllowRegister');
const unknownShare = `arn:aws:ram:${testRegion}:${testAccount}:resource-share/none`;

interface Parties {
  readonly owner: TestApp;
  readonly guest: TestApp;
}

async function startParties(t: TestContext, flags = {}): Promise<Parties> {
  const owner = await startApp(t, flags);
  const guest = await owner.beside({ accountId: otherAccount });
  await owner.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  await newEntries(owner);
  return { owner, guest };
}

/** A share of the group with the guest; answers its ARN. */
async function shared(owner: TestApp, more: object = {}): Promise<string> {
  const { resourceShare } = await ramOk<CreateResourceShareResponse>(owner, 'CreateResourceShare', {
    ...{ name: 'models', resourceArns: [group], principals: [otherAccount] },
    ...more,
  });
  return resourceShare!.resourceShareArn!;
}

async function invitationOf(guest: TestApp): Promise<string> {
  const { resourceShareInvitations: all } = await ramOk<GetResourceShareInvitationsResponse>(
    guest,
    'GetResourceShareInvitations',
  );
  return all!.find(({ status }) => status === 'PENDING')!.resourceShareInvitationArn!;
}

async function accept(guest: TestApp): Promise<void> {
  const resourceShareInvitationArn = await invitationOf(guest);
  await ramOk(guest, 'AcceptResourceShareInvitation', { resourceShareInvitationArn });
}

/** What the guest may do: each operation that is not refused. */
async function allowed(guest: TestApp): Promise<string[]> {
  const tried: Record<string, object> = {
    DescribeModelPackageGroup: { ModelPackageGroupName: group },
    ListModelPackages: { ModelPackageGroupName: group },
    CreateModelPackage: {
      ModelPackageGroupName: group,
      InferenceSpecification: { Containers: [{ Image: 'i' }] },
    },
    UpdateModelPackage: {
      ModelPackageArn: testArn('model-package/Fraud/1'),
      ModelApprovalStatus: 'Approved',
    },
    DeleteModelPackageGroup: { ModelPackageGroupName: group },
  };
  const may: string[] = [];
  for (const [operation, input] of Object.entries(tried)) {
    if ((await guest.send(operation, { ...input })).status === 200) may.push(operation);
  }
  return may;
}

async function found(guest: TestApp): Promise<unknown[]> {
  const list = await guest.ok<{ ModelPackageGroupSummaryList: Record<string, unknown>[] }>(
    'ListModelPackageGroups',
    { CrossAccountFilterOption: 'CrossAccount' },
  );
  return list.ModelPackageGroupSummaryList.map((one) => one['ModelPackageGroupArn']);
}

const deploying = ['DescribeModelPackageGroup', 'ListModelPackages'];
const registering = [...deploying, 'CreateModelPackage'];

async function associations(
  app: TestApp,
  associationType: string,
): Promise<ResourceShareAssociation[]> {
  const answer = await ramOk<GetResourceShareAssociationsResponse>(
    app,
    'GetResourceShareAssociations',
    { associationType },
  );
  return answer.resourceShareAssociations!;
}

describe('CreateResourceShare', () => {
  test('keeps a share, invites the account, and lets it do nothing yet', async (t) => {
    const { owner, guest } = await startParties(t);
    const tags = [{ key: 'team', value: 'risk' }];
    const arn = await shared(owner, { tags, permissionArns: [register] });
    const [, id] = arn.split('resource-share/');
    const at = owner.clock.now();
    assert.deepEqual(await rowsOf(owner, 'resource_share'), [
      {
        id,
        account_id: testAccount,
        region: testRegion,
        name: 'models',
        permission: register.split('/')[1],
        allows_external: 1,
        created_at: at,
        updated_at: at,
        client_token: null,
        request_hash: null,
        tags,
      },
    ]);
    const [entry, ...others] = await newEntries(owner);
    assert.deepEqual(others, []);
    assert.deepEqual([entry!.operation, entry!.resource], ['CreateResourceShare', arn]);
    const after = entry!.after as { resourceShareAssociations: ResourceShareAssociation[] };
    assert.deepEqual(
      after.resourceShareAssociations.map(({ associatedEntity, status }) => [
        associatedEntity,
        status,
      ]),
      [
        [group, 'ASSOCIATED'],
        [otherAccount, 'ASSOCIATING'],
      ],
    );
    assert.deepEqual(await allowed(guest), []);
    assert.deepEqual(await found(guest), []);
    const seen = await ramOk<GetResourceSharesResponse>(guest, 'GetResourceShares', {
      resourceOwner: 'OTHER-ACCOUNTS',
    });
    assert.deepEqual(seen.resourceShares, []);
  });

  test('answers a repeated token with the same share, and refuses it for another', async (t) => {
    const { owner } = await startParties(t);
    const arn = await shared(owner, { clientToken: 'one' });
    assert.equal(await shared(owner, { clientToken: 'one' }), arn);
    assert.equal((await newEntries(owner)).length, 1);
    const other = { name: 'other', clientToken: 'one' };
    const refused = await ramRefused(owner, 'CreateResourceShare', other);
    assert.equal(refused.code, 'IdempotentParameterMismatchException');
  });

  const name = 'models';
  const refusals: [what: string, input: object, code: string, message: RegExp][] = [
    ['no name', {}, 'InvalidParameterException', /'name' failed to satisfy/],
    [
      'what is no ARN',
      { name, resourceArns: ['Fraud'] },
      'MalformedArnException',
      /^The specified resource ARN Fraud is not valid\. Verify the ARN and try again\.$/,
    ],
    [
      'what cannot be shared',
      { name, resourceArns: [testArn('model-package/Fraud/1')] },
      'MalformedArnException',
      /^You cannot share the selected resource type\.$/,
    ],
    [
      'a group that is not there',
      { name, resourceArns: [testArn('model-package-group/None')] },
      'UnknownResourceException',
      /could not be found\.$/,
    ],
    [
      "another account's group",
      { name, resourceArns: [group.replace(testAccount, otherAccount)] },
      'OperationNotPermittedException',
      /belongs to another account/,
    ],
    [
      'what is no account',
      { name, principals: ['12'] },
      'InvalidParameterException',
      /^Principal ID 12 is malformed\. Verify the ID and try again\.$/,
    ],
    [
      'an organization',
      { name, principals: ['arn:aws:organizations::123456789012:organization/o-1'] },
      'InvalidParameterException',
      /is malformed/,
    ],
    ['its owner', { name, principals: [testAccount] }, 'InvalidParameterException', /owns/],
    [
      'another account where none is let in',
      { name, principals: [otherAccount], allowExternalPrincipals: false },
      'OperationNotPermittedException',
      /does not allow external principals/,
    ],
    [
      'a permission that is not there',
      { name, permissionArns: [permission('AllowEverything')] },
      'UnknownResourceException',
      /could not be found/,
    ],
    ['sources', { name, sources: ['1'] }, 'OperationNotPermittedException', /Sources/],
    [
      'a reserved tag',
      { name, tags: [{ key: 'aws:x', value: '' }] },
      'InvalidParameterException',
      /is no key/,
    ],
  ];
  for (const [what, input, code, message] of refusals) {
    test(`refuses ${what}`, async (t) => {
      const { owner } = await startParties(t);
      const refused = await ramRefused(owner, 'CreateResourceShare', { ...input });
      assert.deepEqual([refused.status, refused.code], [400, code]);
      assert.match(refused.message, message);
      for (const table of ['resource_share', 'resource_share_principal'] as const) {
        assert.deepEqual(await rowsOf(owner, table), []);
      }
      assert.equal((await newEntries(owner))[0]!.error, `${code}: ${refused.message}`);
    });
  }
});

describe('an invitation', () => {
  test('once accepted, lets the account do what the permission says, on every server', async (t) => {
    const { owner, guest } = await startParties(t);
    const elsewhere = await owner.beside({ accountId: otherAccount });
    const arn = await shared(owner, { permissionArns: [register] });
    const resourceShareInvitationArn = await invitationOf(guest);
    await newEntries(owner);
    await ramOk(guest, 'AcceptResourceShareInvitation', { resourceShareInvitationArn });
    const [entry] = await newEntries(owner);
    assert.equal(entry!.resource, arn);
    for (const server of [guest, elsewhere]) {
      assert.deepEqual(await allowed(server), registering);
      assert.deepEqual(await found(server), [group]);
    }
    const [of] = await associations(owner, 'PRINCIPAL');
    assert.equal(of!.status, 'ASSOCIATED');
    const again = await ramRefused(guest, 'AcceptResourceShareInvitation', {
      resourceShareInvitationArn,
    });
    assert.equal(again.code, 'ResourceShareInvitationAlreadyAcceptedException');
  });

  test('rejected, lets it do nothing, until it is invited anew', async (t) => {
    const { owner, guest } = await startParties(t);
    const resourceShareArn = await shared(owner);
    const resourceShareInvitationArn = await invitationOf(guest);
    await ramOk(guest, 'RejectResourceShareInvitation', { resourceShareInvitationArn });
    assert.deepEqual(await allowed(guest), []);
    assert.equal((await associations(owner, 'PRINCIPAL'))[0]!.status, 'FAILED');
    const again = { resourceShareArn, principals: [otherAccount] };
    await ramOk(owner, 'AssociateResourceShare', again);
    await accept(guest);
    assert.deepEqual(await allowed(guest), deploying);
  });

  test('expires when nobody answers it', async (t) => {
    const { owner, guest } = await startParties(t);
    await shared(owner);
    const resourceShareInvitationArn = await invitationOf(guest);
    owner.clock.advance(limits.invitationDays * 24 * 60 * 60 * 1000 + 1);
    const refused = await ramRefused(guest, 'AcceptResourceShareInvitation', {
      resourceShareInvitationArn,
    });
    assert.equal(refused.code, 'ResourceShareInvitationExpiredException');
    assert.deepEqual(await allowed(guest), []);
  });

  test('is for root and those users of the account whom a policy lets answer it', async (t) => {
    const { owner, guest } = await startParties(t);
    await shared(owner);
    const resourceShareInvitationArn = await invitationOf(guest);
    const input = { resourceShareInvitationArn };
    const nobody = await newUser(guest, 'nobody');
    const denied = await ramRefused(guest, 'AcceptResourceShareInvitation', input, {
      credentials: nobody,
    });
    assert.deepEqual([denied.status, denied.code], [403, 'AccessDeniedException']);
    const steward = await newUser(guest, 'steward', {
      ...{ Effect: 'Allow', Action: 'ram:AcceptResourceShareInvitation', Resource: '*' },
    });
    await ramOk(guest, 'AcceptResourceShareInvitation', input, { credentials: steward });
    assert.deepEqual(await allowed(guest), deploying);
  });
});

describe('what is shared ends at once', () => {
  const endings: [how: string, end: (owner: TestApp, arn: string) => Promise<unknown>][] = [
    [
      'when the account is disassociated',
      (owner, resourceShareArn) =>
        ramOk(owner, 'DisassociateResourceShare', { resourceShareArn, principals: [otherAccount] }),
    ],
    [
      'when the group is disassociated',
      (owner, resourceShareArn) =>
        ramOk(owner, 'DisassociateResourceShare', { resourceShareArn, resourceArns: [group] }),
    ],
    [
      'when the share is deleted',
      (owner, resourceShareArn) => ramOk(owner, 'DeleteResourceShare', { resourceShareArn }),
    ],
  ];
  for (const [how, end] of endings) {
    test(how, async (t) => {
      const { owner, guest } = await startParties(t);
      const arn = await shared(owner);
      await accept(guest);
      assert.deepEqual(await allowed(guest), deploying);
      await newEntries(owner);
      await end(owner, arn);
      assert.equal((await newEntries(owner))[0]!.resource, arn);
      assert.deepEqual(await allowed(guest), []);
      assert.deepEqual(await found(guest), []);
      const [row] = await rowsOf(owner, 'model_package_group');
      assert.equal(row!['share_policy'], null);
      assert.deepEqual(await rowsOf(owner, 'shared_group'), []);
    });
  }

  test('but not where another share goes on', async (t) => {
    const { owner, guest } = await startParties(t);
    const first = await shared(owner, { permissionArns: [register] });
    await accept(guest);
    await shared(owner);
    await accept(guest);
    await ramOk(owner, 'DeleteResourceShare', { resourceShareArn: first });
    assert.deepEqual(await allowed(guest), deploying);
  });

  test('and a group that is deleted leaves its shares', async (t) => {
    const { owner, guest } = await startParties(t);
    await shared(owner);
    await accept(guest);
    await owner.ok('DeleteModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
    assert.deepEqual(await associations(owner, 'RESOURCE'), []);
    // A group of the same name is another one.
    await owner.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
    assert.deepEqual(await allowed(guest), []);
  });
});

test("the group's own policy goes on beside its shares, and its denials hold for both", async (t) => {
  const { owner, guest } = await startParties(t);
  await shared(owner, { permissionArns: [register] });
  await accept(guest);
  const denial = {
    Effect: 'Deny',
    Principal: { AWS: otherAccount },
    Action: 'sagemaker:CreateModelPackage',
    Resource: `${group.replace('-group', '')}/*`,
  };
  const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement: denial });
  await owner.ok('PutModelPackageGroupPolicy', { ModelPackageGroupName: 'Fraud', ResourcePolicy });
  assert.deepEqual(await allowed(guest), deploying);
  assert.deepEqual(await found(guest), [group]);
  await owner.ok('DeleteModelPackageGroupPolicy', { ModelPackageGroupName: 'Fraud' });
  assert.deepEqual(await allowed(guest), registering);
});

test('strict mode finds what is shared, and not what a policy alone lets in', async (t) => {
  const { owner } = await startParties(t, { strictAws: true });
  const guest = await owner.beside({ accountId: otherAccount, strictAws: true });
  const open = {
    ...{ Effect: 'Allow', Principal: { AWS: otherAccount }, Resource: group },
    Action: 'sagemaker:DescribeModelPackageGroup',
  };
  const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement: open });
  await owner.ok('PutModelPackageGroupPolicy', { ModelPackageGroupName: 'Fraud', ResourcePolicy });
  assert.deepEqual(await found(guest), []);
  await shared(owner);
  await accept(guest);
  assert.deepEqual(await found(guest), [group]);
});

test('a share gets another permission, tags and a name', async (t) => {
  const { owner, guest } = await startParties(t);
  const resourceShareArn = await shared(owner);
  await accept(guest);
  const other = { resourceShareArn, permissionArn: register };
  const refused = await ramRefused(owner, 'AssociateResourceSharePermission', other);
  assert.equal(refused.code, 'OperationNotPermittedException');
  await ramOk(owner, 'AssociateResourceSharePermission', { ...other, replace: true });
  assert.deepEqual(await allowed(guest), registering);
  const permissions = await ramOk<{ permissions: { arn: string }[] }>(
    owner,
    'ListResourceSharePermissions',
    { resourceShareArn },
  );
  assert.deepEqual(
    permissions.permissions.map(({ arn }) => arn),
    [register],
  );
  await ramOk(owner, 'TagResource', { resourceShareArn, tags: [{ key: 'a', value: '1' }] });
  await ramOk(owner, 'TagResource', { resourceShareArn, tags: [{ key: 'b', value: '2' }] });
  await ramOk(owner, 'UntagResource', { resourceShareArn, tagKeys: ['a'] });
  await newEntries(owner);
  await ramOk(owner, 'UpdateResourceShare', { resourceShareArn, name: 'renamed' });
  const [entry] = await newEntries(owner);
  const named = ({ name }: { name?: string }) => name;
  assert.deepEqual([named(entry!.before!), named(entry!.after!)], ['models', 'renamed']);
  const filters = [{ tagKey: 'b', tagValues: ['2'] }];
  for (const [tagFilters, count] of [
    [filters, 1],
    [[{ tagKey: 'a' }], 0],
  ] as const) {
    const { resourceShares } = await ramOk<GetResourceSharesResponse>(owner, 'GetResourceShares', {
      ...{ resourceOwner: 'SELF', tagFilters },
    });
    assert.equal(resourceShares!.length, count);
  }
  // What the owner calls its things by tags is nobody else's business.
  const seen = await ramOk<GetResourceSharesResponse>(guest, 'GetResourceShares', {
    resourceOwner: 'OTHER-ACCOUNTS',
  });
  assert.deepEqual(
    seen.resourceShares!.map(({ name, tags }) => [name, tags]),
    [['renamed', undefined]],
  );
  const closed = { resourceShareArn, allowExternalPrincipals: false };
  const kept = await ramRefused(owner, 'UpdateResourceShare', closed);
  assert.equal(kept.code, 'OperationNotPermittedException');
});

test('lists tell both sides what is shared with whom', async (t) => {
  const { owner, guest } = await startParties(t);
  const resourceShareArn = await shared(owner);
  await accept(guest);
  for (const [app, resourceOwner, partner] of [
    [owner, 'SELF', otherAccount],
    [guest, 'OTHER-ACCOUNTS', testAccount],
  ] as const) {
    const { resources } = await ramOk<{ resources: { arn: string; resourceShareArn: string }[] }>(
      app,
      'ListResources',
      { resourceOwner, principal: partner },
    );
    assert.deepEqual(
      resources.map((one) => [one.arn, one.resourceShareArn]),
      [[group, resourceShareArn]],
    );
    const { principals } = await ramOk<{ principals: { id: string }[] }>(app, 'ListPrincipals', {
      ...{ resourceOwner, resourceArn: group },
    });
    assert.deepEqual(
      principals.map(({ id }) => id),
      [partner],
    );
  }
  const { policies } = await ramOk<{ policies: string[] }>(owner, 'GetResourcePolicies', {
    resourceArns: [group],
    principal: otherAccount,
  });
  const [row] = await rowsOf(owner, 'model_package_group');
  assert.deepEqual(policies, [row!['share_policy']]);
});

test('pages hold everything once, and their tokens lead nowhere else', async (t) => {
  const { owner } = await startParties(t);
  const arns: string[] = [];
  for (let n = 0; n < 5; n += 1) {
    owner.clock.advance(1);
    arns.push(await shared(owner, { name: `s${n}` }));
  }
  const listed: string[] = [];
  let nextToken: string | undefined;
  do {
    const page: GetResourceSharesResponse = await ramOk(owner, 'GetResourceShares', {
      ...{ resourceOwner: 'SELF', maxResults: 2 },
      ...(nextToken !== undefined && { nextToken }),
    });
    listed.push(...page.resourceShares!.map((one) => one.resourceShareArn!));
    nextToken = page.nextToken;
    if (nextToken !== undefined) {
      const elsewhere = { resourceOwner: 'OTHER-ACCOUNTS', nextToken };
      const refused = await ramRefused(owner, 'GetResourceShares', elsewhere);
      assert.equal(refused.code, 'InvalidNextTokenException');
    }
  } while (nextToken !== undefined);
  assert.deepEqual(listed, arns);
});

test('what is not there is unknown', async (t) => {
  const { owner } = await startParties(t);
  const resourceShareArn = unknownShare;
  for (const [operation, input] of [
    ['DeleteResourceShare', { resourceShareArn }],
    ['AssociateResourceShare', { resourceShareArn, resourceArns: [group] }],
    ['GetResourceShares', { resourceOwner: 'SELF', resourceShareArns: [resourceShareArn] }],
  ] as const) {
    const { status, code } = await ramRefused(owner, operation, input);
    assert.deepEqual([status, code], [400, 'UnknownResourceException']);
  }
  const malformed = await ramRefused(owner, 'DeleteResourceShare', { resourceShareArn: 'x' });
  assert.equal(malformed.code, 'MalformedArnException');
});
