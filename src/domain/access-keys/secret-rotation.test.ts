import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identityOk } from '../../../tests/support/identity-calls.ts';
import { rowsOf, startApp } from '../../../tests/support/scenario.ts';
import { testEncryptionKey } from '../../../tests/support/test-app.ts';
import { SecretBox } from '../../kernel/secret-box.ts';
import { resealSecrets } from './secret-rotation.ts';

test('secrets of every kind are sealed anew, and open by the new key alone', async (t) => {
  const app = await startApp(t);
  const events = { service: 'events' } as const;
  const own = { service: 'imprimatur' } as const;
  await identityOk(app, 'CreateUser', { UserName: 'ana' });
  await identityOk(app, 'CreateAccessKey', { UserName: 'ana' });
  const login = {
    AuthorizationType: 'BASIC',
    AuthParameters: { BasicAuthParameters: { Username: 'ana', Password: 'p4ss' } },
  };
  const { ConnectionArn } = await app.ok('CreateConnection', { Name: 'c', ...login }, events);
  await app.ok('CreateConnection', { Name: 'off', ...login }, events);
  await app.ok('DeauthorizeConnection', { Name: 'off' }, events);
  const endpoint = { InvocationEndpoint: 'https://d.example/', HttpMethod: 'POST' };
  await app.ok('CreateApiDestination', { Name: 'd', ConnectionArn, ...endpoint }, events);
  await app.ok('CreateWebhook', { Name: 'w', Url: 'https://w.example/', Events: ['any'] }, own);

  const [elder, newer] = [Buffer.from(testEncryptionKey, 'base64'), Buffer.alloc(32, 'newer')];
  const both = new SecretBox(() => [newer, elder]);
  assert.equal(await resealSecrets(app.database, both), 4);
  assert.equal(await resealSecrets(app.database, both), 0);

  const tables = ['access_key', 'event_connection', 'api_destination', 'webhook'] as const;
  const rows = (await Promise.all(tables.map((table) => rowsOf(app, table)))).flat();
  const keys = rows.map((row) => row['secret_key_id']).filter((id) => id !== null);
  assert.deepEqual(new Set(keys), new Set([both.currentKeyId]));
  assert.equal(keys.length, 4);

  // Each opens by itself: the elder key takes part in nothing any more.
  const alone = new SecretBox(() => [newer]);
  const third = new SecretBox(() => [Buffer.alloc(32, 'third'), newer]);
  assert.equal(await resealSecrets(app.database, third), 4);
  await assert.rejects(resealSecrets(app.database, alone), /The encryption key \w+ is needed/);
});
