/** The examples of the product's founding notes: the Python one to the letter, the CLI ones as ours. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { processRegion, start } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { clientEnvironment, python, run, withoutPython } from '../wire/clients.ts';

const root = join(import.meta.dirname, '../..');

/** "Register a Model Package", with its ellipsis. */
const registerExample = String.raw`aws sagemaker create-model-package \
  --model-package-name ImageClassifier-v1 \
  --model-package-group-name ImageClassifierGroup \
  --inference-specification '{
     "Containers": [{"Image":"123456789012.dkr.ecr...","ModelDataUrl":"s3://bucket/model.tar.gz"}],
     "SupportedContentTypes":["image/png"],
     "SupportedResponseMIMETypes":["application/json"]
   }'`;

/** "Update Approval Status". */
const approveExample = String.raw`aws sagemaker update-model-package \
  --model-package-name ImageClassifier-v1 \
  --model-approval-status Approved \
  --approval-description "Meets performance and bias criteria"`;

let server: ServerProcess;
let folder = '';

function arn(resource: string): string {
  return `arn:aws:sagemaker:${processRegion}:123456789012:${resource}`;
}

/** Runs an example of the note with `imprimatur` in place of `aws`; answers what it printed. */
async function runExample(example: string): Promise<unknown> {
  const env = clientEnvironment(server);
  const script = example.replace(/^aws /, 'imprimatur ');
  const { code, out, errors } = await run('bash', ['-c', script], {
    env: { ...env, PATH: `${folder}${delimiter}${env['PATH']}` },
  });
  assert.deepEqual({ code, errors }, { code: 0, errors: '' });
  return JSON.parse(out);
}

describe('the founding notes', () => {
  before(async () => {
    server = await start();
    folder = mkdtempSync(join(tmpdir(), 'imprimatur-seeds-'));
    const command = join(folder, 'imprimatur');
    const program = join(root, 'bin/imprimatur.js');
    writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    chmodSync(command, 0o755);
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await server.stop();
  });

  test('"Registering a Model Version with Boto3"', { skip: withoutPython }, async () => {
    await server.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'my-model-group' });
    const env = clientEnvironment(server);
    const script = join(import.meta.dirname, 'seed-register.py');
    const { code, out, errors } = await run(python, [script], { env });
    const version = arn('model-package/my-model-group/1');
    assert.deepEqual({ code, errors }, { code: 0, errors: '' });
    assert.equal(out, `Model Package ARN: ${version}\n`);
    const found = await server.ok('DescribeModelPackage', { ModelPackageName: version });
    assert.equal(found['ModelPackageDescription'], 'My model version 1');
    assert.equal(found['ModelApprovalStatus'], 'PendingManualApproval');
    assert.deepEqual(found['InferenceSpecification'], {
      Containers: [
        {
          Image: '123456789012.dkr.ecr.us-west-2.amazonaws.com/my-image:latest',
          ModelDataUrl: 's3://my-bucket/model.tar.gz',
        },
      ],
      SupportedContentTypes: ['text/csv'],
      SupportedResponseMIMETypes: ['text/csv'],
    });
  });

  test('"CLI / SDK Examples"', async () => {
    await server.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'ImageClassifierGroup' });
    const version = { ModelPackageArn: arn('model-package/ImageClassifierGroup/1') };
    assert.deepEqual(await runExample(registerExample), version);
    assert.deepEqual(await runExample(approveExample), version);
    const found = await server.ok('DescribeModelPackage', {
      ModelPackageName: 'ImageClassifier-v1',
    });
    assert.equal(found['ModelPackageArn'], version.ModelPackageArn);
    assert.equal(found['ModelPackageGroupName'], 'ImageClassifierGroup');
    assert.equal(found['ModelPackageVersion'], 1);
    assert.equal(found['ModelApprovalStatus'], 'Approved');
    assert.equal(found['ApprovalDescription'], 'Meets performance and bias criteria');
    assert.deepEqual(found['InferenceSpecification'], {
      Containers: [{ Image: '123456789012.dkr.ecr...', ModelDataUrl: 's3://bucket/model.tar.gz' }],
      SupportedContentTypes: ['image/png'],
      SupportedResponseMIMETypes: ['application/json'],
    });
    const history = await server.ok<{ Entries: { EventName: string }[] }>(
      'ListResourceHistory',
      { ResourceArn: version.ModelPackageArn },
      { service: 'imprimatur' },
    );
    assert.deepEqual(
      history.Entries.map((entry) => entry.EventName),
      ['UpdateModelPackage', 'CreateModelPackage'],
    );
  });
});
