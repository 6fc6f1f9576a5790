import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { readConfig } from '../config.ts';
import { checkDatabase } from './doctor/database-checks.ts';
import { checkNode } from './doctor/node-check.ts';
import { checkServer } from './doctor/server-check.ts';
import { runCli, startRegistry, testFolder } from './testing.ts';

const isPosix = process.platform !== 'win32';

/** A data folder with a group of two versions, which no server uses. */
async function makeData(t: TestContext): Promise<{ dataDir: string; file: string }> {
  const environment = await startRegistry(t);
  const registration = ['--image', 'r/f:1', '--model-data', 's3://m/1', '--metadata', 'a=1'];
  await runCli(['register', 'fraud', '--create-group', ...registration], environment);
  await runCli(['register', 'fraud', ...registration], environment);
  const dataDir = testFolder(t);
  const backup = join(testFolder(t), 'x');
  await runCli(['backup', backup], environment);
  await runCli(['restore', backup, '--data-dir', dataDir]);
  return { dataDir, file: join(dataDir, 'imprimatur.db') };
}

function damage(file: string, statements: string): void {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  database.enableDefensive(false);
  database.exec(statements);
  database.close();
}

describe('fsck', () => {
  test('a whole registry has no findings, also while it runs', async (t) => {
    const environment = await startRegistry(t);
    const { code, out } = await runCli(['fsck'], environment);
    assert.match(out, /^Checked 0 groups.*\nJournal hash: e3b0c44298fc1c14.*\nNo findings\.\n$/);
    assert.equal(code, 0);
  });

  test('findings name the resource and what to do, and fail', async (t) => {
    const { dataDir, file } = await makeData(t);
    damage(file, "update model_package set approval_status = 'Approved' where version = 2");
    const { code, out, error } = await runCli(['fsck', '--data-dir', dataDir]);
    assert.match(
      out,
      /^packages {2}arn:aws:\S+:model-package\/fraud\/2\n {4}Its row and its journal differ in ModelApprovalStatus\.\n {4}Its journal tells/,
    );
    assert.match(out, /^search {2}arn:aws:/m);
    assert.match(out, /\n3 findings\.\n$/);
    assert.deepEqual([code, error], [1, '']);
    const json = JSON.parse((await runCli(['fsck', '--data-dir', dataDir, '--json'])).out) as {
      findings: { check: string }[];
    };
    assert.deepEqual(
      json.findings.map(({ check }) => check),
      ['packages', 'search', 'search'],
    );
  });

  test('of many findings of a kind people see some, and programs all', async (t) => {
    const { dataDir, file } = await makeData(t);
    const extra = Array.from({ length: 30 }, (_, n) => `('1', 'r', 'n${n}', 77)`).join(', ');
    damage(file, `insert into model_package_name values ${extra}`);
    const { out } = await runCli(['fsck', '--data-dir', dataDir]);
    assert.match(out, /… and 10 more of this kind; --json has them\./);
    // SQLite counts them as one.
    assert.match(out, /\n31 findings\.\n$/);
  });

  test('a version without its group is found, by SQLite and by us', async (t) => {
    const { dataDir, file } = await makeData(t);
    damage(file, 'delete from model_package_group');
    const { out, code } = await runCli(['fsck', '--data-dir', dataDir]);
    assert.match(
      out,
      /^database\n {4}2 rows of model_package belong to rows that are not there\./m,
    );
    assert.match(out, /model-package\/fraud\/1\n {4}Its group does not exist\./);
    assert.match(out, /model-package-group\/fraud\n {4}Entry 1 created it and none deleted it/);
    assert.equal(code, 1);
  });

  test("a fault of SQLite's own is found", async (t) => {
    const { dataDir, file } = await makeData(t);
    // An index that has lost an entry, by a table that was written without it.
    damage(
      file,
      `pragma writable_schema = on;
       update sqlite_schema set sql = replace(sql, 'created_at, version', 'created_at, name')
         where name = 'model_package_group_approval'`,
    );
    const { out, code } = await runCli(['fsck', '--data-dir', dataDir]);
    assert.match(out, /^database\n {4}SQLite finds its file damaged: /m);
    assert.equal(code, 1);
  });

  test('what is no database is told in a line', async (t) => {
    const dataDir = testFolder(t);
    const missing = await runCli(['fsck', '--data-dir', dataDir]);
    assert.match(
      missing.error,
      /^imprimatur: There is no database \S+\. --database or --data-dir names/,
    );
    writeFileSync(join(dataDir, 'imprimatur.db'), 'x'.repeat(9000));
    const wrong = await runCli(['fsck', '--data-dir', dataDir]);
    assert.match(
      wrong.error,
      /^imprimatur: The check of sqlite:\S+ broke off: .* is no database\.\n$/,
    );
    assert.deepEqual([missing.code, wrong.code], [1, 1]);
    assert.deepEqual(readdirSync(dataDir), ['imprimatur.db']);
  });

  test('a database is read from a disk that cannot be written', { skip: !isPosix }, async (t) => {
    const { dataDir, file } = await makeData(t);
    damage(file, 'pragma journal_mode = wal');
    chmodSync(file, 0o400);
    chmodSync(dataDir, 0o500);
    const { out, error } = await runCli(['fsck', '--data-dir', dataDir]);
    chmodSync(dataDir, 0o700);
    assert.match(out, /No findings\.\n$/, error);
  });
});

