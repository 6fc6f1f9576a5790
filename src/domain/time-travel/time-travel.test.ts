import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import type {
  DescribeModelPackageAsOfOutput,
  DescribeModelPackageGroupAsOfOutput,
  ListModelPackagesAsOfOutput,
} from '../../contracts/imprimatur-past.ts';
import { identityOk } from '../../../tests/support/identity-calls.ts';
import {
  allowing,
  assume,
  makeRole,
  makeUser,
  trusting,
} from '../../../tests/support/identity-scenario.ts';
import { cardContent, wholeVersion } from '../../../tests/support/samples.ts';
import {
  assertRefused,
  deniedText,
  foreignArn,
  newEntries,
  otherAccount,
  startApp,
  violated,
} from '../../../tests/support/scenario.ts';
import type { ExpectedRefusal } from '../../../tests/support/scenario.ts';
import { testAccount, testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';

type Json = Record<string, unknown>;

const ours = { service: 'imprimatur' } as const;
const group = { ModelPackageGroupName: 'Fraud' };
const groupArn = testArn('model-package-group/Fraud');
const version = (number: number) => testArn(`model-package/Fraud/${number}`);
const root = `arn:aws:iam::${testAccount}:root`;

const packageAsOf = (app: TestApp, ModelPackageName: string, moment: Json) =>
  app.ok<DescribeModelPackageAsOfOutput>(
    'DescribeModelPackageAsOf',
    { ModelPackageName, ...moment },
    ours,
  );
const groupAsOf = (app: TestApp, moment: Json, name = 'Fraud') =>
  app.ok<DescribeModelPackageGroupAsOfOutput>(
    'DescribeModelPackageGroupAsOf',
    { ModelPackageGroupName: name, ...moment },
    ours,
  );
const listAsOf = (app: TestApp, moment: Json, name = 'Fraud') =>
  app.ok<ListModelPackagesAsOfOutput>(
    'ListModelPackagesAsOf',
    { ModelPackageGroupName: name, ...moment },
    ours,
  );

/** The sequence of the newest entry. */
async function now(app: TestApp): Promise<{ AsOfSequence: number }> {
  return { AsOfSequence: (await app.journal()).at(-1)!.seq };
}

async function startWithGroup(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', group);
  return app;
}

function approve(app: TestApp, number: number, ModelApprovalStatus = 'Approved', more: Json = {}) {
  const input = { ModelPackageArn: version(number), ModelApprovalStatus, ...more };
  return app.ok('UpdateModelPackage', input);
}

/** Versions of a list as `<number> <status>`. */
function told({ ModelPackages }: ListModelPackagesAsOfOutput): string[] {
  return ModelPackages.map(
    ({ ModelPackage: one }) => `${one.ModelPackageVersion} ${one.ModelApprovalStatus}`,
  );
}

describe('is refused', () => {
  const one = { message: 'Exactly one of AsOfTime and AsOfSequence must be specified.' };
  const foreignGroup = foreignArn('model-package-group/Fraud');
  const never = 'does not exist as of sequence 1.';
  const refusals: [title: string, operation: string, input: Json, expected: ExpectedRefusal][] = [
    [
      'no moment',
      'DescribeModelPackageAsOf',
      { ModelPackageName: 'Fraud/1' },
      { ...one, resource: version(1) },
    ],
    [
      'two moments',
      'ListModelPackagesAsOf',
      { ...group, AsOfTime: 1, AsOfSequence: 1 },
      { ...one, resource: groupArn },
    ],
    [
      'a sequence below the first',
      'DescribeModelPackageGroupAsOf',
      { ...group, AsOfSequence: 0 },
      {
        message: violated('0', 'asOfSequence', 'Member must have value greater than or equal to 1'),
      },
    ],
    [
      'no name',
      'DescribeModelPackageGroupAsOf',
      { AsOfSequence: 1 },
      { message: violated(null, 'modelPackageGroupName', 'Member must not be null') },
    ],
    [
      'a version that never was',
      'DescribeModelPackageAsOf',
      { ModelPackageName: 'fraud/1', AsOfSequence: 1 },
      {
        message: `ModelPackage ${testArn('model-package/fraud/1')} ${never}`,
        resource: testArn('model-package/fraud/1'),
      },
    ],
    [
      'a group that never was',
      'ListModelPackagesAsOf',
      { ModelPackageGroupName: 'churn', AsOfSequence: 1 },
      {
        message: `ModelPackageGroup ${testArn('model-package-group/churn')} ${never}`,
        resource: testArn('model-package-group/churn'),
      },
    ],
    [
      'a time before everything',
      'DescribeModelPackageGroupAsOf',
      { ...group, AsOfTime: 1 },
      {
        message: `ModelPackageGroup ${groupArn} does not exist as of sequence 0.`,
        resource: groupArn,
      },
    ],
    [
      'a token that is garbled',
      'ListModelPackagesAsOf',
      { ...group, AsOfSequence: 1, NextToken: 'garbled' },
      {
        message: 'Invalid pagination token: NextToken does not belong to this query.',
        resource: groupArn,
      },
    ],
    ...(['DescribeModelPackageGroupAsOf', 'ListModelPackagesAsOf'] as const).map(
      (operation): [string, string, Json, ExpectedRefusal] => [
        `${operation} of another account's group, whether it was or not`,
        operation,
        { ModelPackageGroupName: foreignGroup, AsOfSequence: 1 },
        {
          code: 'AccessDeniedException',
          message: deniedText(`imprimatur:${operation}`, foreignGroup),
          resource: foreignGroup,
        },
      ],
    ),
  ];
  for (const [title, operation, input, expected] of refusals) {
    test(title, async (t) => {
      await assertRefused(await startWithGroup(t), operation, input, expected, ours);
    });
  }
});

describe('one resource', () => {
  test('a version is what Describe answered, with who had approved it', async (t) => {
    const app = await startWithGroup(t);
    await app.ok('CreateModelPackage', { ...wholeVersion, ModelApprovalStatus: 'Rejected' });
    const first = await app.ok('DescribeModelPackage', { ModelPackageName: version(1) });
    assert.match(
      JSON.stringify(first),
      /top-secret-ana/,
      'the card is there, though hidden before',
    );
    app.clock.advance(1_000);
    await approve(app, 1, 'Approved', { ApprovalDescription: 'good' });
    await app.ok('AddTags', { ResourceArn: version(1), Tags: [{ Key: 'a', Value: 'b' }] });
    await newEntries(app);
    const before = await packageAsOf(app, version(1), { AsOfSequence: 2 });
    assert.deepEqual(before.ModelPackage, first);
    const { Tags, AsOfSequence, LastChange, ApprovalSetBy } = await packageAsOf(
      app,
      'fraud/1',
      await now(app),
    );
    assert.deepEqual([Tags, AsOfSequence], [[{ Key: 'a', Value: 'b' }], 4]);
    const journal = await app.journal();
    const reference = (index: number) => ({
      Sequence: index + 1,
      EventId: journal[index]!.id,
      EventTime: journal[index]!.at / 1000,
      EventName: journal[index]!.operation,
      PrincipalArn: root,
    });
    assert.deepEqual(LastChange, reference(3));
    assert.deepEqual(ApprovalSetBy, { ...reference(2), ApprovalDescription: 'good' });
    // Looking back is a read: it leaves no entry of its own.
    assert.deepEqual(await newEntries(app), []);
  });

  test('who says an approval again has not given it', async (t) => {
    const app = await startWithGroup(t);
    await app.ok('CreateModelPackage', group);
    await approve(app, 1, 'Approved', { ApprovalDescription: 'good' });
    await approve(app, 1, 'Approved', { ApprovalDescription: 'as I said' });
    const { ModelPackage, LastChange, ApprovalSetBy } = await packageAsOf(
      app,
      version(1),
      await now(app),
    );
    assert.deepEqual([LastChange.Sequence, ModelPackage.ApprovalDescription], [4, 'as I said']);
    assert.deepEqual([ApprovalSetBy!.Sequence, ApprovalSetBy!.ApprovalDescription], [3, 'good']);
  });

  test('a group has its tags and its policy of then, also once it is gone', async (t) => {
    const app = await startWithGroup(t);
    const described = await app.ok('DescribeModelPackageGroup', group);
    const Tags = [{ Key: 'team', Value: 'risk' }];
    await app.ok('AddTags', { ResourceArn: groupArn, Tags });
    const ResourcePolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: '*', Action: 'sagemaker:*', Resource: groupArn },
    });
    await app.ok('PutModelPackageGroupPolicy', { ...group, ResourcePolicy });
    await app.ok('DeleteModelPackageGroup', group);
    const [created, tagged, whole] = [
      await groupAsOf(app, { AsOfSequence: 1 }),
      await groupAsOf(app, { AsOfSequence: 2 }, groupArn),
      await groupAsOf(app, { AsOfSequence: 3 }, 'FRAUD'),
    ];
    assert.deepEqual(created.ModelPackageGroup, described);
    assert.deepEqual([created.Tags, created.ResourcePolicy], [[], undefined]);
    assert.deepEqual([tagged.Tags, tagged.ResourcePolicy], [Tags, undefined]);
    assert.deepEqual([whole.Tags, whole.ResourcePolicy], [Tags, ResourcePolicy]);
    assert.equal(whole.LastChange.EventName, 'PutModelPackageGroupPolicy');
    const { message } = await app.refused(
      'DescribeModelPackageGroupAsOf',
      { ...group, AsOfSequence: 4 },
      ours,
    );
    assert.equal(message, `ModelPackageGroup ${groupArn} does not exist as of sequence 4.`);
  });

  test('an alias leads to the version that has it, before that to a package of its name', async (t) => {
    const app = await startWithGroup(t);
    const InferenceSpecification = {
      Containers: [{ Image: 'registry.example.com/base:1' }],
      SupportedContentTypes: ['text/csv'],
      SupportedResponseMIMETypes: ['text/csv'],
    };
    await app.ok('CreateModelPackage', { ModelPackageName: 'Champ', InferenceSpecification });
    await app.ok('DeleteModelPackage', { ModelPackageName: 'champ' });
    await app.ok('CreateModelPackage', { ...group, ModelPackageName: 'champ' });
    const solo = await packageAsOf(app, 'CHAMP', { AsOfSequence: 2 });
    assert.equal(solo.ModelPackage.ModelPackageArn, testArn('model-package/Champ'));
    assert.equal(solo.ApprovalSetBy, undefined);
    const held = await packageAsOf(app, 'champ', { AsOfSequence: 4 });
    assert.equal(held.ModelPackage.ModelPackageArn, version(1));
    const between = { ModelPackageName: 'champ', AsOfSequence: 3 };
    const { message } = await app.refused('DescribeModelPackageAsOf', between, ours);
    assert.match(message, /model-package\/champ does not exist as of sequence 3\.$/);
  });

  test('a story longer than one read is told whole', async (t) => {
    const app = await startWithGroup(t);
    await app.ok('CreateModelPackage', group);
    const rounds = limits.scanRows / 2 + 3;
    for (let round = 0; round < rounds; round += 1) {
      await approve(app, 1, 'Approved', { CustomerMetadataProperties: { round: `${round}` } });
      await approve(app, 1, 'Rejected');
    }
    const { ModelPackage, ApprovalSetBy } = await packageAsOf(app, version(1), await now(app));
    assert.deepEqual(
      [ModelPackage.ModelApprovalStatus, ModelPackage.CustomerMetadataProperties],
      ['Rejected', { round: `${rounds - 1}` }],
    );
    assert.equal(ApprovalSetBy!.Sequence, 2 + rounds * 2);
  });
});

