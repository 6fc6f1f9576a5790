import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventIdOf, putBusEvents } from '../../../tests/support/event-rows.ts';
import { assertRefused, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';

type Json = Record<string, unknown>;

const service = 'imprimatur' as const;
const busArn = (name: string) => `arn:aws:events:${testRegion}:${testAccount}:event-bus/${name}`;

interface Page {
  readonly Events: {
    readonly LogId: string;
    readonly EventBusName: string;
    readonly IngestionTime: number;
    readonly Event: string;
  }[];
  readonly NextToken?: string;
}

function list(app: TestApp, input: Json = {}): Promise<Page> {
  return app.ok<Page>('ListEvents', input, { service });
}

async function numbers(app: TestApp, input: Json = {}): Promise<number[]> {
  return (await list(app, input)).Events.map(({ LogId }) => Number(LogId));
}

test('ListEvents is refused: a bad pattern, a bus that is not there', async (t) => {
  const app = await startApp(t);
  const bad = await app.refused('ListEvents', { EventPattern: '{"a":1}' }, { service });
  assert.equal(bad.code, 'InvalidEventPatternException');
  await assertRefused(
    app,
    'ListEvents',
    { EventBusName: 'missing' },
    { message: 'Event bus missing does not exist.', resource: busArn('missing') },
    { service },
  );
});

test('events are listed from the newest on, by bus, pattern and time', async (t) => {
  const app = await startApp(t);
  await putBusEvents(app, { count: 2 });
  app.clock.advance(60_000);
  const now = app.clock.now() / 1000;
  await putBusEvents(app, { group: 'Other' });
  await putBusEvents(app, { account: '999999999999' });
  await putBusEvents(app, { bus: 'own' });
  const EventPattern = JSON.stringify({ detail: { group: ['Fraud'] } });
  assert.deepEqual(await numbers(app), [3, 2, 1]);
  assert.deepEqual(await numbers(app, { EventPattern }), [2, 1]);
  assert.deepEqual(await numbers(app, { StartTime: now }), [3]);
  assert.deepEqual(await numbers(app, { EndTime: now - 1 }), [2, 1]);
  assert.deepEqual(await numbers(app, { EventBusName: busArn('default') }), [3, 2, 1]);
  const { Event, ...told } = (await list(app)).Events[0]!;
  assert.deepEqual(told, { LogId: '3', EventBusName: 'default', IngestionTime: now });
  assert.equal((JSON.parse(Event) as Json)['id'], eventIdOf(3));
});

test('a page ends where enough was looked at, and the next goes on', async (t) => {
  const app = await startApp(t);
  await putBusEvents(app, { group: 'Rare' });
  await putBusEvents(app, { count: limits.listedEventsScannedMax });
  const input = { EventPattern: JSON.stringify({ detail: { group: ['Rare'] } }) };
  const first = await list(app, input);
  assert.deepEqual(first.Events, []);
  const second = await list(app, { ...input, NextToken: first.NextToken! });
  assert.deepEqual(
    second.Events.map(({ LogId }) => LogId),
    ['1'],
  );
  assert.equal(second.NextToken, undefined);
});
