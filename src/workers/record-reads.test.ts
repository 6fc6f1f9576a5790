import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { identityOk } from '../../tests/support/identity-calls.ts';
import { startApp, testCall } from '../../tests/support/scenario.ts';
import { TestClock, testAccount, testArn } from '../../tests/support/test-app.ts';
import type { TestApp } from '../../tests/support/test-app.ts';
import { openTestDatabase } from '../../tests/support/test-database.ts';
import type { NotedRead } from '../domain/cloudtrail/read-record.ts';
import { randomId } from '../kernel/id.ts';
import { limits } from '../kernel/limits.ts';
import { createLog } from '../kernel/log.ts';
import { Unavailable } from '../store/database.ts';
import type { Database } from '../store/database.ts';
import type { ReadRecordRow } from '../store/tables.ts';
import { ReadRecorder } from './record-reads.ts';

type Json = Record<string, unknown>;
type Row = Omit<ReadRecordRow, 'document'> & { document: Json };

async function rowsOf(database: Database): Promise<Row[]> {
  const rows = await database.read((tx) =>
    tx.rows(tx.sql.selectFrom('read_record').selectAll().orderBy('seq')),
  );
  return rows.map((row) => ({ ...row, document: JSON.parse(row.document) as Json }));
}

interface Recorded {
  readonly recorder: ReadRecorder;
  readonly clock: TestClock;
  readonly database: Database;
  /** Until when the database does not answer, and whether it then takes nothing. */
  readonly fault: { isLost: boolean; stall?: Promise<void> };
  readonly note: (change?: Partial<NotedRead['call']>) => void;
}

async function startRecorder(
  t: TestContext,
  { samplingRate = 1, random = Math.random } = {},
): Promise<Recorded> {
  const database = await openTestDatabase();
  const clock = new TestClock();
  const fault: Recorded['fault'] = { isLost: false };
  const recorder = new ReadRecorder({
    samplingRate,
    days: 90,
    random,
    clock,
    newId: randomId,
    log: createLog('silent'),
    database: {
      read: (work) => database.read(work),
      write: async (work) => {
        await fault.stall;
        if (fault.isLost) throw new Unavailable('lost');
        return database.write(work);
      },
      status: () => database.status(),
      close: () => database.close(),
    },
  });
  t.after(async () => {
    await recorder.close();
    await database.close();
  });
  const note: Recorded['note'] = (change = {}) => {
    const call = testCall({ operation: 'ListTags', now: clock.now(), ...change });
    recorder.note({ call, resourceArn: undefined, request: {}, requestBytes: 2 });
  };
  return { recorder, clock, database, fault, note };
}

const describeInput = { ModelPackageGroupName: 'Fraud' };

async function readsOf(app: TestApp): Promise<Row[]> {
  await app.app.reads.flush();
  return rowsOf(app.database);
}

test('a read is recorded with who asked for what, and not in the journal', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', describeInput);
  const entries = await app.journal();
  await app.ok('DescribeModelPackageGroup', describeInput);
  const [row, ...others] = await readsOf(app);
  assert.deepEqual(others, []);
  const { id, ...columns } = row!;
  assert.match(id, /^019cb821-798c-7/);
  assert.deepEqual(columns, {
    seq: 1,
    at: app.clock.now(),
    account_id: testAccount,
    caller_account_id: null,
    region: 'eu-west-1',
    service: 'sagemaker',
    operation: 'DescribeModelPackageGroup',
    resource_arn: testArn('model-package-group/Fraud'),
    principal_arn: `arn:aws:iam::${testAccount}:root`,
    access_key_id: app.app.rootAccessKey.accessKeyId,
    request_id: '00000000-0000-4000-8000-000000000002',
    document: {
      sourceIp: '127.0.0.1',
      userAgent: 'imprimatur-tests',
      principalId: testAccount,
      request: describeInput,
    },
  });
  assert.deepEqual(await app.journal(), entries);
});

test('changes and refused reads, which the journal has, are not recorded again', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateModelPackageGroup', describeInput);
  await app.refused('DescribeModelPackageGroup', { ModelPackageGroupName: 'Other' });
  assert.deepEqual(await readsOf(app), []);
  assert.equal((await app.journal()).length, 2);
});

test('reads of IAM and STS are recorded as well', async (t) => {
  const app = await startApp(t);
  await identityOk(app, 'GetCallerIdentity');
  await identityOk(app, 'ListUsers', { MaxItems: 5 });
  const reads = await readsOf(app);
  assert.deepEqual(
    reads.map(({ service, operation, document }) => [service, operation, document['request']]),
    [
      ['sts', 'GetCallerIdentity', {}],
      ['iam', 'ListUsers', { MaxItems: 5 }],
    ],
  );
});

test('of a long request its length is kept', async (t) => {
  const app = await startApp(t);
  const Filters = Array.from({ length: 20 }, (_, n) => ({
    Name: 'ModelPackageGroupName',
    Operator: 'NotEquals',
    Value: `name-${n}-${'x'.repeat(300)}`,
  }));
  const input = { Resource: 'ModelPackageGroup', SearchExpression: { Filters } };
  await app.ok('Search', input);
  const [row] = await readsOf(app);
  const { length } = JSON.stringify(input);
  assert.ok(length > limits.readRequestBytesMax);
  assert.deepEqual([row!.document['request'], row!.document['requestBytes']], [undefined, length]);
});

