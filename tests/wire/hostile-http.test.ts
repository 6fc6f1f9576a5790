/** HTTP as nobody should speak it: answered in AWS's shape, never at the cost of other callers. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '../../src/kernel/limits.ts';
import { signRequest } from '../../src/server/sigv4-sign.ts';
import { processRegion, start } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import {
  checkRefused,
  checkSecrets,
  exchange,
  RawConnection,
  request,
  signedRequest,
  StoreView,
} from './hostile-client.ts';

const group = 'sentinel';
/** The slowest that a well-meaning caller may be served while others misbehave. */
const patienceMilliseconds = 2_000;
/** A timeout is noticed by a check once a second; the rest is for a busy machine. */
const slackSeconds = 6;

let server: ServerProcess;
let store: StoreView;

before(async () => {
  server = await start({ flags: ['--log-level', 'debug'] });
  await server.ok('CreateModelPackageGroup', { ModelPackageGroupName: group });
  store = new StoreView(server);
});

after(async () => {
  store.close();
  checkSecrets(server);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

/** The server answers a well-meaning caller, and soon. */
async function checkServing(): Promise<void> {
  const from = performance.now();
  await server.ok('DescribeModelPackageGroup', { ModelPackageGroupName: group });
  const milliseconds = performance.now() - from;
  assert.ok(milliseconds < patienceMilliseconds, `the server took ${milliseconds.toFixed(0)} ms`);
}

/** A signed call that another method carries. */
function signedAs(method: string, body: string): Buffer {
  const headers = {
    host: `127.0.0.1:${server.port}`,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'SageMaker.CreateModelPackageGroup',
  };
  const signature = signRequest({
    ...{ method, path: '/', query: '', headers, body: Buffer.from(body) },
    credentials: server.credentials,
    region: processRegion,
    service: 'sagemaker',
    now: Date.now(),
  });
  return request({ ...headers, ...signature }, body, `${method} / HTTP/1.1`);
}

suite('requests that are refused at once', () => {
  const describe = JSON.stringify({ ModelPackageGroupName: group });
  const create = JSON.stringify({ ModelPackageGroupName: 'new' });

  test('malformed HTTP', async () => {
    const facts = store.facts();
    const bytes = [
      'GARBAGE\r\n\r\n',
      '\r\n\r\n\0\0\0\0',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'GET / HTTP/3.7\r\n\r\n',
      'GET / HTTP/1.1 HTTP/1.1\r\n\r\n',
      'get / HTTP/1.1\r\n\r\n',
      'GET / HTTP/1.1\nHost: x\n\n',
      'GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2, 2\r\n\r\n{}',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x2\r\n\r\n{}',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n{}',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}0\r\n\r\n',
    ];
    for (const text of bytes) {
      const answer = await exchange(server, text).catch((cause: unknown) => {
        throw new Error(JSON.stringify(text), { cause });
      });
      checkRefused(answer, { code: 'SerializationException' });
    }
    assert.deepEqual(store.facts(), facts);
    await checkServing();
  });

  test('requests without a host, of an older version, or for another protocol', async () => {
    const plain = [
      'GET / HTTP/1.0\r\n\r\n',
      'GET / HTTP/1.1\r\n\r\n',
      'GET http://elsewhere.example/ HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /%00%ff?%zz=%00&X-Amz-Credential=%e0%a4%a HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n',
      'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n',
    ];
    for (const text of plain) checkRefused(await exchange(server, text));
  });

  test('CONNECT', async () => {
    checkRefused(await exchange(server, 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n'));
  });

  test('an expectation that nobody can meet', async () => {
    const headers = server.signed('DescribeModelPackageGroup', describe);
    const answer = await exchange(server, request({ ...headers, expect: 'magic' }, describe));
    // RFC 9110 leaves it to the server whether to refuse it or not to know it.
    if (answer.status !== 200) checkRefused(answer, { status: 417 });
  });

  test('methods other than POST, signed or not', async () => {
    const facts = store.facts();
    const headers = { host: 'x', 'x-amz-target': 'SageMaker.CreateModelPackageGroup' };
    for (const method of [
      'GET',
      'PUT',
      'DELETE',
      'PATCH',
      'OPTIONS',
      'TRACE',
      'PROPFIND',
      'QUERY',
    ]) {
      checkRefused(await exchange(server, request(headers, create, `${method} / HTTP/1.1`)));
      const signed = await exchange(server, signedAs(method, create));
      checkRefused(signed, { status: signed.status });
    }
    assert.deepEqual(store.facts(), facts);
  });

  test('a request whose target is missing, twice there, or no text', async () => {
    const facts = store.facts();
    const { 'x-amz-target': _, ...rest } = server.signed('CreateModelPackageGroup', create);
    checkRefused(await exchange(server, request(rest, create)), {
      code: 'UnknownOperationException',
    });
    const signed = signedRequest(server, 'CreateModelPackageGroup', create).toString('latin1');
    for (const more of [
      'SageMaker.CreateModelPackageGroup',
      'SageMaker.DeleteModelPackageGroup',
      '\xff',
    ]) {
      const twice = signed.replace('\r\n', `\r\nX-Amz-Target: ${more}\r\n`);
      checkRefused(await exchange(server, twice));
    }
    assert.deepEqual(store.facts(), facts);
  });

  test('signatures that are wrong in any of their parts', async () => {
    const facts = store.facts();
    const good = server.signed('CreateModelPackageGroup', create);
    const { authorization = '' } = good;
    const wrong: [Record<string, string>, string?][] = [
      [{ authorization: '' }],
      [{ authorization: 'Basic cm9vdDpyb290' }],
      [{ authorization: 'AWS4-HMAC-SHA256' }],
      [{ authorization: 'AWS4-HMAC-SHA256 \xff\xfe=\x80, ,,;=' }],
      [{ authorization: authorization.replace(/Signature=./, 'Signature=') }],
      [{ authorization: authorization.replace(/Signature=\w+/, `Signature=${'f'.repeat(64)}`) }],
      [{ authorization: authorization.replace('host;', '') }],
      [
        {
          authorization: authorization.replace(
            'SignedHeaders=',
            'SignedHeaders=constructor;__proto__;',
          ),
        },
      ],
      [{ authorization: authorization.replace('aws4_request', 'aws4_reque') }],
      [{ authorization: authorization.replace(processRegion, 'eu-west-2') }],
      [{ authorization: authorization.replace(processRegion, '../../..') }],
      [{ authorization: authorization.replace('/sagemaker/', '/s3/') }],
      [{ authorization: authorization.replace(server.credentials.accessKeyId, 'constructor') }],
      [{ authorization: authorization.replace(server.credentials.accessKeyId, "' or 1=1 --") }],
      [{ 'x-amz-date': '20200101T000000Z' }],
      [{ 'x-amz-date': '29990101T000000Z' }],
      [{ 'x-amz-date': 'yesterday' }],
      [{ 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, '{"ModelPackageGroupName":"newer"}'],
      [{ 'x-amz-security-token': 'a' }],
      [{ host: 'elsewhere.example' }],
      [{}, create.replace('new', 'newer')],
      [{}, ''],
    ];
    for (const [change, body = create] of wrong) {
      const answer = await exchange(server, request({ ...good, ...change }, body));
      try {
        checkRefused(answer);
      } catch (cause) {
        throw new Error(JSON.stringify(change), { cause });
      }
    }
    assert.deepEqual(store.facts(), facts);
  });

  test('headers that are too large or too many', async () => {
    const huge = 'a'.repeat(limits.headerBytesMax);
    const start = 'POST / HTTP/1.1\r\nHost: x\r\n';
    for (const rest of [
      `A: ${huge}\r\n`,
      `${huge}: a\r\n`,
      'a:b\r\n'.repeat(limits.headerBytesMax / 4),
    ]) {
      const answer = await exchange(server, `${start}${rest}\r\n`);
      checkRefused(answer, { status: 413, message: String(limits.headerBytesMax) });
    }
    checkRefused(await exchange(server, `GET /${huge} HTTP/1.1\r\n\r\n`), { status: 413 });
    const many = Object.fromEntries(Array.from({ length: 800 }, (_, index) => [`a${index}`, 'b']));
    const headers = { ...server.signed('DescribeModelPackageGroup', describe), ...many };
    assert.equal((await exchange(server, request(headers, describe))).status, 200);
  });

  test('bodies beyond the limit, by length and in chunks', async () => {
    const large = Buffer.alloc(limits.bodyBytesMax + 1, ' ');
    const tooLarge = { status: 413, message: String(limits.bodyBytesMax) };
    checkRefused(await exchange(server, request({ host: 'x' }, large)), tooLarge);
    checkRefused(await exchange(server, signedRequest(server, 'ListTags', large)), tooLarge);
    const connection = await RawConnection.open(server);
    await connection.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    const chunk = Buffer.concat([
      Buffer.from('100000\r\n'),
      large.subarray(0, 0x100000),
      Buffer.from('\r\n'),
    ]);
    for (let sent = 0; sent <= limits.bodyBytesMax; sent += 0x100000) await connection.write(chunk);
    await connection.write('0\r\n\r\n');
    checkRefused(await connection.answer(), tooLarge);
    await connection.closed();
    const padded = `${describe}${' '.repeat(limits.bodyBytesMax - describe.length)}`;
    const largest = await exchange(
      server,
      signedRequest(server, 'DescribeModelPackageGroup', padded),
    );
    assert.equal(largest.status, 200, largest.body);
    await checkServing();
  });

  test('a body without an end is cut off', async () => {
    const connection = await RawConnection.open(server);
    await connection.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n');
    const piece = Buffer.alloc(0x100000, 'a');
    let sent = 0;
    while (!connection.isClosed && sent < limits.discardedBytesMax * 2) {
      await connection.write(piece);
      sent += piece.length;
    }
    assert.ok(connection.isClosed, 'the server takes whatever comes');
    // Whoever still writes when the server breaks off may miss its answer.
    if (connection.rest !== '') checkRefused(await connection.answer(), { status: 413 });
    await checkServing();
  });
});

suite('connections of a strange kind', () => {
  const describe = JSON.stringify({ ModelPackageGroupName: group });

  test('pipelined requests are answered in their order', async () => {
    const connection = await RawConnection.open(server);
    const names = Array.from({ length: 30 }, (_, index) => `piped-${index}`);
    const calls = names.map((name) =>
      signedRequest(
        server,
        'CreateModelPackageGroup',
        JSON.stringify({ ModelPackageGroupName: name }),
      ),
    );
    await connection.write(Buffer.concat(calls));
    for (const name of names) {
      const answer = await connection.answer();
      assert.equal(answer.status, 200, answer.body);
      assert.ok(answer.body.endsWith(`/${name}"}`), `${answer.body} answers ${name}`);
    }
    connection.end();
    for (const ModelPackageGroupName of names) {
      await server.ok('DeleteModelPackageGroup', { ModelPackageGroupName });
    }
  });

  test('garbage behind a request takes nothing from its answer', async () => {
    const connection = await RawConnection.open(server);
    const call = signedRequest(
      server,
      'CreateModelPackageGroup',
      '{"ModelPackageGroupName":"piped"}',
    );
    await connection.write(Buffer.concat([call, Buffer.from('GARBAGE\r\n\r\n')]));
    const first = await connection.answer();
    assert.equal(first.status, 200, `the call was carried out and answered: ${first.body}`);
    checkRefused(await connection.answer(), { code: 'SerializationException' });
    await connection.closed();
    await server.ok('DeleteModelPackageGroup', { ModelPackageGroupName: 'piped' });
  });

  test('a caller that closes its half is answered', async () => {
    const connection = await RawConnection.open(server);
    await connection.write(signedRequest(server, 'DescribeModelPackageGroup', describe));
    connection.socket.end();
    assert.equal((await connection.answer()).status, 200);
    await connection.closed();
  });

  test('a caller that closes its half amid a request is told so, or let go', async () => {
    const whole = signedRequest(server, 'DescribeModelPackageGroup', describe);
    for (const length of [1, 20, whole.length - describe.length - 2, whole.length - 1]) {
      const connection = await RawConnection.open(server);
      await connection.write(whole.subarray(0, length));
      connection.socket.end();
      checkRefused(await connection.answer(), { code: 'SerializationException' });
      await connection.closed();
    }
    await checkServing();
  });

  test('a length that is too short cuts the body, and its rest is no request', async () => {
    const facts = store.facts();
    const body = '{"ModelPackageGroupName":"short"}';
    const headers = { ...server.signed('CreateModelPackageGroup', body), 'content-length': '5' };
    const connection = await RawConnection.open(server);
    await connection.write(request(headers, body));
    checkRefused(await connection.answer(), { code: 'InvalidSignatureException' });
    checkRefused(await connection.answer(), { code: 'SerializationException' });
    await connection.closed();
    assert.deepEqual(store.facts(), facts);
  });

  test('a request that is broken off changes nothing', async () => {
    const facts = store.facts();
    const whole = signedRequest(
      server,
      'CreateModelPackageGroup',
      '{"ModelPackageGroupName":"off"}',
    );
    for (let length = 1; length < whole.length; length += 23) {
      const connection = await RawConnection.open(server);
      await connection.write(whole.subarray(0, length));
      if (length % 2 === 0) connection.socket.resetAndDestroy();
      else connection.end();
    }
    await checkServing();
    assert.deepEqual(store.facts(), facts);
  });

  test('Expect: 100-continue is met', async () => {
    const headers = {
      ...server.signed('DescribeModelPackageGroup', describe),
      expect: '100-continue',
    };
    const whole = request(headers, describe);
    const connection = await RawConnection.open(server);
    await connection.write(whole.subarray(0, whole.length - describe.length));
    assert.equal((await connection.answer()).status, 100);
    await connection.write(describe);
    assert.equal((await connection.answer()).status, 200);
    connection.end();
  });

  test('a caller that never reads holds up nobody', async () => {
    const Domain = 'd'.repeat(500_000);
    for (let index = 0; index < 5; index += 1) {
      await server.ok('CreateModelPackage', { ModelPackageGroupName: group, Domain });
    }
    const search = signedRequest(server, 'Search', '{"Resource":"ModelPackage"}');
    const connection = await RawConnection.open(server);
    connection.socket.pause();
    await connection.write(Buffer.concat(Array.from({ length: 8 }, () => search)));
    for (let call = 0; call < 20; call += 1) await checkServing();
    connection.end();
    for (let version = 1; version <= 5; version += 1) {
      await server.ok('DeleteModelPackage', { ModelPackageName: `${group}/${version}` });
    }
  });
});

suite('slow callers, all at once', { concurrency: true }, () => {
  test(
    'idle connections, a slow header and a slow body are ended in time, others served',
    { timeout: 90_000 },
    async () => {
      const from = performance.now();
      const seconds = () => (performance.now() - from) / 1000;
      const timedOut = { status: 408, code: 'RequestTimeoutException' };
      const slow = new AbortController();

      const idle = async () => {
        const connections = await Promise.all(
          Array.from({ length: 300 }, () => RawConnection.open(server)),
        );
        for (const connection of connections) {
          const answer = await connection.answer(limits.headersSecondsMax + slackSeconds);
          checkRefused(answer, timedOut);
          await connection.closed();
        }
      };
      const drip = async (head: string, secondsMax: number) => {
        const connection = await RawConnection.open(server);
        await connection.write(head);
        while (!connection.isClosed && seconds() < secondsMax + slackSeconds) {
          await connection.write('a');
          await sleep(200);
        }
        checkRefused(await connection.answer(), timedOut);
        await connection.closed();
        assert.ok(seconds() >= secondsMax - 1, `ended after ${seconds().toFixed(1)} s already`);
      };
      const watch = async () => {
        while (!slow.signal.aborted) {
          await checkServing();
          await sleep(100);
        }
      };
      const ends = Promise.all([
        idle(),
        drip('POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ', limits.headersSecondsMax),
        drip(
          'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n',
          limits.requestSecondsMax,
        ),
        drip(
          'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n',
          limits.requestSecondsMax,
        ),
      ]).finally(() => slow.abort());
      await Promise.all([ends, watch()]);
      await checkServing();
    },
  );
});
