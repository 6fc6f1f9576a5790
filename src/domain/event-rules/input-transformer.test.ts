import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf } from '../../../tests/support/scenario.ts';
import type { EventEnvelope } from '../events/event-envelope.ts';
import { checkInput, shapeInput } from './input-transformer.ts';
import type { InputSettings } from './input-transformer.ts';

const event: EventEnvelope = {
  version: '0',
  id: '0f6d0c9e-6c5a-5b0e-9a51-3a6f2a1f7d10',
  'detail-type': 'Thing Happened',
  source: 'my.app',
  account: '111122223333',
  time: '2026-03-04T09:15:27Z',
  region: 'eu-west-1',
  resources: ['arn:one', 'arn:two'],
  detail: {
    text: 'baz',
    odd: 'say "hi"',
    number: 1.5,
    yes: true,
    nothing: null,
    object: { id: 1, k: 'v' },
    list: ['A', 'B'],
    numbers: [1, 2],
    things: [{ name: 'x', tags: ['1', '2'] }, { name: 'y', tags: ['3'] }, { other: 1 }],
    'a-b_c/d': 'dashed',
  },
};
const source = {
  ruleArn: 'arn:aws:events:eu-west-1:111122223333:rule/tell',
  ruleName: 'tell',
  ingestedAt: Date.parse('2026-03-04T09:15:28.900Z'),
};

function shaped(settings: InputSettings): string {
  const input = shapeInput(settings, event, source);
  return 'text' in input ? input.text : input.failure;
}

function transformed(path: string, template: string): string {
  return shaped({ InputTransformer: { InputPathsMap: { v: path }, InputTemplate: template } });
}

test('without settings a target gets the event, its members in order', () => {
  assert.equal(shaped({}), JSON.stringify(event));
});

test('an Input is sent as it is written', () => {
  assert.equal(shaped({ Input: '{"a":  1}' }), '{"a":  1}');
});

for (const [path, text] of [
  ['$', JSON.stringify(event)],
  ['$.detail-type', '"Thing Happened"'],
  ['$.detail.text', '"baz"'],
  ['$.detail.number', '1.5'],
  ['$.detail.nothing', 'null'],
  ['$.detail.object', '{"id":1,"k":"v"}'],
  ['$.detail.a-b_c/d', '"dashed"'],
  ['$.resources[1]', '"arn:two"'],
  ['$.resources[2]', 'null'],
  ['$.detail.things[0].name', '"x"'],
  ['$.detail.things[*].name', '["x","y"]'],
  ['$.detail.things[*].tags[*]', '["1","2","3"]'],
  ['$.detail.object.*', '[1,"v"]'],
  ['$.detail.text.length', 'null'],
  ['$.detail.list.length', 'null'],
  ['$.detail.constructor', 'null'],
  ['$.absent.deeper', 'null'],
] as const) {
  test(`the part of the event at ${path}`, () => {
    assert.equal(shaped({ InputPath: path }), text);
  });
}

/** Events.md section 4: the kind of value, and what becomes of it at three positions. */
const positions: readonly (readonly [path: string, bare: string, quoted: string, text: string])[] =
  [
    ['$.detail.text', '{"a":"baz"}', '{"a":"baz"}', '"so baz"'],
    ['$.detail.odd', '{"a":"say \\"hi\\""}', 'INVALID_JSON', '"so say "hi""'],
    ['$.detail.number', '{"a":1.5}', '{"a":"1.5"}', '"so 1.5"'],
    ['$.detail.yes', '{"a":true}', '{"a":"true"}', '"so true"'],
    ['$.detail.nothing', '{"a":null}', '{"a":"null"}', '"so null"'],
    ['$.detail.object', '{"a":{"id":1,"k":"v"}}', '{"a":"{id:1,k:v}"}', '"so {id:1,k:v}"'],
    ['$.detail.list', '{"a":["A","B"]}', 'INVALID_JSON', '"so [A,B]"'],
    ['$.detail.absent', '{"a":""}', '{"a":""}', '"so "'],
  ];
for (const [path, bare, quoted, text] of positions) {
  test(`the value at ${path} in templates`, () => {
    assert.deepEqual(
      [
        transformed(path, '{"a":<v>}'),
        transformed(path, '{"a":"<v>"}'),
        transformed(path, '"so <v>"'),
      ],
      [bare, quoted, text],
    );
  });
}

test('a JSON template knows where its strings end', () => {
  const template = '{"a \\" <v>":"\\"<v>\\"","b":[<v>,"<v>"], "c":"\\\\","d":<v>}';
  assert.equal(
    transformed('$.detail.text', template),
    '{"a \\" baz":"\\"baz\\"","b":["baz","baz"], "c":"\\\\","d":"baz"}',
  );
});

