import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  CreateModelPackage,
  DeleteModelPackage,
  DescribeModelPackage,
  ListModelPackages,
} from '../contracts/sagemaker.gen.ts';
import { Client } from './client.ts';
import type { ClientParts } from './client.ts';
import { ConnectionFailure, ServiceFailure } from './failure.ts';
import { callAllPages } from './paginate.ts';
import { operationOf } from './services.ts';
import { TestTerminal } from './testing.ts';
import { Trace } from './trace.ts';

interface Heard {
  headers: IncomingMessage['headers'];
  body: Record<string, unknown>;
}

type Answer = (response: ServerResponse, count: number) => void;

/** A server that answers as it is told, and what it has heard. */
async function startServer(t: TestContext, answer: Answer): Promise<{ url: URL; heard: Heard[] }> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    request.on('end', () => {
      heard.push({ headers: request.headers, body: JSON.parse(text) as Heard['body'] });
      answer(response, heard.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}`), heard };
}

function clientOf(endpoint: URL, more: Partial<ClientParts> = {}): Client {
  return new Client({
    endpoint,
    region: 'eu-west-1',
    credentials: {
      accessKeyId: 'AKID',
      secretAccessKey: 'very-secret',
      sessionToken: 'token-secret',
    },
    userAgent: 'imprimatur-tests',
    random: () => 0.01,
    ...more,
  });
}

function send(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

const created = { ModelPackageArn: 'arn:aws:sagemaker:eu-west-1:123456789012:model-package/g/1' };

describe('client', () => {
  test('a call is signed awsJson, and its answer comes in the terms of the contract', async (t) => {
    const summary = { ...created, CreationTime: 1793000000.5, ModelPackageStatus: 'Completed' };
    const { url, heard } = await startServer(t, (response) => {
      send(response, 200, { ModelPackageSummaryList: [summary] });
    });
    const answer = await clientOf(url).call(ListModelPackages, { CreationTimeAfter: 1_500 });
    assert.equal(answer.ModelPackageSummaryList[0]!.CreationTime, 1793000000500);
    const [{ headers, body }] = heard as [Heard];
    assert.deepEqual(body, { CreationTimeAfter: 1.5 });
    assert.equal(headers['x-amz-target'], 'SageMaker.ListModelPackages');
    assert.equal(headers['content-type'], 'application/x-amz-json-1.1');
    assert.equal(headers['user-agent'], 'imprimatur-tests');
    assert.equal(headers['x-amz-security-token'], 'token-secret');
    assert.match(
      String(headers.authorization),
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/sagemaker\/aws4_request, /,
    );
  });

  test('a server in trouble is asked three times, with one token', async (t) => {
    const { url, heard } = await startServer(t, (response, count) => {
      if (count === 1) send(response, 503, 'busy', { 'content-type': 'text/plain' });
      else if (count === 2) send(response, 400, { __type: 'ThrottlingException', message: 'slow' });
      else send(response, 200, created);
    });
    const answer = await clientOf(url).call(CreateModelPackage, { ModelPackageGroupName: 'g' });
    assert.deepEqual(answer, created);
    const tokens = heard.map(({ body }) => body['ClientToken']);
    assert.equal(tokens.length, 3);
    assert.match(String(tokens[0]), /^[0-9a-f-]{36}$/);
    assert.equal(new Set(tokens).size, 1);
  });

  test("the caller's own token is kept", async (t) => {
    const { url, heard } = await startServer(t, (response) => send(response, 200, created));
    await clientOf(url).call(CreateModelPackage, { ClientToken: 'mine' });
    assert.deepEqual(heard[0]!.body, { ClientToken: 'mine' });
  });

  test('the third failure is told, with how often it was tried', async (t) => {
    const { url, heard } = await startServer(t, (response) => {
      send(response, 500, { __type: 'a.b#InternalFailure', Message: 'sorry' });
    });
    await assert.rejects(clientOf(url).call(DescribeModelPackage, { ModelPackageName: 'g/1' }), {
      code: 'InternalFailure',
      text: 'sorry',
      operation: 'DescribeModelPackage',
      status: 500,
      retries: 2,
    });
    assert.equal(heard.length, 3);
  });

  test('a refusal is final', async (t) => {
    const { url, heard } = await startServer(t, (response) => {
      const headers = { 'x-amzn-ErrorType': 'ValidationException:http://internal' };
      send(response, 400, { message: 'ModelPackage arn:x does not exist.' }, headers);
    });
    const call = clientOf(url).call(DescribeModelPackage, { ModelPackageName: 'g/1' });
    const error = await call.then(
      () => assert.fail('It was not refused.'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof ServiceFailure);
    assert.equal(error.code, 'ValidationException');
    assert.equal(error.message, 'ModelPackage arn:x does not exist. (ValidationException)');
    assert.ok(error.isMissing);
    assert.equal(heard.length, 1);
  });

  test('an operation without output answers nothing', async (t) => {
    const { url } = await startServer(t, (response) => send(response, 200, ''));
    const answer = await clientOf(url).call(DeleteModelPackage, { ModelPackageName: 'g/1' });
    assert.deepEqual(answer, {});
  });

  test('something that is no registry is recognized', async (t) => {
    const { url } = await startServer(t, (response) => send(response, 200, '<html>'));
    await assert.rejects(
      clientOf(url).call(DescribeModelPackage, { ModelPackageName: 'g/1' }),
      /^ConnectionFailure|does not answer like a model registry; is the endpoint right\?$/,
    );
  });

  test('a lost connection is tried again', async (t) => {
    const { url, heard } = await startServer(t, (response, count) => {
      if (count < 3) response.destroy();
      else send(response, 200, created);
    });
    assert.deepEqual(await clientOf(url).call(CreateModelPackage, {}), created);
    assert.equal(heard.length, 3);
  });

  test('nobody there, and nobody answering, is told in a line', async (t) => {
    const call = (url: URL, more: Partial<ClientParts> = {}): Promise<unknown> =>
      clientOf(url, more).call(DescribeModelPackage, { ModelPackageName: 'g/1' });
    const { url } = await startServer(t, () => {});
    const timeouts = { connectSeconds: 1, readSeconds: 0.05 };
    await assert.rejects(
      call(url, { timeouts }),
      /Cannot reach http:\/\/127\.0\.0\.1:\d+ \(no answer/,
    );
    await assert.rejects(call(new URL('http://127.0.0.1:1')), (error: Error) => {
      assert.ok(error instanceof ConnectionFailure);
      assert.equal(
        error.message,
        'Cannot reach http://127.0.0.1:1 (connection refused). Is the registry running there? ' +
          'Start it with "imprimatur serve", or name another with --endpoint-url.',
      );
      return true;
    });
  });

  test('a trace tells all but secrets', async (t) => {
    const terminal = new TestTerminal();
    const { url } = await startServer(t, (response, count) => {
      const ModelCard = { ModelCardContent: 'card-secret', ModelCardStatus: 'Draft' };
      send(response, 200, count === 1 ? { ...created, ModelCard } : created);
    });
    const client = clientOf(url, { trace: new Trace(terminal.error) });
    await client.call(DescribeModelPackage, { ModelPackageName: 'g/1' });
    await client.call(CreateModelPackage, { ModelCard: { ModelCardContent: 'card-secret' } });
    const told = terminal.written.error;
    assert.match(told, /^> POST http:\/\/127\.0\.0\.1:\d+\/\n/);
    assert.match(told, /^> \{"ModelPackageName":"g\/1"\}$/m);
    assert.match(told, /^< HTTP 200$/m);
    assert.match(told, /SignedHeaders=.*, Signature=…$/m);
    assert.doesNotMatch(told, /card-secret|token-secret|very-secret|Signature=[0-9a-f]/);
  });
});

describe('lists over many pages', () => {
  const operation = operationOf(ListModelPackages);

  /** A server of seven items and pages of three at most; tokens are offsets. */
  async function pages(t: TestContext): Promise<{ client: Client; heard: Heard[] }> {
    const { url, heard } = await startServer(t, (response, count) => {
      const { MaxResults = 3, NextToken = '0' } = heard[count - 1]!.body;
      const start = Number(NextToken);
      const end = start + Math.min(3, Number(MaxResults));
      const items = 'abcdefg'
        .slice(start, end)
        .split('')
        .map((name) => ({ ModelPackageName: name }));
      const next = end < 7 ? { NextToken: `${end}` } : {};
      send(response, 200, { ModelPackageSummaryList: items, TotalHits: count, ...next });
    });
    return { client: clientOf(url), heard };
  }

  interface Listed {
    ModelPackageSummaryList: { ModelPackageName: string }[];
    NextToken?: string;
    TotalHits: number;
  }

  async function list(
    client: Client,
    paging: Parameters<typeof callAllPages>[3],
  ): Promise<[string, string | undefined]> {
    const answer = (await callAllPages(client, operation, {}, paging)) as unknown as Listed;
    assert.equal(answer.TotalHits % 100, answer.TotalHits, 'the rest is that of the first page');
    const names = answer.ModelPackageSummaryList.map((one) => one.ModelPackageName);
    return [names.join(''), answer.NextToken];
  }

  test('are one list', async (t) => {
    const { client, heard } = await pages(t);
    assert.deepEqual(await list(client, {}), ['abcdefg', undefined]);
    assert.deepEqual(await list(client, { pageSize: 2 }), ['abcdefg', undefined]);
    assert.deepEqual(
      heard.map(({ body }) => body['MaxResults']),
      [undefined, undefined, undefined, 2, 2, 2, 2],
    );
  });

  test('can be cut off anywhere and gone on with', async (t) => {
    const { client } = await pages(t);
    for (const maxItems of [1, 2, 3, 4, 6, 7, 8]) {
      for (const pageSize of [undefined, 2, 3]) {
        let whole = '';
        let startingToken: string | undefined;
        do {
          const [names, next] = await list(client, { maxItems, pageSize, startingToken });
          assert.ok(names.length <= maxItems);
          whole += names;
          startingToken = next;
        } while (startingToken !== undefined);
        assert.equal(whole, 'abcdefg', `${maxItems} of ${pageSize}`);
      }
    }
  });

  test("go on from botocore's tokens and the service's own", async (t) => {
    const { client } = await pages(t);
    const botocore = { NextToken: '3', boto_truncate_amount: 2 };
    const token = Buffer.from(JSON.stringify(botocore)).toString('base64');
    assert.deepEqual(await list(client, { startingToken: token }), ['fg', undefined]);
    const first = Buffer.from('{"NextToken": null, "boto_truncate_amount": 1}').toString('base64');
    const [names] = await list(client, { startingToken: first, maxItems: 2 });
    assert.equal(names, 'bc');
    assert.deepEqual(await list(client, { startingToken: '5' }), ['fg', undefined]);
    const bad = Buffer.from('{"NextToken": 3}').toString('base64');
    await assert.rejects(list(client, { startingToken: bad }), /Bad starting token/);
  });

  test('do not go round in circles', async (t) => {
    const { url } = await startServer(t, (response) => {
      send(response, 200, { ModelPackageSummaryList: [], NextToken: 'again' });
    });
    await assert.rejects(list(clientOf(url), {}), /The same next token was received twice: again/);
  });
});
