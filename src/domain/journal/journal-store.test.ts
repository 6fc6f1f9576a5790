import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { wholeVersion } from '../../../tests/support/samples.ts';
import { newEntries, rowsOf, startApp, testCall } from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';
import { testDatabaseKind } from '../../../tests/support/test-database.ts';
import type { Transaction } from '../../store/database.ts';
import { appendEntry, listEntriesOf } from './journal-store.ts';

const group = { ModelPackageGroupName: 'Fraud' };
const arn = testArn('model-package-group/Fraud');

// --- Which calls leave an entry ---

test('an entry says when, where, who, by which key and request, and what', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', group);
  const [entry, ...others] = await app.journal();
  assert.deepEqual(others, []);
  const { id, document, ...columns } = entry!;
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(columns, {
    seq: 1,
    at: Date.parse('2026-03-04T09:15:27.500Z'),
    account_id: '123456789012',
    caller_account_id: null,
    region: 'eu-west-1',
    service: 'sagemaker',
    operation: 'CreateModelPackageGroup',
    resource_arn: arn,
    principal_arn: 'arn:aws:iam::123456789012:root',
    access_key_id: app.app.rootAccessKey.accessKeyId,
    request_id: '00000000-0000-4000-8000-000000000001',
    error_code: null,
  });
  const { sourceIp, userAgent, principalId } = document;
  assert.deepEqual(
    { sourceIp, userAgent, principalId },
    { sourceIp: '127.0.0.1', userAgent: 'imprimatur-tests', principalId: '123456789012' },
  );
});

test('every change and every refusal has an entry, in their order; reads have none', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', group);
  await app.ok('DescribeModelPackageGroup', group);
  await app.refused('CreateModelPackageGroup', group);
  await app.ok('ListModelPackageGroups');
  await app.refused('DescribeModelPackage', { ModelPackageName: 'Fraud/1' });
  await app.ok('DeleteModelPackageGroup', group);
  const entries = await app.journal();
  assert.deepEqual(
    entries.map(({ seq, operation, error_code }) => [seq, operation, error_code]),
    [
      [1, 'CreateModelPackageGroup', null],
      [2, 'CreateModelPackageGroup', 'ValidationException'],
      [3, 'DescribeModelPackage', 'ValidationException'],
      [4, 'DeleteModelPackageGroup', null],
    ],
  );
  assert.equal(new Set(entries.map(({ id }) => id)).size, 4);
});

test('a call that could not be read has an entry without a request', async (t) => {
  const app = await startApp(t);
  await app.refused('CreateModelPackageGroup', '{"ModelPackageGroupName":');
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'CreateModelPackageGroup',
      error: 'SerializationException: The request body is not valid JSON.',
    },
  ]);
});

test('a call that breaks its contract has an entry with its request and no resource', async (t) => {
  const app = await startApp(t);
  await app.refused('CreateModelPackageGroup', { ModelPackageGroupDescription: 'x' });
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'CreateModelPackageGroup',
      request: { ModelPackageGroupDescription: 'x' },
      error:
        "ValidationException: 1 validation error detected: Value null at 'modelPackageGroupName' " +
        'failed to satisfy constraint: Member must not be null',
    },
  ]);
});

test('an operation that does not exist has an entry, too', async (t) => {
  const app = await startApp(t);
  const error = await app.refused('CreateUnicorn', {});
  assert.equal(error.code, 'UnknownOperationException');
  assert.deepEqual(await newEntries(app), [
    {
      operation: 'CreateUnicorn',
      error: "UnknownOperationException: The operation 'CreateUnicorn' is not supported.",
    },
  ]);
});

test('a call that nobody validly signed has no entry', async (t) => {
  const app = await startApp(t);
  const stranger = await startApp(t);
  // Signed with a key that this registry does not know.
  const { status } = await app.app.handle({
    method: 'POST',
    path: '/',
    query: '',
    body: Buffer.from('{}'),
    headers: {
      host: 'localhost:9700',
      'x-amz-target': 'SageMaker.ListModelPackageGroups',
      'x-amz-date': '20260304T091527Z',
      authorization:
        `AWS4-HMAC-SHA256 Credential=${stranger.app.rootAccessKey.accessKeyId}/20260304/` +
        `eu-west-1/sagemaker/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, ` +
        `Signature=${'0'.repeat(64)}`,
    },
    headersDistinct: {},
    requestId: '00000000-0000-4000-8000-000000000009',
    sourceIp: '127.0.0.1',
    isSecure: false,
  });
  assert.ok(status >= 400 && status < 500);
  assert.deepEqual(await app.journal(), []);
});

