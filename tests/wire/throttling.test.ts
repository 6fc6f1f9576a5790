/** Stock clients beyond their rate: they are told in AWS's words, back off and succeed. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SageMaker } from '@aws-sdk/client-sagemaker';
import { processRegion, start } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { beside, clientEnvironment, python, run, withoutPython } from './clients.ts';

let server: ServerProcess;

describe('a client beyond its rate', { timeout: 120_000 }, () => {
  before(async () => {
    // Calls come at once and the bucket fills slowly, so that no machine is too slow for it.
    const flags = ['--write-rate-limit', '1', '--write-rate-limit-burst', '1'];
    server = await start({ flags });
  });
  after(() => server.stop());

  for (const mode of ['legacy', 'standard', 'adaptive']) {
    const name = `boto3 in ${mode} mode tries again by itself`;
    test(name, { skip: withoutPython }, async () => {
      const env = clientEnvironment(server);
      const ended = await run(python, [beside('boto3_throttled.py'), mode, '3'], { env });
      assert.equal(ended.code, 0, ended.errors);
      assert.ok(Number(ended.out) > 0, 'it was never throttled');
    });
  }

  test('the JavaScript SDK waits as long as it is asked to', async () => {
    const { endpoint } = server;
    const { accessKeyId, secretAccessKey } = server.credentials;
    const credentials = { accessKeyId, secretAccessKey };
    const client = { region: processRegion, endpoint, credentials, maxAttempts: 20 };
    const sagemaker = new SageMaker(client);
    const made = await Promise.all(
      ['js-1', 'js-2', 'js-3'].map((ModelPackageGroupName) =>
        sagemaker.createModelPackageGroup({ ModelPackageGroupName }),
      ),
    );
    const attempts = made.reduce((sum, { $metadata }) => sum + ($metadata.attempts ?? 0), 0);
    sagemaker.destroy();
    assert.ok(attempts > 3, 'it was never throttled');
  });

  test('hears ThrottlingException while reads go on', async () => {
    const calls = Array.from({ length: 10 }, () => server.call('CreateModelPackageGroup', {}));
    const answers = await Promise.all(calls);
    const throttled = answers.find(({ body }) => body?.['__type'] === 'ThrottlingException');
    assert.ok(throttled);
    assert.deepEqual([throttled.status, throttled.body?.['message']], [400, 'Rate exceeded']);
    assert.equal(throttled.headers['x-amzn-errortype'], 'ThrottlingException');
    assert.equal(throttled.headers['retry-after'], '1');
    await server.ok('ListModelPackageGroups');
  });
});
