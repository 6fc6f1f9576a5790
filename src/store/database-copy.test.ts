import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { identityOk, policyOf } from '../../tests/support/identity-calls.ts';
import { describing, startWithHolders } from '../../tests/support/policy-holders.ts';
import { unversioned, wholeVersion } from '../../tests/support/samples.ts';
import { otherAccount, sharingPolicy, startApp } from '../../tests/support/scenario.ts';
import { ramOk } from '../../tests/support/ram-calls.ts';
import { makeEntries, testSealer } from '../../tests/support/sealing.ts';
import { testArn } from '../../tests/support/test-app.ts';
import type { TestApp } from '../../tests/support/test-app.ts';
import { openTestDatabase } from '../../tests/support/test-database.ts';
import { insertPrune } from '../domain/sealing/prune-store.ts';
import { copyDatabase, CopyRefused, emptyDatabase, isCopyUnfinished } from './database-copy.ts';
import type { Database } from './database.ts';
import { openAnyDatabase } from './open-database.ts';
import { factTables } from './table-copy.ts';

const versions = 30;

/** A registry with something in every table, texts included that a careless copy would change. */
async function filled(t: TestContext): Promise<TestApp> {
  const app = await startWithHolders(t);
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Fraud' });
  await app.ok('CreateModelPackage', { ...wholeVersion, ModelPackageGroupName: 'Fraud' });
  for (let n = 0; n < versions; n += 1) {
    await app.ok('CreateModelPackage', {
      ModelPackageGroupName: 'Fraud',
      ModelPackageName: `fraud-${n}`,
      ModelPackageDescription: `"${n}" \\u0041 \\ ' ü 😀 \u2028 {}`,
      CustomerMetadataProperties: { number: `${n}`, text: 'é ü 漢' },
    });
  }
  await app.ok('CreateModelPackage', unversioned);
  await identityOk(app, 'TagUser', { UserName: 'ana', Tags: [{ Key: 'k', Value: 'é' }] });
  await identityOk(app, 'CreateAccessKey', { UserName: 'ana' });
  await identityOk(app, 'AddUserToGroup', { GroupName: 'risk', UserName: 'ana' });
  const PolicyDocument = policyOf(describing);
  const { Policy } = await identityOk<{ Policy: { Arn: string } }>(app, 'CreatePolicy', {
    ...{ PolicyName: 'Read', Description: 'é', PolicyDocument },
  });
  const own = { PolicyName: 'own', PolicyDocument };
  await identityOk(app, 'PutUserPolicy', { UserName: 'ana', ...own });
  await identityOk(app, 'AttachUserPolicy', { UserName: 'ana', PolicyArn: Policy.Arn });
  await app.ok('CreateAccount', { Name: 'other' }, { service: 'imprimatur' });
  await app.ok('PutModelPackageGroupPolicy', {
    ModelPackageGroupName: 'Fraud',
    ResourcePolicy: sharingPolicy('Fraud', otherAccount, ['sagemaker:DescribeModelPackage']),
  });
  await ramOk(app, 'CreateResourceShare', {
    ...{ name: 'é', principals: [otherAccount], tags: [{ key: 'k', value: 'é' }] },
    resourceArns: [testArn('model-package-group/Fraud')],
  });
  const events = { service: 'events' } as const;
  const { EventBusArn: Arn } = await app.ok('CreateEventBus', { Name: 'ml' }, events);
  await app.ok('PutRule', { Name: 'r', EventPattern: '{"source":["é"]}' }, events);
  await app.ok('PutTargets', { Rule: 'r', Targets: [{ Id: 'b', Arn }] }, events);
  const { ArchiveArn: EventSourceArn } = await app.ok(
    'CreateArchive',
    { ArchiveName: 'a', EventSourceArn: Arn, Description: 'é' },
    events,
  );
  const times = { EventStartTime: 1, EventEndTime: 2 };
  const replay = { ReplayName: 'r', EventSourceArn, ...times, Destination: { Arn } };
  await app.ok('StartReplay', replay, events);
  const entry = { Source: 'é', DetailType: 'd', Detail: '{"n":1e400,"t":"\u2028"}' };
  // Once to where it is delivered and archived, and once only as far as the outbox.
  await app.ok('PutEvents', { Entries: [entry] }, events);
  for (const _ of ['default', 'ml']) await app.app.events.pass();
  await app.ok('PutEvents', { Entries: [entry] }, events);
  const { ConnectionArn } = await app.ok(
    'CreateConnection',
    {
      ...{ Name: 'c', AuthorizationType: 'BASIC', Description: 'é' },
      AuthParameters: { BasicAuthParameters: { Username: 'ana', Password: 'p' } },
    },
    events,
  );
  await app.ok(
    'CreateApiDestination',
    { Name: 'd', ConnectionArn, InvocationEndpoint: 'https://d.example/', HttpMethod: 'POST' },
    events,
  );
  await app.ok(
    'CreateWebhook',
    { Name: 'w', Url: 'https://w.example/', Events: ['any'], Description: 'é' },
    { service: 'imprimatur' },
  );
  await identityOk(app, 'GetUser', { UserName: 'ana' });
  await app.app.reads.flush();
  // Enough for an inner node of the tree.
  await makeEntries(app, 256);
  await testSealer(app).pass();
  await app.database.write((tx) => insertPrune(tx, { number: 1, note: 'é' }));
  return app;
}

