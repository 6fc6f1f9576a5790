import assert from 'node:assert/strict';
import diagnostics from 'node:diagnostics_channel';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { RequestListener, Server } from 'node:http';
import https from 'node:https';
import { createServer, isIP } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, mock, test } from 'node:test';
import type { TestContext } from 'node:test';
import { makeCertificate, withoutOpenssl } from '../../../tests/support/certificates.ts';
import { limits } from '../../kernel/limits.ts';
import { AddressGuard } from './address-guard.ts';
import { AddressRanges } from './address-ranges.ts';
import { HttpSender } from './http-request.ts';
import type { HttpAnswer, HttpFailure } from './http-request.ts';

const never = new AbortController().signal;

interface SenderParts {
  readonly ca?: string;
  readonly allowed?: readonly string[];
  /** What the name service answers, one after the other; the last from then on. */
  readonly addresses?: readonly string[];
}

/** A sender that may speak to this machine, whatever host is named. */
function newSender(t: TestContext, parts: SenderParts = {}): HttpSender {
  const { ca, allowed = ['127.0.0.1'], addresses = ['127.0.0.1'] } = parts;
  const answers = [...addresses];
  const guard = new AddressGuard(new AddressRanges(allowed), () => {
    const address = answers.length > 1 ? answers.shift()! : answers[0]!;
    return Promise.resolve([{ address, family: isIP(address) }]);
  });
  const sender = new HttpSender(guard, ca === undefined ? {} : { ca });
  t.after(() => sender.close());
  return sender;
}

async function listen(t: TestContext, server: TcpServer): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function urlOf(t: TestContext, listener: RequestListener): Promise<URL> {
  const server: Server = http.createServer(listener);
  return new URL(`http://127.0.0.1:${await listen(t, server)}/hook?a=1`);
}

function post(sender: HttpSender, url: URL, signal = never): Promise<HttpAnswer | HttpFailure> {
  const headers = { 'Content-Type': 'application/json' };
  return sender.send({ method: 'POST', url, headers, body: '{"a":"ä"}' }, signal);
}

function answered(result: HttpAnswer | HttpFailure): HttpAnswer {
  assert.ok(result.kind === 'answered', JSON.stringify(result));
  return result;
}

function failed(result: HttpAnswer | HttpFailure, kind: HttpFailure['kind']): string {
  assert.equal(result.kind, kind, JSON.stringify(result));
  return result.message;
}

/** Lets the five seconds pass once the endpoint has got so far. */
async function runOutOfTime(until: Promise<unknown>): Promise<void> {
  await until;
  mock.timers.tick(limits.targetSecondsMax * 1_000);
}

test('a request arrives as it was sent, on a connection that is kept', async (t) => {
  const seen: unknown[] = [];
  const ports = new Set<number | undefined>();
  const url = await urlOf(t, (request, response) => {
    ports.add(request.socket.remotePort);
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      const { method, headers } = request;
      seen.push([method, request.url, headers['content-length'], headers.connection, body]);
      response.writeHead(202, { 'X-Told': 'yes' }).end('taken');
    });
  });
  const sender = newSender(t);
  for (let count = 0; count < 3; count += 1) {
    const { statusCode, headers, body } = answered(await post(sender, url));
    assert.deepEqual([statusCode, headers['x-told'], String(body)], [202, 'yes', 'taken']);
  }
  const message = { method: 'PUT', url, headers: {}, body: '', closes: true };
  answered(await sender.send(message, never));
  const first = ['POST', '/hook?a=1', '10', 'keep-alive', '{"a":"ä"}'];
  assert.deepEqual(seen, [first, first, first, ['PUT', '/hook?a=1', '0', 'close', '']]);
  assert.equal(ports.size, 2);
});

