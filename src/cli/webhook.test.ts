import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runCli, startRegistry } from './testing.ts';

const url = 'https://ci.example/hooks';

test('a webhook is added, listed, shown, disabled, given a new secret and removed', async (t) => {
  const environment = await startRegistry(t);
  const cli = (...args: string[]) => runCli(['webhook', ...args], environment);
  const on = ['--on', 'approved,rejected', '--on', 'deleted', '--group', 'fraud'];
  const made = await cli('add', url, ...on, '--name', 'ci', '--format', 'cloudevents', '-m', 'CI');
  assert.deepEqual(
    [made.code, made.error],
    [0, 'Made the webhook ci. Keep its secret, which is not shown again:\n'],
  );
  assert.match(made.out, /^whsec_\S{44}\n$/);

  const table = (await cli('list')).out.split('\n').map((line) => line.split(/ {2,}/));
  assert.deepEqual(table[0], ['NAME', 'ON', 'GROUP', 'URL', 'STATE', 'CREATED']);
  const row = ['ci', 'approved, rejected, deleted', 'fraud', url, 'Enabled'];
  assert.deepEqual(table[1]!.slice(0, 5), row);
  const shown = (await cli('show', 'ci')).out;
  for (const line of [
    /^ci$/m,
    /^arn:aws:imprimatur:us-east-1:123456789012:webhook\/ci$/m,
    /^Format {7}CloudEvents$/m,
    /^Rule {9}arn:aws:events:us-east-1:123456789012:rule\/imprimatur-webhook-ci$/m,
    /^Description {2}CI$/m,
  ]) {
    assert.match(shown, line);
  }

  assert.equal((await cli('disable', 'ci')).out, 'The webhook ci is disabled.\n');
  const tried = await cli('test', 'ci');
  assert.deepEqual([tried.code, tried.out], [1, '']);
  assert.match(tried.error, /The webhook 'ci' is disabled: it gets no events\./);
  assert.equal((await cli('enable', 'ci')).out, 'The webhook ci is enabled.\n');

  const rotated = await cli('rotate-secret', 'ci', '--overlap', '2h');
  assert.match(rotated.error, /^The old secret signs until \d{4}-.* Keep the new one,/);
  assert.match(rotated.out, /^whsec_\S{44}\n$/);
  assert.notEqual(rotated.out, made.out);
  assert.match((await cli('rotate-secret', 'ci', '--now')).error, /^The old secret signs nothing/);

  assert.equal((await cli('remove', 'ci')).out, 'The webhook ci is deleted.\n');
  assert.equal((await cli('list')).out.trim().split('\n').length, 1);
});

test('documents are in the shapes of the API', async (t) => {
  const environment = await startRegistry(t);
  const cli = (...args: string[]) => runCli(['webhook', ...args, '--json'], environment);
  const pattern = '{"source":["mine"]}';
  const made = JSON.parse((await cli('add', url, '--pattern', pattern, '--disabled')).out) as {
    Webhook: { Name: string; EventPattern: string; State: string };
    Secret: string;
  };
  const { Name, EventPattern, State } = made.Webhook;
  assert.deepEqual([EventPattern, State], [pattern, 'Disabled']);
  assert.match(made.Secret, /^whsec_/);
  for (const args of [['list'], ['show', Name], ['enable', Name], ['rotate-secret', Name]]) {
    assert.equal(typeof JSON.parse((await cli(...args)).out), 'object');
  }
  assert.equal((await cli('remove', Name)).code, 0);
});

test('what goes over the wire is told without the secret and the URL', async (t) => {
  const environment = await startRegistry(t);
  const path = `${url}/t0ken`;
  const made = await runCli(['webhook', 'add', path, '--on', 'any', '--debug'], environment);
  assert.match(made.out, /^whsec_/);
  assert.match(made.error, /CreateWebhook/);
  assert.doesNotMatch(made.error, /whsec_|t0ken/);
});

describe('what cannot be done is told in a line', () => {
  const wrong: [args: string[], code: number, message: RegExp][] = [
    [['add', url], 2, /give either --on or --pattern/],
    [['add', url, '--on', 'any', '--pattern', '{}'], 2, /give either --on or --pattern/],
    [
      ['add', url, '--on', 'aproved'],
      2,
      /There is no event 'aproved'\. \(Did you mean approved\?\)/,
    ],
    [
      ['add', url, '--on', 'any', '--format', 'xml'],
      2,
      /Allowed choices are eventbridge, cloudevents/,
    ],
    [['add', 'ci.example', '--on', 'any'], 1, /regular expression pattern/],
    [['add', url, '--pattern', '{'], 1, /Event pattern is not valid/],
    [['show', 'none'], 1, /^imprimatur: The webhook 'none' does not exist\./],
    [['lst'], 2, /unknown command 'webhook lst' \(Did you mean list\?\)/],
  ];
  for (const [args, code, message] of wrong) {
    test(args.join(' '), async (t) => {
      const environment = await startRegistry(t);
      const told = await runCli(['webhook', ...args], environment);
      assert.deepEqual([told.code, told.out], [code, '']);
      assert.match(told.error, message);
    });
  }

  test('each has its help', async () => {
    const names = ['add', 'list', 'show', 'test', 'disable', 'enable', 'rotate-secret', 'remove'];
    for (const name of names) {
      const { code, out } = await runCli(['webhook', name, '--help']);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`^Usage: imprimatur webhook ${name} `));
    }
  });
});
