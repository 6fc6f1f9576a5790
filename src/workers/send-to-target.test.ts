import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeRule, testEventWorker, TestTargets } from '../../tests/support/event-target.ts';
import { startApp } from '../../tests/support/scenario.ts';

test('a target gets numbers as they came, also by its input settings and in a replay', async (t) => {
  const app = await startApp(t);
  const targets = new TestTargets();
  const worker = testEventWorker(app, { kinds: [targets] });
  t.after(() => worker.stop());
  const events = { service: 'events' } as const;
  const Detail = '{"id":12345678901234567890,"price":1.50,"far":1e400,"plain":7}';
  const settings = {
    whole: {},
    part: { InputPath: '$.detail' },
    made: {
      InputTransformer: {
        InputPathsMap: { id: '$.detail.id', price: '$.detail.price' },
        InputTemplate: '{"a":<id>,"b":"no <id> for <price>"}',
      },
    },
  };
  for (const [name, target] of Object.entries(settings)) {
    await makeRule(app.database, { name, target, pattern: { detail: { plain: [7] } } });
  }
  const before = app.clock.now() / 1000;
  await app.ok('PutEvents', { Entries: [{ Source: 's', DetailType: 'd', Detail }] }, events);
  await worker.pass();
  const inputs = () => Object.fromEntries(targets.got.map(({ rule, input }) => [rule.name, input]));
  const { whole, ...others } = inputs();
  assert.ok(whole?.includes(`"detail":${Detail}`), whole);
  assert.deepEqual(others, {
    part: Detail,
    made: '{"a":12345678901234567890,"b":"no 12345678901234567890 for 1.50"}',
  });

  targets.got.length = 0;
  app.clock.advance(1000);
  await app.ok('ReplayEvents', { Rule: 'whole', From: before }, { service: 'imprimatur' });
  await worker.pass();
  assert.ok(inputs()['whole']?.includes(`"detail":${Detail}`), inputs()['whole']);
  assert.match(inputs()['whole']!, /"replay-name":"whole-\d+"/);
});
