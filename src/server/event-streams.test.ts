import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { putBusEvents } from '../../tests/support/event-rows.ts';
import type { PutEvents } from '../../tests/support/event-rows.ts';
import { identityOk, policyOf } from '../../tests/support/identity-calls.ts';
import { allowing, makeUser } from '../../tests/support/identity-scenario.ts';
import { LiveStream } from '../../tests/support/live-stream.ts';
import type { StreamRequest } from '../../tests/support/live-stream.ts';
import { newEntries, startApp } from '../../tests/support/scenario.ts';
import { testAccount, testRegion } from '../../tests/support/test-app.ts';
import type { TestApp } from '../../tests/support/test-app.ts';
import { limits } from '../kernel/limits.ts';
import { listen } from './http.ts';

const busArn = `arn:aws:events:${testRegion}:${testAccount}:event-bus/default`;

interface Served {
  readonly app: TestApp;
  readonly open: (asked?: Partial<StreamRequest>) => Promise<LiveStream>;
  readonly port: number;
}

async function serve(t: TestContext, origins: readonly string[] = []): Promise<Served> {
  const app = await startApp(t);
  const { newId, log } = app.app;
  const handle = app.app.handle.bind(app.app);
  const server = await listen({ newId, log, corsOrigins: origins, handle }, '127.0.0.1', 0);
  t.after(() => server.close());
  t.after(() => app.app.streams.drain());
  const { port } = server;
  const open = (asked: Partial<StreamRequest> = {}) =>
    LiveStream.open({
      port,
      credentials: app.app.rootAccessKey,
      now: app.clock.now(),
      ...asked,
    });
  return { app, open, port };
}

/** Puts events into the log, and has it looked at. */
async function put(app: TestApp, given: PutEvents = {}): Promise<number[]> {
  const ids = await putBusEvents(app, given);
  app.app.streams.wake();
  return ids;
}

function numbersOf(events: readonly unknown[]): number[] {
  return events.map((event) => (event as { detail: { number: number } }).detail.number);
}

// --- Refused ---

test('nobody streams without a signature', async (t) => {
  const { port, app } = await serve(t);
  const unsigned = await LiveStream.ask(port, '/imprimatur/events', {});
  await unsigned.until(() => unsigned.isOver);
  assert.equal(unsigned.status, 403);
  assert.match(unsigned.text, /MissingAuthenticationTokenException/);
  assert.equal(app.app.streams.open, 0);
});

const refusals: [title: string, parameters: Record<string, string>, expected: RegExp][] = [
  ['a pattern that is none', { pattern: '{"source":[]}' }, /InvalidEventPatternException/],
  ['a bus that is not there', { bus: 'missing' }, /Event bus missing does not exist\./],
  ['a place that is no number', { 'last-event-id': 'x' }, /'lastEventId' failed to satisfy/],
  ['a time that is none', { from: 'noon' }, /'startTime'/],
];

for (const [title, parameters, expected] of refusals) {
  test(`a stream is refused: ${title}`, async (t) => {
    const { app, open } = await serve(t);
    const stream = await open({ parameters });
    await stream.until(() => stream.isOver);
    assert.ok(stream.status >= 400 && stream.status < 500, stream.text);
    assert.match(stream.text, expected);
    assert.match(stream.headers['content-type']!, /^application\/json/);
    assert.equal(app.app.streams.open, 0);
    const [entry] = await newEntries(app);
    assert.equal(entry!.operation, 'StreamEvents');
  });
}

test('a user streams whom a policy lets, and from that bus only', async (t) => {
  const { app, open } = await serve(t);
  const sam = await makeUser(app, 'sam', allowing('sagemaker:*'));
  const refused = await open({ credentials: sam.credentials });
  await refused.until(() => refused.isOver);
  assert.equal(refused.status, 403);
  assert.match(refused.text, new RegExp(`imprimatur:StreamEvents on resource: ${busArn}`));
  const ana = await makeUser(
    app,
    'ana',
    policyOf({ Effect: 'Allow', Action: 'imprimatur:StreamEvents', Resource: busArn }),
  );
  const stream = await open({ credentials: ana.credentials });
  assert.equal(stream.status, 200);
});

