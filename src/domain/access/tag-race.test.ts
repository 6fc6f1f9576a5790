import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUser } from '../../../tests/support/identity-calls.ts';
import { startApp } from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';

const rounds = 24;
const approved = 'sagemaker:UpdateModelPackage';
const rules = [
  { Effect: 'Allow', Action: 'sagemaker:*', Resource: '*' },
  {
    ...{ Effect: 'Deny', Action: approved, Resource: '*' },
    Condition: { StringEquals: { 'aws:ResourceTag/risk': 'high' } },
  },
];

/** The number of the entry of an operation on a resource. */
async function entryOf(app: TestApp, operation: string, arn: string): Promise<number> {
  const entries = await app.journal();
  return entries.findLast((one) => one.operation === operation && one.resource_arn === arn)!.seq;
}

for (const tagged of ['group', 'version'] as const) {
  test(`a tag on the ${tagged} that comes before an approval is heard, on whichever server`, async (t) => {
    const app = await startApp(t);
    const other = await app.beside({});
    const credentials = await newUser(app, 'ana', ...rules);
    // Both servers know the user, so that neither is late for having to look.
    for (const one of [app, other]) await one.ok('ListModelPackageGroups', {}, { credentials });
    const outcomes = new Set<boolean>();
    for (let round = 0; round < rounds; round += 1) {
      const name = `g${round}`;
      const group = { ModelPackageGroupName: name };
      await app.ok('CreateModelPackageGroup', group);
      await app.ok('CreateModelPackage', group);
      const arn = testArn(`model-package/${name}/1`);
      const taggedArn = tagged === 'group' ? testArn(`model-package-group/${name}`) : arn;
      const Tags = [{ Key: 'risk', Value: 'high' }];
      const update = { ModelPackageArn: arn, ModelApprovalStatus: 'Approved' };
      const calls = [
        () => other.send('AddTags', { ResourceArn: taggedArn, Tags }),
        () => app.send('UpdateModelPackage', update, { credentials }),
      ];
      const order = round % 2 === 0 ? calls : calls.toReversed();
      const answers = await Promise.all(order.map((call) => call()));
      const [tagging, approval] = round % 2 === 0 ? answers : answers.toReversed();
      assert.equal(tagging!.status, 200, tagging!.body);
      const isApproved = approval!.status === 200;
      outcomes.add(isApproved);
      const [tag, decision] = [
        await entryOf(app, 'AddTags', taggedArn),
        await entryOf(app, 'UpdateModelPackage', arn),
      ];
      assert.equal(isApproved, decision < tag, `round ${round}: ${approval!.body}`);
      const again = await app.send('UpdateModelPackage', update, { credentials });
      assert.equal(again.status, 400, 'from then on it is denied');
    }
    t.diagnostic(`approved and denied: ${[...outcomes].join()}`);
  });
}

test('a tag on the group that comes before a registration is heard', async (t) => {
  const app = await startApp(t);
  const other = await app.beside({});
  const [allow, denial] = rules;
  const registers = { ...denial, Action: 'sagemaker:CreateModelPackage' };
  const credentials = await newUser(app, 'ana', allow!, registers);
  await app.ok('ListModelPackageGroups', {}, { credentials });
  for (let round = 0; round < rounds; round += 1) {
    const group = { ModelPackageGroupName: `g${round}` };
    await app.ok('CreateModelPackageGroup', group);
    const ResourceArn = testArn(`model-package-group/g${round}`);
    const calls = [
      () => other.send('AddTags', { ResourceArn, Tags: [{ Key: 'risk', Value: 'high' }] }),
      () => app.send('CreateModelPackage', group, { credentials }),
    ];
    const order = round % 2 === 0 ? calls : calls.toReversed();
    const answers = await Promise.all(order.map((call) => call()));
    const [tagging, registration] = round % 2 === 0 ? answers : answers.toReversed();
    assert.equal(tagging!.status, 200, tagging!.body);
    const isRegistered = registration!.status === 200;
    const resource = `model-package/g${round}/${isRegistered ? '1' : '*'}`;
    const decision = await entryOf(app, 'CreateModelPackage', testArn(resource));
    const tag = await entryOf(app, 'AddTags', ResourceArn);
    assert.equal(isRegistered, decision < tag, `round ${round}: ${registration!.body}`);
  }
});
