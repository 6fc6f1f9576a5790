import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUser } from '../../../tests/support/identity-calls.ts';
import { startApp } from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';

const allow = { Effect: 'Allow', Action: '*', Resource: '*' };
const group = { ModelPackageGroupName: 'Fraud' };
const secret = [testArn('model-package-group/Fraud'), testArn('model-package/Fraud/*')];

test('what a policy denies by ARN is not told of the past in another case', async (t) => {
  const app = await startApp(t);
  const denial = { Effect: 'Deny', Action: 'imprimatur:*', Resource: secret };
  const credentials = await newUser(app, 'ana', allow, denial);
  const as = { credentials, service: 'imprimatur' } as const;
  await app.ok('CreateModelPackageGroup', group);
  await app.ok('CreateModelPackage', group);
  const spelt = { ResourceArn: testArn('model-package/FRAUD/1') };
  assert.deepEqual(await app.ok('ListResourceHistory', spelt, as), { Entries: [] });
  await app.ok('DeleteModelPackage', { ModelPackageName: testArn('model-package/Fraud/1') });
  await app.ok('DeleteModelPackageGroup', group);
  assert.deepEqual(await app.ok('ListResourceHistory', spelt, as), { Entries: [] });
  const then = { AsOfSequence: 1_000 };
  const calls = {
    DescribeModelPackageAsOf: { ModelPackageName: 'fraud/1' },
    DescribeModelPackageGroupAsOf: { ModelPackageGroupName: 'fraud' },
    ListModelPackagesAsOf: { ModelPackageGroupName: 'FRAUD' },
  };
  for (const [operation, input] of Object.entries(calls)) {
    const { code } = await app.refused(operation, { ...input, ...then }, as);
    assert.equal(code, 'AccessDeniedException', operation);
  }
});

test('what a policy denies by tag has no history for the caller', async (t) => {
  const app = await startApp(t);
  const Condition = { StringEquals: { 'aws:ResourceTag/risk': 'high' } };
  const denial = { Effect: 'Deny', Action: '*', Resource: '*', Condition };
  const as = {
    credentials: await newUser(app, 'ana', allow, denial),
    service: 'imprimatur',
  } as const;
  await app.ok('CreateModelPackageGroup', { ...group, Tags: [{ Key: 'risk', Value: 'high' }] });
  await app.ok('CreateModelPackage', group);
  for (const ResourceArn of [secret[0], testArn('model-package/Fraud/1')]) {
    const { code } = await app.refused('ListResourceHistory', { ResourceArn }, as);
    assert.equal(code, 'AccessDeniedException');
  }
});

test('what a policy denies by tag stays untold when it is gone, also under a name given anew', async (t) => {
  const app = await startApp(t);
  const Condition = { StringEquals: { 'aws:ResourceTag/risk': 'high' } };
  const denial = { Effect: 'Deny', Action: '*', Resource: '*', Condition };
  const as = {
    credentials: await newUser(app, 'ana', allow, denial),
    service: 'imprimatur',
  } as const;
  const live = async (tagged: object) => {
    await app.ok('CreateModelPackageGroup', { ...group, ...tagged });
    await app.ok('CreateModelPackage', group);
    const AsOfSequence = (await app.journal()).at(-1)!.seq;
    await app.ok('DeleteModelPackage', { ModelPackageName: testArn('model-package/Fraud/1') });
    await app.ok('DeleteModelPackageGroup', group);
    return { AsOfSequence };
  };
  const risky = await live({ Tags: [{ Key: 'risk', Value: 'high' }] });
  const calls = {
    DescribeModelPackageAsOf: { ModelPackageName: testArn('model-package/Fraud/1') },
    DescribeModelPackageGroupAsOf: group,
    ListModelPackagesAsOf: group,
  };
  const arns = [testArn('model-package-group/Fraud'), testArn('model-package/Fraud/1')];
  // Refusals, the caller's own among them, say nothing of what was there.
  const told = async () => {
    const answers = arns.map((ResourceArn) => app.ok('ListResourceHistory', { ResourceArn }, as));
    return (await Promise.all(answers)).map((answer) =>
      (answer['Entries'] as { EventName: string; ErrorCode?: string }[])
        .filter(({ ErrorCode }) => ErrorCode === undefined)
        .map(({ EventName }) => EventName),
    );
  };
  const isKept = async () => {
    for (const [operation, input] of Object.entries(calls)) {
      const { code } = await app.refused(operation, { ...input, ...risky }, as);
      assert.equal(code, 'AccessDeniedException', operation);
    }
  };
  await isKept();
  assert.deepEqual(await told(), [[], []]);
  const harmless = await live({});
  await app.ok('CreateModelPackageGroup', group);
  await isKept();
  for (const [operation, input] of Object.entries(calls)) {
    await app.ok(operation, { ...input, ...harmless }, as);
  }
  assert.deepEqual(await told(), [
    ['CreateModelPackageGroup', 'DeleteModelPackageGroup', 'CreateModelPackageGroup'],
    ['DeleteModelPackage', 'CreateModelPackage'],
  ]);
});
