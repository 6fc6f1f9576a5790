import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEventPattern } from '../events/event-pattern.ts';
import { RouteTable } from './route-table.ts';

const bus = { account_id: '123456789012', region: 'eu-west-1', bus_name: 'default' };
const event = {
  version: '0' as const,
  id: '5d1c4a0e-1f52-5a0b-8d0f-0c8b6f1f2a77',
  'detail-type': 'd',
  source: 'app',
  account: bus.account_id,
  time: '2026-01-01T00:00:00Z',
  region: bus.region,
  resources: [],
  detail: {},
};

test('a pattern that is not understood, or that fails, is told of once and stops no other', () => {
  const [good, failing] = ['{"source":["app"]}', '{"source":[{"prefix":"a"}]}'];
  const fails = (): boolean => {
    throw new Error('It fails.');
  };
  const known = new Map([
    [failing, { ...parseEventPattern(failing), matches: fails, matchesFields: fails }],
  ]);
  const broken: string[] = [];
  const table = new RouteTable(
    [good, failing, '{"source":"no array"}'].map((pattern) => ({
      source: { ...bus, pattern },
      item: pattern,
    })),
    known,
    (_, error) => broken.push((error as Error).message),
  );
  assert.equal(broken.length, 1);
  assert.match(broken[0]!, /"source" must be an object or an array/);
  assert.deepEqual(table.waitingFor(bus, event), [good]);
  assert.deepEqual(table.waitingFor(bus, event), [good]);
  assert.deepEqual(broken.slice(1), ['It fails.']);
  assert.deepEqual(table.waitingFor({ ...bus, bus_name: 'other' }, event), []);
});
