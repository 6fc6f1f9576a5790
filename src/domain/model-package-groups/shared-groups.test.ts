import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { identityOk } from '../../../tests/support/identity-calls.ts';
import {
  otherAccount,
  pagesOf,
  rowsOf,
  sharingPolicy,
  startApp,
} from '../../../tests/support/scenario.ts';
import { testAccount, testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import { accountsNamed } from './model-package-group-policy.ts';

interface Summary {
  readonly ModelPackageGroupName: string;
  readonly ModelPackageGroupArn: string;
}

const describeAction = 'sagemaker:DescribeModelPackageGroup';
const CrossAccountFilterOption = 'CrossAccount';

/** An owner and, beside it on the same data, the account that it shares with. */
async function startTwo(t: TestContext): Promise<{ owner: TestApp; guest: TestApp }> {
  const owner = await startApp(t);
  return { owner, guest: await owner.beside({ accountId: otherAccount }) };
}

async function createGroups(owner: TestApp, ...names: string[]): Promise<void> {
  for (const ModelPackageGroupName of names) {
    await owner.ok('CreateModelPackageGroup', { ModelPackageGroupName });
    owner.clock.advance(1_000);
  }
}

async function share(
  owner: TestApp,
  group: string,
  actions = [describeAction],
  accountId = otherAccount,
): Promise<void> {
  const ResourcePolicy = sharingPolicy(group, accountId, actions);
  await owner.ok('PutModelPackageGroupPolicy', { ModelPackageGroupName: group, ResourcePolicy });
}

async function listed(app: TestApp, input: Record<string, unknown> = {}): Promise<string[]> {
  const output = await app.ok<{ ModelPackageGroupSummaryList: Summary[] }>(
    'ListModelPackageGroups',
    { CrossAccountFilterOption, ...input },
  );
  return output.ModelPackageGroupSummaryList.map((one) => one.ModelPackageGroupName);
}

test('what is shared is listed only where it is asked for, with the ARN of its owner', async (t) => {
  const { owner, guest } = await startTwo(t);
  await createGroups(owner, 'Fraud', 'Churn');
  await createGroups(guest, 'Own');
  await share(owner, 'Fraud');
  assert.deepEqual(await listed(guest), ['Fraud']);
  const { ModelPackageGroupSummaryList } = await guest.ok<Record<string, Summary[]>>(
    'ListModelPackageGroups',
    { CrossAccountFilterOption },
  );
  const [summary] = ModelPackageGroupSummaryList!;
  assert.equal(summary!.ModelPackageGroupArn, testArn('model-package-group/Fraud'));
  assert.deepEqual(await listed(guest, { CrossAccountFilterOption: 'SameAccount' }), ['Own']);
  assert.deepEqual(await listed(owner), []);
});

test('what may not be described is not listed', async (t) => {
  const { owner, guest } = await startTwo(t);
  await createGroups(owner, 'Fraud', 'Churn', 'Third');
  await share(owner, 'Fraud', ['sagemaker:DescribeModelPackage']);
  await share(owner, 'Churn', [describeAction], '111122223333');
  assert.deepEqual(await listed(guest), []);
  await share(owner, 'Third');
  assert.deepEqual(await listed(guest), ['Third']);
  await identityOk(guest, 'CreateUser', { UserName: 'ana' });
  const { AccessKey } = await identityOk<{ AccessKey: Record<string, string> }>(
    guest,
    'CreateAccessKey',
    { UserName: 'ana' },
  );
  const credentials = {
    accessKeyId: AccessKey['AccessKeyId']!,
    secretAccessKey: AccessKey['SecretAccessKey']!,
  };
  const input = { CrossAccountFilterOption };
  const refused = await guest.refused('ListModelPackageGroups', input, { credentials });
  assert.equal(refused.code, 'AccessDeniedException');
});

test('a share ends with the policy, with another policy, and with the group', async (t) => {
  const { owner, guest } = await startTwo(t);
  await createGroups(owner, 'Fraud');
  await share(owner, 'Fraud');
  assert.deepEqual(await listed(guest), ['Fraud']);
  await share(owner, 'Fraud', [describeAction], '111122223333');
  assert.deepEqual(await listed(guest), []);
  await share(owner, 'Fraud');
  await owner.ok('DeleteModelPackageGroupPolicy', { ModelPackageGroupName: 'Fraud' });
  assert.deepEqual(await listed(guest), []);
  await share(owner, 'Fraud');
  await owner.ok('DeleteModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  assert.deepEqual(await listed(guest), []);
  assert.deepEqual(await rowsOf(owner, 'shared_group'), []);
});

test('strict mode lists nothing that no resource share makes known', async (t) => {
  const { owner } = await startTwo(t);
  const strict = await owner.beside({ accountId: otherAccount, strictAws: true });
  await createGroups(owner, 'Fraud');
  await share(owner, 'Fraud');
  assert.deepEqual(await listed(strict), []);
  const arn = testArn('model-package-group/Fraud');
  await strict.ok('DescribeModelPackageGroup', { ModelPackageGroupName: arn });
});

test('another region knows nothing of it', async (t) => {
  const { owner, guest } = await startTwo(t);
  await createGroups(owner, 'Fraud');
  await share(owner, 'Fraud');
  const elsewhere = { region: 'us-east-1' };
  const output = await guest.ok('ListModelPackageGroups', { CrossAccountFilterOption }, elsewhere);
  assert.deepEqual(output, { ModelPackageGroupSummaryList: [] });
});

describe('pages hold every group once, in order', () => {
  for (const SortBy of ['Name', 'CreationTime']) {
    for (const SortOrder of ['Ascending', 'Descending']) {
      test(`${SortBy}, ${SortOrder}; of those that may not be described none`, async (t) => {
        const { owner, guest } = await startTwo(t);
        const names = ['c', 'a', 'e', 'b', 'd'];
        await createGroups(owner, ...names);
        for (const name of names) await share(owner, name);
        // A third account calls its group the same, at the same time as another.
        const third = await owner.beside({ accountId: '111122223333' });
        await createGroups(third, 'a');
        await createGroups(owner, 'hidden');
        await share(owner, 'hidden', ['sagemaker:ListModelPackages']);
        const arn = 'arn:aws:sagemaker:eu-west-1:111122223333:model-package-group/a';
        await third.ok('PutModelPackageGroupPolicy', {
          ModelPackageGroupName: 'a',
          ResourcePolicy: sharingPolicy('a', otherAccount, [describeAction]).replaceAll(
            `:${testAccount}:model-package`,
            ':111122223333:model-package',
          ),
        });
        const input = { CrossAccountFilterOption, SortBy, SortOrder, MaxResults: 2 };
        const pages = await pagesOf<Summary>(
          guest,
          'ListModelPackageGroups',
          input,
          'ModelPackageGroupSummaryList',
        );
        const found = pages.flat();
        const order = SortBy === 'Name' ? ['a', 'a', 'b', 'c', 'd', 'e'] : [...names, 'a'];
        assert.deepEqual(
          found.map((one) => one.ModelPackageGroupName),
          SortOrder === 'Ascending' ? order : order.toReversed(),
        );
        assert.equal(found.filter((one) => one.ModelPackageGroupArn === arn).length, 1);
      });
    }
  }
});

test('filters hold for what is shared', async (t) => {
  const { owner, guest } = await startTwo(t);
  const started = owner.clock.now() / 1000;
  await createGroups(owner, 'fraud-a', 'fraud-b', 'churn');
  for (const name of ['fraud-a', 'fraud-b', 'churn']) await share(owner, name);
  assert.deepEqual(await listed(guest, { NameContains: 'FRAUD' }), ['fraud-a', 'fraud-b']);
  assert.deepEqual(await listed(guest, { CreationTimeAfter: started }), ['fraud-b', 'churn']);
  assert.deepEqual(await listed(guest, { CreationTimeBefore: started + 1 }), ['fraud-a']);
});

test('a policy names accounts by number, by root and by principals; not by Deny, and not by *', () => {
  const statement = (Effect: string, key: string, value: unknown) => ({
    Effect,
    [key]: value,
    Action: 'sagemaker:*',
    Resource: '*',
  });
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      statement('Allow', 'Principal', {
        AWS: [
          testAccount,
          '333333333333',
          'arn:aws:iam::222222222222:root',
          'arn:aws:iam::444444444444:role/deploy/r',
          'arn:aws:sts::555555555555:assumed-role/r/session',
        ],
        Service: 'sagemaker.amazonaws.com',
      }),
      statement('Allow', 'Principal', '*'),
      statement('Deny', 'NotPrincipal', { AWS: '777777777777' }),
      statement('Deny', 'Principal', { AWS: '666666666666' }),
    ],
  });
  assert.deepEqual(accountsNamed(text, testAccount), [
    '222222222222',
    '333333333333',
    '444444444444',
    '555555555555',
  ]);
});
