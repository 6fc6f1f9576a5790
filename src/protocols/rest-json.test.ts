import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServiceData } from '../contracts/contract.ts';
import { linkService } from '../contracts/shape.ts';
import { Refusal } from '../kernel/refusal.ts';
import { restJson } from './rest-json.ts';
import { createRouter } from './route.ts';
import type { RoutedRequest } from './route.ts';

const data: ServiceData = {
  name: 'test',
  signingName: 'test',
  protocol: 'rest-json',
  apiVersion: '1',
  errors: { Own: { code: 'OwnException', status: 409 } },
  operations: {
    Do: {
      input: 'Input',
      output: 'Output',
      errors: ['Own'],
      http: { method: 'POST', requestUri: '/do' },
    },
    Undo: { errors: [], http: { method: 'DELETE', requestUri: '/do' } },
  },
  shapes: {
    Input: {
      type: 'structure',
      members: {
        text: 'Text',
        when: 'When',
        id: { shape: 'Text', location: 'querystring', locationName: 'Id' },
        count: { shape: 'Whole', location: 'querystring', locationName: 'count' },
        flag: { shape: 'Flag', location: 'querystring', locationName: 'flag' },
        list: { shape: 'List', location: 'querystring', locationName: 'list' },
      },
    },
    Output: { type: 'structure', members: { text: 'Text', when: 'When' } },
    Text: { type: 'string' },
    Whole: { type: 'integer' },
    Flag: { type: 'boolean' },
    When: { type: 'timestamp' },
    List: { type: 'list', member: 'Text' },
  },
};
const service = linkService(data);
const operation = service.operations.get('Do')!;
const origin = { requestId: 'r', service: data };

function decode(query: string, body = ''): Record<string, unknown> {
  return restJson.decode({ method: 'POST', query, body: Buffer.from(body) }, operation);
}

describe('an input', () => {
  test('has members in the body and in the query', () => {
    const query = 'Id=a%2Fb%20c+d&count=7&flag=true&list=x&list=y&other=1&X-Amz-Date=now';
    assert.deepEqual(decode(query, '{"text":"t","when":1.5,"more":1}'), {
      ...{ text: 't', when: 1500, id: 'a/b c d', count: 7, flag: true, list: ['x', 'y'] },
    });
    assert.deepEqual(decode(''), {});
  });

  test('has each member in its own place only', () => {
    assert.deepEqual(decode('text=t', '{"id":"a","Id":"a"}'), {});
  });

  const unreadable: [what: string, query: string, body: string, message: RegExp][] = [
    ['what is no JSON', '', '{', /not valid JSON/],
    ['what is no object', '', '[]', /LIST_VALUE can not be converted to a Structure/],
    ['bytes that are no UTF-8', 'Id=%FF', '', /not percent-encoded UTF-8/],
    ['a broken escape', 'Id=%', '', /not percent-encoded UTF-8/],
    ['a parameter twice', 'Id=a&Id=b', '', /'id' is there twice/],
    ['a number that is none', 'count=1e9', '', /can not be converted to Integer at 'count'/],
    ['a truth that is none', 'flag=yes', '', /can not be converted to Boolean at 'flag'/],
  ];
  for (const [what, query, body, message] of unreadable) {
    test(`is not read from ${what}`, () => {
      assert.throws(
        () => decode(query, body),
        (error) => error instanceof Refusal && message.test(error.message),
      );
    });
  }
});

test('an answer has times in seconds', () => {
  const { status, headers, body } = restJson.encode({ text: 't', when: 1500 }, operation);
  assert.deepEqual(
    [status, headers['Content-Type'], body],
    [...[200, 'application/json', '{"text":"t","when":1.5}']],
  );
});

describe('an error', () => {
  const told: [Refusal | undefined, status: number, code: string][] = [
    [new Refusal('invalid', 'm'), 400, 'ValidationException'],
    [new Refusal('denied', 'm'), 403, 'AccessDeniedException'],
    [
      new Refusal('unauthenticated', 'm', { code: 'ExpiredTokenException' }),
      403,
      'ExpiredTokenException',
    ],
    [new Refusal('missing', 'm', { code: 'OwnException' }), 409, 'OwnException'],
    [new Refusal('throttled', 'm'), 429, 'ThrottlingException'],
    [undefined, 500, 'InternalFailure'],
  ];
  for (const [refusal, status, code] of told) {
    test(`is ${status} ${code}`, () => {
      const answer = restJson.encodeError(refusal, origin);
      assert.deepEqual([answer.status, answer.headers['x-amzn-ErrorType']], [status, code]);
      const { __type, message } = JSON.parse(answer.body) as Record<string, string>;
      assert.equal(__type, code);
      if (refusal) assert.equal(message, 'm');
    });
  }

  test("has the service's own name for what breaks a contract", () => {
    const errors = {
      InvalidParameterException: { code: 'InvalidParameterException', status: 422 },
    };
    const own = { ...origin, service: { ...data, errors } };
    const answer = restJson.encodeError(new Refusal('invalid', 'm'), own);
    assert.deepEqual([answer.status, answer.code], [422, 'InvalidParameterException']);
  });
});

describe('a route', () => {
  const router = createRouter([service]);
  const request = (method: string, path: string, headers = {}): RoutedRequest => ({
    ...{ method, path, headers, query: '', body: Buffer.alloc(0) },
  });

  test('goes by method and path', () => {
    assert.equal(router(request('POST', '/do')).operationName, 'Do');
    assert.equal(router(request('DELETE', '/do')).operationName, 'Undo');
  });

  test('is not there for other methods and paths, or where a target is named', () => {
    for (const [method, path, headers] of [
      ['PUT', '/do', {}],
      ['POST', '/do/', {}],
      ['POST', '/Do', {}],
      ['POST', '/do', { 'x-amz-target': 'SageMaker.ListTags' }],
    ] as const) {
      assert.throws(() => router(request(method, path, headers)), /called by POST to '\/'/);
    }
  });

  test('of two operations cannot be one', () => {
    assert.throws(() => createRouter([service, service]), /leads to no operation alone/);
  });
});
