import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  eventIdOf,
  putBusEvents,
  putDelivery,
  putRule,
  ruleArnOf,
} from '../../../tests/support/event-rows.ts';
import { policyOf } from '../../../tests/support/identity-calls.ts';
import { makeUser } from '../../../tests/support/identity-scenario.ts';
import { assertRefused, newEntries, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';
import { insertAttempt } from './delivery-store.ts';

type Json = Record<string, unknown>;

const service = 'imprimatur' as const;
const anyRule = ruleArnOf('*');
const targetArn = `arn:aws:events:${testRegion}:${testAccount}:api-destination/hook/1`;

interface Started {
  readonly app: TestApp;
  readonly ruleId: number;
  /** The log's number of the event that everything is about. */
  readonly event: number;
}

async function start(t: TestContext): Promise<Started> {
  const app = await startApp(t);
  const ruleId = await putRule(app, 'notify');
  const [event] = await putBusEvents(app);
  return { app, ruleId, event: event! };
}

async function listed(app: TestApp, input: Json = {}): Promise<number[]> {
  const output = await app.ok<{ Deliveries: { DeliveryId: number }[] }>('ListDeliveries', input, {
    service,
  });
  return output.Deliveries.map(({ DeliveryId }) => DeliveryId);
}

async function statesOf(app: TestApp): Promise<string[]> {
  const rows = await app.database.read((tx) =>
    tx.rows(tx.sql.selectFrom('delivery').selectAll().orderBy('id')),
  );
  return rows.map(({ state }) => state);
}

// --- Refused ---

const refusals: [operation: string, input: Json, message: RegExp, resource?: string][] = [
  ['ListDeliveries', { State: 'LOST' }, /enum value set: \[PENDING, DELIVERED, FAILED, DEAD_/],
  ['ListDeliveries', { NextToken: 'x' }, /^Invalid pagination token/, anyRule],
  ['DescribeDelivery', {}, /'deliveryId' failed to satisfy constraint: Member must not be null/],
  ['DescribeDelivery', { DeliveryId: 70 }, /^Delivery 70 does not exist\.$/, anyRule],
  [
    'RedriveDeliveries',
    {},
    /^Exactly one of DeliveryIds and RuleArn must be specified\.$/,
    anyRule,
  ],
  [
    'RedriveDeliveries',
    { DeliveryIds: [1], RuleArn: ruleArnOf('notify') },
    /^Exactly one of/,
    ruleArnOf('notify'),
  ],
  [
    'RedriveDeliveries',
    { DeliveryIds: [1], TargetId: 'hook' },
    /^DeliveryIds cannot be specified together with anything else\.$/,
    anyRule,
  ],
  ['RedriveDeliveries', { DeliveryIds: [70] }, /^Delivery 70 does not exist\.$/, anyRule],
  [
    'RedriveDeliveries',
    { RuleArn: ruleArnOf('gone') },
    /^Rule arn:\S+:rule\/gone does not exist\.$/,
    ruleArnOf('gone'),
  ],
];

for (const [operation, input, message, resource] of refusals) {
  test(`${operation} ${JSON.stringify(input)} is refused`, async (t) => {
    const { app } = await start(t);
    const concerned = resource === undefined ? {} : { resource };
    await assertRefused(app, operation, input, { message, ...concerned }, { service });
  });
}

// --- Told ---

test('a delivery is told with its tries and its event', async (t) => {
  const { app, ruleId, event } = await start(t);
  const at = app.clock.now();
  const id = await putDelivery(app, {
    bus_event_id: event,
    rule_id: ruleId,
    attempts: 2,
    next_attempt_at: at + 4_000,
    error_code: 'ERROR_FROM_TARGET',
    error_message: 'HTTP status 503',
  });
  await app.database.write(async (tx) => {
    const attempt = { delivery_id: id, at, duration: 12, error_code: 'ERROR_FROM_TARGET' };
    await insertAttempt(tx, { ...attempt, number: 1, status_code: 503, answer: 'busy' });
    await insertAttempt(tx, { ...attempt, number: 2, status_code: null, answer: null });
  });
  const told = {
    DeliveryId: id,
    State: 'PENDING',
    EventId: eventIdOf(event),
    RuleArn: ruleArnOf('notify'),
    TargetId: 'hook',
    TargetArn: targetArn,
    AttemptCount: 2,
    CreationTime: at / 1000,
    NextAttemptTime: (at + 4_000) / 1000,
    ErrorCode: 'ERROR_FROM_TARGET',
    ErrorMessage: 'HTTP status 503',
  };
  const { Event, ...described } = await app.ok('DescribeDelivery', { DeliveryId: id }, { service });
  const attempt = {
    AttemptTime: at / 1000,
    DurationInMilliseconds: 12,
    ErrorCode: 'ERROR_FROM_TARGET',
  };
  assert.deepEqual(described, {
    Delivery: told,
    Attempts: [
      { Number: 1, ...attempt, StatusCode: 503, Answer: 'busy' },
      { Number: 2, ...attempt },
    ],
  });
  assert.equal((JSON.parse(Event as string) as Json)['id'], eventIdOf(event));
  assert.deepEqual(await app.ok('ListDeliveries', {}, { service }), { Deliveries: [told] });
});

test('deliveries are listed from the newest on, by what is asked for', async (t) => {
  const { app, ruleId, event } = await start(t);
  const about = { bus_event_id: event, rule_id: ruleId };
  const first = await putDelivery(app, { ...about, state: 'DELIVERED' });
  app.clock.advance(60_000);
  const [otherEvent] = await putBusEvents(app);
  const second = await putDelivery(app, { ...about, state: 'FAILED', rule_arn: ruleArnOf('b') });
  const third = await putDelivery(app, { ...about, bus_event_id: otherEvent!, target_arn: 'q' });
  await putDelivery(app, { ...about, account_id: '999999999999' });
  await putDelivery(app, { ...about, region: 'us-east-1' });
  const now = app.clock.now() / 1000;
  const asked: [Json, number[]][] = [
    [{}, [third, second, first]],
    [{ State: 'FAILED' }, [second]],
    [{ State: 'DEAD_LETTERED' }, []],
    [{ RuleArn: ruleArnOf('notify') }, [third, first]],
    [{ RuleArn: ruleArnOf('notify'), State: 'PENDING' }, [third]],
    [{ TargetArn: 'q' }, [third]],
    [{ EventId: eventIdOf(event) }, [second, first]],
    [{ EventId: eventIdOf(event), State: 'DELIVERED' }, [first]],
    [{ EventId: eventIdOf(70) }, []],
    [{ StartTime: now }, [third, second]],
    [{ EndTime: now - 1 }, [first]],
    [{ StartTime: now - 30, EndTime: now - 1 }, []],
  ];
  for (const [input, expected] of asked) {
    assert.deepEqual(await listed(app, input), expected, JSON.stringify(input));
  }
});

test('pages are full, also of what is rare, and the last says so', async (t) => {
  const { app, ruleId, event } = await start(t);
  const wanted: number[] = [];
  for (let count = 0; count < 40; count += 1) {
    const rule_arn = ruleArnOf(count % 4 === 0 ? 'rare' : 'notify');
    const id = await putDelivery(app, { bus_event_id: event, rule_id: ruleId, rule_arn });
    if (count % 4 === 0) wanted.unshift(id);
  }
  const seen: number[] = [];
  let NextToken: string | undefined;
  do {
    const page = await app.ok<{ Deliveries: { DeliveryId: number }[]; NextToken?: string }>(
      'ListDeliveries',
      { RuleArn: ruleArnOf('rare'), MaxResults: 5, ...(NextToken && { NextToken }) },
      { service },
    );
    assert.equal(page.Deliveries.length, 5);
    seen.push(...page.Deliveries.map(({ DeliveryId }) => DeliveryId));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  assert.deepEqual(seen, wanted);
});

// --- Redriven ---

test('what was given up is tried anew: by its number, and journaled', async (t) => {
  const { app, ruleId, event } = await start(t);
  const about = { bus_event_id: event, rule_id: ruleId };
  const failed = await putDelivery(app, { ...about, state: 'FAILED', attempts: 3 });
  const done = await putDelivery(app, { ...about, state: 'DELIVERED', attempts: 1 });
  await newEntries(app);
  const input = { DeliveryIds: [failed, done] };
  const output = await app.ok('RedriveDeliveries', input, { service });
  assert.deepEqual(output, { RedrivenCount: 1 });
  assert.deepEqual(await statesOf(app), ['PENDING', 'DELIVERED']);
  const [row] = await app.database.read((tx) =>
    tx.rows(tx.sql.selectFrom('delivery').selectAll().where('id', '=', failed)),
  );
  assert.deepEqual([row!.attempts, row!.round_attempts, row!.settled_at], [3, 0, null]);
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'RedriveDeliveries',
      resource: ruleArnOf('notify'),
      request: input,
      after: { RedrivenDeliveryIds: [failed] },
    },
  ]);
  await app.ok('RedriveDeliveries', input, { service });
  assert.deepEqual(await newEntries(app), []);
});