test('a principal has so many streams and no more', async (t) => {
  const { open } = await serve(t);
  for (let count = 0; count < limits.streamsPerPrincipalMax; count += 1) {
    assert.equal((await open()).status, 200);
  }
  const refused = await open();
  await refused.until(() => refused.isOver);
  assert.equal(refused.status, 429);
  assert.match(refused.text, /ThrottlingException/);
});

// --- What is told ---

test('a stream tells what is put on the bus from now on, in order', async (t) => {
  const { app, open } = await serve(t);
  await put(app, { count: 3 });
  const stream = await open();
  assert.equal(stream.status, 200);
  assert.match(stream.headers['content-type']!, /^text\/event-stream/);
  assert.equal(stream.headers['cache-control'], 'no-store');
  await stream.until(() => stream.lastId === '3');
  await put(app, { count: 5 });
  assert.deepEqual(numbersOf(await stream.take(5)), [4, 5, 6, 7, 8]);
  assert.deepEqual(
    stream.events.map(({ id, name }) => [id, name]),
    [4, 5, 6, 7, 8].map((id) => [String(id), 'message']),
  );
});

test('a pattern picks; another account, another bus and another region are not told', async (t) => {
  const { app, open } = await serve(t);
  const pattern = JSON.stringify({ detail: { group: ['Fraud'] } });
  const stream = await open({ parameters: { pattern } });
  const elsewhere = await open({ region: 'us-east-1' });
  await stream.until(() => stream.lastId !== '');
  await put(app, { group: 'Other' });
  await put(app, { account: '999999999999' });
  await put(app, { bus: 'own' });
  const [id] = await put(app);
  assert.deepEqual(numbersOf(await stream.take(1)), [id]);
  assert.deepEqual(elsewhere.events, []);
});

test('who was cut off goes on where it was, by the header or by the query', async (t) => {
  const { app, open } = await serve(t);
  const first = await open();
  await first.until(() => first.lastId === '0');
  await put(app, { count: 2 });
  await first.take(2);
  first.break();
  await put(app, { count: limits.streamPageEvents * 2 + 7 });
  const expected = Array.from({ length: limits.streamPageEvents * 2 + 7 }, (_, i) => i + 3);
  const byHeader = await open({ headers: { 'Last-Event-ID': first.lastId } });
  const byQuery = await open({ parameters: { 'last-event-id': first.lastId } });
  const both = await open({
    parameters: { 'last-event-id': '1' },
    headers: { 'Last-Event-ID': first.lastId },
  });
  for (const stream of [byHeader, byQuery, both]) {
    assert.deepEqual(numbersOf(await stream.take(expected.length)), expected);
  }
});

test('nothing is lost or told twice while events come and the client is cut off', async (t) => {
  const { app, open } = await serve(t);
  const seen: number[] = [];
  const writing = (async () => {
    for (let batch = 0; batch < 60; batch += 1) await put(app, { count: 10 });
  })();
  let lastId = '0';
  while (seen.at(-1) !== 600) {
    const stream = await open({ headers: { 'Last-Event-ID': lastId } });
    await stream.until(() => stream.events.length > 20 || stream.events.at(-1)?.id === '600');
    stream.break();
    seen.push(...numbersOf(stream.events.map(({ data }) => JSON.parse(data) as unknown)));
    ({ lastId } = stream);
  }
  await writing;
  assert.deepEqual(
    seen,
    Array.from({ length: 600 }, (_, i) => i + 1),
  );
});

test('a stream begins with the first event of a time', async (t) => {
  const { app, open } = await serve(t);
  await put(app, { count: 2 });
  app.clock.advance(60_000);
  const from = new Date(app.clock.now()).toISOString();
  await put(app, { count: 2 });
  const stream = await open({ parameters: { from } });
  assert.deepEqual(numbersOf(await stream.take(2)), [3, 4]);
});

test('who comes back too late is told of the gap', async (t) => {
  const { app, open } = await serve(t);
  await put(app, { count: 4 });
  await app.database.write((tx) =>
    tx.rows(tx.sql.deleteFrom('bus_event').where('id', '<', 3).returning('id')),
  );
  const late = await open({ headers: { 'Last-Event-ID': '1' } });
  const inTime = await open({ headers: { 'Last-Event-ID': '2' } });
  await late.take(3);
  assert.deepEqual(
    late.events.map(({ name, data }) => [name, data.slice(0, 20)]),
    [
      ['gap', '{"Reason":"NotKept"}'],
      ['message', late.events[1]!.data.slice(0, 20)],
      ['message', late.events[2]!.data.slice(0, 20)],
    ],
  );
  assert.deepEqual(numbersOf(await inTime.take(2)), [3, 4]);
});

