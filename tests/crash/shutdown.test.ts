/** SIGTERM: what is in flight is answered, nothing acknowledged is lost, a second one ends at once. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { RegistryUnderLoad } from './registry-under-load.ts';
import { readStore } from './store-state.ts';

const isLong = process.env['IMPRIMATUR_TEST_LONG'] === '1';
const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e6));
const rounds = isLong ? 20 : 2;
/** Far below limits.drainSecondsMax, which is for calls that hang. */
const stopSecondsMax = 5;

await test(`SIGTERM under load, CRASH_SEED=${seed}`, { timeout: 240_000 }, async (t) => {
  const registry = new RegistryUnderLoad(seed);
  try {
    for (let round = 1; round <= rounds; round += 1) {
      await t.test(`round ${round}`, { timeout: 30_000 }, async () => {
        const server = await registry.start();
        await registry.look(server);
        // In every other round the clients never stop: the server has to show them the door.
        let stopped = false;
        const load = registry.load([server], () => stopped && round % 2 === 0);
        await sleep(50 + registry.moment(250));
        stopped = true;
        const from = performance.now();
        const ending = await server.stop();
        const seconds = (performance.now() - from) / 1000;
        await load;
        assert.deepEqual(ending, { code: 0, signal: null }, server.output());
        registry.check();
        assert.ok(seconds < stopSecondsMax, `the end took ${seconds.toFixed(1)} s`);
      });
    }
  } finally {
    registry.remove();
  }
});

await test('calls in flight at SIGTERM are answered', { timeout: 30_000 }, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'imprimatur-crash-'));
  const server = await start({ dataDir });
  const calls = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const body = JSON.stringify({ ModelPackageGroupName: `group-${index}` });
      const socket = await open(server);
      const answer = collect(socket);
      socket.write(head(server, body) + body.slice(0, 5));
      return { socket, answer, rest: body.slice(5) };
    }),
  );
  await sleep(300);
  server.terminate();
  while (!server.output().includes('Stopping')) await sleep(5);
  await assert.rejects(open(server), { code: 'ECONNREFUSED' });
  const from = performance.now();
  for (const { socket, rest } of calls) socket.write(rest);
  for (const { answer } of calls) {
    const text = await answer;
    assert.match(text, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(text, /^Connection: close\r$/im, 'the client is not told to go');
  }
  assert.deepEqual(await server.end(), { code: 0, signal: null });
  assert.ok(performance.now() - from < stopSecondsMax * 1000, 'nothing was left to wait for');
  assert.equal(readStore(dataDir).groups.length, calls.length);
  rmSync(dataDir, { recursive: true });
});

await test('a second SIGTERM ends at once', { timeout: 30_000 }, async () => {
  const server = await start();
  const socket = await open(server);
  socket.write(head(server, '{}').replace('Content-Length: 2', 'Content-Length: 10'));
  await sleep(100);
  server.terminate();
  while (!server.output().includes('Stopping')) await sleep(5);
  // Two signals in quick succession are one wish, told twice by whoever started the server.
  await sleep(1_000);
  const from = performance.now();
  server.terminate();
  assert.deepEqual(await server.end(), { code: null, signal: 'SIGTERM' });
  assert.ok(performance.now() - from < 2_000);
  socket.destroy();
});

async function open(server: ServerProcess): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  return socket;
}

/** All that a socket receives until its end. */
async function collect(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(socket, 'close');
  return text;
}

function head(server: ServerProcess, body: string): string {
  const headers = server.signed('CreateModelPackageGroup', body);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST / HTTP/1.1\r\n${lines.join('')}Content-Length: ${body.length}\r\n\r\n`;
}