/** SQLite, whatever the source is: so that both directions are gone. */
async function sqliteTarget(t: TestContext): Promise<Database> {
  const database = await openAnyDatabase('sqlite::memory:');
  t.after(() => database.close());
  return database;
}

async function copied(from: Database, to: Database): Promise<void> {
  const parity = await copyDatabase(from, to);
  assert.deepEqual(
    parity.map(({ table, isEqual }) => [table, isEqual]),
    factTables.map((table) => [table, true]),
  );
  for (const { table, rows } of parity) assert.ok(rows.from > 0, `${table} has rows`);
}

test('a copy of a copy is equal to what it was made from, row by row', async (t) => {
  const { database } = await filled(t);
  const middle = await sqliteTarget(t);
  await copied(database, middle);
  const back = await openTestDatabase();
  await copied(middle, back);
  assert.equal(await isCopyUnfinished(back), false);
  await back.close();
});

test('new rows of a copy are numbered after those that were copied', async (t) => {
  const { database } = await filled(t);
  const middle = await sqliteTarget(t);
  await copied(database, middle);
  const other = await startApp(t);
  await copied(middle, other.database);
  const { ModelPackageArn: arn } = await other.ok('CreateModelPackage', {
    ModelPackageGroupName: 'Fraud',
  });
  assert.match(String(arn), new RegExp(`/fraud/${versions + 2}$`, 'i'));
  const journal = await other.journal();
  assert.equal(new Set(journal.map(({ seq }) => seq)).size, journal.length);
});

test('a copy that was broken off goes on where it ended', async (t) => {
  const { database } = await filled(t);
  const to = await sqliteTarget(t);
  let writes = 0;
  const failing: Database = {
    ...{ read: to.read.bind(to), status: to.status.bind(to), close: to.close.bind(to) },
    write: (work) => {
      writes += 1;
      // The mark, then groups and packages; the third table fails.
      if (writes === 4) return Promise.reject(new Error('broken off'));
      return to.write(work);
    },
  };
  await assert.rejects(copyDatabase(database, failing), /broken off/);
  assert.equal(await isCopyUnfinished(to), true);
  await copied(database, to);
  assert.equal(await isCopyUnfinished(to), false);
});

test('a target that holds something is left as it is, unless it is emptied first', async (t) => {
  const { database } = await filled(t);
  const other = await startApp(t);
  await other.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Mine' });
  await assert.rejects(copyDatabase(database, other.database), CopyRefused);
  assert.equal((await other.journal()).length, 1);
  await emptyDatabase(other.database);
  await copied(database, other.database);
});

test('a source that is written to during the copy is told', async (t) => {
  const app = await filled(t);
  const to = await sqliteTarget(t);
  let isFirst = true;
  const copy = copyDatabase(app.database, to, async (step) => {
    if (step !== 'comparing' || !isFirst) return;
    isFirst = false;
    await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Late' });
  });
  await assert.rejects(copy, (error) => {
    assert.ok(error instanceof CopyRefused);
    assert.match(error.message, /written to during the copy/);
    return true;
  });
  await assert.rejects(copyDatabase(app.database, to), /written to since/);
  await emptyDatabase(to);
  await copied(app.database, to);
});

test('a difference is found, and the copy stays marked as unfinished', async (t) => {
  const { database } = await filled(t);
  const to = await sqliteTarget(t);
  const parity = await copyDatabase(database, to, async (step, table) => {
    if (step !== 'comparing' || table !== 'model_package_group') return;
    await to.write((tx) => tx.rows(tx.sql.updateTable('journal').set({ account_id: 'other' })));
  });
  assert.deepEqual(
    parity.filter(({ isEqual }) => !isEqual).map(({ table }) => table),
    ['journal'],
  );
  assert.equal(await isCopyUnfinished(to), true);
});
