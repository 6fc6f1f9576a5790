import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { deliveriesOf, testEventWorker, TestTargets } from '../../tests/support/event-target.ts';
import { startApp } from '../../tests/support/scenario.ts';
import type { TestApp } from '../../tests/support/test-app.ts';
import { testAccount, testRegion } from '../../tests/support/test-app.ts';

const events = { service: 'events' } as const;
const minute = 60_000;

/** A rule as a caller makes it, with a target of the test. */
async function makeScheduled(
  app: TestApp,
  name: string,
  rule: { ScheduleExpression?: string; EventPattern?: string },
  target: object = {},
): Promise<void> {
  await app.ok('PutRule', { Name: name, ...rule }, events);
  const arn = `test:${name}`;
  await app.database.write(async (tx) => {
    const [row] = await tx.rows(
      tx.sql.selectFrom('event_rule').select('id').where('name', '=', name),
    );
    const document = JSON.stringify({ Id: 'one', Arn: arn, ...target });
    const values = { rule_id: row!.id, target_id: 'one', arn, document };
    await tx.rows(tx.sql.insertInto('event_target').values(values));
  });
}

/** Servers on one database, of which each has targets of its own. */
async function startServers(t: TestContext, names: readonly string[]) {
  const app = await startApp(t);
  const servers = names.map((holder) => {
    const targets = new TestTargets();
    // Nobody takes over for silence, however slow the machine is.
    const worker = testEventWorker(app, { kinds: [targets], holder, elapsed: () => 0 });
    t.after(() => worker.stop());
    return { worker, targets };
  });
  const got = () => servers.flatMap(({ targets }) => targets.got.map(({ target }) => target.Arn));
  return { app, servers, got };
}

test('a schedule sends its event to its targets at its times, and to nobody else', async (t) => {
  const { app, servers, got } = await startServers(t, ['one']);
  const [{ worker, targets }] = servers as [(typeof servers)[0]];
  const InputTransformer = {
    InputPathsMap: { at: '$.time' },
    InputTemplate: '"<aws.events.rule-name> at <at>"',
  };
  await makeScheduled(app, 'often', { ScheduleExpression: 'rate(5 minutes)' });
  await makeScheduled(
    app,
    'sharp',
    { ScheduleExpression: 'cron(20 * * * ? *)' },
    { InputTransformer },
  );
  await makeScheduled(app, 'eager', { EventPattern: '{"source":["aws.events"]}' });
  await makeScheduled(app, 'off', { ScheduleExpression: 'rate(1 minute)' });
  await app.ok('DisableRule', { Name: 'off' }, events);

  await worker.pass();
  assert.deepEqual(got(), []);
  app.clock.advance(5 * minute);
  await worker.pass();
  await worker.pass();
  assert.deepEqual(got().toSorted(), ['test:often', 'test:sharp']);
  const inputs = Object.fromEntries(targets.got.map((one) => [one.rule.name, one.input]));
  assert.equal(inputs['sharp'], '"sharp at 2026-03-04T09:20:00Z"');
  const { id, ...event } = JSON.parse(inputs['often']!) as Record<string, unknown>;
  assert.match(String(id), /^[0-9a-f-]{36}$/);
  assert.deepEqual(event, {
    version: '0',
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: testAccount,
    time: '2026-03-04T09:20:27Z',
    region: testRegion,
    resources: [`arn:aws:events:${testRegion}:${testAccount}:rule/often`],
    detail: {},
  });
});

test('of two servers on one database one sends each time of a schedule, once', async (t) => {
  const { app, servers, got } = await startServers(t, ['one', 'two']);
  await makeScheduled(app, 'often', { ScheduleExpression: 'rate(1 minute)' });
  let running = servers;
  for (let times = 1; times <= 4; times += 1) {
    app.clock.advance(minute);
    await Promise.all(running.map(({ worker }) => worker.pass()));
    assert.deepEqual(
      got(),
      Array.from({ length: times }, () => 'test:often'),
    );
    if (times !== 2) continue;
    const holder = servers.find(({ targets }) => targets.got.length > 0)!;
    await holder.worker.stop();
    running = servers.filter((server) => server !== holder);
  }
  assert.deepEqual(
    servers.map(({ targets }) => targets.got.length),
    [2, 2],
  );
  const deliveries = await deliveriesOf(app);
  assert.equal(new Set(deliveries.map(({ bus_event_id: event }) => event)).size, 4);
});

test('a rule that is enabled again counts from then', async (t) => {
  const { app, servers, got } = await startServers(t, ['one']);
  const [{ worker }] = servers as [(typeof servers)[0]];
  await makeScheduled(app, 'often', { ScheduleExpression: 'rate(5 minutes)' });
  await app.ok('DisableRule', { Name: 'often' }, events);
  app.clock.advance(7 * minute);
  await app.ok('EnableRule', { Name: 'often' }, events);
  await worker.pass();
  app.clock.advance(5 * minute - 1);
  await worker.pass();
  assert.deepEqual(got(), []);
  app.clock.advance(1);
  await worker.pass();
  assert.deepEqual(got(), ['test:often']);
});
