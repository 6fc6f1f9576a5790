import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { TestApp, errorCode, testArn } from '../../tests/support/test-app.ts';

const registry = await TestApp.start();
after(() => registry.close());

test('an operation that the service lacks is refused by name, and journaled', async () => {
  const error = await registry.refused('CreateTrainingJob', {});
  assert.deepEqual(error, {
    status: 400,
    code: 'UnknownOperationException',
    message: "The operation 'CreateTrainingJob' is not supported.",
  });
  const entry = (await registry.journal()).at(-1);
  assert.equal(entry?.operation, 'CreateTrainingJob');
  assert.equal(entry?.error_code, 'UnknownOperationException');
});

test('names of every object are no operations', async () => {
  for (const name of ['constructor', '__proto__', 'toString', '']) {
    const error = await registry.refused(name, {});
    assert.equal(error.code, 'UnknownOperationException');
  }
});

test('a refused call of a known caller is journaled with what it asked', async () => {
  await registry.refused('DescribeModelPackageGroup', { ModelPackageGroupName: 'none' });
  const entry = (await registry.journal()).at(-1)!;
  assert.equal(entry.operation, 'DescribeModelPackageGroup');
  assert.equal(entry.resource_arn, testArn('model-package-group/none'));
  assert.equal(entry.error_code, 'ValidationException');
  assert.equal(entry.principal_arn, 'arn:aws:iam::123456789012:root');
  assert.deepEqual(entry.document, {
    sourceIp: '127.0.0.1',
    userAgent: 'imprimatur-tests',
    principalId: '123456789012',
    errorMessage: `ModelPackageGroup ${testArn('model-package-group/none')} does not exist.`,
    request: { ModelPackageGroupName: 'none' },
  });
});

test('an answered read leaves no entry, a change leaves exactly one', async () => {
  const before = (await registry.journal()).length;
  await registry.ok('ListModelPackageGroups');
  assert.equal((await registry.journal()).length, before);
  await registry.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'counted' });
  assert.equal((await registry.journal()).length, before + 1);
});

test('a body that cannot be read is journaled without it', async () => {
  const error = await registry.refused('ListModelPackages', '{');
  assert.equal(error.code, 'SerializationException');
  assert.equal('request' in (await registry.journal()).at(-1)!.document, false);
});

test("another account's resource is denied, in AWS's words", async () => {
  const arn = 'arn:aws:sagemaker:eu-west-1:999999999999:model-package/fraud/1';
  const error = await registry.refused('DescribeModelPackage', { ModelPackageName: arn });
  assert.deepEqual(error, {
    status: 400,
    code: 'AccessDeniedException',
    message:
      'User: arn:aws:iam::123456789012:root is not authorized to perform: ' +
      `sagemaker:DescribeModelPackage on resource: ${arn} because no resource-based policy ` +
      'allows the sagemaker:DescribeModelPackage action',
  });
});

test('regions are apart', async () => {
  await registry.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'regional' });
  const there = { region: 'us-east-1' };
  const listed = await registry.ok<{ ModelPackageGroupSummaryList: unknown[] }>(
    'ListModelPackageGroups',
    {},
    there,
  );
  assert.deepEqual(listed.ModelPackageGroupSummaryList, []);
  const error = await registry.refused(
    'DescribeModelPackageGroup',
    { ModelPackageGroupName: testArn('model-package-group/regional') },
    there,
  );
  assert.equal(error.message, 'ARN should be scoped to correct region: us-east-1');
});

test('a request that nobody signed validly leaves no entry', async () => {
  const before = (await registry.journal()).length;
  const request = {
    method: 'POST',
    path: '/',
    query: '',
    headers: { host: 'localhost', 'x-amz-target': 'SageMaker.ListModelPackages' },
    headersDistinct: {},
    body: Buffer.from('{}'),
    requestId: 'x',
    sourceIp: '10.0.0.1',
    isSecure: false,
  };
  const answer = await registry.app.handle(request);
  assert.equal(answer.status, 400);
  assert.equal(errorCode(answer.body), 'MissingAuthenticationTokenException');
  const untargeted = await registry.app.handle({ ...request, headers: { host: 'localhost' } });
  assert.equal(errorCode(untargeted.body), 'UnknownOperationException');
  assert.equal((await registry.journal()).length, before);
});

test('a fault of ours is hidden, and nothing of the change is kept', async (context) => {
  const broken = await TestApp.start();
  await broken.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'whole' });
  context.mock.method(broken.clock, 'now', () => 1.5e12 + 0.5);
  const answer = await broken.send('CreateModelPackage', { ModelPackageGroupName: 'whole' });
  assert.equal(answer.status, 500);
  assert.equal(errorCode(answer.body), 'InternalFailure');
  assert.doesNotMatch(answer.body, /SQL|column|datatype/i);
  context.mock.restoreAll();
  await broken.ok('CreateModelPackage', { ModelPackageGroupName: 'whole' });
  const version = await broken.ok('DescribeModelPackage', { ModelPackageName: 'whole/1' });
  assert.equal(version['ModelPackageVersion'], 1);
  await broken.close();
});
