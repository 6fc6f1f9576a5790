import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { newEntries, rowsOf, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';

type Json = Record<string, unknown>;

const events = { service: 'events' } as const;
const now = Date.parse('2026-03-04T09:15:27.500Z') / 1_000;
const place = `arn:aws:events:${testRegion}:${testAccount}:api-destination/crm`;
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const login = {
  AuthorizationType: 'BASIC',
  AuthParameters: { BasicAuthParameters: { Username: 'ana', Password: 'p4ss' } },
};

async function startConnected(t: TestContext, flags = {}) {
  const app = await startApp(t, flags);
  const { ConnectionArn } = await app.ok('CreateConnection', { Name: 'crm', ...login }, events);
  await newEntries(app);
  const create = (input: Json = {}) =>
    app.ok(
      'CreateApiDestination',
      {
        ...{ Name: 'crm', ConnectionArn, InvocationEndpoint: 'https://crm.example/*' },
        ...{ HttpMethod: 'POST', ...input },
      },
      events,
    );
  return { app, ConnectionArn: String(ConnectionArn), create };
}

const describeIt = (app: TestApp): Promise<Json> =>
  app.ok('DescribeApiDestination', { Name: 'crm' }, events);

describe('is refused', () => {
  const endpoints =
    'http://[::1 ftp://crm.example/ https:// crm.example https://ana:p@crm.example/ ' +
    'https://*.example/ https://crm.example:*/ javascript:alert(1)';
  for (const InvocationEndpoint of endpoints.split(' ')) {
    test(`an endpoint ${InvocationEndpoint}`, async (t) => {
      const { app, ConnectionArn } = await startConnected(t);
      const input = { Name: 'crm', ConnectionArn, InvocationEndpoint, HttpMethod: 'POST' };
      const { code, message } = await app.refused('CreateApiDestination', input, events);
      assert.equal(code, 'ValidationException');
      assert.match(message, /^Failed to create the api-destination|regular expression pattern/);
      assert.deepEqual(await rowsOf(app, 'api_destination'), []);
    });
  }

  test('an http:// endpoint in strict mode alone', async (t) => {
    const strict = await startConnected(t, { strictAws: true });
    const input = {
      ...{ Name: 'crm', ConnectionArn: strict.ConnectionArn, HttpMethod: 'POST' },
      InvocationEndpoint: 'http://crm.example/',
    };
    const { message } = await strict.app.refused('CreateApiDestination', input, events);
    assert.equal(
      message,
      'Failed to create the api-destination(s). Parameter InvocationEndpoint is not valid. ' +
        "Reason: Endpoint 'http://crm.example/' is invalid, please provide a valid HTTPS endpoint URL.",
    );
    const { create } = await startConnected(t);
    await create({ InvocationEndpoint: 'http://crm.example/' });
  });

  test('a connection that is not there, or has another id', async (t) => {
    const { app, ConnectionArn } = await startConnected(t);
    const other = ConnectionArn.replace(/[^/]+$/, '00000000-0000-4000-8000-000000000000');
    const foreign = ConnectionArn.replace(testAccount, '999999999999');
    for (const arn of [other, foreign, ConnectionArn.replace('/crm/', '/none/')]) {
      const input = {
        ...{ Name: 'crm', ConnectionArn: arn, HttpMethod: 'POST' },
        InvocationEndpoint: 'https://crm.example/',
      };
      const { code, message } = await app.refused('CreateApiDestination', input, events);
      assert.deepEqual(
        [code, message],
        ['ResourceNotFoundException', `Connection '${arn}' does not exist.`],
      );
    }
  });

  test('what is not there', async (t) => {
    const app = await startApp(t);
    const calls: [string, 'events' | 'imprimatur'][] = [
      ['DescribeApiDestination', 'events'],
      ['UpdateApiDestination', 'events'],
      ['DeleteApiDestination', 'events'],
      ['RotateApiDestinationSecret', 'imprimatur'],
    ];
    for (const [operation, service] of calls) {
      const { message } = await app.refused(operation, { Name: 'crm' }, { service });
      assert.equal(
        message,
        "Failed to describe the api-destination(s). An api-destination 'crm' does not exist.",
      );
      const [entry] = await newEntries(app);
      if (entry) assert.equal(entry.resource, place);
    }
  });

  test('a name that is taken', async (t) => {
    const { app, ConnectionArn, create } = await startConnected(t);
    await create();
    const input = {
      ...{ Name: 'crm', ConnectionArn, HttpMethod: 'PUT' },
      InvocationEndpoint: 'https://crm.example/',
    };
    const { code, message } = await app.refused('CreateApiDestination', input, events);
    assert.deepEqual(
      [code, message],
      ['ResourceAlreadyExistsException', "An api-destination 'crm' already exists."],
    );
  });
});

describe('an API destination', () => {
  test('is described as it was made, at 300 invocations a second', async (t) => {
    const { app, ConnectionArn, create } = await startConnected(t);
    const made = await create({ Description: 'CRM' });
    const { ApiDestinationArn } = made;
    assert.match(String(ApiDestinationArn), new RegExp(`^${place}/${uuid}$`));
    const times = { CreationTime: now, LastModifiedTime: now };
    assert.deepEqual(made, { ApiDestinationArn, ApiDestinationState: 'ACTIVE', ...times });
    const described = {
      ...{ ...made, Name: 'crm', Description: 'CRM', ConnectionArn },
      ...{ InvocationEndpoint: 'https://crm.example/*', HttpMethod: 'POST' },
      InvocationRateLimitPerSecond: 300,
    };
    assert.deepEqual(await describeIt(app), described);
    const [entry] = await newEntries(app);
    const { CreationTime: _, LastModifiedTime: _modified, ...stated } = described;
    assert.deepEqual(entry?.after, {
      ...stated,
      ...{ CreationTime: now * 1_000, LastModifiedTime: now * 1_000 },
    });
    assert.equal(entry?.resource, ApiDestinationArn);
  });

  test('is inactive while its connection is not authorized, or gone', async (t) => {
    const { app, create } = await startConnected(t);
    await create();
    const state = async () => (await describeIt(app))['ApiDestinationState'];
    await app.ok('DeauthorizeConnection', { Name: 'crm' }, events);
    assert.equal(await state(), 'INACTIVE');
    await app.ok('UpdateConnection', { Name: 'crm', ...login }, events);
    assert.equal(await state(), 'ACTIVE');
    await app.ok('DeleteConnection', { Name: 'crm' }, events);
    assert.equal(await state(), 'INACTIVE');
    // Another connection of the name is another.
    await app.ok('CreateConnection', { Name: 'crm', ...login }, events);
    assert.equal(await state(), 'INACTIVE');
  });

  test('keeps what an update leaves out', async (t) => {
    const { app, create } = await startConnected(t);
    await create();
    const before = await describeIt(app);
    await newEntries(app);
    app.clock.advance(1_000);
    const change = { HttpMethod: 'PUT', InvocationRateLimitPerSecond: 1 };
    await app.ok('UpdateApiDestination', { Name: 'crm', ...change }, events);
    assert.deepEqual(await describeIt(app), { ...before, ...change, LastModifiedTime: now + 1 });
    const [entry] = await newEntries(app);
    assert.deepEqual(entry?.before, {
      ...{ HttpMethod: 'POST', InvocationRateLimitPerSecond: 300 },
      LastModifiedTime: now * 1_000,
    });
  });

  test('is gone once it is deleted', async (t) => {
    const { app, create } = await startConnected(t);
    const { ApiDestinationArn } = await create();
    await newEntries(app);
    assert.deepEqual(await app.ok('DeleteApiDestination', { Name: 'crm' }, events), {});
    assert.deepEqual(await rowsOf(app, 'api_destination'), []);
    const [entry] = await newEntries(app);
    assert.deepEqual([entry?.resource, entry?.after], [ApiDestinationArn, undefined]);
  });

  test('tells its signing secret by a rotation alone', async (t) => {
    const { app, create } = await startConnected(t);
    const { ApiDestinationArn } = await create();
    const own = { service: 'imprimatur' } as const;
    const told = await app.ok('RotateApiDestinationSecret', { Name: 'crm' }, own);
    assert.match(String(told['Secret']), /^whsec_[A-Za-z0-9+/]{43}=$/);
    assert.equal(told['OldSecretExpirationTime'], now + 24 * 60 * 60);
    const entries = await newEntries(app);
    assert.equal(entries.at(-1)?.resource, ApiDestinationArn);
    assert.doesNotMatch(JSON.stringify([entries, await rowsOf(app, 'api_destination')]), /whsec_/);
  });
});

test('ListApiDestinations goes by name, by prefix and by connection', async (t) => {
  const { app, ConnectionArn, create } = await startConnected(t);
  const other = await app.ok('CreateConnection', { Name: 'other', ...login }, events);
  for (const Name of ['b', 'a-2', 'a-1']) await create({ Name });
  await create({ Name: 'c', ConnectionArn: other['ConnectionArn'] });
  const list = async (input: Json): Promise<unknown> => {
    const { ApiDestinations, NextToken } = await app.ok<{
      ApiDestinations: Json[];
      NextToken?: string;
    }>('ListApiDestinations', input, events);
    return [ApiDestinations.map(({ Name }) => Name), typeof NextToken];
  };
  assert.deepEqual(await list({}), [['a-1', 'a-2', 'b', 'c'], 'undefined']);
  assert.deepEqual(await list({ NamePrefix: 'a-' }), [['a-1', 'a-2'], 'undefined']);
  assert.deepEqual(await list({ ConnectionArn }), [['a-1', 'a-2', 'b'], 'undefined']);
  assert.deepEqual(await list({ Limit: 3 }), [['a-1', 'a-2', 'b'], 'string']);
});
