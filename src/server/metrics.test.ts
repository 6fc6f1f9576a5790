import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkServices } from '../app.ts';
import { Metrics } from './metrics.ts';
import type { RequestFacts } from './request-facts.ts';

const [sagemaker] = linkServices({ strictAws: false });
const contract = sagemaker!.operations.get('CreateModelPackage')!;

function facts(more: Partial<RequestFacts> = {}): RequestFacts {
  return { requestId: 'r', sourceIp: '::1', startedAt: 0, span: undefined, bytesIn: 0, ...more };
}

/** The lines of one metric, without its HELP and TYPE. */
async function linesOf(metrics: Metrics, name: string): Promise<string[]> {
  const text = await metrics.render();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

test('a call is counted and timed by operation, outcome and code', async () => {
  const metrics = new Metrics();
  const known = { service: 'sagemaker', operation: 'CreateModelPackage', contract };
  metrics.countRequest(facts(known), 200, 0.004);
  metrics.countRequest(facts({ ...known, code: 'ValidationException' }), 400, 0.02);
  metrics.countRequest(facts({ ...known, code: 'ThrottlingException' }), 400, 0.02);
  metrics.countRequest(facts({ ...known, code: 'ServiceUnavailable' }), 503, 0.02);
  metrics.countRequest(facts({ ...known, code: 'InternalFailure' }), 500, 0.02);
  metrics.countRequest(facts(known), 499, 20);
  const of = 'service="sagemaker",operation="CreateModelPackage"';
  assert.deepEqual(await linesOf(metrics, 'imprimatur_requests_total'), [
    `imprimatur_requests_total{${of},outcome="success",code=""} 1`,
    `imprimatur_requests_total{${of},outcome="refused",code="ValidationException"} 1`,
    `imprimatur_requests_total{${of},outcome="throttled",code="ThrottlingException"} 1`,
    `imprimatur_requests_total{${of},outcome="unavailable",code="ServiceUnavailable"} 1`,
    `imprimatur_requests_total{${of},outcome="failed",code="InternalFailure"} 1`,
    `imprimatur_requests_total{${of},outcome="aborted",code=""} 1`,
  ]);
  const buckets = await linesOf(metrics, 'imprimatur_request_duration_seconds_bucket');
  assert.ok(
    buckets.includes(
      `imprimatur_request_duration_seconds_bucket{le="0.0025",${of},outcome="success"} 0`,
    ),
  );
  assert.ok(
    buckets.includes(
      `imprimatur_request_duration_seconds_bucket{le="0.005",${of},outcome="success"} 1`,
    ),
  );
});

test('callers cannot make up labels', async () => {
  const metrics = new Metrics();
  for (let count = 0; count < 100; count += 1) {
    metrics.countRequest(facts({ service: 'sagemaker', operation: `Made-${count}` }), 400, 0);
    metrics.countRequest(facts(), 400, 0);
  }
  assert.deepEqual(await linesOf(metrics, 'imprimatur_requests_total'), [
    'imprimatur_requests_total{service="sagemaker",operation="unknown",outcome="refused",code=""} 100',
    'imprimatur_requests_total{service="unknown",operation="unknown",outcome="refused",code=""} 100',
  ]);
});

test('a gauge without a value has no line', async () => {
  const metrics = new Metrics();
  let value: number | undefined = 7;
  metrics.addGauge('imprimatur_test_bytes', 'A test.', () => value);
  assert.deepEqual(await linesOf(metrics, 'imprimatur_test_bytes'), ['imprimatur_test_bytes 7']);
  value = undefined;
  assert.deepEqual(await linesOf(metrics, 'imprimatur_test_bytes'), []);
});