describe('the versions of a group', () => {
  test('are those of then, with their statuses, the newest first', async (t) => {
    const app = await startWithGroup(t);
    for (let count = 0; count < 3; count += 1) await app.ok('CreateModelPackage', group);
    await approve(app, 1);
    const early = await now(app);
    await approve(app, 1, 'Rejected');
    await approve(app, 3);
    await app.ok('DeleteModelPackage', { ModelPackageName: version(2) });
    const late = await now(app);
    await app.ok('CreateModelPackage', group);
    const all = ['3 PendingManualApproval', '2 PendingManualApproval', '1 Approved'];
    assert.deepEqual(told(await listAsOf(app, early, 'FRAUD')), all);
    assert.deepEqual(told(await listAsOf(app, late, groupArn)), ['3 Approved', '1 Rejected']);
    const approved = { ModelApprovalStatus: 'Approved' };
    const [one] = (await listAsOf(app, { ...early, ...approved })).ModelPackages;
    assert.deepEqual(
      [one!.ModelPackage.ModelPackageArn, one!.ApprovalSetBy!.PrincipalArn],
      [version(1), root],
    );
    assert.deepEqual(told(await listAsOf(app, { ...late, ...approved })), ['3 Approved']);
  });

  test('are those of the group that was there then, not of one that had its name', async (t) => {
    const app = await startWithGroup(t);
    for (let count = 0; count < 2; count += 1) await app.ok('CreateModelPackage', group);
    await approve(app, 2);
    const old = await now(app);
    for (const number of [1, 2]) {
      await app.ok('DeleteModelPackage', { ModelPackageName: version(number) });
    }
    const emptied = await now(app);
    await app.ok('DeleteModelPackageGroup', group);
    const gone = await now(app);
    await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'fraud' });
    const anew = await now(app);
    await app.ok('CreateModelPackage', group);
    await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud-2' });
    await app.ok('CreateModelPackage', { ModelPackageGroupName: 'Fraud-2' });
    const oldVersions = ['2 Approved', '1 PendingManualApproval'];
    assert.deepEqual(told(await listAsOf(app, old)), oldVersions);
    assert.deepEqual(told(await listAsOf(app, emptied)), []);
    const { message } = await app.refused('ListModelPackagesAsOf', { ...group, ...gone }, ours);
    assert.match(message, /^ModelPackageGroup .* does not exist as of sequence 7\.$/);
    assert.deepEqual(told(await listAsOf(app, anew)), []);
    assert.deepEqual(told(await listAsOf(app, await now(app))), ['1 PendingManualApproval']);
    const { ModelPackage } = await packageAsOf(app, 'fraud/1', await now(app));
    assert.equal(ModelPackage.ModelPackageArn, testArn('model-package/fraud/1'));
  });

  test('come page by page of one moment, whatever is registered meanwhile', async (t) => {
    const app = await startWithGroup(t);
    const count = limits.asOfVersionsAtOnce + 5;
    for (let number = 0; number < count; number += 1) await app.ok('CreateModelPackage', group);
    const numbers: (number | undefined)[] = [];
    let page: ListModelPackagesAsOfOutput | undefined;
    do {
      const moment = { AsOfTime: app.clock.now() / 1000 + 60, MaxResults: 9 };
      const { NextToken } = page ?? {};
      page = await listAsOf(app, { ...moment, ...(NextToken && { NextToken }) });
      assert.equal(page.AsOfSequence, count + 1);
      assert.ok(page.ModelPackages.length === 9 || page.NextToken === undefined);
      numbers.push(...page.ModelPackages.map((one) => one.ModelPackage.ModelPackageVersion));
      await app.ok('CreateModelPackage', group);
    } while (page.NextToken !== undefined);
    assert.deepEqual(
      numbers,
      Array.from({ length: count }, (_, index) => count - index),
    );
  });
});

