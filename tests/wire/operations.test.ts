/** What operators ask of a live server: health, readiness, metrics, and how it stops. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { start } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';

const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/operations.md'), 'utf8');
const withoutPromtool =
  spawnSync('promtool', ['--version']).status === 0
    ? false
    : 'promtool is not there (on Debian: the package prometheus)';

function get(at: string, options: RequestInit = {}): Promise<Response> {
  return fetch(at, options);
}

/** The endpoint that the greeting names for operators. */
function operationsEndpoint(server: ServerProcess): string {
  const [, endpoint] = /^Health and metrics: (\S+)$/m.exec(server.output()) ?? [];
  assert.ok(endpoint, server.output());
  return endpoint;
}

/** The names of all metrics in a text, without what a histogram adds to its own. */
function namesIn(text: string): Set<string> {
  return new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name));
}

/** The value of one line. */
function valueOf(text: string, line: string): number {
  const found = text.split('\n').find((one) => one.startsWith(`${line} `));
  return Number(found?.slice(line.length + 1));
}

describe('a server without an operations port', async () => {
  const server = await start();
  after(() => server.stop());

  test('says that it lives and can serve, to anyone, unsigned', async () => {
    for (const [path, body] of [
      ['/healthz', 'ok\n'],
      ['/readyz?verbose', 'ready\n'],
    ]) {
      const answer = await get(`${server.endpoint}${path}`);
      assert.deepEqual([answer.status, await answer.text()], [200, body]);
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      const head = await get(`${server.endpoint}${path}`, { method: 'HEAD' });
      assert.deepEqual([head.status, await head.text()], [200, '']);
    }
  });

  test('takes nothing but GET and HEAD there', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
        const answer = await get(`${server.endpoint}${path}`, { method });
        assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'GET, HEAD']);
      }
    }
  });

  test('answers paths beside them as before', async () => {
    for (const path of ['/healthz/', '/health', '/Metrics']) {
      const answer = await get(`${server.endpoint}${path}`);
      assert.equal(answer.status, 400);
      assert.match(await answer.text(), /UnknownOperationException/);
    }
  });

  test('shows its metrics to this machine, but not through a proxy on it', async () => {
    const answer = await get(`${server.endpoint}/metrics`);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via']) {
      const proxied = await get(`${server.endpoint}/metrics`, { headers: { [name]: 'a' } });
      assert.equal(proxied.status, 403);
      assert.doesNotMatch(await proxied.text(), /imprimatur_/);
    }
  });

  test('counts each call under its operation and outcome', async () => {
    const before = await (await get(`${server.endpoint}/metrics`)).text();
    await server.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'counted' });
    const again = await server.call('CreateModelPackageGroup', {
      ModelPackageGroupName: 'counted',
    });
    assert.equal(again.status, 400);
    await server.call('MakeCoffee', {});
    const text = await (await get(`${server.endpoint}/metrics`)).text();
    const label = (operation: string, outcome: string, code: string): string =>
      `imprimatur_requests_total{service="sagemaker",operation="${operation}",` +
      `outcome="${outcome}",code="${code}"}`;
    const name = 'CreateModelPackageGroup';
    assert.equal(valueOf(text, label(name, 'success', '')), 1);
    assert.equal(valueOf(text, label(name, 'refused', 'ValidationException')), 1);
    assert.equal(valueOf(text, label('unknown', 'refused', 'UnknownOperationException')), 1);
    assert.doesNotMatch(text, /MakeCoffee/);
    const durations = 'imprimatur_request_duration_seconds_count{service="sagemaker",';
    assert.equal(valueOf(text, `${durations}operation="${name}",outcome="success"}`), 1);
    assert.equal(valueOf(text, 'imprimatur_requests_in_flight'), 0);
    assert.equal(valueOf(text, 'imprimatur_ready'), 1);
    assert.equal(valueOf(text, 'imprimatur_database_up'), 1);
    assert.ok(valueOf(text, 'imprimatur_connections') >= 1);
    assert.ok(valueOf(text, 'imprimatur_database_bytes') > 0);
    assert.ok(valueOf(text, 'process_resident_memory_bytes') > 1e6);
    assert.ok(text.length < 4 * before.length);
  });

  test('counts what is no HTTP', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.resume().write('what is this\r\n\r\n');
    await once(socket, 'close');
    const text = await (await get(`${server.endpoint}/metrics`)).text();
    const malformed = 'imprimatur_malformed_requests_total{code="SerializationException"}';
    assert.equal(valueOf(text, malformed), 1);
  });

  test('shows no metric that the guide does not tell', async () => {
    const names = namesIn(await (await get(`${server.endpoint}/metrics`)).text());
    assert.ok(names.size > 20);
    const untold = [...names].filter((name) => !guide.includes(`\`${name}\``));
    assert.deepEqual(untold, []);
  });

  test('spells its metrics as Prometheus wants them', { skip: withoutPromtool }, async () => {
    const input = await (await get(`${server.endpoint}/metrics`)).text();
    const checked = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    assert.deepEqual([checked.status, checked.stdout, checked.stderr], [0, '', '']);
  });
});

test('an operations port has the metrics for itself', { timeout: 30_000 }, async (t) => {
  const server = await start({ flags: ['--operations-port', '0'] });
  t.after(() => server.stop());
  const operations = operationsEndpoint(server);
  assert.equal((await get(`${operations}/healthz`)).status, 200);
  assert.equal((await get(`${operations}/readyz`)).status, 200);
  const metrics = await get(`${operations}/metrics`, { headers: { 'x-forwarded-for': 'a' } });
  assert.match(await metrics.text(), /^imprimatur_build_info\{version="[\d.]+"\} 1$/m);
  assert.equal((await get(`${operations}/`)).status, 404);
  assert.equal((await get(`${server.endpoint}/metrics`)).status, 403);
  assert.equal((await get(`${server.endpoint}/readyz`)).status, 200);
});

test('a server that drains is not ready but serves', { timeout: 60_000 }, async (t) => {
  const server = await start({ flags: ['--drain-seconds', '3600', '--operations-port', '0'] });
  t.after(() => server.kill());
  const operations = operationsEndpoint(server);
  assert.equal((await get(`${server.endpoint}/readyz`)).status, 200);
  server.terminate();
  while (!server.output().includes('Draining for 3600 s.')) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const answer = await get(`${server.endpoint}/readyz`);
  assert.deepEqual([answer.status, await answer.text()], [503, 'not ready\n']);
  const told = await get(`${operations}/readyz`);
  assert.deepEqual([told.status, await told.text()], [503, 'not ready: stopping\n']);
  assert.equal((await get(`${server.endpoint}/healthz`)).status, 200);
  const call = await server.call('ListModelPackageGroups');
  assert.deepEqual([call.status, call.headers.connection], [200, 'close']);
});

test('connections beyond the limits are closed, and counted', { timeout: 60_000 }, async (t) => {
  const flags = ['--max-connections-per-source', '2', '--operations-port', '0'];
  const server = await start({ flags });
  t.after(() => server.stop());
  const sockets = [];
  for (let count = 0; count < 2; count += 1) {
    const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    sockets.push(socket);
  }
  const third = connect(server.port, '127.0.0.1').on('error', () => undefined);
  await once(third.resume(), 'close');
  const text = await (await get(`${operationsEndpoint(server)}/metrics`)).text();
  assert.equal(valueOf(text, 'imprimatur_connections_refused_total{limit="source"}'), 1);
  for (const socket of sockets) socket.destroy();
});