describe('an endpoint that', () => {
  test('is down is told so', async (t) => {
    const server = createServer();
    const port = await listen(t, server);
    await new Promise((resolve) => server.close(resolve));
    const message = failed(
      await post(newSender(t), new URL(`http://127.0.0.1:${port}/`)),
      'unreachable',
    );
    assert.equal(message, `It could not be reached: connect ECONNREFUSED 127.0.0.1:${port}.`);
  });

  test('says nothing is given up after five seconds', async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] });
    t.after(() => mock.timers.reset());
    const asked = Promise.withResolvers<void>();
    const url = await urlOf(t, () => asked.resolve());
    const [result] = await Promise.all([post(newSender(t), url), runOutOfTime(asked.promise)]);
    assert.equal(failed(result, 'timed-out'), 'It did not answer within 5 seconds.');
  });

  test('begins an answer and never ends it has answered all the same', async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] });
    t.after(() => mock.timers.reset());
    const url = await urlOf(t, (_request, response) => {
      response.writeHead(200).write('so f');
    });
    const begun = Promise.withResolvers<void>();
    const noteAnswer = (): void => begun.resolve();
    diagnostics.subscribe('http.client.response.finish', noteAnswer);
    t.after(() => diagnostics.unsubscribe('http.client.response.finish', noteAnswer));
    const [result] = await Promise.all([post(newSender(t), url), runOutOfTime(begun.promise)]);
    assert.equal(answered(result).statusCode, 200);
  });

  test('answers without end is cut off', async (t) => {
    const part = Buffer.alloc(16 * 1024, 'x');
    const hungUp = Promise.withResolvers<void>();
    const url = await urlOf(t, (_request, response) => {
      const more = (): void => {
        while (response.write(part));
      };
      response.on('drain', more).on('close', () => hungUp.resolve());
      more();
    });
    const { statusCode, body } = answered(await post(newSender(t), url));
    assert.deepEqual([statusCode, body.length], [200, limits.targetAnswerBytesMax]);
    await hungUp.promise;
  });

  test('breaks off in the midst of its answer has answered all the same', async (t) => {
    const url = await urlOf(t, (_request, response) => {
      response.writeHead(500, { 'Content-Length': '100' });
      response.write('half', () => setTimeout(() => response.destroy(), 5));
    });
    const { statusCode, body } = answered(await post(newSender(t), url));
    assert.deepEqual([statusCode, String(body)], [500, 'half']);
  });

  test('redirects is not followed', async (t) => {
    let others = 0;
    const other = await urlOf(t, (_request, response) => {
      others += 1;
      response.end();
    });
    const url = await urlOf(t, (_request, response) => {
      response.writeHead(307, { Location: String(other) }).end();
    });
    const { statusCode } = answered(await post(newSender(t), url));
    assert.deepEqual([statusCode, others], [307, 0]);
  });

  const broken: [string, string, HttpFailure['kind'], RegExp][] = [
    ['hangs up', '', 'unreachable', /^It could not be reached: socket hang up\.$/],
    ['speaks something else', 'SSH-2.0-x\r\n', 'unreadable', /^Its answer is no HTTP: /],
    [
      'answers huge headers',
      `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(32 * 1024)}\r\n\r\n`,
      'unreadable',
      /Header overflow/,
    ],
    [
      'wants another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
      'unreachable',
      /hung up without an answer/,
    ],
  ];
  for (const [title, text, kind, message] of broken) {
    test(title, async (t) => {
      const server = createServer((socket) => {
        socket.once('data', () => socket.end(text));
      });
      const url = new URL(`http://127.0.0.1:${await listen(t, server)}/`);
      assert.match(failed(await post(newSender(t), url), kind), message);
    });
  }

  test('resets the connection is told so', async (t) => {
    const server = createServer((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const url = new URL(`http://127.0.0.1:${await listen(t, server)}/`);
    assert.match(failed(await post(newSender(t), url), 'unreachable'), /ECONNRESET|hang up/);
  });

  test('hangs up on a connection that was kept is sent the same on a new one', async (t) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      let requests = 0;
      sockets.add(socket);
      socket.on('data', () => {
        requests += 1;
        if (requests === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        else socket.resetAndDestroy();
      });
    });
    const url = new URL(`http://127.0.0.1:${await listen(t, server)}/`);
    const sender = newSender(t);
    answered(await post(sender, url));
    answered(await post(sender, url));
    assert.equal(sockets.size, 2);
  });
});

