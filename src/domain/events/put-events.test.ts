import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newEntries, otherAccount, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';

type Json = Record<string, unknown>;
interface Answer {
  readonly FailedEntryCount: number;
  readonly Entries: { EventId?: string; ErrorCode?: string; ErrorMessage?: string }[];
}

const events = { service: 'events' } as const;
const arn = (name: string) => `arn:aws:events:${testRegion}:${testAccount}:event-bus/${name}`;
const entry = { Source: 'ci', DetailType: 'Build', Detail: '{"ok":true}' };

function put(app: TestApp, ...Entries: Json[]): Promise<Answer> {
  return app.ok<Answer>('PutEvents', { Entries }, events);
}

/** What was put on buses, routed meanwhile or not: the bus and the envelope's text. */
async function putOn(app: TestApp): Promise<[bus: string, body: string][]> {
  const read = (table: 'event_outbox' | 'bus_event') =>
    app.database.read((tx) =>
      tx.rows(tx.sql.selectFrom(table).select(['id', 'bus_name', 'body']).orderBy('id')),
    );
  const rows = [...(await read('bus_event')), ...(await read('event_outbox'))];
  return rows.flatMap(({ bus_name: bus, body }) => (body === null ? [] : [[bus, body]]));
}

test('an event is put on its bus in the words of its sender, with what was left out', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateEventBus', { Name: 'ml' }, events);
  await newEntries(app);
  const Detail = ' {"big": 12345678901234567890,\n"text":"{[\\"\\u2028", "n": 1e400} ';
  const whole = {
    ...{ ...entry, Detail, EventBusName: arn('ml'), Resources: ['arn:a', 'b'] },
    ...{ Time: 1_772_615_727.9, TraceHeader: 'Root=1' },
  };
  app.clock.advance(60_000);
  const answer = await put(app, entry, whole);
  assert.equal(answer.FailedEntryCount, 0);
  const ids = answer.Entries.map(({ EventId }) => EventId!);
  assert.equal(new Set(ids).size, 2);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const head = (id: string, time: string, resources: string) =>
    `{"version":"0","id":"${id}","detail-type":"Build","source":"ci","account":"${testAccount}",` +
    `"time":"${time}","region":"${testRegion}","resources":${resources},"detail":`;
  assert.deepEqual(await putOn(app), [
    ['default', `${head(ids[0]!, '2026-03-04T09:16:27Z', '[]')}{"ok":true}}`],
    ['ml', `${head(ids[1]!, '2026-03-04T09:15:27Z', '["arn:a","b"]')}${Detail}}`],
  ]);
  const hidden = { Detail: 'HIDDEN_DUE_TO_SECURITY_REASONS' };
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'PutEvents',
      resource: arn('default'),
      request: {
        Entries: [
          { ...entry, ...hidden },
          { ...whole, ...hidden, Time: 1_772_615_727_900 },
        ],
      },
      after: { Entries: answer.Entries },
    },
  ]);
});

