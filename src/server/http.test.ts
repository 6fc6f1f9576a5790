import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { after, test } from 'node:test';
import { listen } from './http.ts';
import { createLog } from '../kernel/log.ts';
import { errorCode } from '../../tests/support/test-app.ts';
import type { PipelineRequest } from './pipeline.ts';

let count = 0;
const seen: PipelineRequest[] = [];
let release: () => void = () => {};
const parts = {
  newId: () => `id-${(count += 1)}`,
  log: createLog('silent'),
  corsOrigins: ['https://console.example.com'],
  async handle(received: PipelineRequest) {
    seen.push(received);
    if (received.path === '/slow') await new Promise<void>((resolve) => (release = resolve));
    return {
      status: 200,
      headers: { 'Content-Type': 'text/plain' },
      body: received.body.toString(),
    };
  },
};
const server = await listen(parts, '127.0.0.1', 0);
after(() => server.close());

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

async function send(
  path: string,
  options: { method?: string; body?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { method = 'POST', body = '', headers = {} } = options;
  const sent = request({ port: server.port, path, method, headers, agent: false });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { statusCode: status } = response;
  return { status, headers: response.headers, body: Buffer.concat(chunks).toString() };
}

test('every answer has an id of its own and a date', async () => {
  const [first, second] = [await send('/'), await send('/')];
  assert.match(first.headers['x-amzn-requestid'] as string, /^id-\d+$/);
  assert.notEqual(first.headers['x-amzn-requestid'], second.headers['x-amzn-requestid']);
  assert.ok(first.headers.date);
});

test('path and query are handed on as they came', async () => {
  const headers = { 'X-Forwarded-Proto': 'https' };
  await send('/a%2Fb?X-Amz-Date=1&q=%20?', { headers });
  assert.deepEqual([seen.at(-1)?.path, seen.at(-1)?.query], ['/a%2Fb', 'X-Amz-Date=1&q=%20?']);
  assert.equal(seen.at(-1)?.sourceIp, '127.0.0.1');
  assert.equal(seen.at(-1)?.isSecure, false, 'whoever sends it may say that it is');
});

test('a body beyond the limit is refused, and its sender hears it', async () => {
  const before = seen.length;
  const answer = await send('/', { body: 'x'.repeat(5 * 1024 * 1024) });
  assert.equal(answer.status, 413);
  assert.equal(errorCode(answer.body), 'RequestEntityTooLargeException');
  assert.match(answer.headers['x-amzn-requestid'] as string, /^id-/);
  assert.equal(seen.length, before);
});

test('pages of an allowed origin may call, others are not told anything', async () => {
  const origin = 'https://console.example.com';
  const preflight = await send('/', { method: 'OPTIONS', headers: { origin } });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers['access-control-allow-origin'], origin);
  assert.match(preflight.headers['access-control-allow-headers']!, /x-amz-target/);
  const call = await send('/', { headers: { origin } });
  assert.equal(call.headers['access-control-allow-origin'], origin);
  const stranger = await send('/', { headers: { origin: 'https://evil.example' } });
  assert.equal(stranger.headers['access-control-allow-origin'], undefined);
});

test('closing answers what is in flight and takes nothing more', async () => {
  const other = await listen(parts, '127.0.0.1', 0);
  const sent = request({ port: other.port, path: '/slow', method: 'POST' });
  sent.end('last');
  while (seen.at(-1)?.path !== '/slow') await new Promise((resolve) => setImmediate(resolve));
  const closed = other.close();
  release();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  assert.equal(response.statusCode, 200);
  response.resume();
  await closed;
  await assert.rejects(once(request({ port: other.port }).end(), 'response'), /ECONNREFUSED/);
});

test('an address that is taken is refused', async () => {
  await assert.rejects(listen(parts, '127.0.0.1', server.port), { code: 'EADDRINUSE' });
});