test('what cannot be a request is not sent', async (t) => {
  const url = await urlOf(t, (_request, response) => response.end());
  const result = await newSender(t).send(
    { method: 'POST', url, headers: { 'X-A': 'a\nb' } },
    never,
  );
  assert.match(failed(result, 'unsent'), /Invalid character in header content/);
});

test('who stops the server does not wait for an endpoint', async (t) => {
  const asked = Promise.withResolvers<void>();
  const url = await urlOf(t, () => asked.resolve());
  const stop = new AbortController();
  void asked.promise.then(() => stop.abort());
  assert.equal(
    failed(await post(newSender(t), url, stop.signal), 'unreachable'),
    'This server stops.',
  );
});

describe('a host', () => {
  test('that nobody knows', async (t) => {
    const guard = new AddressGuard(new AddressRanges([]), () =>
      Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })),
    );
    const sender = new HttpSender(guard);
    t.after(() => sender.close());
    const result = await post(sender, new URL('https://nobody.example/'));
    assert.equal(failed(result, 'unknown-host'), 'Its host is not known to the name service.');
  });

  test('at an address of this network is not connected to', async (t) => {
    let connections = 0;
    const server = createServer(() => (connections += 1));
    const port = await listen(t, server);
    const sender = newSender(t, { allowed: [] });
    for (const host of ['inner.example', '127.0.0.1', '2130706433', '[::ffff:127.0.0.1]']) {
      for (const scheme of ['http', 'https']) {
        const result = await post(sender, new URL(`${scheme}://${host}:${port}/`));
        assert.match(failed(result, 'refused'), /IMPRIMATUR_ALLOWED_TARGET_ADDRESSES/);
      }
    }
    assert.equal(connections, 0);
  });

  test('that moves to such an address between two answers is not connected to there', async (t) => {
    const url = await urlOf(t, (_request, response) => response.end());
    url.hostname = 'rebound.example';
    const sender = newSender(t, { addresses: ['127.0.0.1', '10.0.0.1'] });
    const message = { method: 'POST', url, headers: {}, closes: true };
    answered(await sender.send(message, never));
    assert.match(failed(await sender.send(message, never), 'refused'), /is at 10\.0\.0\.1/);
  });
});

describe('over TLS', { skip: withoutOpenssl }, () => {
  async function tlsUrl(t: TestContext, traits: { names?: string; days?: number } = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'imprimatur-tls-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const pair = makeCertificate(folder, 'endpoint', traits);
    const [cert, key] = [readFileSync(pair.cert, 'utf8'), readFileSync(pair.key, 'utf8')];
    const server = https.createServer({ cert, key }, (_request, response) => response.end('safe'));
    const port = await listen(t, server);
    return { ca: cert, url: new URL(`https://localhost:${port}/`) };
  }

  test('a certificate that is known and of the host is taken', async (t) => {
    const { ca, url } = await tlsUrl(t);
    assert.equal(String(answered(await post(newSender(t, { ca }), url)).body), 'safe');
  });

  test('one that vouches for itself is not', async (t) => {
    const { url } = await tlsUrl(t);
    const message = failed(await post(newSender(t), url), 'unreachable');
    assert.match(message, /^It could not be reached: self-signed certificate\b/);
  });

  test('one of another host is not', async (t) => {
    const { ca, url } = await tlsUrl(t, { names: 'DNS:other.example' });
    const message = failed(await post(newSender(t, { ca }), url), 'unreachable');
    assert.match(message, /does not match certificate's altnames/);
  });

  test('one that has expired is not', async (t) => {
    const { ca, url } = await tlsUrl(t, { days: -1 });
    const message = failed(await post(newSender(t, { ca }), url), 'unreachable');
    assert.match(message, /certificate has expired/);
  });

  test('an endpoint without it is told so', async (t) => {
    const url = await urlOf(t, (_request, response) => response.end());
    url.protocol = 'https:';
    assert.match(failed(await post(newSender(t), url), 'unreachable'), /It could not be reached: /);
  });
});
