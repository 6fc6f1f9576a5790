import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceData } from '../contracts/contract.ts';
import { linkService } from '../contracts/shape.ts';
import { Refusal } from '../kernel/refusal.ts';
import { awsJson } from './aws-json.ts';

const service: ServiceData = {
  name: 'test',
  signingName: 'test',
  protocol: 'json',
  targetPrefix: 'Test',
  apiVersion: '1',
  operations: { Do: { input: 'Shape', output: 'Shape', errors: [] }, Void: { errors: [] } },
  shapes: {
    Shape: {
      type: 'structure',
      members: {
        Text: 'Text',
        Whole: 'Whole',
        Part: 'Part',
        Flag: 'Flag',
        When: 'When',
        List: 'List',
        Map: 'Map',
        Shape: 'Shape',
        Bytes: 'Bytes',
        Shapes: 'Shapes',
      },
    },
    Text: { type: 'string' },
    Whole: { type: 'integer' },
    Part: { type: 'double' },
    Flag: { type: 'boolean' },
    When: { type: 'timestamp' },
    Bytes: { type: 'blob' },
    List: { type: 'list', member: 'Text' },
    Shapes: { type: 'list', member: 'Shape' },
    Map: { type: 'map', key: 'Text', value: 'Text' },
  },
};
const linked = linkService(service);
const operation = linked.operations.get('Do')!;

function decode(text: string | Buffer): Record<string, unknown> {
  return awsJson.decode({ body: Buffer.from(text as string) }, operation);
}

test('no body and an empty object are an empty input', () => {
  assert.deepEqual(decode(''), {});
  assert.deepEqual(decode('{}'), {});
});

test('null members are absent, unknown ones are ignored', () => {
  assert.deepEqual(decode('{"Text":null,"Whole":3,"Unknown":{"a":[1]}}'), { Whole: 3 });
});

test('timestamps become epoch milliseconds in every spelling that clients send', () => {
  const milliseconds = Date.parse('2026-03-04T09:15:27.500Z');
  assert.equal(decode('{"When":1772615727.5}')['When'], milliseconds);
  assert.equal(decode('{"When":1.7726157275e9}')['When'], milliseconds);
  assert.equal(decode('{"When":"2026-03-04T09:15:27.5Z"}')['When'], milliseconds);
  assert.equal(decode('{"When":"2026-03-04T09:15:27.5"}')['When'], milliseconds);
  assert.equal(decode('{"When":"2026-03-04"}')['When'], Date.parse('2026-03-04'));
});

test('a map keeps keys that name something of every object', () => {
  const map = decode('{"Map":{"__proto__":"a","constructor":"b","toString":"c"}}')['Map'];
  assert.deepEqual(Object.entries(map as object), [
    ['__proto__', 'a'],
    ['constructor', 'b'],
    ['toString', 'c'],
  ]);
  const sent = awsJson.encode({ Map: map }, operation).body;
  assert.equal(sent, '{"Map":{"__proto__":"a","constructor":"b","toString":"c"}}');
});