test('all that a rule gave up is tried anew, of one target or of a time', async (t) => {
  const { app, ruleId, event } = await start(t);
  const about = { bus_event_id: event, rule_id: ruleId, state: 'DEAD_LETTERED' } as const;
  await putDelivery(app, { ...about });
  await putDelivery(app, { ...about, target_id: 'other' });
  app.clock.advance(60_000);
  await putDelivery(app, { ...about });
  await putDelivery(app, { ...about, rule_id: await putRule(app, 'else') });
  const RuleArn = ruleArnOf('notify');
  const redrive = (input: Json) => app.ok('RedriveDeliveries', { RuleArn, ...input }, { service });
  const StartTime = app.clock.now() / 1000;
  assert.deepEqual(await redrive({ StartTime }), { RedrivenCount: 1 });
  const [pending, given] = ['PENDING', 'DEAD_LETTERED'];
  assert.deepEqual(await statesOf(app), [given, given, pending, given]);
  assert.deepEqual(await redrive({ TargetId: 'hook' }), { RedrivenCount: 1 });
  assert.deepEqual(await statesOf(app), [pending, given, pending, given]);
  assert.deepEqual(await redrive({}), { RedrivenCount: 1 });
  assert.deepEqual(await statesOf(app), [pending, pending, pending, given]);
});

