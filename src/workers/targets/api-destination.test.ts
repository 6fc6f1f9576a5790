import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { startEndpoint } from '../../../tests/support/http-endpoint.ts';
import type { EndpointAnswer, SeenRequest } from '../../../tests/support/http-endpoint.ts';
import { invocationOf, startWithTargets } from '../../../tests/support/http-targets.ts';
import type { Outcome } from './target.ts';

type Json = Record<string, unknown>;

const events = { service: 'events' } as const;
const basic = {
  AuthorizationType: 'BASIC',
  AuthParameters: { BasicAuthParameters: { Username: 'ana', Password: 'pässwörd' } },
};
const apiKey = {
  AuthorizationType: 'API_KEY',
  AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'X-Key', ApiKeyValue: 'v4lue' } },
};

interface Setting {
  readonly connection?: Json;
  readonly destination?: Json;
  /** Behind the endpoint's host. */
  readonly path?: string;
  readonly answer?: (request: SeenRequest, count: number) => EndpointAnswer;
  readonly flags?: Record<string, string | boolean>;
}

/** A destination at an endpoint of this machine. */
async function startDestination(t: TestContext, setting: Setting = {}) {
  const { connection = basic, destination = {}, path = '/', answer, flags } = setting;
  const endpoint = await startEndpoint(t, answer);
  const { app, target } = await startWithTargets(t, flags);
  const { ConnectionArn } = await app.ok('CreateConnection', { Name: 'c', ...connection }, events);
  const { ApiDestinationArn } = await app.ok<{ ApiDestinationArn: string }>(
    'CreateApiDestination',
    {
      ...{ Name: 'd', ConnectionArn, InvocationEndpoint: `${endpoint.url}${path}` },
      ...{ HttpMethod: 'POST', ...destination },
    },
    events,
  );
  const send = (more: Json = {}, input?: string): Promise<Outcome> => {
    const invocation = invocationOf(ApiDestinationArn, more);
    const kind = target(ApiDestinationArn);
    return kind.send({ ...invocation, ...(input !== undefined && { input }) });
  };
  return { app, send, requests: endpoint.requests };
}

function delivered(outcome: Outcome): void {
  assert.equal(outcome.kind, 'delivered', JSON.stringify(outcome));
}

