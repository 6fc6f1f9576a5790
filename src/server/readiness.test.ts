import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createLog } from '../kernel/log.ts';
import { limits } from '../kernel/limits.ts';
import type { DatabaseStatus } from '../store/database.ts';
import { Unavailable } from '../store/database.ts';
import { Readiness } from './readiness.ts';

const log = createLog('silent');
const status: DatabaseStatus = { kind: 'sqlite', bytes: 1 };

test('many probes ask the database once', async () => {
  let asked = 0;
  const readiness = new Readiness({
    log,
    databaseStatus: async () => {
      asked += 1;
      await turn();
      return status;
    },
  });
  const answers = await Promise.all(Array.from({ length: 100 }, () => readiness.check()));
  assert.ok(answers.every((answer) => answer === undefined));
  assert.equal(await readiness.check(), undefined);
  assert.equal(asked, 1);
});

test('a database that fails or does not answer in time is not ready, and can come back', async (t) => {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  let answer: () => Promise<DatabaseStatus> = () => Promise.reject(new Unavailable('lost'));
  let asked = 0;
  const readiness = new Readiness({
    log,
    databaseStatus: () => {
      asked += 1;
      return answer();
    },
  });
  assert.equal(await readiness.check(), 'database');
  now += limits.databaseStatusHeldMilliseconds;
  const { promise, resolve } = Promise.withResolvers<DatabaseStatus>();
  answer = () => promise;
  assert.equal(await readiness.check(), 'database');
  now += limits.databaseStatusHeldMilliseconds;
  // The question that hangs is not asked again, so that no calls pile up behind it.
  const joined = readiness.check();
  assert.equal(asked, 2);
  resolve(status);
  assert.equal(await joined, undefined);
});

test('a server that drains is not ready, whatever its database says', async () => {
  const readiness = new Readiness({ log, databaseStatus: () => Promise.resolve(status) });
  assert.equal(await readiness.check(), undefined);
  readiness.drain();
  assert.equal(await readiness.check(), 'draining');
});