interface Report {
  readonly ok: boolean;
  readonly checks: readonly { check: string; status: string; message: string; advice?: string }[];
}

/** What the doctor says, by check. */
async function examine(...args: string[]): Promise<Map<string, string>> {
  const { out, code } = await runCli(['doctor', '--json', ...args], { IMPRIMATUR_PORT: '0' });
  const report = JSON.parse(out) as Report;
  assert.equal(code, report.ok ? 0 : 1);
  for (const { status, advice } of report.checks)
    assert.equal(advice === undefined, status === 'ok');
  return new Map(
    report.checks.map(({ check, status, message }) => [check, `${status} ${message}`]),
  );
}

describe('doctor', () => {
  test('a registry that runs is well', async (t) => {
    const environment = await startRegistry(t);
    if (isPosix) chmodSync(environment.IMPRIMATUR_DATA_DIR, 0o700);
    const { code, out } = await runCli(['doctor'], environment);
    assert.equal(code, 0, out);
    const checks = [...out.matchAll(/^ok {4}(.+?) {2,}/gm)].map((match) => match[1]);
    assert.deepEqual(
      checks.filter((check) => check !== 'disk'),
      [
        'root key',
        'database',
        'file',
        'writable',
        'log',
        'schema',
        'clock',
        'sealing',
        'checkpoint',
        'server',
      ].toSpliced(0, 0, ...['node', 'data folder']),
    );
    assert.match(out, /^ok {4}configuration it can be read$/m);
  });

  test('an empty place is no fault, but told', async (t) => {
    const said = await examine('--data-dir', join(testFolder(t), 'none'));
    assert.match(said.get('data folder')!, /^warn .* does not exist$/);
    assert.match(said.get('database')!, /^warn .* does not exist$/);
    assert.match(said.get('server')!, /^ok .* not asked$/);
  });

  test('what others can reach is a fault', { skip: !isPosix }, async (t) => {
    const { dataDir } = await makeData(t);
    const key = join(dataDir, 'credentials');
    writeFileSync(key, '[default]\naws_access_key_id = A\naws_secret_access_key = B\n');
    chmodSync(key, 0o644);
    chmodSync(dataDir, 0o755);
    const said = await examine('--data-dir', dataDir);
    assert.match(said.get('data folder')!, /^fail .* by others than its owner \(mode 755\)$/);
    assert.match(said.get('root key')!, /^fail .* by others than its owner \(mode 644\)$/);
    writeFileSync(key, 'nothing');
    const next = await examine('--data-dir', dataDir);
    assert.match(next.get('root key')!, /^fail .* holds no access key/);
  });

  test('a file that is no database, or a damaged one, is a fault', async (t) => {
    const { dataDir, file } = await makeData(t);
    damage(
      file,
      `pragma writable_schema = on;
       update sqlite_schema set rootpage = 99999 where name = 'journal'`,
    );
    assert.match(
      [...(await examine('--data-dir', dataDir)).values()].join('\n'),
      /fail (damaged|.*cannot be read: the database is damaged)/,
    );
    writeFileSync(file, 'x'.repeat(9000));
    const said = await examine('--data-dir', dataDir);
    assert.match(said.get('database')!, /^fail sqlite:.* cannot be read: .* is no database\.$/);
    assert.ok(!existsSync(`${file}-wal`));
  });

  test('schemas of other versions are told', async (t) => {
    const { dataDir, file } = await makeData(t);
    damage(file, "insert into schema_migration values (999, '0999-later')");
    const newer = await examine('--data-dir', dataDir);
    assert.match(newer.get('schema')!, /^warn made by a newer version \(0999-later\)$/);
    damage(file, 'delete from schema_migration');
    const older = await examine('--data-dir', dataDir);
    assert.match(older.get('schema')!, /^warn 0001-registry.* still to come$/);
  });

  test('a clock before the last journal entry, or away from the server, is a fault', async (t) => {
    const { dataDir } = await makeData(t);
    const clock = { now: () => Date.now() - 3_600_000 };
    const results = await checkDatabase(readConfig({ dataDir }, {}), clock);
    const { status, message } = results.find(({ check }) => check === 'clock')!;
    assert.equal(status, 'fail');
    assert.match(message, / is (3599|3600) s before the last journal entry/);
    const environment = await startRegistry(t);
    const config = readConfig({ port: environment.IMPRIMATUR_PORT }, {});
    const server = await checkServer(config, clock);
    assert.equal(server.status, 'fail');
    assert.match(server.message, /with a clock \d+ s away$/);
  });

  test('a server that is not there is told, and a wrong setting refused', async () => {
    const server = await checkServer(readConfig({ port: '1' }, {}));
    assert.deepEqual([server.status, server.check], ['warn', 'server']);
    const { code, error } = await runCli(['doctor', '--database', 'mysql://x']);
    assert.match(error, /^imprimatur: --database .* must be a database URL/);
    assert.equal(code, 2);
  });

  test('a Node.js that is too old is a fault', () => {
    const statuses = ['20.20.2', '24.14.9', '24.15.0', '26.0.0'].map(
      (version) => checkNode(version).status,
    );
    assert.deepEqual(statuses, ['fail', 'fail', 'ok', 'ok']);
  });
});