describe('an API destination', () => {
  test('gets the event with the headers of EventBridge', async (t) => {
    const { app, send, requests } = await startDestination(t, { path: '/in?a=1' });
    delivered(await send());
    const { headers, ...rest } = requests[0]!;
    const { input } = invocationOf('');
    assert.deepEqual(rest, { method: 'POST', url: '/in?a=1', body: input });
    const { host: _, 'webhook-signature': signature, ...told } = headers;
    assert.deepEqual(told, {
      'user-agent': 'Amazon/EventBridge/ApiDestinations',
      'content-type': 'application/json; charset=utf-8',
      range: 'bytes=0-1048575',
      'accept-encoding': 'gzip,deflate',
      connection: 'close',
      'content-length': String(Buffer.byteLength(input)),
      authorization: `Basic ${Buffer.from('ana:pässwörd').toString('base64')}`,
      'webhook-id': '0f6d0c9e-6c5a-8b0e-9a51-3a6f2a1f7d10',
      'webhook-timestamp': String(Math.floor(app.clock.now() / 1_000)),
    });
    assert.match(String(signature), /^v1,\S+$/);
  });

  test('is signed by its own secret, once that is known', async (t) => {
    const { app, send, requests } = await startDestination(t);
    const own = { service: 'imprimatur' } as const;
    const rotation = { Name: 'd' };
    const { Secret } = await app.ok<{ Secret: string }>(
      'RotateApiDestinationSecret',
      rotation,
      own,
    );
    app.clock.time = Date.now();
    delivered(await send());
    const { headers, body } = requests[0]!;
    new Webhook(Secret).verify(body, headers as Record<string, string>);
  });

  test('is not signed in strict mode', async (t) => {
    const { app, target } = await startWithTargets(t, { strictAws: true });
    const { ConnectionArn } = await app.ok('CreateConnection', { Name: 'c', ...basic }, events);
    // In strict mode an endpoint without TLS, as this test has one, cannot be made.
    const { url, requests } = await startEndpoint(t);
    const { ApiDestinationArn } = await app.ok<{ ApiDestinationArn: string }>(
      'CreateApiDestination',
      {
        ...{ Name: 'd', ConnectionArn, HttpMethod: 'POST' },
        InvocationEndpoint: 'https://d.example/',
      },
      events,
    );
    await app.database.write((tx) =>
      tx.rows(tx.sql.updateTable('api_destination').set({ endpoint: url })),
    );
    delivered(await target(ApiDestinationArn).send(invocationOf(ApiDestinationArn)));
    const names = Object.keys(requests[0]!.headers);
    assert.deepEqual(
      names.filter((name) => name.startsWith('webhook-')),
      [],
    );
  });

  test('is signed in to by a key, which an update may keep', async (t) => {
    const { app, send, requests } = await startDestination(t, { connection: apiKey });
    const update = { Name: 'c', AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'X-New' } } };
    await app.ok('UpdateConnection', update, events);
    delivered(await send());
    assert.equal(requests[0]!.headers['x-new'], 'v4lue');
  });

  test('keeps secret parameters that an update sends back as they are shown', async (t) => {
    const secret = { Key: 'X-Tenant', Value: 't3nant', IsValueSecret: true };
    const InvocationHttpParameters = { HeaderParameters: [secret] };
    const AuthParameters = { ...basic.AuthParameters, InvocationHttpParameters };
    const { app, send, requests } = await startDestination(t, {
      connection: { ...basic, AuthParameters },
    });
    const shown = await app.ok<Json>('DescribeConnection', { Name: 'c' }, events);
    const update = { Name: 'c', AuthParameters: shown['AuthParameters'] };
    await app.ok('UpdateConnection', update, events);
    delivered(await send());
    const { headers } = requests[0]!;
    assert.equal(headers['x-tenant'], 't3nant');
    assert.match(String(headers.authorization), /^Basic YW5hOn/);
  });

  test('gets the parameters of target and connection, of which the latter win', async (t) => {
    const parameters = (value: string) => [
      { Key: 'both', Value: value },
      { Key: 'ours', Value: value, IsValueSecret: true },
    ];
    const { send, requests } = await startDestination(t, {
      path: '/groups/*/versions/*?fixed=1',
      connection: {
        ...basic,
        AuthParameters: {
          ...basic.AuthParameters,
          InvocationHttpParameters: {
            HeaderParameters: [...parameters('connection'), { Key: 'User-Agent', Value: 'x' }],
            QueryStringParameters: parameters('connection'),
            BodyParameters: parameters('connection'),
          },
        },
      },
    });
    delivered(
      await send({
        HttpParameters: {
          PathParameterValues: ['$.detail.ModelPackageGroupName', 'a/b'],
          HeaderParameters: {
            Both: 'target',
            theirs: '$.detail.ModelPackageVersion',
            'Content-Type': 'text/x',
            Host: 'other.example',
            'Transfer-Encoding': 'chunked',
          },
          QueryStringParameters: { both: 'target', theirs: '$.detail.Words', none: '$.detail.no' },
        },
      }),
    );
    const { url, headers, body } = requests[0]!;
    const { pathname, searchParams } = new URL(url, 'http://x');
    assert.equal(pathname, '/groups/fraud/versions/a%2Fb');
    assert.deepEqual(Object.fromEntries(searchParams), {
      ...{ fixed: '1', both: 'connection', ours: 'connection' },
      ...{ theirs: '["é","a b"]', none: '' },
    });
    assert.deepEqual(
      [headers['both'], headers['ours'], headers['theirs'], headers['content-type']],
      ['connection', 'connection', '7', 'text/x'],
    );
    assert.equal(headers['user-agent'], 'Amazon/EventBridge/ApiDestinations');
    assert.match(String(headers.host), /^127\.0\.0\.1:/);
    assert.equal(headers['transfer-encoding'], undefined);
    const { both, ours, source } = JSON.parse(body) as Json;
    assert.deepEqual([both, ours, source], ['connection', 'connection', 'aws.sagemaker']);
  });

  test('is never led out of its path by what fills the stars in it', async (t) => {
    const { send, requests } = await startDestination(t, {
      path: '/groups/*/versions/*/approve',
      connection: basic,
    });
    delivered(await send({ HttpParameters: { PathParameterValues: ['..', '.'] } }));
    assert.equal(requests[0]!.url, '/groups/%252E%252E/versions/%252E/approve');
  });

  test('gets a body that is no object as it is', async (t) => {
    const { send, requests } = await startDestination(t, {
      connection: {
        ...basic,
        AuthParameters: {
          ...basic.AuthParameters,
          InvocationHttpParameters: { BodyParameters: [{ Key: 'a', Value: 'b' }] },
        },
      },
    });
    for (const input of ['"text"', '[1]', 'no JSON', 'null']) delivered(await send({}, input));
    assert.deepEqual(
      requests.map(({ body }) => body),
      ['"text"', '[1]', 'no JSON', 'null'],
    );
  });

  for (const HttpMethod of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE']) {
    test(`is called by ${HttpMethod}`, async (t) => {
      const { send, requests } = await startDestination(t, { destination: { HttpMethod } });
      delivered(await send());
      const { method, body } = requests[0]!;
      const isBare = HttpMethod === 'GET' || HttpMethod === 'HEAD';
      assert.deepEqual([method, body === ''], [HttpMethod, isBare]);
    });
  }

  test('is called no faster than it may be, and waiting is no failure', async (t) => {
    const { app, send, requests } = await startDestination(t, {
      destination: { InvocationRateLimitPerSecond: 2 },
    });
    delivered(await send());
    delivered(await send());
    assert.deepEqual(await send(), { kind: 'wait', retryAfter: 500 });
    assert.equal(requests.length, 2);
    app.clock.advance(500);
    delivered(await send());
  });

  test('waits while its connection is not authorized, and is given up once it is gone', async (t) => {
    const { app, send } = await startDestination(t);
    await app.ok('DeauthorizeConnection', { Name: 'c' }, events);
    assert.deepEqual(await send(), {
      ...{ kind: 'later', errorCode: 'NO_PERMISSIONS' },
      message: "The connection of the API destination 'd' is not authorized.",
    });
    await app.ok('DeleteApiDestination', { Name: 'd' }, events);
    assert.deepEqual(await send(), {
      ...{ kind: 'never', errorCode: 'NO_RESOURCE' },
      message: "The API destination 'd' does not exist.",
    });
  });
});

