import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointText, findEndpoint, findRegion, isLocal } from './endpoint.ts';

test('the option wins, then the variable for SageMaker, then that for all, then this machine', () => {
  const all = {
    AWS_ENDPOINT_URL_SAGEMAKER: 'http://two:1',
    AWS_ENDPOINT_URL: 'https://three',
    IMPRIMATUR_PORT: '9800',
  };
  const { AWS_ENDPOINT_URL_SAGEMAKER: _, ...less } = all;
  const text = (...given: Parameters<typeof findEndpoint>): string =>
    endpointText(findEndpoint(...given));
  assert.equal(text({ endpointUrl: 'http://one:9700/' }, all), 'http://one:9700');
  assert.equal(text({}, all), 'http://two:1');
  assert.equal(text({}, less), 'https://three');
  assert.equal(
    text({}, { IMPRIMATUR_PORT: '9800', AWS_ENDPOINT_URL: '' }),
    'http://127.0.0.1:9800',
  );
  assert.equal(text({}, {}), 'http://127.0.0.1:9700');
  assert.equal(text({ endpointUrl: 'https://proxy/registry' }, {}), 'https://proxy/registry');
});

test('what is no endpoint is named with its source', () => {
  assert.throws(
    () => findEndpoint({ endpointUrl: 'localhost:9700' }, {}),
    /^UsageFailure|--endpoint-url must be of the form .*, not 'localhost:9700'\./,
  );
  for (const url of ['ftp://a', 'http://a?b', 'http://user:word@a', 'nonsense']) {
    assert.throws(
      () => findEndpoint({}, { AWS_ENDPOINT_URL: url }),
      /^Failure: AWS_ENDPOINT_URL must/,
    );
  }
});

test('the region is the option, the environment, or us-east-1', () => {
  const environment = { AWS_REGION: 'b', AWS_DEFAULT_REGION: 'c' };
  assert.equal(findRegion({ region: 'a' }, environment), 'a');
  assert.equal(findRegion({}, environment), 'b');
  assert.equal(findRegion({}, { AWS_REGION: '', AWS_DEFAULT_REGION: 'c' }), 'c');
  assert.equal(findRegion({}, {}), 'us-east-1');
});

test('only loopback is this machine', () => {
  for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '[::1]']) {
    assert.ok(isLocal(new URL(`http://${host}:9700`)), host);
  }
  for (const host of [
    'example.com',
    '10.0.0.1',
    '127.0.0.1.example.com',
    'localhost.example.com',
  ]) {
    assert.ok(!isLocal(new URL(`http://${host}:9700`)), host);
  }
});
