/** Traces of a live server, as a collector on loopback receives them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { start } from '../support/server-process.ts';

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number | string };
}
interface SentSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: Attribute[];
  status: { code?: number };
}
interface Export {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: SentSpan[] }[];
  }[];
}
interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const serverKind = 2;
const errorStatus = 2;
/** So long that only the end of the server sends anything: no test waits for a clock. */
const never = { OTEL_BSP_SCHEDULE_DELAY: '3600000' };

/** A collector that keeps what it is sent. */
async function startCollector(t: TestContext, status = 200) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      received.push({ path: request.url, headers: request.headers, body });
      response.writeHead(status, { 'Content-Type': 'application/json' }).end('{}');
    });
  });
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { received, endpoint: `http://127.0.0.1:${port}` };
}

function exportsOf(received: readonly Received[]): Export[] {
  return received.map(({ body }) => JSON.parse(body.toString('utf8')) as Export);
}

function spansOf(received: readonly Received[]): SentSpan[] {
  const resources = exportsOf(received).flatMap((sent) => sent.resourceSpans);
  return resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

function attributesOf(attributes: readonly Attribute[]): Record<string, string> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, String(value.stringValue ?? value.intValue)]),
  );
}

describe('traces', { timeout: 60_000 }, () => {
  test('hold each request with its steps, within the trace of its caller', async (t) => {
    const { received, endpoint } = await startCollector(t);
    const server = await start({
      flags: ['--access-log'],
      env: {
        ...never,
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_HEADERS: 'x-key=collectors-secret',
        OTEL_SERVICE_NAME: 'registry-tests',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=ci',
      },
    });
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
    const input = { ModelPackageGroupName: 'traced' };
    const made = await server.call('CreateModelPackageGroup', input, { headers: { traceparent } });
    const again = await server.call('CreateModelPackageGroup', input);
    const ignored = { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00` };
    await server.ok('ListModelPackageGroups', {}, { headers: ignored });
    assert.deepEqual(await server.stop(), { code: 0, signal: null });

    assert.deepEqual(new Set(received.map(({ path }) => path)), new Set(['/v1/traces']));
    assert.equal(received[0]!.headers['x-key'], 'collectors-secret');
    assert.ok(!server.output().includes('collectors-secret'));
    const [sent] = exportsOf(received);
    const resource = attributesOf(sent!.resourceSpans[0]!.resource.attributes);
    assert.equal(resource['service.name'], 'registry-tests');
    assert.equal(resource['deployment.environment.name'], 'ci');
    assert.match(resource['service.version']!, /^\d/);

    const spans = spansOf(received);
    const requests = spans.filter(({ kind }) => kind === serverKind);
    assert.deepEqual(
      requests.map(({ name }) => name),
      ['SageMaker/CreateModelPackageGroup', 'SageMaker/CreateModelPackageGroup'],
    );
    const [first, second] = requests as [SentSpan, SentSpan];
    assert.deepEqual([first.traceId, first.parentSpanId], [traceId, 'b7ad6b7169203331']);
    assert.deepEqual(attributesOf(first.attributes), {
      'rpc.system': 'aws-api',
      'rpc.service': 'SageMaker',
      'rpc.method': 'CreateModelPackageGroup',
      'http.request.method': 'POST',
      'http.response.status_code': '200',
      'url.path': '/',
      'client.address': '127.0.0.1',
      'enduser.id': 'arn:aws:iam::123456789012:root',
      'aws.request_id': made.headers['x-amzn-requestid'],
    });
    const steps = spans.filter((span) => span.parentSpanId === first.spanId);
    assert.deepEqual(steps.map(({ name }) => name).sort(), [
      'authenticate',
      'check',
      'decode',
      'encode',
      'route',
      'throttle',
      'transaction',
      'validate',
    ]);
    assert.ok(steps.every((step) => step.traceId === traceId));
    const refused = attributesOf(second.attributes);
    assert.equal(refused['error.type'], 'ValidationException');
    assert.equal(refused['aws.request_id'], again.headers['x-amzn-requestid']);
    assert.notEqual(second.status.code, errorStatus);
    assert.match(server.output(), new RegExp(`"traceId":"${traceId}"`));
  });

  test('go out as protobuf unless told otherwise', async (t) => {
    const { received, endpoint } = await startCollector(t);
    const env = { ...never, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
    const server = await start({ env });
    await server.ok('ListModelPackageGroups');
    await server.stop();
    assert.equal(received[0]?.headers['content-type'], 'application/x-protobuf');
    const text = received[0].body.toString('latin1');
    assert.ok(text.includes('SageMaker/ListModelPackageGroups') && text.includes('imprimatur'));
  });

  test('that nobody takes cost a line in the log, and neither calls nor the end', async (t) => {
    const { endpoint } = await startCollector(t, 400);
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_BSP_SCHEDULE_DELAY: '10' };
    const server = await start({ env });
    await server.ok('ListModelPackageGroups');
    while (!server.output().includes('"msg":"traces"')) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await server.ok('ListModelPackageGroups');
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
  });

  test('that a setting spells wrong keep the server from starting, in a line', async () => {
    await assert.rejects(
      start({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'nowhere' } }),
      /ended early \(2\):\nimprimatur: OTEL_EXPORTER_OTLP_ENDPOINT must be a URL of http or https\.\n/,
    );
  });
});
