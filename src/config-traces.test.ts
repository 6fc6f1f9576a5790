import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTraceSettings } from './config-traces.ts';
import { ConfigError } from './config-values.ts';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };

test('traces go nowhere unless a variable asks for them', () => {
  assert.equal(readTraceSettings({}), undefined);
  assert.equal(readTraceSettings({ OTEL_SERVICE_NAME: 'x', OTEL_TRACES_SAMPLER: 'x' }), undefined);
  assert.equal(readTraceSettings({ ...endpoint, OTEL_SDK_DISABLED: 'TRUE' }), undefined);
  assert.equal(readTraceSettings({ ...endpoint, OTEL_TRACES_EXPORTER: 'none' }), undefined);
});

test('the endpoint of traces wins over that of everything, which gets their path', () => {
  assert.equal(readTraceSettings(endpoint)?.url, 'http://collector:4318/v1/traces');
  const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://t/otlp' };
  assert.equal(readTraceSettings({ ...endpoint, ...own })?.url, 'https://t/otlp');
  const standard = readTraceSettings({ OTEL_TRACES_EXPORTER: 'otlp' });
  assert.equal(standard?.url, 'http://localhost:4318/v1/traces');
});

test('without more the service is called imprimatur, and all is traced unless the caller says no', () => {
  const settings = readTraceSettings(endpoint);
  assert.deepEqual(settings?.attributes, { 'service.name': 'imprimatur' });
  assert.deepEqual(settings.sampler, { followsParent: true, ratio: 1 });
  assert.equal(settings.format, 'protobuf');
  assert.deepEqual(settings.batch, { milliseconds: 5000, spansMax: 512, queueSpansMax: 2048 });
});

test('names, attributes, format and sampler are taken', () => {
  const settings = readTraceSettings({
    ...endpoint,
    OTEL_SERVICE_NAME: 'registry',
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=other, deployment.environment.name=a%2Cb',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
  });
  assert.deepEqual(settings?.attributes, {
    'service.name': 'registry',
    'deployment.environment.name': 'a,b',
  });
  assert.equal(settings.format, 'json');
  assert.deepEqual(settings.sampler, { followsParent: false, ratio: 0.25 });
});

const wrong: [name: string, value: string, message: RegExp][] = [
  ['OTEL_TRACES_EXPORTER', 'zipkin', /must be otlp or none, not 'zipkin'/],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', /must be a URL of http or https/],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', /must be http\/protobuf or http\/json, not 'grpc'/],
  ['OTEL_TRACES_SAMPLER', 'jaeger_remote', /must be always_on, always_off or traceidratio/],
  ['OTEL_RESOURCE_ATTRIBUTES', 'novalue', /must be name=value pairs/],
  ['OTEL_BSP_SCHEDULE_DELAY', '0', /must be a whole number above 0/],
];
for (const [name, value, message] of wrong) {
  test(`${name}=${value} is refused`, () => {
    assert.throws(
      () => readTraceSettings({ ...endpoint, [name]: value }),
      (error) => error instanceof ConfigError && message.test(error.message),
    );
  });
}

test('a share of the traces is a number from 0 to 1', () => {
  const sampler = { ...endpoint, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio' };
  for (const text of ['2', '-1', 'half']) {
    assert.throws(
      () => readTraceSettings({ ...sampler, OTEL_TRACES_SAMPLER_ARG: text }),
      /must be a number from 0 to 1/,
    );
  }
});
