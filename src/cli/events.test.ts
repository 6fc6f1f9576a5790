import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { createApp } from '../app.ts';
import type { App } from '../app.ts';
import { readConfig } from '../config.ts';
import { createLog } from '../kernel/log.ts';
import { listen } from '../server/http.ts';
import { run } from './cli.ts';
import { eventLine } from './event-line.ts';
import { runCli, testFolder, TestTerminal } from './testing.ts';
import type { Environment } from './terminal.ts';

interface Served {
  readonly environment: Environment;
  readonly ok: (...args: string[]) => Promise<string>;
  readonly cli: (...args: string[]) => ReturnType<typeof runCli>;
  /** Ends the server's streams and sockets, and opens them anew on the same port. */
  readonly restart: () => Promise<void>;
}

/** A registry that routes and delivers, on a port of its own. */
async function serve(t: TestContext): Promise<Served> {
  const dataDir = testFolder(t);
  const open = async (port: number) => {
    const config = readConfig({ dataDir, port: String(port) }, {});
    const app: App = await createApp(config, { log: createLog('silent') });
    const { newId, log } = app;
    const handle = app.handle.bind(app);
    const server = await listen({ newId, log, corsOrigins: [], handle }, '127.0.0.1', port);
    app.startWorkers();
    return { app, server };
  };
  let { app, server } = await open(0);
  const close = async () => {
    app.streams.drain();
    await server.close();
    await app.close();
  };
  t.after(() => close());
  const { port } = server;
  const environment = { IMPRIMATUR_DATA_DIR: dataDir, IMPRIMATUR_PORT: `${port}` };
  const cli = (...args: string[]) => runCli(args, environment);
  const ok = async (...args: string[]) => {
    const { code, out, error } = await cli(...args);
    assert.deepEqual({ code, error }, { code: 0, error: '' }, args.join(' '));
    return out;
  };
  const restart = async () => {
    await close();
    ({ app, server } = await open(port));
  };
  return { environment, ok, cli, restart };
}