test('who comes from the future, as after a restore, is told of the gap too', async (t) => {
  const { app, open } = await serve(t);
  await put(app, { count: 2 });
  const stream = await open({ headers: { 'Last-Event-ID': '70' } });
  await stream.take(1);
  assert.equal(stream.events[0]!.name, 'gap');
  await put(app);
  await stream.take(2);
  assert.deepEqual(numbersOf([JSON.parse(stream.events[1]!.data)]), [3]);
});

test('what another server puts on the bus is told within moments', async (t) => {
  const { app, open } = await serve(t);
  const stream = await open();
  await stream.until(() => stream.lastId !== '');
  const other = await app.beside({});
  const [id] = await putBusEvents(other);
  await stream.until(() => stream.events.length === 1, 4);
  assert.deepEqual(numbersOf(await stream.take(1)), [id]);
});

// --- How it ends ---

test('a stream ends within moments when its key is deactivated', async (t) => {
  const { app, open } = await serve(t);
  const ana = await makeUser(app, 'ana', allowing('imprimatur:StreamEvents'));
  const stream = await open({ credentials: ana.credentials });
  const other = await open();
  await stream.until(() => stream.lastId !== '');
  const { accessKeyId: AccessKeyId } = ana.credentials;
  await identityOk(app, 'UpdateAccessKey', { UserName: 'ana', AccessKeyId, Status: 'Inactive' });
  app.clock.advance(limits.accessKeysTrustedMilliseconds);
  await stream.until(() => stream.isOver, 4);
  const last = stream.events.at(-1)!;
  assert.deepEqual([last.name, last.data], ['end', '{"Reason":"AccessEnded"}']);
  assert.equal(other.isOver, false);
});

test('a stream ends when the session does that it is signed by', async (t) => {
  const { app, open } = await serve(t);
  const { Credentials } = await identityOk<{ Credentials: Record<string, string> }>(
    app,
    'GetSessionToken',
    { DurationSeconds: '900' },
  );
  const credentials = {
    accessKeyId: Credentials['AccessKeyId']!,
    secretAccessKey: Credentials['SecretAccessKey']!,
    sessionToken: Credentials['SessionToken'],
  };
  const stream = await open({ credentials });
  await stream.until(() => stream.lastId !== '');
  app.clock.advance(901_000);
  await stream.until(() => stream.isOver, 4);
  assert.equal(stream.events.at(-1)!.name, 'end');
});

test('a client that takes nothing is hung up on, and nobody else waits for it', async (t) => {
  const { app, open } = await serve(t);
  const [hanging, reading] = [await open(), await open()];
  await hanging.until(() => hanging.lastId !== '');
  await reading.until(() => reading.lastId !== '');
  hanging.pause();
  const padding = 'x'.repeat(256 * 1024);
  let count = 0;
  while (app.app.streams.open === 2) {
    await put(app, { count: 8, padding });
    count += 8;
    await reading.take(count);
    assert.ok(count < 400, 'it is hung up on before long');
  }
  assert.equal(app.app.streams.open, 1);
});

test('a server that stops ends its streams and takes no more', async (t) => {
  const { app, open } = await serve(t);
  const stream = await open();
  await stream.until(() => stream.lastId !== '');
  app.app.streams.drain();
  await stream.until(() => stream.isOver, 2);
  assert.equal(stream.events.at(-1)!.data, '{"Reason":"ServerStopping"}');
  const refused = await open();
  await refused.until(() => refused.isOver);
  assert.deepEqual([refused.status, refused.headers['retry-after']], [503, '1']);
});

test('a page of an allowed origin streams', async (t) => {
  const origin = 'https://console.example.com';
  const { open } = await serve(t, [origin]);
  const stream = await open({ headers: { origin } });
  assert.equal(stream.headers['access-control-allow-origin'], origin);
});