test('very many are tried anew in several calls', async (t) => {
  const { app, ruleId, event } = await start(t);
  const most = limits.redrivenDeliveriesMax;
  for (let count = 0; count < most + 3; count += 1) {
    await putDelivery(app, { bus_event_id: event, rule_id: ruleId, state: 'FAILED' });
  }
  const redrive = (more: Json = {}) =>
    app.ok('RedriveDeliveries', { RuleArn: ruleArnOf('notify'), ...more }, { service });
  const { RedrivenCount, NextToken } = await redrive();
  assert.equal(RedrivenCount, most);
  // What fails again meanwhile is not met again.
  await app.database.write((tx) =>
    tx.rows(tx.sql.updateTable('delivery').set({ state: 'FAILED' }).returning('id')),
  );
  assert.deepEqual(await redrive({ NextToken }), { RedrivenCount: 3 });
  assert.deepEqual((await statesOf(app)).filter((state) => state === 'PENDING').length, 3);
});

// --- Who may ---

test('a user may what a policy allows of a rule, and nothing of another', async (t) => {
  const { app, ruleId, event } = await start(t);
  const own = { bus_event_id: event, rule_id: ruleId, state: 'FAILED' } as const;
  const mine = await putDelivery(app, own);
  const other = await putDelivery(app, { ...own, rule_arn: ruleArnOf('else') });
  const { credentials } = await makeUser(
    app,
    'sam',
    policyOf({ Effect: 'Allow', Action: 'imprimatur:*', Resource: ruleArnOf('notify') }),
  );
  const as = { service, credentials } as const;
  await app.ok('DescribeDelivery', { DeliveryId: mine }, as);
  await app.ok('ListDeliveries', { RuleArn: ruleArnOf('notify') }, as);
  const denied: [string, Json, string][] = [
    ['DescribeDelivery', { DeliveryId: other }, ruleArnOf('else')],
    ['DescribeDelivery', { DeliveryId: 70 }, anyRule],
    ['ListDeliveries', {}, anyRule],
    ['ListDeliveries', { RuleArn: ruleArnOf('else') }, ruleArnOf('else')],
    ['RedriveDeliveries', { DeliveryIds: [mine, other] }, ruleArnOf('else')],
    ['RedriveDeliveries', { RuleArn: ruleArnOf('else') }, ruleArnOf('else')],
  ];
  for (const [operation, input, resource] of denied) {
    const { code, message } = await app.refused(operation, input, as);
    assert.equal(code, 'AccessDeniedException', operation);
    assert.ok(message.includes(`imprimatur:${operation} on resource: ${resource}`), message);
  }
  assert.deepEqual(await statesOf(app), ['FAILED', 'FAILED']);
  await app.ok('RedriveDeliveries', { DeliveryIds: [mine] }, as);
  assert.deepEqual(await statesOf(app), ['PENDING', 'FAILED']);
});