test('a change and its entry are one: when the entry cannot be kept, nothing is', async (t) => {
  const app = await startApp(t);
  const statements = {
    sqlite: [
      sql`create trigger refuse before insert on journal begin select raise(abort, 'no'); end`,
    ],
    postgres: [
      sql`create or replace function pg_temp.refuse() returns trigger language plpgsql
        as 'begin raise exception $$no$$; end'`,
      sql`create trigger refuse before insert on journal execute function pg_temp.refuse()`,
    ],
  }[testDatabaseKind];
  await app.database.write(async (tx) => {
    for (const statement of statements) await tx.rows({ compile: () => statement.compile(tx.sql) });
  });
  const { status } = await app.send('CreateModelPackageGroup', group);
  assert.equal(status, 500);
  assert.deepEqual(await rowsOf(app, 'model_package_group'), []);
  const drop = testDatabaseKind === 'postgres' ? sql`drop trigger refuse on journal` : undefined;
  if (drop) await app.database.write((tx) => tx.rows({ compile: () => drop.compile(tx.sql) }));
});

// --- What is sensitive ---

test('the content of a card is hidden in the request, and kept in the change', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', group);
  await newEntries(app);
  await app.ok('CreateModelPackage', wholeVersion);
  const [entry] = await newEntries(app);
  const [request, after] = [entry!.request, entry!.after] as { ModelCard: unknown }[];
  assert.deepEqual(request!.ModelCard, {
    ModelCardContent: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    ModelCardStatus: 'Draft',
  });
  assert.deepEqual(after!.ModelCard, wholeVersion.ModelCard);
  assert.ok(!JSON.stringify(entry!.events).includes('top-secret-ana'));
});

// --- The store ---

const idOf = (digit: string) => `00000000-0000-4000-8000-00000000000${digit}`;
const changed = (resourceArn: string) => ({ change: { resourceArn, after: {} } });

test('entries of a resource come newest first, page by page, whatever the case', async (t) => {
  const { database } = await startApp(t);
  const append = (digit: string, resourceArn: string, call = testCall()) =>
    database.write((tx) => appendEntry(tx, idOf(digit), call, changed(resourceArn)));
  await append('1', 'arn:Fraud');
  await append('2', 'arn:other');
  await append('3', 'arn:fraud');
  await append('4', 'arn:FRAUD');
  await append('5', 'arn:fraud', testCall({ accountId: '999999999999' }));
  await append('6', 'arn:fraud', testCall({ region: 'us-east-1' }));

  const list = async (beforeSeq: number, limit: number) => {
    const { accountId, region } = testCall();
    const rows = await database.read((tx: Transaction) =>
      listEntriesOf(tx, { accountId, region, arnKey: 'arn:fraud', beforeSeq, limit }),
    );
    return rows.map((row) => row.id.at(-1));
  };
  assert.deepEqual(await list(Number.MAX_SAFE_INTEGER, 10), ['4', '3', '1']);
  assert.deepEqual(await list(Number.MAX_SAFE_INTEGER, 2), ['4', '3']);
  assert.deepEqual(await list(3, 2), ['1']);
});

test("a refusal's entry names the resource that was asked for, when it got that far", async (t) => {
  const app = await startApp(t);
  const call = testCall();
  const error = { code: 'ValidationException', message: 'No.' };
  await app.database.write((tx) => appendEntry(tx, 'a', call, { resourceArn: 'arn:x', error }));
  await app.database.write((tx) => appendEntry(tx, 'b', call, { error }));
  const entries = await app.journal();
  assert.deepEqual(
    entries.map(({ resource_arn, error_code }) => [resource_arn, error_code]),
    [
      ['arn:x', 'ValidationException'],
      [null, 'ValidationException'],
    ],
  );
});
