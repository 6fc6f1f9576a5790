/** Webhooks and API destinations of a running server, from the change to the endpoint. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { startEndpoint } from '../support/http-endpoint.ts';
import type { Endpoint } from '../support/http-endpoint.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startTestServer } from '../support/test-server.ts';
import { clientEnvironment, python, run, withoutPython } from './clients.ts';
import type { Ended } from './clients.ts';

type Json = Record<string, unknown>;

const program = join(import.meta.dirname, '../../bin/imprimatur.js');
const inference = {
  Containers: [{ Image: 'a' }],
  SupportedContentTypes: ['text/csv'],
  SupportedResponseMIMETypes: ['text/csv'],
};

/** What the guide says that verifies a message, as commands that read one; without Python one less. */
function verifiers(): [program: string, args: string[]][] {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/webhooks.md'), 'utf8');
  const code = (language: string): string =>
    new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'm').exec(guide)![1]!;
  const reading = [
    "import { json } from 'node:stream/consumers';",
    'const { secret, headers, body } = await json(process.stdin);',
    'verify(secret, headers, body);',
  ];
  const javaScript = [code('js'), ...reading].join('\n');
  const inPython = [
    code('python'),
    'import json, sys',
    'given = json.load(sys.stdin)',
    "verify(given['secret'], given['headers'], given['body'].encode())",
  ];
  return [
    [process.execPath, ['--input-type=module', '--eval', javaScript]],
    ...(withoutPython ? [] : [[python, ['-c', inPython.join('\n')]] as [string, string[]]]),
  ];
}

describe('a running server', () => {
  let server: ServerProcess;

  before(async () => {
    server = await startTestServer({ flags: ['--allowed-target-addresses', '127.0.0.1'] });
  });
  after(() => server.stop());

  function cli(...args: string[]): Promise<Ended> {
    const env = clientEnvironment(server);
    return run(process.execPath, [program, ...args], { env });
  }

  /** Registers a version of a group and gives it a status. */
  async function register(group: string, status: string): Promise<void> {
    const { ModelPackageArn } = await server.ok('CreateModelPackage', {
      ...{ ModelPackageGroupName: group, InferenceSpecification: inference },
      ModelApprovalStatus: 'PendingManualApproval',
    });
    await server.ok('UpdateModelPackage', { ModelPackageArn, ModelApprovalStatus: status });
  }

  async function arrived(endpoint: Endpoint, count: number): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (endpoint.requests.length < count && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.equal(endpoint.requests.length, count);
  }

  test('posts an approval to a webhook, in words that the library of the scheme takes', async (t) => {
    const endpoint = await startEndpoint(t);
    for (const ModelPackageGroupName of ['fraud', 'churn']) {
      await server.ok('CreateModelPackageGroup', { ModelPackageGroupName });
    }
    const on = ['--on', 'approved', '--group', 'fraud', '--name', 'ci'];
    const made = await cli('webhook', 'add', `${endpoint.url}/hook`, ...on);
    assert.equal(made.code, 0, made.errors);
    const secret = made.out.trim();

    await register('churn', 'Approved');
    await register('fraud', 'Rejected');
    await register('fraud', 'Approved');
    await arrived(endpoint, 1);
    const [{ url, body, headers }] = endpoint.requests as [Endpoint['requests'][number]];
    assert.equal(url, '/hook');
    const event = new Webhook(secret).verify(body, headers as Record<string, string>) as Json;
    assert.equal(headers['webhook-id'], event['id']);
    const { ModelPackageName, ModelApprovalStatus } = event['detail'] as Json;
    assert.deepEqual([ModelPackageName, ModelApprovalStatus], ['fraud/2', 'Approved']);
    for (const command of verifiers()) {
      const input = (more: Json) => JSON.stringify({ secret, headers, body, ...more });
      const env = { ...clientEnvironment(server), HOME: tmpdir() };
      const good = await run(...command, { env, input: input({}) });
      assert.deepEqual([good.code, good.errors], [0, ''], command[0]);
      const forged = await run(...command, { env, input: input({ body: `${body} ` }) });
      assert.match(forged.errors, /signed by somebody else/);
      const late = {
        ...headers,
        'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 301),
      };
      assert.match(
        (await run(...command, { env, input: input({ headers: late }) })).errors,
        /too old/,
      );
    }

    const tried = await cli('webhook', 'test', 'ci');
    assert.match(tried.out, /^ci answered 200 within \d+ ms\.\n$/, tried.errors);
    assert.equal(endpoint.requests.length, 2);
    const told = JSON.parse(endpoint.requests[1]!.body) as Json;
    assert.deepEqual([told['source'], told['detail-type']], ['imprimatur', 'Webhook Test']);
  });

  test('tells whoever tries a webhook why it does not work', async (t) => {
    const endpoint = await startEndpoint(t, () => ({ status: 404, body: 'no such hook' }));
    await cli('webhook', 'add', endpoint.url, '--on', 'any', '--name', 'lost');
    const lost = await cli('webhook', 'test', 'lost');
    assert.equal(lost.code, 1);
    assert.match(lost.errors, /It answered 404 \(Not Found\)\. It said: no such hook/);
    await cli('webhook', 'add', 'http://127.0.0.2:9/', '--on', 'any', '--name', 'inner');
    const inner = await cli('webhook', 'test', 'inner');
    assert.match(inner.errors, /'127\.0\.0\.2' is at 127\.0\.0\.2, which is not public; /);
  });

  test('invokes an API destination that a rule has as its target', async (t) => {
    const endpoint = await startEndpoint(t, (_request, count) => ({
      status: count === 1 ? 500 : 200,
    }));
    const call = (operation: string, input: Json): Promise<Json> =>
      server.ok(operation, input, { service: 'events' });
    const { ConnectionArn } = await call('CreateConnection', {
      ...{ Name: 'crm', AuthorizationType: 'API_KEY' },
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'X-Key', ApiKeyValue: 'v4lue' } },
    });
    const { ApiDestinationArn: Arn } = await call('CreateApiDestination', {
      ...{ Name: 'crm', ConnectionArn, HttpMethod: 'PUT' },
      InvocationEndpoint: `${endpoint.url}/orders/*`,
    });
    await call('PutRule', { Name: 'orders', EventPattern: '{"source":["shop"]}' });
    const target = {
      ...{ Id: 'crm', Arn, RoleArn: 'arn:aws:iam::123456789012:role/deliver' },
      HttpParameters: { PathParameterValues: ['$.detail.id'] },
      InputTransformer: { InputPathsMap: { id: '$.detail.id' }, InputTemplate: '{"order":<id>}' },
    };
    await call('PutTargets', { Rule: 'orders', Targets: [target] });
    const entry = { Source: 'shop', DetailType: 'order', Detail: '{"id":17}' };
    const { Entries } = await call('PutEvents', { Entries: [entry] });
    const [{ EventId }] = Entries as [{ EventId: string }];
    await arrived(endpoint, 2);
    for (const { method, url, headers, body } of endpoint.requests) {
      assert.deepEqual([method, url, body], ['PUT', '/orders/17', '{"order":17}']);
      assert.deepEqual([headers['x-key'], headers['webhook-id']], ['v4lue', EventId]);
    }
  });
});
