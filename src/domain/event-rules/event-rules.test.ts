import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { newEntries, rowsOf, startApp, violated } from '../../../tests/support/scenario.ts';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import type { RefusedCall, TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';
import { insertRule, listEnabledRules } from './event-rule-store.ts';
import { readEventRevision } from './event-revision-store.ts';

type Json = Record<string, unknown>;

const events = { service: 'events' } as const;
const arn = (name: string) => `arn:aws:events:${testRegion}:${testAccount}:rule/${name}`;
const refusal = (code: string, message: string): RefusedCall => ({ status: 400, code, message });
const invalid = (message: string) => refusal('ValidationException', message);
const missing = (name: string, bus = 'default') =>
  refusal('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);
const missingBus = (name: string) =>
  refusal('ResourceNotFoundException', `Event bus ${name} does not exist.`);
const EventPattern = JSON.stringify({ source: ['aws.sagemaker'] });
const tags = [{ Key: 'team', Value: 'risk' }];
const busTarget = { Id: 'b', Arn: `arn:aws:events:${testRegion}:${testAccount}:event-bus/ml` };

async function startWithRule(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await app.ok('CreateEventBus', { Name: 'ml' }, events);
  await app.ok('PutRule', { Name: 'r', EventPattern, Tags: tags }, events);
  await newEntries(app);
  return app;
}

const revision = (app: TestApp) => app.database.read(readEventRevision);

describe('is refused', () => {
  const refusals: [operation: string, input: Json, expected: RefusedCall][] = [
    [
      'PutRule',
      { Name: 'n' },
      invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.'),
    ],
    ['PutRule', { Name: 'n', EventPattern, EventBusName: 'none' }, missingBus('none')],
    [
      'PutRule',
      { Name: 'n', EventPattern: '{}' },
      refusal(
        'InvalidEventPatternException',
        'Event pattern is not valid. Reason: Empty objects are not allowed\n' +
          ' at [Source: (String)"{}"; line: 1, column: 3]',
      ),
    ],
    [
      'PutRule',
      { Name: 'n', EventPattern: JSON.stringify({ source: ['a'.repeat(2_048)] }) },
      refusal(
        'InvalidEventPatternException',
        'Event pattern is not valid. Reason: It has more than 2048 characters',
      ),
    ],
    [
      'PutRule',
      { Name: 'n', ScheduleExpression: 'rate(5 minutes)', EventBusName: 'ml' },
      invalid('ScheduleExpression is supported only on the default event bus.'),
    ],
    [
      'PutRule',
      { Name: 'n', ScheduleExpression: 'rate(5 minute)' },
      invalid('Parameter ScheduleExpression is not valid.'),
    ],
    [
      'PutRule',
      { Name: 'n', EventPattern, RoleArn: 'role' },
      invalid('Parameter RoleArn is not valid. Reason: Provided Arn is not in correct format.'),
    ],
    [
      'PutRule',
      { Name: 'n', EventPattern, RoleArn: 'arn:aws:iam::999999999999:role/r' },
      invalid('Cross-account pass role is not allowed.'),
    ],
    [
      'PutRule',
      { Name: 'n n', EventPattern, State: 'ON' },
      invalid(
        "2 validation errors detected: Value 'n n' at 'name' failed to satisfy constraint: " +
          'Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+; ' +
          "Value 'ON' at 'state' failed to satisfy constraint: Member must satisfy enum value " +
          'set: [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]',
      ),
    ],
    ['DescribeRule', { Name: 'none' }, missing('none')],
    ['DescribeRule', { Name: 'r', EventBusName: 'ml' }, missing('r', 'ml')],
    ['EnableRule', { Name: 'none' }, missing('none')],
    ['DisableRule', { Name: 'none' }, missing('none')],
    ['DeleteRule', { Name: 'r', EventBusName: 'none' }, missingBus('none')],
    ['ListRules', { EventBusName: 'none' }, missingBus('none')],
    ['ListRuleNamesByTarget', { EventBusName: 'none', TargetArn: 'a' }, missingBus('none')],
    ['ListTargetsByRule', { Rule: 'none' }, missing('none')],
    ['PutTargets', { Rule: 'none', Targets: [busTarget] }, missing('none')],
    ['RemoveTargets', { Rule: 'none', Ids: ['b'] }, missing('none')],
    [
      'RemoveTargets',
      { Rule: 'r', Ids: Array.from({ length: 11 }, (_, n) => `t${n}`) },
      invalid(violated(undefined, 'ids', 'Member must have length less than or equal to 10')),
    ],
    [
      'ListRules',
      { NextToken: 'x' },
      invalid('Invalid pagination token: NextToken does not belong to this query.'),
    ],
  ];
  for (const [operation, input, expected] of refusals) {
    test(`${operation} ${JSON.stringify(input).slice(0, 80)}`, async (t) => {
      const app = await startWithRule(t);
      const before = [await rowsOf(app, 'event_rule'), await revision(app)];
      assert.deepEqual(await app.refused(operation, input, events), expected);
      assert.deepEqual([await rowsOf(app, 'event_rule'), await revision(app)], before);
      const entries = await newEntries(app);
      assert.deepEqual(
        entries.map(({ operation: told, error, after }) => [told, error, after]),
        [[operation, `${expected.code}: ${expected.message}`, undefined]],
      );
    });
  }

  test('one rule more than a bus may have; one that is there is put all the same', async (t) => {
    const app = await startWithRule(t);
    const [{ id: _, tags: __, ...row }] = (await rowsOf(app, 'event_rule')) as [Json];
    await app.database.write(async (tx) => {
      for (let n = 1; n < limits.rulesPerEventBusMax; n += 1) {
        const rule = { ...row, name: `r${n}`, tags: '[]' };
        await insertRule(tx, rule as unknown as Parameters<typeof insertRule>[1]);
      }
    });
    assert.deepEqual(
      await app.refused('PutRule', { Name: 'n', EventPattern }, events),
      refusal(
        'LimitExceededException',
        'The requested resource exceeds the maximum number allowed.',
      ),
    );
    await app.ok('PutRule', { Name: 'r', EventPattern, State: 'DISABLED' }, events);
    await app.ok('PutRule', { Name: 'n', EventPattern, EventBusName: 'ml' }, events);
  });

  test('the deletion of a rule that has targets, forced or not', async (t) => {
    const app = await startWithRule(t);
    await app.ok('PutTargets', { Rule: 'r', Targets: [busTarget] }, events);
    for (const Force of [false, true]) {
      const refused = await app.refused('DeleteRule', { Name: 'r', Force }, events);
      assert.deepEqual(refused, invalid("Rule can't be deleted since it has targets."));
    }
  });

  test('whatever would change a managed rule, forced or not', async (t) => {
    const app = await startWithRule(t);
    await app.ok('PutTargets', { Rule: 'r', Targets: [busTarget] }, events);
    await app.database.write((tx) =>
      tx.rows(tx.sql.updateTable('event_rule').set({ managed_by: 'imprimatur' })),
    );
    const managed = 'r is a managed rule. It can only be changed by imprimatur.';
    const ResourceARN = arn('r');
    for (const [operation, input, message] of [
      ['PutRule', { Name: 'r', EventPattern }, managed],
      ['EnableRule', { Name: 'r' }, managed],
      ['DisableRule', { Name: 'r' }, managed],
      ['PutTargets', { Rule: 'r', Targets: [busTarget] }, managed],
      ['TagResource', { ResourceARN, Tags: tags }, managed],
      ['UntagResource', { ResourceARN, TagKeys: ['team'] }, managed],
      ['RemoveTargets', { Rule: 'r', Ids: ['b'], Force: true }, managed],
      ['DeleteRule', { Name: 'r', Force: true }, managed],
    ] as const) {
      const refused = await app.refused(operation, input, events);
      assert.deepEqual(refused, refusal('ManagedRuleException', message), operation);
    }
    const described = await app.ok('DescribeRule', { Name: 'r' }, events);
    assert.equal(described['ManagedBy'], 'imprimatur');
  });
});

test('a rule is put, described and journaled; on a bus of its own its ARN says so', async (t) => {
  const app = await startApp(t);
  const RoleArn = `arn:aws:iam::${testAccount}:role/r`;
  const given = { Name: 'r', EventPattern, Description: 'of models', RoleArn };
  const made = await app.ok('PutRule', { ...given, Tags: tags }, events);
  assert.deepEqual(made, { RuleArn: arn('r') });
  const members = { ...given, State: 'ENABLED', EventBusName: 'default', CreatedBy: testAccount };
  const described = await app.ok('DescribeRule', { Name: 'r' }, events);
  assert.deepEqual(described, { ...members, Arn: arn('r') });
  const { Rules } = await app.ok<{ Rules: Json[] }>('ListRules', {}, events);
  assert.deepEqual(
    Rules.map((rule) => ({ ...rule, CreatedBy: testAccount })),
    [described],
  );
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'PutRule',
      resource: arn('r'),
      request: { ...given, Tags: tags },
      after: { ...members, Tags: tags },
    },
  ]);
  await app.ok('CreateEventBus', { Name: 'ml' }, events);
  const EventBusName = `arn:aws:events:${testRegion}:${testAccount}:event-bus/ml`;
  const other = await app.ok('PutRule', { ...given, EventBusName }, events);
  assert.deepEqual(other, { RuleArn: arn('ml/r') });
  assert.equal((await rowsOf(app, 'event_rule')).length, 2);
});

