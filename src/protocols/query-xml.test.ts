import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { linkService } from '../contracts/shape.ts';
import { limits } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';
import { queryXml } from './query-xml.ts';
import { createRouter, protocolOf } from './route.ts';
import { awsJson } from './aws-json.ts';

const service = linkService({
  name: 'lab',
  signingName: 'lab',
  protocol: 'query',
  xmlNamespace: 'https://lab.example.com/doc/2026-01-01/',
  errors: { GoneException: { code: 'Gone', status: 410 } },
  apiVersion: '2026-01-01',
  operations: {
    Mix: { input: 'Mixture', output: 'Mixture', errors: [], resultWrapper: 'MixResult' },
    Stop: { input: 'Mixture', errors: [] },
  },
  shapes: {
    Mixture: {
      type: 'structure',
      members: {
        Name: 'Text',
        Count: 'Whole',
        Ratio: 'Real',
        Hot: 'Flag',
        When: 'Time',
        Bytes: 'Bytes',
        Tags: 'Tags',
        Flat: { shape: 'Flat', locationName: 'Drop' },
        Map: 'Map',
        Inner: 'Mixture',
        Inners: 'Mixtures',
      },
    },
    Mixtures: { type: 'list', member: 'Mixture' },
    Tags: { type: 'list', member: 'Text' },
    Flat: { type: 'list', member: 'Text', flattened: true },
    Map: { type: 'map', key: 'Text', value: 'Whole' },
    Text: { type: 'string' },
    Whole: { type: 'integer' },
    Real: { type: 'double' },
    Flag: { type: 'boolean' },
    Time: { type: 'timestamp' },
    Bytes: { type: 'blob' },
  },
});
const mix = service.operations.get('Mix')!;
const stop = service.operations.get('Stop')!;
const origin = { requestId: 'r-1', service: service.data };

function decode(form: string | Buffer): Record<string, unknown> {
  return queryXml.decode({ method: 'POST', query: '', body: Buffer.from(form as string) }, mix);
}

function refusal(work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    return error;
  }
  return assert.fail('nothing was refused');
}

describe('a form becomes an input', () => {
  const inputs: [form: string, input: Record<string, unknown>][] = [
    ['', {}],
    ['Action=Mix&Version=2026-01-01&Unknown.member.7=x', {}],
    ['Name=a+b%2Bc%26%C3%A9', { Name: 'a b+c&é' }],
    ['Name=', { Name: '' }],
    ['Name', { Name: '' }],
    ['Count=-3&Ratio=0.5&Hot=true', { Count: -3, Ratio: 0.5, Hot: true }],
    ['When=2026-03-04T09:15:27.5Z', { When: 1_772_615_727_500 }],
    ['When=1772615727.5', { When: 1_772_615_727_500 }],
    ['Bytes=aGk%3D', { Bytes: Buffer.from('hi') }],
    ['Tags=', { Tags: [] }],
    ['Tags.member.2=b&Tags.member.1=a', { Tags: ['a', 'b'] }],
    ['Drop.1=a&Drop.2=b', { Flat: ['a', 'b'] }],
    [
      'Map.entry.1.key=k&Map.entry.1.value=1',
      { Map: Object.assign(Object.create(null), { k: 1 }) },
    ],
    ['Inner.Name=x&Inner.Inner.Tags.member.1=y', { Inner: { Name: 'x', Inner: { Tags: ['y'] } } }],
    [
      'Inners.member.1.Name=x&Inners.member.2.Hot=false',
      { Inners: [{ Name: 'x' }, { Hot: false }] },
    ],
  ];
  for (const [form, input] of inputs) {
    test(form || 'an empty one', () => assert.deepEqual(decode(form), input));
  }

  test('a GET has it in its query, without what signs it', () => {
    const query = 'Name=a&X-Amz-Signature=00&X-Amz-Date=1';
    const request = { method: 'GET', query, body: Buffer.alloc(0) };
    assert.deepEqual(queryXml.decode(request, mix), { Name: 'a' });
  });
});