describe('an entry is judged by itself', () => {
  const invalid = (parameter: string, reason: string) => ({
    ErrorCode: 'InvalidArgument',
    ErrorMessage: `Parameter ${parameter} is not valid. Reason: ${reason}`,
  });
  const isRequired = (name: string) => invalid(name, `${name} is a required argument.`);
  const malformed = { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const unauthorized = {
    ErrorCode: 'NotAuthorizedForSourceException',
    ErrorMessage: 'Not authorized for the source.',
  };
  const deep = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
  const { Source: _, ...sourceless } = entry;
  const faults: [what: string, spoilt: Json, fault: Json][] = [
    ['no source', sourceless, isRequired('Source')],
    ['an empty detail type', { ...entry, DetailType: '' }, isRequired('DetailType')],
    ['an empty detail', { ...entry, Detail: '' }, isRequired('Detail')],
    ["AWS's source", { ...entry, Source: 'aws.sagemaker' }, unauthorized],
    ["the registry's source", { ...entry, Source: 'imprimatur' }, unauthorized],
    ['a detail that is no JSON', { ...entry, Detail: '{' }, malformed],
    ['a detail that is a list', { ...entry, Detail: '[]' }, malformed],
    ['a detail that is too deep', { ...entry, Detail: deep(1_101) }, malformed],
    [
      'a bus of another region',
      { ...entry, EventBusName: arn('default').replace(testRegion, 'us-east-1') },
      invalid('EventBusName', 'It is of another region.'),
    ],
    [
      'a time that no text can tell',
      { ...entry, Time: 1e12 },
      invalid('Time', 'It is outside of the years 0 to 9999.'),
    ],
  ];
  for (const [what, spoilt, fault] of faults) {
    test(what, async (t) => {
      const app = await startApp(t);
      const { FailedEntryCount, Entries } = await put(app, entry, spoilt, entry);
      assert.equal(FailedEntryCount, 1);
      assert.deepEqual(Entries[1], fault);
      const told = (await putOn(app)).map(([, body]) => (JSON.parse(body) as Json)['id']);
      assert.deepEqual(told, [Entries[0]?.EventId, Entries[2]?.EventId]);
    });
  }

  test('the deepest detail that there may be, brackets in its texts not counted', async (t) => {
    const app = await startApp(t);
    const texts = JSON.stringify({ a: '[{\\"'.repeat(2_000) });
    const answer = await put(app, { ...entry, Detail: deep(1_100) }, { ...entry, Detail: texts });
    assert.equal(answer.FailedEntryCount, 0);
  });

  test('all of them wrong: nothing is journaled', async (t) => {
    const app = await startApp(t);
    assert.equal((await put(app, sourceless, { ...entry, Detail: '1' })).FailedEntryCount, 2);
    assert.deepEqual(await putOn(app), []);
    assert.deepEqual(await newEntries(app), []);
  });

  test('one for a bus that is not there is answered like any other', async (t) => {
    const app = await startApp(t);
    const { FailedEntryCount, Entries } = await put(app, { ...entry, EventBusName: 'none' });
    assert.equal(FailedEntryCount, 0);
    assert.match(Entries[0]?.EventId ?? '', /^[0-9a-f-]{36}$/);
    assert.deepEqual(await putOn(app), []);
  });

  test("the registry's source, where everything answers as AWS does", async (t) => {
    const app = await startApp(t, { strictAws: true });
    assert.equal((await put(app, { ...entry, Source: 'imprimatur' })).FailedEntryCount, 0);
  });
});

describe('a whole call is refused', () => {
  const refused: [what: string, input: Json, message: string][] = [
    [
      'for more than ten entries',
      { Entries: Array.from({ length: 11 }, () => entry) },
      "1 validation error detected: Value at 'entries' failed to satisfy constraint: " +
        'Member must have length less than or equal to 10',
    ],
    [
      'for an endpoint that is not here',
      { Entries: [entry], EndpointId: 'abcde.veo' },
      'Parameter EndpointId is not valid. Reason: There are no global endpoints here.',
    ],
  ];
  for (const [what, input, message] of refused) {
    test(what, async (t) => {
      const app = await startApp(t);
      const expected = { status: 400, code: 'ValidationException', message };
      assert.deepEqual(await app.refused('PutEvents', input, events), expected);
      assert.deepEqual(await putOn(app), []);
    });
  }

  test('for a byte too many, counted as AWS counts', async (t) => {
    const app = await startApp(t);
    const sized = (bytes: number) => {
      const given = { ...entry, Source: 'é', Resources: ['r'], Time: 1_772_615_727 };
      const others = 14 + 2 + entry.DetailType.length + 1 + '{"a":""}'.length;
      return { ...given, Detail: JSON.stringify({ a: 'x'.repeat(bytes - others) }) };
    };
    const half = limits.putEventsBytesMax / 2;
    assert.equal((await put(app, sized(half), sized(half))).FailedEntryCount, 0);
    const Entries = [sized(half), sized(half + 1)];
    assert.deepEqual(await app.refused('PutEvents', { Entries }, events), {
      ...{ status: 400, code: 'ValidationException' },
      message: 'Total size of the entries in the request is over the limit.',
    });
  });

  test("for another account's bus, whether it is there or not", async (t) => {
    const app = await startApp(t);
    for (const name of ['default', 'none']) {
      const EventBusName = arn(name).replace(testAccount, otherAccount);
      const Entries = [entry, { ...entry, EventBusName }];
      const { code, message } = await app.refused('PutEvents', { Entries }, events);
      assert.equal(code, 'AccessDeniedException');
      assert.match(message, /because no resource-based policy allows the events:PutEvents action$/);
    }
    assert.deepEqual(await putOn(app), []);
  });
});

describe('a pattern is tested', () => {
  const Event = JSON.stringify({
    ...{ id: 'a', account: 'a', source: 'ci', time: 'a', region: 'a' },
    ...{ 'detail-type': 'Build', detail: { ok: true } },
  });
  const EventPattern = '{"source":["ci"]}';

  test('and matches or not', async (t) => {
    const app = await startApp(t);
    const ask = (pattern: string) =>
      app.ok('TestEventPattern', { EventPattern: pattern, Event }, events);
    assert.deepEqual(await ask(EventPattern), { Result: true });
    assert.deepEqual(await ask('{"detail":{"ok":[false]}}'), { Result: false });
  });

  const deep = Event.replace('true', `${'['.repeat(200_000)}${']'.repeat(200_000)}`);
  for (const event of ['x', '[]', 'null', '{}', Event.replace('"region"', '"place"'), deep]) {
    test(`but not with the event ${event.slice(0, 200)}`, async (t) => {
      const app = await startApp(t);
      const input = { EventPattern, Event: event };
      assert.deepEqual(await app.refused('TestEventPattern', input, events), {
        ...{ status: 400, code: 'ValidationException' },
        message: 'Parameter Event is not valid.',
      });
    });
  }

  test('but not one that is none', async (t) => {
    const app = await startApp(t);
    const input = { EventPattern: '{"a":"x"}', Event };
    const { code, message } = await app.refused('TestEventPattern', input, events);
    assert.equal(code, 'InvalidEventPatternException');
    assert.match(
      message,
      /^Event pattern is not valid\. Reason: "a" must be an object or an array/,
    );
  });
});