describe('times', () => {
  test('a time counts itself, and nothing after it', async (t) => {
    const app = await startWithGroup(t);
    await app.ok('CreateModelPackage', group);
    app.clock.advance(1_000);
    const time = app.clock.now();
    await approve(app, 1);
    const at = async (milliseconds: number) =>
      told(await listAsOf(app, { AsOfTime: milliseconds / 1000 }));
    assert.deepEqual(await at(time - 1), ['1 PendingManualApproval']);
    assert.deepEqual(await at(time), ['1 Approved']);
    assert.deepEqual(await at(time + 1e9), ['1 Approved']);
  });

  test('a clock that was set back hides nothing that claims to be of then or before', async (t) => {
    const app = await startWithGroup(t);
    await app.ok('CreateModelPackage', group);
    app.clock.advance(3_600_000);
    await approve(app, 1);
    app.clock.advance(-1_800_000);
    await approve(app, 1, 'Rejected', { ApprovalDescription: 'after all' });
    const between = { AsOfTime: app.clock.now() / 1000 };
    const { ModelPackage, AsOfSequence } = await packageAsOf(app, version(1), between);
    assert.deepEqual([ModelPackage.ModelApprovalStatus, AsOfSequence], ['Rejected', 4]);
    const before = { AsOfTime: app.clock.now() / 1000 - 1 };
    const earlier = await packageAsOf(app, version(1), before);
    assert.equal(earlier.ModelPackage.ModelApprovalStatus, 'PendingManualApproval');
    // Between two entries of one moment only the sequence tells.
    const third = await packageAsOf(app, version(1), { AsOfSequence: 3 });
    assert.equal(third.ModelPackage.ModelApprovalStatus, 'Approved');
  });
});