test('lines in quotes are sent as they are, with what was between them', () => {
  const template = '"Group <v> is ready"\n"and \\"<v>\\" again"\n';
  assert.equal(
    transformed('$.detail.text', template),
    '"Group baz is ready"\n"and \\"baz\\" again"\n',
  );
});

test('prose without quotes makes no input, a placeholder alone does', () => {
  assert.equal(transformed('$.detail.text', '<v> happened'), 'INVALID_JSON');
  assert.equal(transformed('$.detail.object', ' <v> '), ' {"id":1,"k":"v"} ');
});

test('names that are reserved need no path', () => {
  const { detail, 'detail-type': detailType, version, id, ...others } = event;
  const template =
    '{"arn":<aws.events.rule-arn>,"name":"<aws.events.rule-name>",' +
    '"at":<aws.events.event.ingestion-time>,"head":<aws.events.event>,' +
    '"all":<aws.events.event.json>}';
  const text = shaped({ InputTransformer: { InputTemplate: template } });
  assert.deepEqual(JSON.parse(text), {
    arn: source.ruleArn,
    name: 'tell',
    at: '2026-03-04T09:15:28Z',
    head: { version, id, detailType, ...others },
    all: { ...event, detail },
  });
});

const target = { Id: 'one', Arn: 'arn:aws:sqs:eu-west-1:111122223333:q' };
const bus = { Id: 'one', Arn: 'arn:aws:events:eu-west-1:111122223333:event-bus/other' };

function withPaths(InputPathsMap: Record<string, string>, InputTemplate = '"x"'): InputSettings {
  return { InputTransformer: { InputPathsMap, InputTemplate } };
}

for (const [settings, message] of [
  [
    { Input: '{}', InputPath: '$' },
    'Only one of Input, InputPath, or InputTransformer must be provided for target one.',
  ],
  [
    { Input: '{}', ...withPaths({}) },
    'Only one of Input, InputPath, or InputTransformer must be provided for target one.',
  ],
  [{ Input: '{"a"' }, 'Input for target one is not a valid JSON text.'],
  [{ Input: '' }, 'Input for target one is not a valid JSON text.'],
  [{ InputPath: 'detail' }, 'InputPath for target one is invalid.'],
  [{ InputPath: '$detail' }, 'InputPath for target one is invalid.'],
  [{ InputPath: '$.' }, 'InputPath for target one is invalid.'],
  [{ InputPath: '$..detail' }, 'InputPath for target one is invalid.'],
  [{ InputPath: "$['detail']" }, 'InputPath for target one is invalid.'],
  [{ InputPath: '$.list[?(@.a==1)]' }, 'InputPath for target one is invalid.'],
  [{ InputPath: '$.list[-1]' }, 'InputPath for target one is invalid.'],
  [withPaths({ a: '$.b c' }), 'InputPathsMap for target one contains invalid path $.b c.'],
  [withPaths({ AWSx: '$.b' }), 'InputPathsMap for target one contains reserved name AWSx.'],
  [
    withPaths({ a: '$.b' }, '{"a":<a>,"b":<b>}'),
    'InputTemplate for target one contains invalid placeholder b.',
  ],
  [
    withPaths({}, '"<toString>"'),
    'InputTemplate for target one contains invalid placeholder toString.',
  ],
  [
    withPaths({}, '"<aws.events.other>"'),
    'InputTemplate for target one contains invalid placeholder aws.events.other.',
  ],
] as const) {
  test(`refused: ${JSON.stringify(settings)}`, () => {
    assert.equal(
      refusalOf(() => checkInput({ ...target, ...settings })),
      `invalid: ${message}`,
    );
  });
}

test('an event bus gets the event itself and nothing else', () => {
  assert.equal(
    refusalOf(() => checkInput({ ...bus, InputPath: '$.detail' })),
    'invalid: Modifying the input for target one is not supported',
  );
  assert.equal(
    refusalOf(() => checkInput(bus)),
    undefined,
  );
});

for (const settings of [
  {},
  { Input: '"text"' },
  { InputPath: '$.detail.list[0].a-b' },
  withPaths({ unused: '$.x', used: '$.y' }, '"<used> <aws.events.rule-name> 1 < 2"'),
]) {
  test(`accepted: ${JSON.stringify(settings)}`, () => {
    assert.equal(
      refusalOf(() => checkInput({ ...target, ...settings })),
      undefined,
    );
  });
}
