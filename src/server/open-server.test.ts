import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { createLog } from '../kernel/log.ts';
import { Unavailable } from '../store/database.ts';
import type { Database } from '../store/database.ts';
import { openSqlite } from '../store/sqlite-database.ts';
import { openServer } from './open-server.ts';
import { signRequest } from './sigv4-sign.ts';

/** A database that can be lost and come back. */
async function openFragile(): Promise<{ database: Database; lose: (isLost: boolean) => void }> {
  const whole = await openSqlite(':memory:');
  let isLost = false;
  const unlessLost = <T>(work: () => Promise<T>): Promise<T> =>
    isLost ? Promise.reject(new Unavailable(new Error('lost'))) : work();
  const database: Database = {
    read: (work) => unlessLost(() => whole.read(work)),
    write: (work) => unlessLost(() => whole.write(work)),
    status: () => unlessLost(() => whole.status()),
    close: () => whole.close(),
  };
  return { database, lose: (now) => (isLost = now) };
}

test('a server that loses its database says so, and comes back by itself', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'imprimatur-open-server-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const { database, lose } = await openFragile();
  const config = readConfig({ dataDir, port: '0' }, {});
  const app = await createApp(config, { database, log: createLog('silent') });
  t.after(() => app.close());
  const server = await openServer(app, config, { version: '1.2.3', ownsProcess: false });
  t.after(() => server.close());
  const at = `http://127.0.0.1:${server.port}`;
  const call = (): Promise<Response> => {
    const headers = {
      host: `127.0.0.1:${server.port}`,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'SageMaker.ListModelPackageGroups',
    };
    const request = { method: 'POST', path: '/', query: '', headers, body: Buffer.from('{}') };
    const of = { credentials: app.rootAccessKey, region: 'eu-west-1', service: 'sagemaker' };
    const signed = signRequest({ ...request, ...of, now: Date.now() });
    return fetch(at, { method: 'POST', headers: { ...headers, ...signed }, body: '{}' });
  };
  const becomes = async (status: number): Promise<void> => {
    // What the database said before holds for a moment.
    while ((await fetch(`${at}/readyz`)).status !== status) await sleep(20);
  };

  assert.equal((await call()).status, 200);
  await becomes(200);
  lose(true);
  const refused = await call();
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1']);
  assert.match(await refused.text(), /^\{"__type":"ServiceUnavailable","message":"/);
  await becomes(503);
  assert.equal((await fetch(`${at}/healthz`)).status, 200);
  const metrics = await (await fetch(`${at}/metrics`)).text();
  assert.match(metrics, /^imprimatur_database_up 0$/m);
  assert.match(metrics, /^imprimatur_ready 0$/m);
  assert.doesNotMatch(metrics, /^imprimatur_database_bytes \d/m);
  assert.match(metrics, /outcome="unavailable",code="ServiceUnavailable"\} 1$/m);
  lose(false);
  await becomes(200);
  assert.equal((await call()).status, 200);
});