const unreadable: [body: string | Buffer, message: RegExp][] = [
  ['{', /not valid JSON/],
  ['[]', /LIST_VALUE can not be converted to a Structure/],
  ['"x"', /STRING_VALUE can not be converted to a Structure/],
  [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), /not valid UTF-8/],
  ['{"Text":1}', /NUMBER_VALUE can not be converted to String at 'text'/],
  ['{"Text":1.5}', /DECIMAL_VALUE can not be converted to String at 'text'/],
  ['{"Text":true}', /TRUE_VALUE can not be converted to String at 'text'/],
  ['{"Text":"\\ud800"}', /Invalid Unicode in the String at 'text'/],
  ['{"Whole":"1"}', /STRING_VALUE can not be converted to Integer at 'whole'/],
  ['{"Whole":1.5}', /DECIMAL_VALUE can not be converted to Integer at 'whole'/],
  ['{"Whole":9007199254740993}', /NUMBER_VALUE can not be converted to Integer at 'whole'/],
  ['{"Part":1e400}', /can not be converted to Double at 'part'/],
  ['{"Flag":"true"}', /STRING_VALUE can not be converted to Boolean at 'flag'/],
  ['{"When":"yesterday"}', /STRING_VALUE can not be converted to Timestamp at 'when'/],
  ['{"When":1e20}', /can not be converted to Timestamp at 'when'/],
  ['{"List":{}}', /STRUCTURE_VALUE can not be converted to List at 'list'/],
  ['{"List":["a",1]}', /NUMBER_VALUE can not be converted to String at 'list.2.member'/],
  ['{"Map":[]}', /LIST_VALUE can not be converted to Map at 'map'/],
  ['{"Map":{"k":1}}', /NUMBER_VALUE can not be converted to String at 'map.k'/],
  ['{"Map":{"\\ud800":"a"}}', /Invalid Unicode in a key of the Map at 'map'/],
  ['{"Shape":{"Shape":{"Text":1}}}', /at 'shape.shape.text'/],
];
for (const [body, message] of unreadable) {
  test(`${body.toString().slice(0, 40)} is refused as unreadable`, () => {
    assert.throws(
      () => decode(body),
      (error) =>
        error instanceof Refusal && error.kind === 'unreadable' && message.test(error.message),
    );
  });
}

test('deep nesting is refused, wherever it is', () => {
  const nest = (open: string, close: string) =>
    `${open.repeat(100_000)}null${close.repeat(100_000)}`;
  assert.throws(() => decode(nest('{"Shape":', '}')), /nested deeper than 64 levels/);
  assert.throws(() => decode(nest('{"Shapes":[', ']}')), /nested deeper than 64 levels/);
  assert.deepEqual(decode(`{"Unknown":${nest('[', ']')}}`), {});
});

test('timestamps go out as seconds with milliseconds, wherever they lie', () => {
  const { body } = awsJson.encode(
    { When: 1603934866046, Shapes: [{ When: 1000 }, { Text: 'x' }], Text: undefined },
    operation,
  );
  assert.equal(body, '{"When":1603934866.046,"Shapes":[{"When":1},{"Text":"x"}]}');
});

test('an operation without an output answers no bytes', () => {
  const answer = awsJson.encode({}, linked.operations.get('Void')!);
  assert.deepEqual([answer.status, answer.body], [200, '']);
});

test('an error says its code in header and body, its text in both spellings', () => {
  const answer = awsJson.encodeError(new Refusal('missing', 'X does not exist.'));
  assert.equal(answer.status, 400);
  assert.equal(answer.headers['x-amzn-ErrorType'], 'ValidationException');
  assert.deepEqual(JSON.parse(answer.body), {
    __type: 'ValidationException',
    message: 'X does not exist.',
    Message: 'X does not exist.',
  });
});

test('a fault of ours tells nothing', () => {
  const answer = awsJson.encodeError(undefined);
  assert.deepEqual([answer.status, answer.code], [500, 'InternalFailure']);
});

test('whoever meets a lost database or a rate limit is told when to come back', () => {
  const lost = awsJson.encodeError(new Refusal('unavailable', 'Please try again.'));
  assert.deepEqual(
    [lost.status, lost.code, lost.headers['Retry-After']],
    [503, 'ServiceUnavailable', '1'],
  );
  assert.equal((JSON.parse(lost.body) as { __type: string }).__type, 'ServiceUnavailable');
  // Status 400 as AWS's JSON protocol has it: SDKs know throttling by its code.
  const throttled = awsJson.encodeError(new Refusal('throttled', 'Rate exceeded'));
  assert.deepEqual(
    [throttled.status, throttled.code, throttled.headers['Retry-After']],
    [400, 'ThrottlingException', '1'],
  );
  const missing = awsJson.encodeError(new Refusal('missing', 'X does not exist.'));
  assert.equal('Retry-After' in missing.headers, false);
});