test('what is left out of a rule that is put again is reset, but for targets and tags', async (t) => {
  const app = await startWithRule(t);
  const full = { Name: 'r', EventPattern, Description: 'of models', State: 'DISABLED' };
  await app.ok('PutRule', full, events);
  await app.ok('PutTargets', { Rule: 'r', Targets: [busTarget] }, events);
  await app.ok('PutRule', { Name: 'r', EventPattern, Tags: [{ Key: 'k', Value: 'v' }] }, events);
  const told = await revision(app);
  await app.ok('PutRule', { Name: 'r', EventPattern }, events);
  assert.equal(await revision(app), told);
  const { Description, State } = await app.ok('DescribeRule', { Name: 'r' }, events);
  assert.deepEqual([Description, State], [undefined, 'ENABLED']);
  const listed = await app.ok('ListTagsForResource', { ResourceARN: arn('r') }, events);
  assert.deepEqual(listed, { Tags: tags });
  const { Targets } = await app.ok('ListTargetsByRule', { Rule: 'r' }, events);
  assert.deepEqual(Targets, [busTarget]);
  const [, , again, ...others] = await newEntries(app);
  assert.deepEqual(others, []);
  assert.deepEqual(again?.before, { Description: 'of models', State: 'DISABLED' });
  assert.deepEqual(again.after, { State: 'ENABLED' });
});

