import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { newDatabaseUrl, testDatabaseKind } from '../../tests/support/test-database.ts';
import { createApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { secretBinding } from '../domain/access-keys/access-key.ts';
import { findAccessKey, insertAccessKey } from '../domain/access-keys/access-key-store.ts';
import { createLog } from '../kernel/log.ts';
import { SecretBox } from '../kernel/secret-box.ts';
import { takeEncryptionKeys } from '../server/encryption-key.ts';
import { openDatabase } from '../store/open-database.ts';
import { runCli, testFolder } from './testing.ts';
import { migrations } from '../store/migrations/index.ts';

async function newUrl(t: TestContext): Promise<string> {
  return testDatabaseKind === 'sqlite'
    ? `sqlite:${join(testFolder(t), 'one.db')}`
    : newDatabaseUrl();
}

/** Starts the product on a database once, so that it has our schema. */
async function start(t: TestContext, database: string): Promise<void> {
  const config = readConfig({ dataDir: testFolder(t), database }, {});
  await (await createApp(config, { log: createLog('silent') })).close();
}

const names = migrations.map(({ name }) => name);

test('db status tells the schema and the size', async (t) => {
  const url = await newUrl(t);
  await start(t, url);
  const told = await runCli(['db', 'status', '--database', url]);
  assert.equal(told.code, 0, told.error);
  assert.ok(told.out.includes(`Schema:   ${names.at(-1)}\n`), told.out);
  assert.match(told.out, /^Nothing is to be migrated\.$/m);
  assert.match(told.out, /^Size: +\d+\.\d MiB$/m);
  assert.doesNotMatch(told.out, /only-for-tests/, 'no password');
  const json = await runCli(['db', 'status', '--json'], { IMPRIMATUR_DATABASE: url });
  const { applied, bytes } = JSON.parse(json.out) as { applied: string[]; bytes: number };
  assert.deepEqual(applied, names);
  assert.ok(bytes > 0);
});

test('db migrate shows what it would do, does it, and then has nothing to do', async (t) => {
  const url = await newUrl(t);
  if (testDatabaseKind === 'sqlite') new DatabaseSync(url.slice('sqlite:'.length)).close();
  const dry = await runCli(['db', 'migrate', '--dry-run', '--database', url]);
  assert.equal(dry.code, 0, dry.error);
  assert.match(dry.out, /^-- 0001-registry\ncreate table model_package_group \(/);
  const before = await runCli(['db', 'status', '--database', url]);
  assert.match(before.out, /^Schema: {3}none yet$/m);
  const done = await runCli(['db', 'migrate', '--database', url]);
  assert.equal(done.out, names.map((name) => `Applied ${name}.\n`).join(''));
  const again = await runCli(['db', 'migrate', '--database', url]);
  assert.equal(again.out, 'Nothing is to be migrated.\n');
});

test('db copy tells what it compared, and refuses a target that holds something', async (t) => {
  const from = await newUrl(t);
  const to = `sqlite:${join(testFolder(t), 'copy.db')}`;
  await start(t, from);
  const copied = await runCli(['db', 'copy', '--from', from, '--to', to]);
  assert.equal(copied.code, 0, copied.error);
  assert.match(copied.out, /^journal +0 +e3b0c44298fc1c14 +yes$/m);
  assert.match(copied.out, /^Journal root: [0-9a-f]{64}$/m);
  assert.match(copied.out, /Both databases hold the same\.\n$/);
  assert.equal((await runCli(['db', 'status', '--database', to])).code, 0);
});

const wrong: [args: string[], code: number, message: RegExp][] = [
  [['db', 'moov'], 2, /unknown command 'db moov'/],
  [['db', 'copy', '--from', 'sqlite:/nowhere/x.db'], 2, /required option '--to <url>'/],
  [
    ['db', 'copy', '--from', 'sqlite:/nowhere/x.db', '--to', 'sqlite:/x.db'],
    1,
    /no database \/now/,
  ],
  [['db', 'copy', '--from', 'sqlite:/x.db', '--to', 'sqlite:/x.db'], 2, /are the same database/],
  [
    ['db', 'copy', '--from', 'mysql://me:secret@h/x', '--to', 'sqlite:/x.db'],
    2,
    /--from: A database/,
  ],
  [['db', 'status', '--database', 'sqlite:/nowhere/x.db'], 1, /no database \/nowhere\/x\.db/],
  [
    ['db', 'status', '--database', 'postgres://me:secret@127.0.0.1:1/x'],
    1,
    /database postgres:\/\/127\.0\.0\.1:1\/x cannot be used: .*ECONNREFUSED/,
  ],
  [['db', 'migrate', '--database', 'sqlite:/nowhere/x.db'], 1, /cannot be used: unable to open/],
];
for (const [args, code, message] of wrong) {
  test(`${args.join(' ')} is answered in one line`, async () => {
    const told = await runCli(args);
    assert.equal(told.code, code);
    assert.match(told.error, message);
    assert.doesNotMatch(told.error, /secret|\n {4}at /);
  });
}

test('db rekey encrypts secrets anew beside a server, which goes on taking their keys', async (t) => {
  const database = await newUrl(t);
  const dataDir = testFolder(t);
  const given = { IMPRIMATUR_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64') };
  const environment = testDatabaseKind === 'sqlite' ? {} : given;
  const config = readConfig({ dataDir, database }, environment);
  const app = await createApp(config, { log: createLog('silent') });
  t.after(() => app.close());
  const secrets = new SecretBox(() => takeEncryptionKeys(config));
  const parts = { accountId: '123456789012', id: 'AKIAAAAAAAAAAAAAAAAA' };
  const binding = secretBinding({ account_id: parts.accountId, id: parts.id });
  const sealed = secrets.seal('a secret', binding);
  const rows = await openDatabase(database);
  t.after(() => rows.close());
  await rows.write(async (tx) => {
    const of = { account_id: parts.accountId, created_at: 0 };
    const user = { ...of, name: 'ana', name_key: 'ana', id: 'AIDA', path: '/', tags: '[]' };
    await tx.rows(tx.sql.insertInto('iam_user').values(user));
    await insertAccessKey(tx, {
      ...{ ...of, id: parts.id, user_id: 'AIDA', status: 'Active' },
      ...{ secret: sealed.sealed, secret_key_id: sealed.keyId },
      ...{ last_used_at: null, last_used_service: null, last_used_region: null },
    });
  });
  const two = {
    IMPRIMATUR_ENCRYPTION_KEY: `${Buffer.alloc(32, 2).toString('base64')},${given.IMPRIMATUR_ENCRYPTION_KEY}`,
  };
  const rekeyed = await runCli(
    ['db', 'rekey', '--database', database, '--data-dir', dataDir],
    testDatabaseKind === 'sqlite' ? {} : two,
  );
  assert.deepEqual([rekeyed.out, rekeyed.error], ['Encrypted 1 secret anew.\n', '']);
  const kept = await rows.read((tx) => findAccessKey(tx, parts.id));
  assert.notEqual(kept!.secret_key_id, sealed.keyId);
  const reading =
    testDatabaseKind === 'sqlite'
      ? secrets
      : new SecretBox(() => readConfig({}, two).encryptionKeys);
  assert.equal(
    reading.open({ keyId: kept!.secret_key_id, sealed: kept!.secret }, binding),
    'a secret',
  );
});
