import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newEntries, rowsOf, startApp, violated } from '../../../tests/support/scenario.ts';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import type { RefusedCall, TestApp } from '../../../tests/support/test-app.ts';

type Json = Record<string, unknown>;

const events = { service: 'events' } as const;
const now = Date.parse('2026-03-04T09:15:27.500Z') / 1_000;
const place = `arn:aws:events:${testRegion}:${testAccount}:connection/crm`;
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';

const basic = {
  AuthorizationType: 'BASIC',
  AuthParameters: { BasicAuthParameters: { Username: 'ana', Password: 'p4ss' } },
};
const apiKey = {
  AuthorizationType: 'API_KEY',
  AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'X-Key', ApiKeyValue: 'v4lue' } },
};
const secretParameters = [
  { Key: 'shown', Value: 'a', IsValueSecret: false },
  { Key: 'hidden', Value: 's3cret', IsValueSecret: true },
];
const shownParameters = [
  { Key: 'shown', Value: 'a', IsValueSecret: false },
  { Key: 'hidden', IsValueSecret: true },
];
const oAuth = {
  AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS',
  AuthParameters: {
    OAuthParameters: {
      ClientParameters: { ClientID: 'me', ClientSecret: 'cl1ent' },
      AuthorizationEndpoint: 'https://auth.example/token',
      HttpMethod: 'POST',
      OAuthHttpParameters: { BodyParameters: secretParameters },
    },
    InvocationHttpParameters: { HeaderParameters: secretParameters },
  },
};

function create(app: TestApp, input: Json = basic): Promise<Json> {
  return app.ok('CreateConnection', { Name: 'crm', ...input }, events);
}

const describeIt = (app: TestApp): Promise<Json> =>
  app.ok('DescribeConnection', { Name: 'crm' }, events);

const refusal = (code: string, message: string): RefusedCall => ({ status: 400, code, message });
const parameters = (reason: string): RefusedCall =>
  refusal('ValidationException', `Parameter AuthParameters is not valid. Reason: ${reason}`);

describe('is refused', () => {
  const { BasicAuthParameters } = basic.AuthParameters;
  const connectivity = { ResourceParameters: { ResourceConfigurationArn: '' } };
  const endpoint = (AuthorizationEndpoint: string): Json => ({
    ...oAuth,
    AuthParameters: {
      OAuthParameters: { ...oAuth.AuthParameters.OAuthParameters, AuthorizationEndpoint },
    },
  });
  const gone = refusal(
    'ResourceNotFoundException',
    "Failed to describe the connection(s). Connection 'crm' does not exist.",
  );
  const refusals: [operation: string, input: Json, expected: RefusedCall][] = [
    [
      'CreateConnection',
      { ...basic, Name: 'a b' },
      refusal(
        'ValidationException',
        violated(
          'a b',
          'name',
          'Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+',
        ),
      ),
    ],
    [
      'CreateConnection',
      { ...basic, AuthorizationType: 'API_KEY' },
      parameters('BasicAuthParameters does not go with the authorization type API_KEY.'),
    ],
    [
      'CreateConnection',
      { AuthorizationType: 'BASIC', AuthParameters: {} },
      parameters('The authorization type BASIC needs BasicAuthParameters with Username, Password.'),
    ],
    [
      'CreateConnection',
      endpoint('ftp://auth.example/'),
      parameters(
        "Endpoint 'ftp://auth.example/' is invalid, please provide a valid HTTPS endpoint URL.",
      ),
    ],
    [
      'CreateConnection',
      {
        AuthorizationType: 'BASIC',
        AuthParameters: { BasicAuthParameters, ConnectivityParameters: connectivity },
      },
      refusal(
        'ValidationException',
        'Parameter AuthParameters.ConnectivityParameters is not valid. Reason: There are no VPC ' +
          'resources here; private endpoints are reached by the setting --allowed-target-addresses.',
      ),
    ],
    [
      'CreateConnection',
      { ...basic, KmsKeyIdentifier: 'alias/key' },
      refusal(
        'ValidationException',
        'Parameter KmsKeyIdentifier is not valid. Reason: There is no KMS here; secrets are ' +
          'encrypted under the key of the registry.',
      ),
    ],
    ['DescribeConnection', {}, gone],
    ['UpdateConnection', { Description: 'a' }, gone],
    ['DeauthorizeConnection', {}, gone],
    ['DeleteConnection', {}, gone],
  ];
  for (const [operation, input, expected] of refusals) {
    test(`${operation} ${JSON.stringify(input)}`, async (t) => {
      const app = await startApp(t);
      assert.deepEqual(await app.refused(operation, { Name: 'crm', ...input }, events), expected);
      assert.deepEqual(await rowsOf(app, 'event_connection'), []);
      const [entry] = await newEntries(app);
      assert.equal(entry?.error, `${expected.code}: ${expected.message}`);
    });
  }

  test('a name that is taken', async (t) => {
    const app = await startApp(t);
    await create(app);
    assert.deepEqual(
      await app.refused('CreateConnection', { Name: 'crm', ...apiKey }, events),
      refusal('ResourceAlreadyExistsException', 'Connection crm already exists.'),
    );
  });

  test('an http:// endpoint in strict mode, where no other is there', async (t) => {
    const app = await startApp(t, { strictAws: true });
    const input = { Name: 'crm', ...endpoint('http://auth.example/') };
    const { message } = await app.refused('CreateConnection', input, events);
    assert.match(message, /please provide a valid HTTPS endpoint URL/);
  });

  test('a header value that backtracking would never end on', async (t) => {
    const app = await startApp(t);
    const Password = `${' '.repeat(500)}:`;
    const input = {
      Name: 'crm',
      AuthorizationType: 'BASIC',
      AuthParameters: { BasicAuthParameters: { Username: 'ana', Password } },
    };
    const from = performance.now();
    await app.refused('CreateConnection', input, events);
    assert.ok(performance.now() - from < 1_000);
  });
});

