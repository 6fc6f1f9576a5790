import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rootPrincipal } from '../domain/access/principal.ts';
import { limits } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';
import { Authenticator } from './authenticate.ts';
import type { SignedRequest } from './sigv4-canonical.ts';
import { signRequest } from './sigv4-sign.ts';

const now = Date.parse('2026-03-04T09:15:27Z');
const key = {
  accessKeyId: 'AKIAEXAMPLE',
  secretAccessKey: 'secret',
  active: true,
  principal: rootPrincipal('123456789012', 'aws'),
};

function authenticator(clock = { now: () => now }): Authenticator {
  return new Authenticator({
    regions: 'any',
    clockWindowSeconds: 900,
    partition: 'aws',
    clock,
    findAccessKey: (id) => (id === key.accessKeyId ? key : undefined),
  });
}

function signed(secretAccessKey = key.secretAccessKey, service = 'sagemaker'): SignedRequest {
  const request = {
    method: 'POST',
    path: '/',
    query: '',
    headers: { host: 'localhost:9700', 'x-amz-target': 'SageMaker.Search' },
    body: Buffer.from('{}'),
  };
  const credentials = { accessKeyId: key.accessKeyId, secretAccessKey };
  const added = signRequest({ ...request, credentials, region: 'eu-west-1', service, now });
  return { ...request, headers: { ...request.headers, ...added }, headersDistinct: {} };
}

async function codeOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Refusal) return error.code ?? error.kind;
  }
  return undefined;
}

test('a caller is known by its key, its region by the signature', async () => {
  const caller = await authenticator().authenticate(signed(), 'sagemaker', '10.0.0.1');
  assert.equal(caller.key, key);
  assert.equal(caller.region, 'eu-west-1');
});

test('a wrong secret, another service and an unknown key are refused', async () => {
  const one = authenticator();
  const refused = (request: ReturnType<typeof signed>, service = 'sagemaker') =>
    codeOf(() => one.authenticate(request, service, '10.0.0.1'));
  assert.equal(await refused(signed('wrong')), 'InvalidSignatureException');
  assert.equal(await refused(signed(), 'iam'), 'InvalidSignatureException');
  const unknown = signed();
  unknown.headers.authorization = unknown.headers.authorization?.replace('AKIA', 'AKIB');
  assert.equal(await refused(unknown), 'UnrecognizedClientException');
  assert.equal(one.refused, 3);
});

test('an address that keeps failing is slowed down; its good requests and others are not', async () => {
  let time = now;
  const one = authenticator({ now: () => time });
  const failing = (address: string) =>
    codeOf(() => one.authenticate(signed('wrong'), 'sagemaker', address));
  for (let i = 0; i < limits.failedSignaturesBurst; i += 1) {
    assert.equal(await failing('10.0.0.1'), 'InvalidSignatureException');
  }
  assert.equal(await failing('10.0.0.1'), 'throttled');
  assert.equal(await failing('10.0.0.2'), 'InvalidSignatureException');
  assert.equal((await one.authenticate(signed(), 'sagemaker', '10.0.0.1')).key, key);
  time += 1000;
  for (let i = 0; i < limits.failedSignaturesPerSecond; i += 1) {
    assert.equal(await failing('10.0.0.1'), 'InvalidSignatureException');
  }
  assert.equal(await failing('10.0.0.1'), 'throttled');
});

test('IAM and STS are called in the region of global services, whichever are served', async () => {
  const one = new Authenticator({
    regions: ['eu-central-1'],
    partition: 'aws',
    clockWindowSeconds: 900,
    clock: { now: () => now },
    findAccessKey: () => Promise.resolve(key),
  });
  const signedThere = (service: string) => {
    const request = { method: 'POST', path: '/', query: '', body: Buffer.from('') };
    const headers = { host: 'localhost:9700' };
    const added = signRequest({
      ...request,
      headers,
      credentials: key,
      region: 'us-east-1',
      service,
      now,
    });
    return { ...request, headers: { ...headers, ...added }, headersDistinct: {} };
  };
  for (const service of ['iam', 'sts']) {
    const caller = await one.authenticate(signedThere(service), service, '10.0.0.1');
    assert.equal(caller.region, 'us-east-1');
  }
  const refused = codeOf(() => one.authenticate(signedThere('sagemaker'), 'sagemaker', '10.0.0.1'));
  assert.equal(await refused, 'InvalidSignatureException');
});
