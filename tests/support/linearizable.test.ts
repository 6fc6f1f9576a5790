import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listedAs, registryModel, told } from '../crash/registry-model.ts';
import type { RegistryCall } from '../crash/registry-model.ts';
import { findAnomaly } from './linearizable.ts';
import type { Model, Operation } from './linearizable.ts';

/** `from-to`, or `from-` of a call whose outcome is unknown. */
function call<Input>(span: string, input: Input, output?: string): Operation<Input> {
  const [from, to] = span.split('-');
  return { input, output, invoked: Number(from), returned: to === '' ? Infinity : Number(to) };
}

type Register = { write: number } | 'read';

const register: Model<Register, { key: string }> = {
  initial: { key: '0' },
  apply: (state, input) =>
    input === 'read'
      ? { state, output: state.key }
      : { state: { key: String(input.write) }, output: 'ok' },
  isRead: (input) => input === 'read',
};

const group = 'g';
const made = call<RegistryCall>('0-1', { kind: 'createGroup', group }, 'ok');
const plain = { kind: 'create', group, status: 'Approved', metadata: {} } as const;
const reference = { group, version: 1 };
const created = call<RegistryCall>('2-3', plain, 'g/1');
const set = (key: string) =>
  ({ kind: 'update', reference, set: { [key]: 'x' }, remove: [] }) as const;
const described = (...keys: string[]) =>
  `g/1 Approved ${told(Object.fromEntries(keys.map((key) => [key, 'x'])))}`;

const right: Record<string, Operation<RegistryCall>[]> = {
  'calls one after the other': [made, created, call('4-5', plain, 'g/2')],
  'versions that are answered in another order than they are numbered': [
    made,
    call('2-9', plain, 'g/2'),
    call('3-5', plain, 'g/1'),
  ],
  'merges side by side, both of which are kept': [
    made,
    created,
    call('4-9', set('a'), 'g/1'),
    call('5-8', set('b'), 'g/1'),
    call('10-11', { kind: 'describe', reference }, described('a', 'b')),
  ],
  'a removal that was answered before what it removed': [
    made,
    call('2-8', { kind: 'untag', target: { group }, key: 'a' }, 'ok'),
    call('3-9', { kind: 'tag', target: { group }, set: { a: 'x' } }, told({ a: 'x' })),
    call('10-11', { kind: 'tags', target: { group } }, told({})),
  ],
  'an alias that two want and one gets': [
    made,
    call('2-9', { ...plain, alias: 'best' }, 'g/1'),
    call('3-8', { ...plain, alias: 'best' }, 'exists'),
    call('10-11', { kind: 'describe', reference: { alias: 'best' } }, described()),
  ],
  'a token that is repeated side by side': [
    made,
    call('2-9', { ...plain, token: 't' }, 'g/1'),
    call('3-8', { ...plain, token: 't' }, 'g/1'),
    call('10-11', { ...plain, token: 't', status: 'Rejected' }, 'misused'),
  ],
  'an unknown creation that happened long after it was sent': [
    made,
    call('2-', plain),
    call('3-4', { kind: 'list', group }, ''),
    call('5-6', { kind: 'list', group }, listedAs([[1, 'Approved']])),
  ],
  'an unknown creation that never happened': [made, call('2-', plain), call('3-4', plain, 'g/1')],
  'a deletion of the group beside a creation in it': [
    made,
    call('2-9', { kind: 'deleteGroup', group }, 'ok'),
    call('3-8', plain, 'missing'),
    call('10-11', { kind: 'createGroup', group }, 'ok'),
    call('12-13', plain, 'g/1'),
  ],
};

for (const [name, history] of Object.entries(right)) {
  test(`accepts ${name}`, () => {
    assert.equal(findAnomaly(history, registryModel), undefined);
  });
}

const wrong: Record<string, Operation<RegistryCall>[]> = {
  'a lost update': [
    made,
    created,
    call('4-9', set('a'), 'g/1'),
    call('5-8', set('b'), 'g/1'),
    call('10-11', { kind: 'describe', reference }, described('b')),
  ],
  'a version number given twice': [made, call('2-9', plain, 'g/1'), call('3-8', plain, 'g/1')],
  'a version number left out': [made, created, call('4-5', plain, 'g/3')],
  'a stale read after an acknowledged write': [
    made,
    created,
    call('4-5', set('a'), 'g/1'),
    call('6-7', { kind: 'describe', reference }, described()),
  ],
  'a list without an acknowledged version': [
    made,
    created,
    call('4-5', { kind: 'list', group }, ''),
  ],
  'an alias given twice': [
    made,
    call('2-9', { ...plain, alias: 'best' }, 'g/1'),
    call('3-8', { ...plain, alias: 'best' }, 'g/2'),
  ],
  'a token honoured twice': [
    made,
    call('2-9', { ...plain, token: 't' }, 'g/1'),
    call('3-8', { ...plain, token: 't' }, 'g/2'),
  ],
  'an acknowledged write that a failover lost': [
    made,
    created,
    call('4-', plain),
    call('5-6', { kind: 'describe', reference }, 'missing'),
  ],
  'an unknown change that comes and goes': [
    made,
    created,
    call('4-', set('a')),
    call('5-6', { kind: 'describe', reference }, described('a')),
    call('7-8', { kind: 'describe', reference }, described()),
  ],
  'an effect before its call was sent': [
    made,
    call('2-3', { kind: 'describe', reference }, described()),
    call('4-5', plain, 'g/1'),
  ],
};

for (const [name, history] of Object.entries(wrong)) {
  test(`rejects ${name}`, () => {
    const anomaly = findAnomaly(history, registryModel);
    assert.ok(anomaly, 'the history was accepted');
    assert.ok(anomaly.stuckAt.length > 0);
  });
}

test('goes back where the first order that it tries leads nowhere', () => {
  const history = [
    call<Register>('0-9', { write: 1 }, 'ok'),
    call<Register>('1-9', { write: 2 }, 'ok'),
    call<Register>('2-9', { write: 3 }, 'ok'),
    call<Register>('10-11', 'read', '1'),
  ];
  assert.equal(findAnomaly(history, register), undefined);
  assert.ok(findAnomaly([...history, call<Register>('12-13', 'read', '2')], register));
});

test('judges long histories of many clients, and finds the one wrong answer in them', () => {
  // What a right register answered: each call took effect somewhere between its ends.
  const history: Operation<Register>[] = [];
  let value = 0;
  for (let at = 0; at < 1_000; at += 1) {
    const spread = (at * 7919) % 10;
    const [invoked, returned] = [at - spread, at + 9 - spread];
    const input: Register = at % 3 === 0 ? { write: at } : 'read';
    if (input !== 'read') value = input.write;
    const isUnknown = at % 500 === 499;
    history.push({
      input,
      output: isUnknown ? undefined : input === 'read' ? String(value) : 'ok',
      invoked,
      returned: isUnknown ? Infinity : returned,
    });
  }
  assert.equal(findAnomaly(history, register), undefined);
  const index = 700;
  history[index] = { ...history[index]!, input: 'read', output: '-1' };
  assert.ok(findAnomaly(history, register));
});
