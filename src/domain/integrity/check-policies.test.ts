import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { identityOk } from '../../../tests/support/identity-calls.ts';
import {
  allowing,
  makeManagedPolicy,
  makeRole,
  makeUser,
  trusting,
} from '../../../tests/support/identity-scenario.ts';
import { startApp } from '../../../tests/support/scenario.ts';
import { testAccount } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import type { Transaction } from '../../store/database.ts';
import { checkIntegrity } from './check-integrity.ts';

const policyArn = `arn:aws:iam::${testAccount}:policy/lab/Read`;

/** A registry in which users, groups and roles have policies of every kind. */
async function startWithPolicies(t: TestContext): Promise<{ app: TestApp; ana: string }> {
  const app = await startApp(t);
  const { id: ana } = await makeUser(app, 'ana', allowing('sagemaker:*'));
  const arn = await makeManagedPolicy(app, 'Read', allowing('sagemaker:Describe*'));
  const PolicyDocument = allowing('sagemaker:List*');
  const version = { PolicyArn: arn, PolicyDocument, SetAsDefault: true };
  await identityOk(app, 'CreatePolicyVersion', version);
  await identityOk(app, 'CreateGroup', { GroupName: 'risk' });
  const readOnly = 'arn:aws:iam::aws:policy/AmazonSageMakerReadOnly';
  const attached = { GroupName: 'risk', PolicyArn: readOnly };
  await identityOk(app, 'AttachGroupPolicy', attached);
  await identityOk(app, 'AttachUserPolicy', { UserName: 'ana', PolicyArn: arn });
  const bounded = { PermissionsBoundary: arn, policy: allowing('s3:*') };
  await makeRole(app, 'deploy', trusting(testAccount), bounded);
  return { app, ana };
}

async function findings(app: TestApp): Promise<string[]> {
  const watch = { partition: 'aws', progress: () => undefined };
  const report = await checkIntegrity(app.database, watch);
  assert.equal(report.counts.policies, 5);
  return report.findings.map(({ check, resource = '', problem }) => {
    return `${check} ${resource} ${problem}`.replaceAll(/A(?:IDA|ROA|NPA|GPA)\w{17}/g, 'ID');
  });
}

test('nothing is found where every policy has its place', async (t) => {
  const { app } = await startWithPolicies(t);
  assert.deepEqual(await findings(app), []);
});

const damages: [
  title: string,
  damage: (tx: Transaction) => Promise<unknown>,
  expected: string[],
][] = [
  [
    'an attachment and an inline policy of nobody',
    async (tx) => {
      const gone = { owner_id: 'AIDAQQQQQQQQQQQQQQQQQ' };
      const ofUser = 'AIDA%';
      await tx.rows(
        tx.sql.updateTable('iam_attached_policy').set(gone).where('owner_id', 'like', ofUser),
      );
      await tx.rows(
        tx.sql.updateTable('iam_inline_policy').set(gone).where('owner_id', 'like', ofUser),
      );
    },
    [
      `policies  The policy ID is that of ID, whom the account ${testAccount} lacks.`,
      `policies  The policy own is that of ID, whom the account ${testAccount} lacks.`,
    ],
  ],
  [
    'an attached policy that is not there, and a boundary',
    async (tx) => {
      const gone = 'ANPAQQQQQQQQQQQQQQQQQ';
      const attached = tx.sql.updateTable('iam_attached_policy').set({ policy_id: gone });
      await tx.rows(attached.where('owner_id', 'like', 'AIDA%'));
      await tx.rows(tx.sql.updateTable('iam_role').set({ boundary_policy_id: gone }));
    },
    [
      `policies  ID has the policy ID, which the account ${testAccount} lacks.`,
      `policies  ID has the policy ID, which the account ${testAccount} lacks.`,
    ],
  ],
  [
    'a default version that is not there',
    (tx) => tx.rows(tx.sql.updateTable('iam_policy').set({ default_version: 4 })),
    [`policies ${policyArn} Its default version v4 is not there.`],
  ],
  [
    'a count of versions that would give a number again',
    (tx) => tx.rows(tx.sql.updateTable('iam_policy').set({ last_version: 1 })),
    [`policies ${policyArn} It counts 1 versions, and has one of number 2.`],
  ],
];

for (const [title, damage, expected] of damages) {
  test(`found is ${title}`, async (t) => {
    const { app } = await startWithPolicies(t);
    await app.database.write((tx) => damage(tx));
    assert.deepEqual(await findings(app), expected);
  });
}
