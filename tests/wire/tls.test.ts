/** HTTPS: what is spoken, who can call, and how certificates are renewed under way. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { SageMaker } from '@aws-sdk/client-sagemaker';
import { makeCertificate, withoutOpenssl } from '../support/certificates.ts';
import type { PairOfFiles } from '../support/certificates.ts';
import { processRegion, start } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';

/** Above limits.certificateCheckSeconds, on a machine that is busy. */
const renewedSecondsMax = 60;

async function startWith({ cert, key }: PairOfFiles): Promise<ServerProcess> {
  return start({ flags: ['--tls-cert', cert, '--tls-key', key] });
}

/** The name on the certificate that a new connection gets. */
async function nameOnCertificate(
  server: ServerProcess,
  options: ConnectionOptions = {},
): Promise<string | undefined> {
  const to = { port: server.port, host: '127.0.0.1', rejectUnauthorized: false, ...options };
  const socket = connect(to);
  await once(socket, 'secureConnect');
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return subject.CN as string | undefined;
}

async function until(isSo: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const deadline = Date.now() + renewedSecondsMax * 1000;
  while (!(await isSo())) {
    assert.ok(Date.now() < deadline, `never: ${what}`);
    await sleep(50);
  }
}

describe('a server with a certificate', { skip: withoutOpenssl, timeout: 180_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'imprimatur-tls-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('says https, and serves an SDK that knows its authority', async (t) => {
    const pair = makeCertificate(folder, 'known');
    const server = await startWith(pair);
    t.after(() => server.stop());
    assert.equal(server.endpoint, `https://127.0.0.1:${server.port}`);
    assert.match(server.output(), new RegExp(`AWS_ENDPOINT_URL=${server.endpoint}\n`));
    const { accessKeyId, secretAccessKey } = server.credentials;
    const httpsAgent = new Agent({ ca: readFileSync(pair.cert) });
    const sagemaker = new SageMaker({
      region: processRegion,
      endpoint: server.endpoint,
      credentials: { accessKeyId, secretAccessKey },
      requestHandler: { httpsAgent },
    });
    const made = await sagemaker.createModelPackageGroup({ ModelPackageGroupName: 'safe' });
    assert.match(made.ModelPackageGroupArn ?? '', /model-package-group\/safe$/);
    sagemaker.destroy();
  });

  test('is told from one without by a policy that asks for TLS', async (t) => {
    const pair = makeCertificate(folder, 'asked');
    const own = { ModelPackageGroupName: 'asked' };
    const Resource = `arn:aws:sagemaker:${processRegion}:123456789012:model-package-group/asked`;
    const ResourcePolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sagemaker:DescribeModelPackageGroup',
        Resource,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    });
    const told: string[] = [];
    for (const server of [await startWith(pair), await start()]) {
      t.after(() => server.stop());
      const { accessKeyId, secretAccessKey } = server.credentials;
      const sagemaker = new SageMaker({
        region: processRegion,
        endpoint: server.endpoint,
        credentials: { accessKeyId, secretAccessKey },
        ...(server.endpoint.startsWith('https:') && {
          requestHandler: { httpsAgent: new Agent({ ca: readFileSync(pair.cert) }) },
        }),
      });
      await sagemaker.createModelPackageGroup(own);
      await sagemaker.putModelPackageGroupPolicy({ ...own, ResourcePolicy });
      const [described] = await Promise.allSettled([sagemaker.describeModelPackageGroup(own)]);
      told.push(described.status === 'fulfilled' ? 'told' : (described.reason as Error).name);
      sagemaker.destroy();
    }
    assert.deepEqual(told, ['told', 'AccessDeniedException']);
  });

  test('speaks no TLS before 1.2, and no HTTP', async (t) => {
    const server = await startWith(makeCertificate(folder, 'strict'));
    t.after(() => server.stop());
    assert.equal(await nameOnCertificate(server, { maxVersion: 'TLSv1.2' }), 'strict');
    await assert.rejects(
      nameOnCertificate(server, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL' }),
    );
    const plain = connectPlain(server.port, '127.0.0.1').on('error', () => undefined);
    let heard = '';
    plain.setEncoding('latin1').on('data', (text: string) => (heard += text));
    plain.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(plain, 'close');
    assert.doesNotMatch(heard, /HTTP\/1\.1 200/);
    assert.equal(await nameOnCertificate(server), 'strict');
  });

  test('takes a renewed pair on SIGHUP, and keeps open connections', async (t) => {
    const pair = makeCertificate(folder, 'first');
    const server = await startWith(pair);
    t.after(() => server.stop());
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
    const isHealthy = async (): Promise<boolean> => {
      const sent = httpsRequest({ port: server.port, path: '/healthz', agent }).end();
      const [answer] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
      answer.resume();
      await once(answer, 'end');
      return sent.reusedSocket;
    };
    await isHealthy();
    renew(pair, makeCertificate(folder, 'second'));
    server.signal('SIGHUP');
    await until(async () => (await nameOnCertificate(server)) === 'second', 'the second one');
    assert.ok(await isHealthy(), 'the connection was closed');
    agent.destroy();
  });

  test('takes a pair that was renewed by renaming, unasked', async (t) => {
    const pair = makeCertificate(folder, 'old');
    const server = await startWith(pair);
    t.after(() => server.stop());
    assert.equal(await nameOnCertificate(server), 'old');
    renew(pair, makeCertificate(folder, 'new'));
    await until(async () => (await nameOnCertificate(server)) === 'new', 'the new one');
  });

  test('keeps the old pair when the new one cannot be used, and says so', async (t) => {
    const pair = makeCertificate(folder, 'good');
    const server = await startWith(pair);
    t.after(() => server.stop());
    const other = makeCertificate(folder, 'other');
    renameSync(other.cert, pair.cert);
    server.signal('SIGHUP');
    const problem = `${pair.key} is not the key of ${pair.cert}.`;
    await until(() => server.output().includes(problem), problem);
    assert.equal(await nameOnCertificate(server), 'good');
    renameSync(other.key, pair.key);
    server.signal('SIGHUP');
    await until(async () => (await nameOnCertificate(server)) === 'other', 'the other one');
    assert.doesNotMatch(server.output(), /PRIVATE KEY/);
  });

  test('warns of a key that everyone can read', async (t) => {
    const pair = makeCertificate(folder, 'open');
    chmodSync(pair.key, 0o644);
    const server = await startWith(pair);
    t.after(() => server.stop());
    assert.match(server.output(), /every user of this machine can read the key of TLS/);
  });

  test('does not start with a pair that cannot be used, and says why in a line', async () => {
    const pair = makeCertificate(folder, 'sound');
    const other = makeCertificate(folder, 'foreign');
    const text = join(folder, 'text');
    writeFileSync(text, 'no PEM');
    const missing = join(folder, 'missing');
    const problems: [PairOfFiles, string][] = [
      [{ ...pair, key: other.key }, `${other.key} is not the key of ${pair.cert}.`],
      [{ ...pair, cert: text }, `${text} holds no certificate in PEM form.`],
      [{ ...pair, key: text }, `${text} holds no private key in PEM form.`],
      [{ ...pair, key: missing }, `${missing} cannot be read: ENOENT`],
    ];
    for (const [broken, problem] of problems) {
      await assert.rejects(startWith(broken), (error: Error) => {
        assert.ok(
          error.message.includes(`imprimatur: TLS cannot be used: ${problem}`),
          error.message,
        );
        assert.doesNotMatch(error.message, /\n {4}at /);
        return true;
      });
    }
  });
});

function renew(pair: PairOfFiles, by: PairOfFiles): void {
  renameSync(by.key, pair.key);
  renameSync(by.cert, pair.cert);
}
