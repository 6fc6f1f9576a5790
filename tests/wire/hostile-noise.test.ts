/** Callers that nobody knows: they cost no disk, are slowed down, and learn nothing. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { platform } from 'node:os';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '../../src/kernel/limits.ts';
import { start } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { checkRefused, checkSecrets, exchange, request, StoreView } from './hostile-client.ts';
import type { RawAnswer } from './hostile-client.ts';

const group = 'sentinel';
const body = JSON.stringify({ ModelPackageGroupName: 'noise' });
const throttling = 'ThrottlingException';

let server: ServerProcess;
let store: StoreView;

before(async () => {
  server = await start({ flags: ['--log-level', 'debug'] });
  await server.ok('CreateModelPackageGroup', { ModelPackageGroupName: group });
  store = new StoreView(server);
});

after(async () => {
  store.close();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

/** A call that is wrong in one of the ways that need no secret. */
function noise(index: number): Buffer {
  const signed = server.signed('CreateModelPackageGroup', body);
  const { authorization = '' } = signed;
  const wrong = authorization.replace(/Signature=\w+/, `Signature=${'0'.repeat(64)}`);
  const ways = [
    { host: 'x' },
    { host: 'x', 'x-amz-target': 'SageMaker.CreateModelPackageGroup' },
    { ...signed, authorization: 'Bearer not-to-be-repeated' },
    { ...signed, authorization: wrong },
    { ...signed, authorization: authorization.replace('Credential=AKIA', 'Credential=AKIB') },
    { ...signed, 'x-amz-target': 'Nobody.Nothing' },
  ];
  return request(ways[index % ways.length]!, body);
}

function codeOf(answer: RawAnswer): string {
  checkRefused(answer);
  return (JSON.parse(answer.body) as { __type: string }).__type;
}

test('noise is throttled and not journaled, while known callers are served', async () => {
  const before = { entries: store.entries(), facts: store.facts() };
  const codes: string[] = [];
  let slowest = 0;
  const from = performance.now();
  for (let sent = 0; sent < 400; sent += 20) {
    const answers = Array.from({ length: 20 }, (_, index) => exchange(server, noise(sent + index)));
    const asked = performance.now();
    await server.ok('DescribeModelPackageGroup', { ModelPackageGroupName: group });
    slowest = Math.max(slowest, performance.now() - asked);
    for (const answer of await Promise.all(answers)) codes.push(codeOf(answer));
  }
  const seconds = (performance.now() - from) / 1000;
  const heard = codes.filter((code) => code !== throttling);
  const { failedSignaturesBurst: burst, failedSignaturesPerSecond: rate } = limits;
  assert.ok(codes.indexOf(throttling) >= burst, 'throttled before the burst was used up');
  assert.ok(
    heard.length <= burst + rate * (seconds + 1),
    `${heard.length} of ${codes.length} heard`,
  );
  assert.ok(heard.length < codes.length, 'nobody was throttled');
  assert.ok(slowest < 1_500, `a known caller waited ${slowest.toFixed(0)} ms`);
  assert.deepEqual(store.facts(), before.facts);
  assert.equal(store.entries(), before.entries, 'noise is journaled');
});

test('a known caller at the same address is journaled, refused or not', async () => {
  const entries = store.entries();
  const refused = await server.call('DescribeModelPackageGroup', {
    ModelPackageGroupName: 'noise',
  });
  assert.equal(refused.status, 400);
  const unknown = await server.call('Nothing', {});
  assert.equal(unknown.body!['__type'], 'UnknownOperationException');
  await server.ok('AddTags', {
    ResourceArn: `arn:aws:sagemaker:eu-west-1:123456789012:model-package-group/${group}`,
    Tags: [{ Key: 'a', Value: 'b' }],
  });
  assert.equal(store.entries(), entries + 3);
});

test('another address is not made to wait', { skip: platform() !== 'linux' }, async () => {
  while (codeOf(await exchange(server, noise(3))) !== throttling);
  const socket = connect({ port: server.port, host: '127.0.0.1', localAddress: '127.0.0.9' });
  await once(socket, 'connect');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.end(noise(3));
  await once(socket, 'close');
  assert.match(text, /InvalidSignatureException/);
});

test('whoever keeps quiet for a while is heard again', async () => {
  while (codeOf(await exchange(server, noise(3))) !== throttling);
  await sleep(2_000 / limits.failedSignaturesPerSecond);
  assert.equal(codeOf(await exchange(server, noise(3))), 'InvalidSignatureException');
});

test('no secret is in an answer, the log or the database', async () => {
  const answer = await exchange(server, noise(2));
  assert.ok(!answer.body.includes('not-to-be-repeated'));
  const content = JSON.stringify({
    business_details: { business_problem: 'card-content-to-hide' },
  });
  await server.ok('CreateModelPackage', {
    ModelPackageGroupName: group,
    ModelCard: { ModelCardContent: content, ModelCardStatus: 'Draft' },
  });
  checkSecrets(server, 'not-to-be-repeated');
  assert.ok(server.output().includes('"step":"authenticate"'), 'the log is not at level debug');
  assert.ok(!server.output().includes('card-content-to-hide'), 'a model card is in the log');
});
