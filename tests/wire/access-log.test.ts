/** The access log of a live server, and that no log at any level holds a secret. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { start } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';

type Line = Record<string, unknown>;

/** Sends a request as it is; answers its status. */
async function send(
  server: ServerProcess,
  path: string,
  headers: OutgoingHttpHeaders,
  body: string | Buffer = '',
): Promise<number | undefined> {
  const sent = request({ port: server.port, method: 'POST', path, headers, agent: false });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  await once(answer.resume(), 'end');
  return answer.statusCode;
}

/** The lines of the access log of a server that has stopped. */
function accessLines(server: ServerProcess): Line[] {
  return server
    .output()
    .split('\n')
    .filter((line) => line.includes('"kind":"access"'))
    .map((line) => JSON.parse(line) as Line);
}

describe('the access log', () => {
  test('has a line for each request, which tells who asked what and how it ended', async () => {
    const server = await start({ flags: ['--access-log', '--log-level', 'silent'] });
    const headers = { 'user-agent': 'tests/1' };
    const input = { ModelPackageGroupName: 'logged' };
    const made = await server.call('CreateModelPackageGroup', input, { headers });
    const again = await server.call('CreateModelPackageGroup', input);
    await server.call('MakeCoffee', {});
    await fetch(`${server.endpoint}/healthz`);
    await server.stop();
    const lines = accessLines(server);
    assert.equal(lines.length, 3);
    const [first, second, third] = lines as [Line, Line, Line];
    const { time, durationMs, ...rest } = first;
    assert.ok(Math.abs(Date.parse(String(time)) - Date.now()) < 60_000);
    assert.ok(typeof durationMs === 'number' && durationMs > 0);
    assert.deepEqual(rest, {
      level: 30,
      kind: 'access',
      requestId: made.headers['x-amzn-requestid'],
      sourceIp: '127.0.0.1',
      principal: 'arn:aws:iam::123456789012:root',
      service: 'sagemaker',
      operation: 'CreateModelPackageGroup',
      method: 'POST',
      path: '/',
      status: 200,
      bytesIn: JSON.stringify(input).length,
      bytesOut: made.text.length,
      userAgent: 'tests/1',
    });
    assert.deepEqual(
      [second['requestId'], second['status'], second['code']],
      [again.headers['x-amzn-requestid'], 400, 'ValidationException'],
    );
    assert.deepEqual(
      [third['operation'], third['code']],
      ['MakeCoffee', 'UnknownOperationException'],
    );
  });

  test('is off unless asked for', async () => {
    const server = await start();
    await server.ok('ListModelPackageGroups');
    await server.stop();
    assert.deepEqual(accessLines(server), []);
  });
});

test('no log at any level holds a secret, a signature, a token or a body', async () => {
  const server = await start({ flags: ['--access-log', '--log-level', 'debug'] });
  const secrets: string[] = [server.credentials.secretAccessKey];
  const secret = (name: string): string => {
    const made = `${name}-${'0123456789abcdef'.repeat(3)}`;
    secrets.push(made);
    return made;
  };
  const body = JSON.stringify({ ModelPackageGroupDescription: secret('body') });

  // Answered, refused by the contract, refused by the signature, not to be read, too large.
  const good = server.signed('CreateModelPackageGroup', body);
  secrets.push(/Signature=(\w+)/.exec(good['Authorization'] ?? good['authorization'] ?? '')![1]!);
  assert.equal(await send(server, '/', good, body), 400);
  const withToken = { headers: { 'x-amz-security-token': secret('token') } };
  await server.call('ListModelPackageGroups', {}, withToken);
  const tampered = server.signed('ListModelPackageGroups', '{}');
  assert.equal(await send(server, '/', tampered, `{"NameContains":"${secret('tampered')}"}`), 400);
  const unreadable = `{"NameContains":"${secret('unreadable')}"`;
  assert.equal(
    await send(server, '/', server.signed('ListModelPackageGroups', unreadable), unreadable),
    400,
  );
  const large = Buffer.alloc(5 * 1024 * 1024, secret('large'));
  assert.equal(await send(server, '/', { authorization: secret('authorization') }, large), 413);

  // Presigned, in a path that is none, and in what is no HTTP.
  const target = { 'x-amz-target': 'SageMaker.ListModelPackageGroups' };
  const presigned =
    '/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20260101%2Feu-west-1%2Fsagemaker' +
    `%2Faws4_request&X-Amz-Security-Token=${secret('presigned-token')}` +
    `&X-Amz-Signature=${secret('presigned')}`;
  assert.equal(await send(server, presigned, target), 400);
  assert.equal(await send(server, `/metrics?token=${secret('query')}`, {}), 405);
  assert.equal(await send(server, `/none?token=${secret('query')}`, {}), 400);
  const socket = connect(server.port, '127.0.0.1');
  socket
    .resume()
    .write(`POST / HTTP/1.1\r\nAuthorization: ${secret('broken')}\r\nno header\r\n\r\n`);
  await once(socket, 'close');

  await server.stop();
  const output = server.output();
  assert.ok(output.includes('"step":"authenticate"'), 'the log is not at level debug');
  assert.ok(accessLines(server).length >= 8, output);
  for (const one of secrets) assert.ok(!output.includes(one), `the log holds ${one}`);
});
