/** What one server's callers may do when another server has changed it; see also access-keys/. */
import assert from 'node:assert/strict';
import { test as anyTest } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql as raw } from 'kysely';
import {
  identityOk,
  identityRefused,
  newUser,
  sendForm,
} from '../../tests/support/identity-calls.ts';
import { startApp } from '../../tests/support/scenario.ts';
import { testAccount, testEncryptionKey } from '../../tests/support/test-app.ts';
import type { TestApp } from '../../tests/support/test-app.ts';
import { testDatabaseKind } from '../../tests/support/test-database.ts';
import { systemClock } from '../kernel/clock.ts';
import { createLog } from '../kernel/log.ts';
import { SecretBox } from '../kernel/secret-box.ts';
import { rootPrincipal } from '../domain/access/principal.ts';
import type { Database } from '../store/database.ts';
import { AccessKeys } from './access-keys.ts';
import { limits } from '../kernel/limits.ts';
import type { SigningCredentials } from './sigv4-sign.ts';

type Body = (t: TestContext) => Promise<void>;

/** On SQLite there are no other servers to tell. */
function test(name: string, body: Body): void {
  if (testDatabaseKind === 'postgres') void anyTest(name, body);
}

// Not so often that the wrong signatures of an address are throttled: their clock stands still too.
const soonSecondsMax = 3;
const askMilliseconds = 40;

/** Two servers that listen. Their clock stands still: who asks once a second would never ask. */
async function startTwo(t: TestContext): Promise<[TestApp, TestApp, SigningCredentials]> {
  const app = await startApp(t);
  const other = await app.beside({});
  for (const { app: server } of [app, other]) server.startWorkers();
  const credentials = await newUser(app, 'ana');
  await identityOk(other, 'GetCallerIdentity', {}, { credentials });
  return [app, other, credentials];
}

async function setStatus(app: TestApp, Status: string, { accessKeyId }: SigningCredentials) {
  await identityOk(app, 'UpdateAccessKey', { UserName: 'ana', AccessKeyId: accessKeyId, Status });
}

async function soonAnswers(
  app: TestApp,
  credentials: SigningCredentials,
  status: number,
): Promise<void> {
  const end = performance.now() + soonSecondsMax * 1000;
  const ask = async () => (await sendForm(app, 'GetCallerIdentity', {}, { credentials })).status;
  while ((await ask()) !== status && performance.now() < end) await sleep(askMilliseconds);
  assert.equal(await ask(), status);
}

const endListeners = raw`select pg_terminate_backend(pid, 5000) from pg_stat_activity
  where datname = current_database() and application_name = 'imprimatur listener'`;

test('what is changed on one server is in force on another before that asks', async (t) => {
  const [app, other, credentials] = await startTwo(t);
  await setStatus(app, 'Inactive', credentials);
  await soonAnswers(other, credentials, 403);
  await setStatus(app, 'Active', credentials);
  await soonAnswers(other, credentials, 200);
});

test('a server that cannot hear of a change asks within a second, and hears again', async (t) => {
  const [app, other, credentials] = await startTwo(t);
  await app.database.read((tx) => tx.rows({ compile: () => endListeners.compile(tx.sql) }));
  await setStatus(app, 'Inactive', credentials);
  app.clock.advance(limits.accessKeysTrustedMilliseconds);
  await identityRefused(other, 'GetCallerIdentity', {}, { credentials });
  await setStatus(app, 'Active', credentials);
  await soonAnswers(other, credentials, 200);
});

void anyTest('what was read before a change is not remembered after it', async (t) => {
  const app = await startApp(t);
  const credentials = await newUser(app, 'ana');
  let readsUntilChange = 2;
  const database: Database = {
    read: async (work) => {
      const found = await app.database.read(work);
      readsUntilChange -= 1;
      if (readsUntilChange === 0) {
        await setStatus(app, 'Inactive', credentials);
        keys.forget();
      }
      return found;
    },
    write: (work) => app.database.write(work),
    status: () => app.database.status(),
    close: () => Promise.resolve(),
  };
  const keys = new AccessKeys({
    database,
    root: { ...app.app.rootAccessKey, active: true, principal: rootPrincipal(testAccount, 'aws') },
    secrets: new SecretBox(() => [Buffer.from(testEncryptionKey, 'base64')]),
    partition: 'aws',
    clock: systemClock,
    log: createLog('silent'),
  });
  const states = [];
  for (let i = 0; i < 2; i += 1) {
    states.push((await keys.find(credentials.accessKeyId))?.active);
  }
  assert.deepEqual(states, [true, false]);
});