test('a schedule is due from when its rule is enabled; a disabled one never is', async (t) => {
  const app = await startApp(t);
  const due = async (): Promise<unknown> => (await rowsOf(app, 'event_rule'))[0]!['due_at'];
  const now = app.clock.now();
  await app.ok('PutRule', { Name: 'r', ScheduleExpression: 'rate(1 hour)' }, events);
  assert.equal(await due(), now + 3_600_000);
  await app.ok('DisableRule', { Name: 'r' }, events);
  assert.equal(await due(), null);
  app.clock.advance(10_000);
  await app.ok('EnableRule', { Name: 'r' }, events);
  assert.equal(await due(), now + 3_610_000);
  app.clock.advance(10_000);
  await app.ok('EnableRule', { Name: 'r' }, events);
  assert.equal(await due(), now + 3_610_000);
  await app.ok('PutRule', { Name: 'r', EventPattern }, events);
  assert.equal(await due(), null);
});

test('rules are listed by name, page by page, and by the beginning of their names', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateEventBus', { Name: 'ml' }, events);
  for (const Name of ['b', 'a_1', 'ab', 'B'])
    await app.ok('PutRule', { Name, EventPattern }, events);
  await app.ok('PutTargets', { Rule: 'ab', Targets: [busTarget] }, events);
  const list = async (operation: string, input: Json): Promise<unknown[]> => {
    const pages: unknown[] = [];
    let NextToken: unknown;
    do {
      const token = NextToken === undefined ? {} : { NextToken };
      const page = await app.ok(operation, { ...input, ...token }, events);
      const items = (page['Rules'] ?? page['RuleNames']) as (string | { Name: string })[];
      pages.push(items.map((item) => (typeof item === 'string' ? item : item.Name)));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    return pages;
  };
  assert.deepEqual(await list('ListRules', { Limit: 3 }), [['B', 'a_1', 'ab'], ['b']]);
  assert.deepEqual(await list('ListRules', { NamePrefix: 'a_' }), [['a_1']]);
  assert.deepEqual(await list('ListRules', { EventBusName: 'ml' }), [[]]);
  const TargetArn = busTarget.Arn;
  assert.deepEqual(await list('ListRuleNamesByTarget', { TargetArn }), [['ab']]);
  assert.deepEqual(await list('ListRuleNamesByTarget', { TargetArn: 'arn' }), [[]]);
});