describe('OAuth', () => {
  const connection = (url: string, HttpMethod = 'POST'): Json => ({
    AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS',
    AuthParameters: {
      OAuthParameters: {
        ClientParameters: { ClientID: 'me', ClientSecret: 'cl1ent+s3cret' },
        AuthorizationEndpoint: `${url}/token`,
        HttpMethod,
        OAuthHttpParameters: {
          BodyParameters: [{ Key: 'scope', Value: 'a b' }],
          HeaderParameters: [{ Key: 'X-Tenant', Value: 't' }],
        },
      },
    },
  });
  const token = (text: string, more: Json = {}): EndpointAnswer => ({
    body: JSON.stringify({ access_token: text, token_type: 'bearer', expires_in: 60, ...more }),
  });

  test('asks for a token once, until that is about to expire', async (t) => {
    const server = await startEndpoint(t, (_request, count) => token(`t${count}`));
    const { app, send, requests } = await startDestination(t, {
      connection: connection(server.url),
    });
    await Promise.all([send(), send()]);
    assert.equal(server.requests.length, 1, 'two at once share it');
    delivered(await send());
    app.clock.advance(50_000);
    delivered(await send());
    assert.deepEqual(
      requests.map(({ headers }) => headers.authorization),
      ['Bearer t1', 'Bearer t1', 'Bearer t1', 'Bearer t2'],
    );
    const [{ method, url, headers, body }] = server.requests as [SeenRequest];
    assert.deepEqual([method, url, headers['x-tenant']], ['POST', '/token', 't']);
    assert.equal(headers['content-type'], 'application/x-www-form-urlencoded');
    assert.deepEqual(Object.fromEntries(new URLSearchParams(body)), {
      ...{ grant_type: 'client_credentials', client_id: 'me', client_secret: 'cl1ent+s3cret' },
      scope: 'a b',
    });
  });

  test('asks by GET with all of it in the URL', async (t) => {
    const server = await startEndpoint(t, () => token('t', { token_type: 'MAC' }));
    const { send, requests } = await startDestination(t, {
      connection: connection(server.url, 'GET'),
    });
    delivered(await send());
    assert.equal(requests[0]!.headers.authorization, 'MAC t');
    const [{ url, body }] = server.requests as [SeenRequest];
    const { searchParams } = new URL(url, 'http://x');
    assert.deepEqual([searchParams.get('client_id'), searchParams.get('scope')], ['me', 'a b']);
    assert.equal(body, '');
  });

  for (const status of [401, 407]) {
    test(`asks for a new token when the old one is answered ${status}`, async (t) => {
      const server = await startEndpoint(t, (_request, count) => token(`t${count}`));
      const { send, requests } = await startDestination(t, {
        connection: connection(server.url),
        answer: ({ headers }) => ({ status: headers.authorization === 'Bearer t2' ? 200 : status }),
      });
      const first = await send();
      assert.ok('errorCode' in first);
      assert.deepEqual([first.kind, first.statusCode], ['later', status]);
      delivered(await send());
      assert.equal(requests.length, 2);
    });
  }

  test('asks anew once the connection has changed', async (t) => {
    const server = await startEndpoint(t, (_request, count) => token(`t${count}`));
    const { app, send } = await startDestination(t, { connection: connection(server.url) });
    delivered(await send());
    app.clock.advance(1);
    await app.ok('UpdateConnection', { Name: 'c', Description: 'new' }, events);
    delivered(await send());
    assert.equal(server.requests.length, 2);
  });

  const faults: [string, EndpointAnswer, RegExp][] = [
    ['refuses', { status: 400, body: 'cl1ent+s3cret is wrong' }, /It answered 400 \(Bad Request\)/],
    ['fails', { status: 503, headers: { 'Retry-After': '7' } }, /It answered 503/],
    ['redirects', { status: 302, headers: { Location: 'http://10.0.0.1/' } }, /not followed/],
    ['answers nonsense', { body: '<html>' }, /It answered with no access_token/],
    ['answers without a token', { body: '{"token_type":"Bearer"}' }, /with no access_token/],
    ['answers null', { body: 'null' }, /with no access_token/],
  ];
  for (const [what, answer, message] of faults) {
    test(`tries later when the authorization server ${what}, and tells nothing of it`, async (t) => {
      const server = await startEndpoint(t, () => answer);
      const { send, requests } = await startDestination(t, { connection: connection(server.url) });
      const outcome = await send();
      assert.ok(outcome.kind === 'later');
      assert.equal(outcome.errorCode, 'NO_PERMISSIONS');
      assert.match(outcome.message, /^There is no token for it from the authorization endpoint: /);
      assert.match(outcome.message, message);
      assert.equal(outcome.answer, undefined);
      assert.equal(outcome.retryAfter, answer.headers?.['Retry-After'] ? 7_000 : undefined);
      assert.equal(requests.length, 0);
      await send();
      assert.equal(server.requests.length, 2, 'what failed is not remembered');
    });
  }
});