describe('a connection', () => {
  const shown: [Json, Json][] = [
    [basic, { BasicAuthParameters: { Username: 'ana' } }],
    [apiKey, { ApiKeyAuthParameters: { ApiKeyName: 'X-Key' } }],
    [
      oAuth,
      {
        OAuthParameters: {
          ClientParameters: { ClientID: 'me' },
          AuthorizationEndpoint: 'https://auth.example/token',
          HttpMethod: 'POST',
          OAuthHttpParameters: { BodyParameters: shownParameters },
        },
        InvocationHttpParameters: { HeaderParameters: shownParameters },
      },
    ],
  ];
  for (const [input, AuthParameters] of shown) {
    test(`${String(input['AuthorizationType'])} is authorized at once and told without secrets`, async (t) => {
      const app = await startApp(t);
      const made = await create(app, { ...input, Description: 'CRM' });
      const times = { CreationTime: now, LastModifiedTime: now };
      const { ConnectionArn } = made;
      assert.match(String(ConnectionArn), new RegExp(`^${place}/${uuid}$`));
      assert.deepEqual(made, { ConnectionArn, ConnectionState: 'AUTHORIZED', ...times });
      const { SecretArn, ...described } = await describeIt(app);
      assert.deepEqual(described, {
        ...{ ...made, Name: 'crm', Description: 'CRM', LastAuthorizedTime: now },
        ...{ AuthorizationType: input['AuthorizationType'], AuthParameters },
      });
      const secret = `arn:aws:secretsmanager:${testRegion}:${testAccount}:secret:events!connection/crm/`;
      assert.match(String(SecretArn), new RegExp(`^${secret}[-0-9a-f]{36}-[0-9a-f]{6}$`));
      const [row] = await rowsOf(app, 'event_connection');
      const told = JSON.stringify([row, await app.journal()]);
      assert.doesNotMatch(told, /p4ss|v4lue|cl1ent|s3cret/);
      const [entry] = await newEntries(app);
      assert.deepEqual([entry?.operation, entry?.resource], ['CreateConnection', ConnectionArn]);
    });
  }

  test('keeps what an update leaves out, its secrets too', async (t) => {
    const app = await startApp(t);
    const made = await create(app);
    await newEntries(app);
    app.clock.advance(1_000);
    const updated = await app.ok(
      'UpdateConnection',
      {
        Name: 'crm',
        AuthParameters: {
          BasicAuthParameters: { Username: 'bob' },
          InvocationHttpParameters: { QueryStringParameters: secretParameters },
        },
      },
      events,
    );
    assert.deepEqual(updated, {
      ...made,
      ...{ LastModifiedTime: now + 1, LastAuthorizedTime: now + 1 },
    });
    assert.deepEqual((await describeIt(app))['AuthParameters'], {
      BasicAuthParameters: { Username: 'bob' },
      InvocationHttpParameters: { QueryStringParameters: shownParameters },
    });
    const [entry] = await newEntries(app);
    assert.deepEqual((entry!.before as Json)['AuthParameters'], {
      BasicAuthParameters: { Username: 'ana' },
    });
    // That the password stayed is seen by what is sent: workers/targets/api-destination.test.ts.
  });

  test('needs the parameters of another type when it is updated to that', async (t) => {
    const app = await startApp(t);
    await create(app);
    assert.deepEqual(
      await app.refused('UpdateConnection', { Name: 'crm', AuthorizationType: 'API_KEY' }, events),
      parameters(
        'The authorization type API_KEY needs ApiKeyAuthParameters with ApiKeyName, ApiKeyValue.',
      ),
    );
    await app.ok('UpdateConnection', { Name: 'crm', ...apiKey }, events);
    const { AuthorizationType, AuthParameters } = await describeIt(app);
    assert.deepEqual(
      [AuthorizationType, AuthParameters],
      ['API_KEY', { ApiKeyAuthParameters: { ApiKeyName: 'X-Key' } }],
    );
  });

  test('forgets its secrets when it is deauthorized, until it is given new ones', async (t) => {
    const app = await startApp(t);
    await create(app);
    await newEntries(app);
    const told = await app.ok('DeauthorizeConnection', { Name: 'crm' }, events);
    assert.equal(told['ConnectionState'], 'DEAUTHORIZING');
    assert.equal((await describeIt(app))['ConnectionState'], 'DEAUTHORIZED');
    const [row] = await rowsOf(app, 'event_connection');
    assert.deepEqual([row!['secret'], row!['secret_key_id']], [null, null]);
    await app.ok('DeauthorizeConnection', { Name: 'crm' }, events);
    assert.equal((await newEntries(app)).length, 1, 'the second changes nothing');
    const { code } = await app.refused('UpdateConnection', { Name: 'crm' }, events);
    assert.equal(code, 'ValidationException');
    await app.ok('UpdateConnection', { Name: 'crm', ...basic }, events);
    assert.equal((await describeIt(app))['ConnectionState'], 'AUTHORIZED');
  });

  test('is gone once it is deleted', async (t) => {
    const app = await startApp(t);
    const { ConnectionArn } = await create(app);
    await newEntries(app);
    const told = await app.ok('DeleteConnection', { Name: 'crm' }, events);
    assert.equal(told['ConnectionState'], 'DELETING');
    assert.deepEqual(await rowsOf(app, 'event_connection'), []);
    const [entry] = await newEntries(app);
    assert.deepEqual([entry?.resource, entry?.after], [ConnectionArn, undefined]);
  });
});

test('ListConnections goes by name, by prefix and by state', async (t) => {
  const app = await startApp(t);
  for (const Name of ['b', 'a-2', 'a-1', 'A-1']) await create(app, { Name, ...basic });
  await app.ok('DeauthorizeConnection', { Name: 'a-2' }, events);
  const list = async (input: Json): Promise<unknown> => {
    const { Connections, NextToken } = await app.ok<{ Connections: Json[]; NextToken?: string }>(
      'ListConnections',
      input,
      events,
    );
    return [Connections.map(({ Name }) => Name), typeof NextToken];
  };
  assert.deepEqual(await list({}), [['A-1', 'a-1', 'a-2', 'b'], 'undefined']);
  assert.deepEqual(await list({ NamePrefix: 'a-' }), [['a-1', 'a-2'], 'undefined']);
  assert.deepEqual(await list({ ConnectionState: 'DEAUTHORIZED' }), [['a-2'], 'undefined']);
  assert.deepEqual(await list({ ConnectionState: 'ACTIVE' }), [[], 'undefined']);
  assert.deepEqual(await list({ Limit: 2 }), [['A-1', 'a-1'], 'string']);
});