test('a rule that is deleted twice is journaled once', async (t) => {
  const app = await startWithRule(t);
  await app.ok('DeleteRule', { Name: 'r' }, events);
  await app.ok('DeleteRule', { Name: 'r' }, events);
  assert.deepEqual(await rowsOf(app, 'event_rule'), []);
  const entries = await newEntries(app);
  assert.deepEqual(
    entries.map(({ operation, resource, before }) => [operation, resource, before]),
    [
      [
        'DeleteRule',
        arn('r'),
        {
          ...{ Name: 'r', EventPattern, State: 'ENABLED', EventBusName: 'default' },
          ...{ CreatedBy: testAccount, Tags: tags },
        },
      ],
    ],
  );
});

test('the rules in force are read with their targets, however many there are at once', async (t) => {
  const app = await startWithRule(t);
  await app.ok('PutTargets', { Rule: 'r', Targets: [busTarget] }, events);
  await app.ok('PutRule', { Name: 'off', EventPattern, State: 'DISABLED' }, events);
  await app.ok('PutRule', { Name: 'clock', ScheduleExpression: 'rate(1 day)' }, events);
  const count = limits.eventRulesAtOnce + 1;
  const [{ id: _, tags: __, ...row }] = (await rowsOf(app, 'event_rule')) as [Json];
  await app.database.write(async (tx) => {
    for (let n = 1; n < count; n += 1) {
      const rule = { ...row, name: `r${n}`, tags: '[]' };
      await insertRule(tx, rule as unknown as Parameters<typeof insertRule>[1]);
    }
  });
  const read = await app.database.read(listEnabledRules);
  assert.equal(read.length, count);
  assert.deepEqual(
    read.slice(0, 2).map(({ rule, targets }) => [rule.name, targets.map(({ arn: to }) => to)]),
    [
      ['r', [busTarget.Arn]],
      ['r1', []],
    ],
  );
});

test('CloudTrail tells of rules by their type, with the details of no event', async (t) => {
  const app = await startWithRule(t);
  const Entries = [{ Source: 'ci', DetailType: 'Build', Detail: '{"secret":"word"}' }];
  await app.ok('PutEvents', { Entries }, events);
  const lookup = async (AttributeKey: string, AttributeValue: string): Promise<string[]> => {
    const input = { LookupAttributes: [{ AttributeKey, AttributeValue }] };
    const { Events } = await app.ok<{ Events: { CloudTrailEvent: string }[] }>(
      'LookupEvents',
      input,
      { service: 'cloudtrail' },
    );
    return Events.map(({ CloudTrailEvent }) => CloudTrailEvent);
  };
  const [put, ...others] = await lookup('ResourceType', 'AWS::Events::Rule');
  assert.deepEqual(others, []);
  const record = JSON.parse(put!) as Record<string, Json>;
  assert.equal(record['eventSource'], 'events.amazonaws.com');
  assert.equal(record['requestParameters']?.['eventPattern'], EventPattern);
  assert.deepEqual(record['responseElements'], { ruleArn: arn('r') });
  app.clock.advance(60_000);
  const [sent = ''] = await lookup('EventName', 'PutEvents');
  assert.match(sent, /"detail":"HIDDEN_DUE_TO_SECURITY_REASONS"/);
  assert.doesNotMatch(sent, /word/);
});
