import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { assertRefused, newEntries, rowsOf, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import type { RefusedCall, TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';

type Json = Record<string, unknown>;

const events = { service: 'events' } as const;
const imprimatur = { service: 'imprimatur' } as const;
const eventsArn = (resource: string) => `arn:aws:events:${testRegion}:${testAccount}:${resource}`;
const bus = eventsArn('event-bus/ml');
const archive = eventsArn('archive/kept');
const replayArn = eventsArn('replay/again');
const ruleArn = eventsArn('rule/ml/tell');
const refusal = (code: string, message: string): RefusedCall => ({ status: 400, code, message });
const invalid = (message: string) => refusal('ValidationException', message);
const missing = (what: string) => refusal('ResourceNotFoundException', `${what} does not exist.`);

const asked = {
  ReplayName: 'again',
  EventSourceArn: archive,
  EventStartTime: 1_772_000_000,
  EventEndTime: 1_772_600_000.5,
  Destination: { Arn: bus },
};

async function startWithArchive(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  for (const Name of ['ml', 'other']) await app.ok('CreateEventBus', { Name }, events);
  const rule = { EventBusName: 'ml', EventPattern: '{"source":["a"]}' };
  await app.ok('PutRule', { ...rule, Name: 'tell' }, events);
  await app.ok('CreateArchive', { ArchiveName: 'kept', EventSourceArn: bus }, events);
  await newEntries(app);
  return app;
}

describe('is refused', () => {
  const refusals: [operation: string, input: Json, expected: RefusedCall][] = [
    [
      'StartReplay',
      { ...asked, EventSourceArn: eventsArn('archive/none') },
      invalid('Parameter EventSourceArn is not valid. Reason: Archive none does not exist.'),
    ],
    [
      'StartReplay',
      { ...asked, EventSourceArn: bus },
      invalid('Parameter EventSourceArn is not valid. Reason: Archive ml does not exist.'),
    ],
    [
      'StartReplay',
      { ...asked, Destination: { Arn: eventsArn('event-bus/none') } },
      missing('Event bus none'),
    ],
    [
      'StartReplay',
      { ...asked, Destination: { Arn: eventsArn('event-bus/other') } },
      invalid(
        'Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.',
      ),
    ],
    ...[ruleArn, 'ml', bus.replace(testAccount, '999999999999')].map(
      (Arn): [string, Json, RefusedCall] => [
        'StartReplay',
        { ...asked, Destination: { Arn } },
        invalid('Parameter Destination.Arn is not valid. Reason: Must contain an event bus ARN.'),
      ],
    ),
    [
      'StartReplay',
      { ...asked, EventEndTime: asked.EventStartTime },
      invalid(
        'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
      ),
    ],
    [
      'StartReplay',
      { ...asked, Destination: { Arn: bus, FilterArns: [ruleArn, eventsArn('rule/tell')] } },
      invalid(
        'Parameter Destination.FilterArns is not valid. Reason: Rule tell does not exist on ' +
          'EventBus ml.',
      ),
    ],
    ['DescribeReplay', { ReplayName: 'none' }, missing('Replay none')],
    ['CancelReplay', { ReplayName: 'none' }, missing('Replay none')],
    [
      'ListReplays',
      { NamePrefix: 'a', EventSourceArn: archive },
      invalid(
        'At most one filter is allowed for ListReplays. Use either : State, EventSourceArn, or NamePrefix.',
      ),
    ],
  ];
  for (const [operation, input, expected] of refusals) {
    test(`${operation} ${JSON.stringify(input)}`, async (t) => {
      const app = await startWithArchive(t);
      assert.deepEqual(await app.refused(operation, input, events), expected);
      assert.deepEqual(await rowsOf(app, 'event_replay'), []);
    });
  }

  test('a name that is taken, and one replay more than may run at once', async (t) => {
    const app = await startWithArchive(t);
    for (let n = 0; n < limits.replaysAtOnceMax; n += 1) {
      await app.ok('StartReplay', { ...asked, ReplayName: `r${n}` }, events);
    }
    assert.deepEqual(
      await app.refused('StartReplay', { ...asked, ReplayName: 'r0' }, events),
      refusal('ResourceAlreadyExistsException', 'Replay r0 already exists.'),
    );
    assert.deepEqual(
      await app.refused('StartReplay', asked, events),
      refusal(
        'LimitExceededException',
        'The requested resource exceeds the maximum number allowed.',
      ),
    );
  });
});

test('a replay is begun, told of and cancelled once', async (t) => {
  const app = await startWithArchive(t);
  const now = app.clock.now() / 1000;
  const Destination = { Arn: bus, FilterArns: [ruleArn] };
  const given = { ...asked, Description: 'after the outage', Destination };
  assert.deepEqual(await app.ok('StartReplay', given, events), {
    ReplayArn: replayArn,
    State: 'STARTING',
    ReplayStartTime: now,
  });
  const described = {
    ...{ ...given, ReplayArn: replayArn },
    ...{ State: 'STARTING', ReplayStartTime: now },
  };
  assert.deepEqual(await app.ok('DescribeReplay', { ReplayName: 'again' }, events), described);
  const { ReplayArn: _, Description: _d, Destination: _t, ...listed } = described;
  assert.deepEqual(await app.ok('ListReplays', {}, events), { Replays: [listed] });

  const cancelling = { ReplayArn: replayArn, State: 'CANCELLING' };
  assert.deepEqual(await app.ok('CancelReplay', { ReplayName: 'again' }, events), cancelling);
  assert.deepEqual(
    await app.refused('CancelReplay', { ReplayName: 'again' }, events),
    refusal('IllegalStatusException', 'Replay again is not in a valid state for this operation.'),
  );
  const [begun, cancelled] = await newEntries(app);
  const { request: _request, ...entry } = begun!;
  const milliseconds = (seconds: number) => seconds * 1000;
  assert.deepEqual(entry, {
    operation: 'StartReplay',
    resource: replayArn,
    after: {
      ...{ ReplayName: 'again', EventSourceArn: archive, State: 'STARTING' },
      EventStartTime: milliseconds(asked.EventStartTime),
      EventEndTime: milliseconds(asked.EventEndTime),
      ...{ ReplayStartTime: app.clock.now(), Description: 'after the outage', Destination },
    },
  });
  assert.deepEqual(
    [cancelled?.before, cancelled?.after],
    [{ State: 'STARTING' }, { State: 'CANCELLING' }],
  );
});

test('replays are listed by name, prefix, source and state, page by page', async (t) => {
  const app = await startWithArchive(t);
  await app.ok('CreateArchive', { ArchiveName: 'more', EventSourceArn: bus }, events);
  const more = eventsArn('archive/more');
  for (const ReplayName of ['b-2', 'a', 'b-1', 'B']) {
    await app.ok('StartReplay', { ...asked, ReplayName }, events);
  }
  await app.ok('StartReplay', { ...asked, ReplayName: 'c', EventSourceArn: more }, events);
  await app.ok('CancelReplay', { ReplayName: 'a' }, events);
  const names = async (input: Json): Promise<unknown[]> => {
    const { Replays } = await app.ok<{ Replays: Json[] }>('ListReplays', input, events);
    return Replays.map((replay) => replay['ReplayName']);
  };
  assert.deepEqual(await names({}), ['B', 'a', 'b-1', 'b-2', 'c']);
  assert.deepEqual(await names({ NamePrefix: 'b' }), ['b-1', 'b-2']);
  assert.deepEqual(await names({ EventSourceArn: more }), ['c']);
  assert.deepEqual(await names({ State: 'CANCELLING' }), ['a']);
  const { NextToken } = await app.ok('ListReplays', { Limit: 3 }, events);
  assert.deepEqual(await names({ Limit: 3, NextToken }), ['b-2', 'c']);
});

describe('ReplayEvents', () => {
  test('replays out of the log of the bus to one rule', async (t) => {
    const app = await startWithArchive(t);
    const now = app.clock.now();
    const input = { Rule: ruleArn, From: 1_772_000_000, To: 1_772_600_000, Name: 'again' };
    assert.deepEqual(await app.ok('ReplayEvents', input, imprimatur), {
      ReplayName: 'again',
      ReplayArn: replayArn,
      State: 'STARTING',
      ReplayStartTime: now / 1000,
    });
    assert.deepEqual(await app.ok('DescribeReplay', { ReplayName: 'again' }, events), {
      ...{ ReplayName: 'again', ReplayArn: replayArn, EventSourceArn: bus },
      ...{ State: 'STARTING', ReplayStartTime: now / 1000 },
      ...{ EventStartTime: input.From, EventEndTime: input.To },
      Destination: { Arn: bus, FilterArns: [ruleArn] },
    });
  });

  test('takes a name of a rule on a bus, and makes up the rest', async (t) => {
    const app = await startWithArchive(t);
    const now = app.clock.now();
    const input = { Rule: 'tell', EventBusName: 'ml', From: 1_772_000_000 };
    const { ReplayName } = await app.ok('ReplayEvents', input, imprimatur);
    assert.equal(ReplayName, `tell-${now}`);
    const { EventEndTime } = await app.ok('DescribeReplay', { ReplayName }, events);
    assert.equal(EventEndTime, now / 1000);
  });

  for (const [input, message, resource] of [
    [{ Rule: 'none' }, 'Rule none does not exist on EventBus default.', eventsArn('rule/none')],
    [
      { Rule: 'tell', EventBusName: 'none' },
      'Event bus none does not exist.',
      eventsArn('rule/none/tell'),
    ],
    [
      { Rule: 'tell', EventBusName: 'ml', To: 1 },
      'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
      ruleArn,
    ],
    [
      { Rule: 'timer' },
      'Rule timer has no EventPattern that an event of the log could match.',
      eventsArn('rule/timer'),
    ],
    ...[bus, ruleArn.replace(testRegion, 'us-east-1')].map((Rule) => [
      { Rule },
      'Parameter Rule is not valid. Reason: It is no rule of this account here.',
    ]),
  ] as [Json, string, string?][]) {
    test(`refuses ${JSON.stringify(input)}`, async (t) => {
      const app = await startWithArchive(t);
      await app.ok('PutRule', { Name: 'timer', ScheduleExpression: 'rate(1 day)' }, events);
      await assertRefused(
        app,
        'ReplayEvents',
        { From: 1_772_000_000, ...input },
        { message, ...(resource && { resource }) },
        imprimatur,
      );
    });
  }
});