describe('a form is refused', () => {
  const forms: [title: string, form: string | Buffer][] = [
    ['a parameter twice', 'Name=a&Name=a'],
    ['a parameter twice in two spellings', 'Name=a&N%61me=b'],
    ['percent-encoding that is none', 'Name=%zz'],
    ['percent-encoding that is no UTF-8', 'Name=%ff'],
    ['half a character', 'Name=%C3'],
    ['bytes that are no UTF-8', Buffer.from([0x4e, 0x3d, 0xff])],
    ['a huge index', 'Tags.member.999999999999=x'],
    ['a sparse list', 'Tags.member.1=a&Tags.member.3=c'],
    ['an index of zero', 'Tags.member.0=a'],
    ['an index with a leading zero', 'Tags.member.01=a'],
    ['an index that is none', 'Tags.member.length=a'],
    ['a negative index', 'Tags.member.-1=a'],
    ['a list in another spelling', 'Tags.item.1=a'],
    ['a list that is a value', 'Tags=a'],
    ['a list that is a value, too', 'Tags=a&Tags.member.1=a'],
    ['a value that is a list', 'Name.member.1=a'],
    ['a structure that is a value', 'Inner=a'],
    ['a map without a key', 'Map.entry.1.value=1'],
    ['a map without a value', 'Map.entry.1.key=k'],
    ['a key twice', 'Map.entry.1.key=k&Map.entry.1.value=1&Map.entry.2.key=k&Map.entry.2.value=1'],
    ['a name with an empty level', 'Inner..Name=a'],
    ['no integer', 'Count=1e3'],
    ['an integer beyond all bounds', 'Count=99999999999999999999'],
    ['no number', 'Ratio=NaN'],
    ['no boolean', 'Hot=1'],
    ['no time', 'When=soon'],
    ['no base64', 'Bytes=*'],
    ['nesting beyond the limit', `${'Inner.'.repeat(64)}Name=a`],
    ['more parameters than the limit', 'x&'.repeat(limits.formParametersMax + 1)],
  ];
  for (const [title, form] of forms) {
    test(title, () => assert.equal(refusal(() => decode(form)).kind, 'unreadable'));
  }

  test('more bytes than the limit', () => {
    const form = `Name=${'a'.repeat(limits.formBytesMax)}`;
    assert.equal(refusal(() => decode(form)).kind, 'too-large');
  });
});

test('a map may have a key __proto__', () => {
  const map = decode('Map.entry.1.key=__proto__&Map.entry.1.value=1')['Map'] as object;
  assert.deepEqual(Object.entries(map), [['__proto__', 1]]);
});

test('an output becomes XML, in the order of the contract', () => {
  const output = {
    Tags: ['<a>', '"&"'],
    Name: 'é\u0000\r\n',
    Flat: ['x', 'y'],
    Hot: false,
    When: 1_772_615_727_500,
    Bytes: Buffer.from('hi'),
    Map: { k: 1 },
    Inner: {},
    Inners: [],
  };
  const { status, headers, body } = queryXml.encode(output, mix, origin);
  assert.deepEqual([status, headers], [200, { 'Content-Type': 'text/xml' }]);
  assert.equal(
    body,
    '<MixResponse xmlns="https://lab.example.com/doc/2026-01-01/"><MixResult>' +
      '<Name>é\uFFFD&#xD;\n</Name><Hot>false</Hot><When>2026-03-04T09:15:27Z</When>' +
      '<Bytes>aGk=</Bytes><Tags><member>&lt;a&gt;</member><member>&quot;&amp;&quot;</member></Tags>' +
      '<Drop>x</Drop><Drop>y</Drop><Map><entry><key>k</key><value>1</value></entry></Map>' +
      '<Inner/><Inners/></MixResult>' +
      '<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></MixResponse>',
  );
});

test('an operation without an output answers its metadata alone', () => {
  assert.equal(
    queryXml.encode({}, stop, origin).body,
    '<StopResponse xmlns="https://lab.example.com/doc/2026-01-01/">' +
      '<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></StopResponse>',
  );
});

