import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCli, startRegistry } from './testing.ts';

const accountId = '111122223333';

/** The credentials in the exports that a command prints. */
function exported(out: string): Record<string, string> {
  const lines = [...out.matchAll(/^export (\w+)=(\S+)$/gm)];
  assert.equal(lines.length, 2, out);
  return Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value]));
}

test('an account is made, listed, renamed, disabled and enabled, and its key is replaced', async (t) => {
  const environment = await startRegistry(t);
  const cli = (...args: string[]) => runCli(['accounts', ...args], environment);
  const made = await cli('create', 'risk', '--account-id', accountId);
  assert.match(made.error, /^Made the account 111122223333 \(risk\)\.\nKeep its root access key/);
  const asRoot = { ...environment, ...exported(made.out) };
  const call = () => runCli(['groups'], asRoot);
  assert.equal((await call()).code, 0);

  const table = (await cli('list')).out.split('\n').map((line) => line.split(/ {2,}/));
  assert.deepEqual(table[0], ['ACCOUNT', 'NAME', 'STATUS', 'CREATED', 'OPERATOR']);
  assert.deepEqual(table[1]!.slice(0, 3), [accountId, 'risk', 'Active']);
  assert.deepEqual([table[2]![1], table[2]!.at(-1)], ['operator', 'yes']);
  const listed = JSON.parse((await cli('list', '--json')).out) as { Accounts: unknown[] };
  assert.equal(listed.Accounts.length, 2);

  assert.equal(
    (await cli('rename', accountId, 'fraud')).out,
    'The account 111122223333 (fraud) is active.\n',
  );
  assert.match((await cli('disable', accountId)).out, /is disabled\.\n$/);
  assert.match((await call()).error, /UnrecognizedClientException/);
  assert.match((await cli('enable', accountId)).out, /is active\.\n$/);
  assert.equal((await call()).code, 0);

  const replaced = await cli('new-key', accountId, '--replace');
  assert.match((await call()).error, /UnrecognizedClientException/);
  const anew = await runCli(['groups'], { ...environment, ...exported(replaced.out) });
  assert.equal(anew.code, 0);
});

test('what cannot be done is told in a line', async (t) => {
  const environment = await startRegistry(t);
  const cli = (...args: string[]) => runCli(['accounts', ...args], environment);
  const unknown = await cli('crate');
  assert.deepEqual([unknown.code, unknown.out], [2, '']);
  assert.match(unknown.error, /unknown command 'accounts crate' \(Did you mean create\?\)/);
  const missing = await cli('disable', accountId);
  assert.equal(missing.code, 1);
  assert.match(missing.error, /^imprimatur: The account 111122223333 does not exist\./);
  for (const name of ['list', 'create', 'new-key', 'rename', 'disable', 'enable']) {
    const { code, out } = await cli(name, '--help');
    assert.equal(code, 0);
    assert.match(out, new RegExp(`^Usage: imprimatur accounts ${name} `));
  }
});