/** Follows events in the background; `wait` answers what was told once it has ended. */
function tail(environment: Environment, ...args: string[]) {
  const terminal = new TestTerminal(environment);
  const ended = run(['events', 'tail', ...args], terminal);
  return { terminal, wait: async () => ({ code: await ended, ...terminal.written }) };
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const late = AbortSignal.timeout(10_000);
  while (!(await isSo())) {
    if (late.aborted) throw new Error('not so after 10 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const withoutTime = (text: string) => text.replaceAll(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/gm, 'TIME');

test('what happens is told as it does, by what is asked for', async (t) => {
  const { environment, ok } = await serve(t);
  await ok('register', 'fraud', '--create-group', '--source-uri', 's3://models/1');
  await until(async () => (await ok('events', 'list')).includes('registered'));
  const all = tail(environment, '--from', '1h', '--count', '4');
  const approvals = tail(environment, '--group', 'fraud', '--on', 'approved', '--count', '1');
  const json = tail(
    environment,
    '--pattern',
    '{"source":["imprimatur"]}',
    '--json',
    '--count',
    '1',
  );
  // Streams begin where they are opened.
  await until(() => all.terminal.written.out.includes('registered'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await ok('approve', 'fraud/1');
  await ok('sagemaker', 'create-model-package-group', '--model-package-group-name', 'risk');
  assert.equal(
    withoutTime((await all.wait()).out),
    [
      'TIME  fraud  group: created',
      'TIME  fraud/1  registered: PendingManualApproval',
      'TIME  fraud/1  PendingManualApproval → Approved',
      'TIME  risk  group: created',
      '',
    ].join('\n'),
  );
  const approved = 'TIME  fraud/1  PendingManualApproval → Approved\n';
  assert.equal(withoutTime((await approvals.wait()).out), approved);
  const told = JSON.parse((await json.wait()).out) as { detail: Record<string, unknown> };
  assert.equal(told.detail['Change'], 'Created');
  assert.equal(withoutTime(await ok('events', 'list', '--on', 'approved')), approved);
  assert.equal((await ok('events', 'list', '--limit', '1')).split('\n').length, 2);
  const listed = JSON.parse(await ok('events', 'list', '--json')) as { Events: object[] };
  assert.equal(listed.Events.length, 4);
});

test('a server that comes back is followed on, and nothing is missed', async (t) => {
  const { environment, ok, restart } = await serve(t);
  await ok('register', 'fraud', '--create-group', '--source-uri', 's3://models/1');
  const followed = tail(environment, '--from', '1h', '--count', '4', '--json');
  await until(() => followed.terminal.written.out.split('\n').length === 3);
  await restart();
  await ok('approve', 'fraud/1');
  await ok('archive', 'fraud/1');
  const { code, out } = await followed.wait();
  assert.equal(code, 0);
  const ids = out
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id);
  assert.equal(new Set(ids).size, 4);
});

test('a registry that refuses, or is not there, ends it with its reason', async (t) => {
  const { environment, cli } = await serve(t);
  const bad = await cli('events', 'tail', '--pattern', '{"source":[]}');
  assert.equal(bad.code, 1);
  assert.match(bad.error, /^imprimatur: Event pattern is not valid\. Reason: Empty arrays/);
  const both = await cli('events', 'tail', '--pattern', '{}', '--group', 'fraud');
  assert.deepEqual(
    [both.code, both.error],
    [2, 'imprimatur: --pattern says all; --group and --on cannot stand beside it.\n'],
  );
  const word = await cli('events', 'list', '--on', 'lost');
  assert.match(word.error, /--on must be one of registered, approved, .*, not 'lost'\./);
  const absent = await runCli(['events', 'tail'], { ...environment, IMPRIMATUR_PORT: '1' });
  assert.equal(absent.code, 1);
  assert.match(absent.error, /Cannot reach http:\/\/127\.0\.0\.1:1 \(connection refused\)/);
});

test('what was not delivered is listed, shown, redriven and replayed', async (t) => {
  const { ok, cli } = await serve(t);
  const bus = ['--event-bus-name', 'other'];
  await ok('events', 'create-event-bus', '--name', 'other');
  const pattern = '{"detail":{"ModelApprovalStatus":["Approved"]}}';
  await ok('events', 'put-rule', '--name', 'deploy', '--event-pattern', pattern);
  // Its bus goes, so that the target cannot be reached.
  const arn = 'arn:aws:events:us-east-1:123456789012:event-bus/other';
  await ok('events', 'put-targets', '--rule', 'deploy', '--targets', `Id=hook,Arn=${arn}`);
  await ok('events', 'delete-event-bus', '--name', 'other');
  await ok('register', 'fraud', '--create-group', '--source-uri', 's3://models/1');
  await ok('approve', 'fraud/1');
  const failed = () => ok('deliveries', 'list', '--state', 'failed', '--rule', 'deploy');
  await until(async () => (await failed()).includes('FAILED'));
  assert.match(await failed(), /^DELIVERY +STATE +CREATED +RULE +TARGET +TRIES +ERROR\n1 +FAILED /);
  const shown = await ok('deliveries', 'show', '1');
  assert.match(shown, /^State +FAILED\nEvent +[0-9a-f-]{36}\nRule +arn:\S+:rule\/deploy\n/);
  assert.match(shown, /"PreviousModelApprovalStatus": "PendingManualApproval"/);
  const missing = await cli('deliveries', 'show', '70');
  assert.match(missing.error, /Delivery 70 does not exist\./);

  await ok('events', 'create-event-bus', '--name', 'other');
  const output = await ok('deliveries', 'redrive', '--rule', 'deploy');
  assert.equal(output, '1 delivery is tried once more.\n');
  const delivered = async () => (await ok('deliveries', 'list', '--state', 'delivered')).trim();
  await until(async () => (await delivered()).includes('DELIVERED'));
  assert.equal(await ok('deliveries', 'redrive', '1'), 'No deliveries are tried once more.\n');
  assert.match((await cli('deliveries', 'redrive')).error, /Name deliveries by their numbers, or/);

  const replayed = await ok('events', 'replay', '--from', '1h', '--rule', 'deploy');
  assert.match(replayed, /^The replay deploy-\d+ is COMPLETED\.\n$/);
  await until(async () => (await delivered()).split('\n').length === 3);
  assert.match(await ok('events', 'list', ...['--bus', 'other']), /PendingManualApproval → App/);
  await ok('events', 'describe-event-bus', '--name', bus[1]!);
});

test('an event of any source is a line', () => {
  const terminal = new TestTerminal();
  const event = { time: '2026-03-04T09:15:27Z', source: 'ci', 'detail-type': 'Built\u001b[2J' };
  const line = (more: object) => eventLine(JSON.stringify({ ...event, ...more }), terminal);
  assert.match(line({ resources: [], detail: {} }), /  ci  ci: Built\ufffd\[2J\n$/);
  assert.match(line({ resources: ['arn:x'], detail: {} }), /  arn:x  ci: Built/);
});