describe('an error', () => {
  const errors: [told: Refusal | undefined, expected: string][] = [
    [new Refusal('missing', 'No <x>.'), '404 Sender NoSuchEntity No &lt;x&gt;.'],
    [new Refusal('invalid', 'x', { code: 'Gone' }), '410 Sender Gone x'],
    [new Refusal('denied', 'x'), '403 Sender AccessDenied x'],
    [new Refusal('unavailable', 'x'), '503 Receiver ServiceUnavailable x'],
    [
      new Refusal('unauthenticated', 'x', { code: 'InvalidSignatureException' }),
      '403 Sender SignatureDoesNotMatch x',
    ],
    [
      new Refusal('unauthenticated', 'x', { code: 'MissingAuthenticationTokenException' }),
      '403 Sender MissingAuthenticationToken Request is missing Authentication Token',
    ],
    [
      undefined,
      '500 Receiver InternalFailure ' +
        'The request processing has failed because of an unknown error.',
    ],
  ];
  for (const [told, expected] of errors) {
    test(`is told as ${expected}`, () => {
      const { status, body } = queryXml.encodeError(told, origin);
      const [, type, code, message] =
        /^<ErrorResponse xmlns="https:\/\/lab\.example\.com\/doc\/2026-01-01\/"><Error><Type>(.*)<\/Type><Code>(.*)<\/Code><Message>(.*)<\/Message><\/Error><RequestId>r-1<\/RequestId><\/ErrorResponse>$/.exec(
          body,
        ) ?? [];
      assert.equal([status, type, code, message].join(' '), expected);
    });
  }
});

describe('a form finds its operation', () => {
  const other = linkService({ ...service.data, name: 'b', signingName: 'b', apiVersion: '1' });
  const route = createRouter([service, other]);
  const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const post = (body: string, headers: Record<string, string> = form, query = '') => ({
    ...{ method: 'POST', path: '/', query, headers },
    body: Buffer.from(body),
  });
  const signedFor = (name: string) => ({
    ...form,
    authorization: `AWS4-HMAC-SHA256 Credential=A/20260304/eu-west-1/${name}/aws4_request, X=1`,
  });

  test('by its version', () => {
    const found = route(post('Version=1&Action=Mix'));
    assert.deepEqual([found.service, found.operation?.name], [other, 'Mix']);
  });

  test('by the service that it is signed for, which knows no other version', () => {
    const found = route(post('Action=Mix&Version=1', signedFor('lab')));
    assert.deepEqual([found.service, found.operation], [service, undefined]);
    assert.equal(found.absence, 'Could not find operation Mix for version 1');
  });

  test('by the scope of a presigned one, and in a GET', () => {
    const scope = 'X-Amz-Credential=A%2F20260304%2Feu-west-1%2Flab%2Faws4_request';
    assert.equal(route(post('Action=Mix&Version=2026-01-01', form, scope)).service, service);
    const get = { ...post('', {}, `Action=Mix&Version=2026-01-01&${scope}`), method: 'GET' };
    assert.equal(route(get).operation, mix);
  });

  test('or is refused without an action or a service', () => {
    assert.equal(refusal(() => route(post('Version=1'))).code, 'MissingAction');
    assert.equal(
      refusal(() => route(post('Action=Mix'))).message,
      'Could not find operation Mix for version NO_VERSION_SPECIFIED',
    );
    assert.equal(
      refusal(() => route(post('Action=Mix&Version=1', form, 'a=b'))).kind,
      'unsupported',
    );
  });

  test('and a target makes it no form', () => {
    assert.equal(protocolOf(post('', { ...form, 'x-amz-target': 'A.B' })), awsJson);
    assert.equal(protocolOf(post('')), queryXml);
  });
});

test('whatever a form holds, it is read or refused', () => {
  const names = ['Name', 'Count', 'Tags', 'member', '1', '2', '0', 'Map', 'entry', 'key', 'value'];
  const level = fc.oneof(
    fc.constantFrom(...names, 'Inner', 'Inners', 'Drop', '__proto__'),
    fc.string(),
  );
  const name = fc.array(level, { maxLength: 6 }).map((levels) => levels.join('.'));
  const pair = fc.tuple(name, fc.oneof(fc.string(), fc.constantFrom('', '1', '%', '%ff', 'true')));
  const form = fc.array(pair, { maxLength: 8 });
  fc.assert(
    fc.property(form, (pairs) => {
      const text = pairs.map((one) => one.join('=')).join('&');
      try {
        decode(text);
      } catch (error) {
        assert.ok(error instanceof Refusal, String(error));
        assert.equal(error.kind, 'unreadable');
      }
    }),
    { numRuns: 2_000 },
  );
});