describe('who may look, and who had approved', () => {
  test('a user who had approved is told, and sees what a policy of its own allows', async (t) => {
    const app = await startWithGroup(t);
    await app.ok('CreateModelPackage', group);
    const UserName = 'ana';
    const { User } = await identityOk<{ User: Json }>(app, 'CreateUser', { UserName });
    const { AccessKey } = await identityOk<{ AccessKey: Record<string, string> }>(
      app,
      'CreateAccessKey',
      { UserName },
    );
    const Statement = {
      Effect: 'Allow',
      Action: ['sagemaker:UpdateModelPackage', 'imprimatur:DescribeModelPackageAsOf'],
      Resource: testArn('model-package/Fraud/*'),
    };
    const document = JSON.stringify({ Version: '2012-10-17', Statement });
    await app.database.write((tx) =>
      tx.rows(
        tx.sql.insertInto('iam_inline_policy').values({
          account_id: testAccount,
          owner_id: String(User['UserId']),
          name_key: 'p',
          name: 'p',
          document,
        }),
      ),
    );
    const credentials = {
      accessKeyId: AccessKey['AccessKeyId']!,
      secretAccessKey: AccessKey['SecretAccessKey']!,
    };
    const approved = { ModelPackageArn: version(1), ModelApprovalStatus: 'Approved' };
    await app.ok('UpdateModelPackage', approved, { credentials });
    const moment = await now(app);
    await app.ok('DeleteModelPackage', { ModelPackageName: version(1) });
    const asUser = { ...ours, credentials };
    const { ApprovalSetBy } = await app.ok<DescribeModelPackageAsOfOutput>(
      'DescribeModelPackageAsOf',
      { ModelPackageName: 'Fraud/1', ...moment },
      asUser,
    );
    assert.equal(ApprovalSetBy!.PrincipalArn, `arn:aws:iam::${testAccount}:user/ana`);
    const list = await app.refused('ListModelPackagesAsOf', { ...group, ...moment }, asUser);
    assert.equal(list.code, 'AccessDeniedException');
  });

  test('a session who had approved is told by its name, also once its role is gone', async (t) => {
    const app = await startWithGroup(t);
    await app.ok('CreateModelPackage', group);
    const ana = await makeUser(app, 'ana');
    const policy = allowing('sagemaker:UpdateModelPackage', 'imprimatur:*');
    const { arn } = await makeRole(app, 'Approver', trusting(ana.arn), { policy });
    const session = { RoleSessionName: 'release-7' };
    const credentials = await assume(app, arn, ana.credentials, session);
    const approved = { ModelPackageArn: version(1), ModelApprovalStatus: 'Approved' };
    await app.ok('UpdateModelPackage', approved, { credentials });
    const moment = await now(app);
    const input = { ModelPackageName: version(1), ...moment };
    const asSession = { ...ours, credentials };
    const seen = await app.ok('DescribeModelPackageAsOf', input, asSession);
    const RoleName = 'Approver';
    await identityOk(app, 'DeleteRolePolicy', { RoleName, PolicyName: 'own' });
    await identityOk(app, 'DeleteRole', { RoleName });
    const { ApprovalSetBy, ModelPackage } = await packageAsOf(app, version(1), moment);
    const PrincipalArn = `arn:aws:sts::${testAccount}:assumed-role/Approver/release-7`;
    assert.equal(ApprovalSetBy!.PrincipalArn, PrincipalArn);
    assert.equal(ModelPackage.LastModifiedBy!.IamIdentity!.Arn, PrincipalArn);
    assert.deepEqual(seen, await packageAsOf(app, version(1), moment));
    const [listed] = (await listAsOf(app, moment)).ModelPackages;
    assert.equal(listed!.ApprovalSetBy!.PrincipalArn, PrincipalArn);
  });

  test("another account sees and approves by the group's policy, as long as it stands", async (t) => {
    const app = await startWithGroup(t);
    await app.ok('CreateModelPackage', group);
    const Statement = {
      Effect: 'Allow',
      Principal: { AWS: otherAccount },
      // A group's policy may name actions of SageMaker only; everything includes ours.
      Action: '*',
      Resource: [groupArn, testArn('model-package/Fraud/*')],
    };
    const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement });
    await app.ok('PutModelPackageGroupPolicy', { ...group, ResourcePolicy });
    const other = await app.beside({ accountId: otherAccount });
    const approved = { ModelPackageArn: version(1), ModelApprovalStatus: 'Approved' };
    await other.ok('UpdateModelPackage', approved);
    const moment = await now(app);
    for (const one of [app, other]) {
      const { ModelPackages } = await listAsOf(one, moment, groupArn);
      assert.deepEqual(
        ModelPackages.map(({ ApprovalSetBy }) => ApprovalSetBy!.PrincipalArn),
        [`arn:aws:iam::${otherAccount}:root`],
      );
    }
    await app.ok('DeleteModelPackageGroupPolicy', group);
    const asked = { ModelPackageName: version(1), ...moment };
    const error = await other.refused('DescribeModelPackageAsOf', asked, ours);
    assert.equal(error.code, 'AccessDeniedException');
  });

  test('strict mode gives a version no name and no tags of its own', async (t) => {
    const app = await startWithGroup(t);
    const Tags = [{ Key: 'a', Value: 'b' }];
    await app.ok('CreateModelPackage', { ...group, ModelPackageName: 'champ', Tags });
    const strict = await app.beside({ strictAws: true });
    const moment = await now(app);
    const whole = await packageAsOf(strict, version(1), moment);
    assert.deepEqual([whole.ModelPackage.ModelPackageName, whole.Tags], [undefined, []]);
    const { ModelPackages } = await listAsOf(strict, moment);
    assert.equal(ModelPackages[0]!.ModelPackage.ModelPackageName, undefined);
    const byAlias = { ModelPackageName: 'champ', ...moment };
    const { message } = await strict.refused('DescribeModelPackageAsOf', byAlias, ours);
    assert.match(message, /does not exist as of/);
  });
});

test('a card of then is told whole', async (t) => {
  const app = await startWithGroup(t);
  const card = { ModelCardContent: cardContent, ModelCardStatus: 'Draft' };
  await app.ok('CreateModelPackage', { ...group, ModelCard: card });
  await app.ok('UpdateModelPackage', {
    ModelPackageArn: version(1),
    ModelCard: { ModelCardStatus: 'Approved' },
  });
  const before = await packageAsOf(app, version(1), { AsOfSequence: 2 });
  assert.deepEqual(before.ModelPackage.ModelCard, card);
  const after = await packageAsOf(app, version(1), { AsOfSequence: 3 });
  assert.deepEqual(after.ModelPackage.ModelCard, { ...card, ModelCardStatus: 'Approved' });
});