test('with the switch off nothing is recorded', async (t) => {
  const app = await startApp(t, { recordReads: 'off' });
  await app.ok('ListModelPackageGroups');
  assert.deepEqual(await readsOf(app), []);
  assert.deepEqual(app.app.reads.counts, { recorded: 0, omitted: 0, lost: 0 });
});

test('a sample is taken at the rate, and each record says which', async (t) => {
  const draws = [0.1, 0.3, 0.24, 0.25, 0.9];
  const { recorder, database, note } = await startRecorder(t, {
    samplingRate: 0.25,
    random: () => draws.shift()!,
  });
  for (const operation of ['a', 'b', 'c', 'd', 'e']) note({ operation });
  await recorder.flush();
  const rows = await rowsOf(database);
  assert.deepEqual(
    rows.map(({ operation, document }) => [operation, document['samplingRate']]),
    [
      ['a', 0.25],
      ['c', 0.25],
    ],
  );
  assert.deepEqual(recorder.counts, { recorded: 2, omitted: 0, lost: 0 });
});

test('too many reads at once are counted, and told once a second in each region', async (t) => {
  const { recorder, clock, database, note } = await startRecorder(t);
  const told = async () => {
    await recorder.flush();
    const rows = (await rowsOf(database)).filter(({ operation }) => operation === 'ReadsOmitted');
    return rows.map(({ region, document }) => [region, (document['omitted'] as Json)['reads']]);
  };
  for (let read = 0; read < limits.readRecordsBurst + 7; read += 1) note();
  for (let read = 0; read < 3; read += 1) note({ region: 'us-east-1' });
  const first = [
    ['eu-west-1', 7],
    ['us-east-1', 3],
  ];
  assert.deepEqual(await told(), first);
  note();
  note();
  assert.deepEqual(await told(), first);
  clock.advance(1_000);
  for (let read = 0; read < limits.readRecordsPerSecond; read += 1) note();
  assert.deepEqual(await told(), [...first, ['eu-west-1', 2]]);
  const recorded = limits.readRecordsBurst + limits.readRecordsPerSecond;
  assert.deepEqual(recorder.counts, { recorded, omitted: 12, lost: 0 });
});

test('omitted reads of too many regions are told as those of the last one', async (t) => {
  const { recorder, database, note } = await startRecorder(t);
  for (let read = 0; read < limits.readRecordsBurst; read += 1) note();
  const regions = limits.omittedScopesMax + 10;
  for (let region = 0; region < regions; region += 1) note({ region: `r-${region}` });
  await recorder.flush();
  const rows = (await rowsOf(database)).filter(({ operation }) => operation === 'ReadsOmitted');
  const counts = rows.map(({ document }) => Number((document['omitted'] as Json)['reads']));
  assert.equal(rows.length, limits.omittedScopesMax);
  assert.equal(
    counts.reduce((sum, one) => sum + one),
    regions,
  );
});

test('what a lost database did not take is counted, and told when it is back', async (t) => {
  const { recorder, clock, database, fault, note } = await startRecorder(t);
  note();
  fault.isLost = true;
  note();
  note();
  await recorder.flush();
  assert.deepEqual(recorder.counts, { recorded: 0, omitted: 0, lost: 3 });
  fault.isLost = false;
  clock.advance(1_000);
  note();
  await recorder.flush();
  const rows = await rowsOf(database);
  assert.deepEqual(
    rows.map(({ operation, document }) => [operation, document['omitted']]),
    [
      ['ListTags', undefined],
      ['ReadsOmitted', { reads: 3, from: clock.now() - 1_000, to: clock.now() - 1_000 }],
    ],
  );
});

test('while the database does not answer no more is held than the limit', async (t) => {
  const { recorder, clock, fault, note } = await startRecorder(t);
  const answer = Promise.withResolvers<void>();
  fault.stall = answer.promise;
  note();
  const flushing = recorder.flush();
  for (let read = 0; read < limits.readRecordsHeldMax + 100; read += 1) {
    clock.advance(1_000);
    note();
  }
  assert.equal(recorder.counts.omitted, 100);
  fault.isLost = true;
  answer.resolve();
  await flushing;
  assert.deepEqual(recorder.counts, { recorded: 0, omitted: 100, lost: 1 });
});

test('the end of a server writes down the rest', async (t) => {
  const { recorder, database, note } = await startRecorder(t);
  note();
  await recorder.close();
  assert.equal((await rowsOf(database)).length, 1);
});

test('a read waits no longer than its time, without any other', async (t) => {
  const { database, note } = await startRecorder(t);
  note();
  const deadline = Date.now() + 10 * limits.readRecordsHeldMilliseconds;
  while ((await rowsOf(database)).length === 0) {
    assert.ok(Date.now() < deadline, 'it was written down');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

test('records past their time are removed; the journal is not', async (t) => {
  const app = await startApp(t, { readRetentionDays: '2' });
  await app.ok('CreateModelPackageGroup', describeInput);
  await app.ok('DescribeModelPackageGroup', describeInput);
  assert.equal((await readsOf(app)).length, 1);
  const entries = await app.journal();
  const day = 24 * 60 * 60 * 1000;
  app.clock.advance(day);
  await app.ok('ListModelPackageGroups');
  app.clock.advance(day);
  await app.app.reads.flush();
  await app.app.reads.prune();
  assert.equal((await readsOf(app)).length, 2, 'what is just as old as allowed is kept');
  app.clock.advance(1);
  await app.app.reads.prune();
  assert.deepEqual(
    (await readsOf(app)).map(({ operation }) => operation),
    ['ListModelPackageGroups'],
  );
  assert.deepEqual(await app.journal(), entries);
});
