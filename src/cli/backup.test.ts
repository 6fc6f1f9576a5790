import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { readManifest } from './backup/backup-file.ts';
import { migrations } from '../store/migrations/index.ts';
import { pruneBackups } from './backup/backup-folder.ts';
import type { Environment } from './terminal.ts';
import { runCli, startRegistry, testFolder } from './testing.ts';
import type { Outcome } from './testing.ts';

const isPosix = process.platform !== 'win32';

interface Scene {
  readonly environment: Environment & { IMPRIMATUR_DATA_DIR: string };
  /** A folder for backups. */
  readonly folder: string;
  readonly run: (...args: string[]) => Promise<Outcome>;
  readonly ok: (...args: string[]) => Promise<string>;
}

/** A running registry with a group of two versions. */
async function startScene(t: TestContext): Promise<Scene> {
  const environment = await startRegistry(t);
  const run = (...args: string[]) => runCli(args, environment);
  const ok = async (...args: string[]): Promise<string> => {
    const { code, out, error } = await run(...args);
    assert.equal(code, 0, `imprimatur ${args.join(' ')}: ${error}${out}`);
    return out;
  };
  const registration = ['--image', 'r/f:1', '--model-data', 's3://m/1', '--metadata', 'a=1'];
  await ok('register', 'fraud', '--create-group', ...registration);
  await ok('register', 'fraud', ...registration);
  return { environment, folder: testFolder(t), run, ok };
}

function assertNothingIn(folder: string): void {
  assert.deepEqual(readdirSync(folder), []);
}

describe('backup', () => {
  test('a running registry goes into one file, which says what it is', async (t) => {
    const { environment, folder, ok } = await startScene(t);
    const file = join(folder, 'x.backup');
    const facts = JSON.parse(await ok('backup', file, '--json')) as Record<string, unknown>;
    const { seconds, bytes, pruned, notIncluded, file: named, ...manifest } = facts;
    assert.ok(typeof seconds === 'number');
    assert.deepEqual(
      [named, bytes, pruned, notIncluded],
      [file, statSync(file).size, [], [join(environment.IMPRIMATUR_DATA_DIR, 'credentials')]],
    );
    assert.deepEqual(manifest, readManifest(file));
    assert.equal((manifest['journal'] as { entries: number }).entries, 3);
    assert.deepEqual(
      manifest['schema'],
      migrations.map(({ name }) => name),
    );
    if (isPosix) assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['x.backup']);
    assert.ok(!readFileSync(file, 'latin1').includes('aws_secret_access_key'));
    // Any SQLite program reads it: what lies behind the database is not in its way.
    const database = new DatabaseSync(file, { readOnly: true });
    assert.equal(database.prepare('select count(*) as n from journal').get()!['n'], 3);
    database.close();
  });

  test('people are told where it is, and what is not in it', async (t) => {
    const { environment, folder, ok } = await startScene(t);
    const out = await ok('backup', folder);
    assert.match(
      out,
      /^Backup: \S+\/imprimatur-\d{8}T\d{6}Z\.backup\n {8}\d+ kB, 3 journal entries/,
    );
    const key = join(environment.IMPRIMATUR_DATA_DIR, 'credentials');
    assert.ok(out.includes(`Not in it: the root access key. Keep ${key} too`), out);
  });

  test('a file that is there stays, unless it is to be replaced', async (t) => {
    const { folder, run, ok } = await startScene(t);
    const file = join(folder, 'x.backup');
    writeFileSync(file, 'mine');
    const refused = await run('backup', file);
    assert.equal(refused.code, 1);
    assert.equal(
      refused.error,
      `imprimatur: ${file} exists. --force replaces it; a folder gets a file of its own.\n`,
    );
    assert.equal(readFileSync(file, 'utf8'), 'mine');
    await ok('backup', file, '--force');
    assert.equal(readManifest(file).journal.entries, 3);
  });

  test('what cannot be backed up, or not there, is told in a line', async (t) => {
    const { environment, folder, run } = await startScene(t);
    const nothing = join(folder, 'nothing');
    const slips: [args: string[], code: number, error: RegExp][] = [
      [['--data-dir', nothing], 1, /There is no database \S+imprimatur\.db\. --data-dir names/],
      [['--database', 'sqlite::memory:'], 1, /A database in memory has no file\./],
      [
        ['--database', 'postgres://db/registry'],
        1,
        /The database is PostgreSQL, which has its own tools: pg_dump, .*; see docs\/guide\/backup\.md\./,
      ],
      [['--keep', '3'], 2, /--keep goes with a folder/],
      [['--keep', '0'], 2, /It must be a whole number from 1\./],
    ];
    for (const [args, code, error] of slips) {
      const outcome = await run('backup', join(folder, 'x'), ...args);
      assert.match(outcome.error, error);
      assert.equal(outcome.code, code);
    }
    const itself = join(environment.IMPRIMATUR_DATA_DIR, 'imprimatur.db');
    assert.match((await run('backup', itself, '--force')).error, /is the database itself\./);
    const lost = await run('backup', join(nothing, 'x'));
    assert.match(lost.error, /^imprimatur: No backup was written to \S+: no such file or folder/);
    assertNothingIn(folder);
  });

  test('a damaged database is told, and no backup of it is left', async (t) => {
    const { environment, folder } = await startScene(t);
    const dataDir = testFolder(t);
    const file = join(dataDir, 'imprimatur.db');
    const whole = join(folder, 'whole.backup');
    await runCli(['backup', whole], environment);
    await runCli(['restore', whole, '--data-dir', dataDir]);
    const bytes = readFileSync(file);
    bytes.fill(0xff, 4096 * 3, 4096 * 6);
    writeFileSync(file, bytes);
    const { code, error } = await runCli(['backup', join(folder, 'x'), '--data-dir', dataDir]);
    assert.match(error, /database is damaged/);
    assert.equal(code, 1);
    assert.deepEqual(readdirSync(folder), ['whole.backup']);
  });

  test('--keep removes the oldest that were made here, and nothing else', async (t) => {
    const { folder, run, ok } = await startScene(t);
    const file = join(folder, 'x.backup');
    await ok('backup', file);
    const names = ['20260101T000000Z', '20260102T000000Z', '20260103T000000Z'].map(
      (stamp) => `imprimatur-${stamp}.backup`,
    );
    for (const name of names.slice(1)) copyFileSync(file, join(folder, name));
    // Called like one, but none.
    writeFileSync(join(folder, names[0]!), 'mine');
    const left = join(folder, 'imprimatur-20260101T000000Z.backup.123.partial');
    writeFileSync(left, '');
    utimesSync(left, 1, 1);
    const { out } = await run('backup', folder, '--keep', '2');
    assert.match(out, new RegExp(`Removed: ${names[1]}\nRemoved: .*partial\n`));
    const kept = readdirSync(folder).sort();
    assert.deepEqual(kept.slice(0, 2), [names[0], names[2]]);
    assert.equal(kept.length, 4);
    assert.deepEqual(pruneBackups(folder, 2, new Date()), []);
  });
});

describe('restore', () => {
  test('a backup becomes the database of a new data folder', async (t) => {
    const { folder, ok } = await startScene(t);
    await ok('backup', folder);
    await ok('approve', 'fraud/1');
    const dataDir = join(testFolder(t), 'a/b');
    const out = await ok('restore', folder, '--data-dir', dataDir);
    assert.match(out, /^Restored: \S+\n {10}as it was at 20\S+Z, from \S+\.backup\n/);
    assert.match(out, /The root access key is not part of a backup/);
    if (isPosix) {
      assert.equal(statSync(dataDir).mode & 0o777, 0o700);
      assert.equal(statSync(join(dataDir, 'imprimatur.db')).mode & 0o777, 0o600);
    }
    assert.deepEqual(readdirSync(dataDir), ['imprimatur.db']);
    const environment = await startRegistry(t, { dataDir });
    const restored = { ...environment, IMPRIMATUR_DATA_DIR: dataDir };
    const { out: versions, error } = await runCli(['versions', 'fraud'], restored);
    assert.match(versions, /^fraud\/1 +Completed +PendingManualApproval/m, error);
    const { out: found } = await runCli(['fsck', '--data-dir', dataDir]);
    assert.match(found, /^Checked 1 groups, 2 packages.*3 journal entries[^]*No findings\.\n$/);
  });

  test('a database in use, or that is there, stays as it is', async (t) => {
    const { environment, folder, run, ok } = await startScene(t);
    await ok('backup', folder);
    const used = await run('restore', folder, '--force');
    assert.equal(used.code, 1);
    assert.match(used.error, /is in use\. Stop the registry that uses it first\.\n$/);
    assert.match(await ok('versions', 'fraud'), /fraud\/2/);
    const there = await run('restore', folder);
    assert.match(there.error, /There is a database already: \S+ --force moves it aside/);
    const dataDir = environment.IMPRIMATUR_DATA_DIR;
    assert.ok(!readdirSync(dataDir).some((name) => name.includes('before-restore')));
  });

  test('--force moves a database aside whole, with what lies in its log', async (t) => {
    const { folder, ok } = await startScene(t);
    const file = join(folder, 'x.backup');
    await ok('backup', file);
    const dataDir = testFolder(t);
    await runCli(['restore', file, '--data-dir', dataDir]);
    const path = join(dataDir, 'imprimatur.db');
    const database = new DatabaseSync(path);
    database.exec('pragma journal_mode = wal; delete from journal where seq = 3');
    // As a crash leaves it: the deletion lies in the log alone.
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, join(folder, `db${suffix}`));
    database.close();
    for (const suffix of ['', '-wal']) copyFileSync(join(folder, `db${suffix}`), path + suffix);
    const { out, code, error } = await runCli(['restore', file, '--data-dir', dataDir, '--force']);
    assert.equal(code, 0, error);
    const aside = /^Moved aside: (\S+)$/m.exec(out)![1]!;
    const entries = (of: string): unknown => {
      const one = new DatabaseSync(of, { readOnly: true });
      const count = one.prepare('select count(*) as n from journal').get()!['n'];
      one.close();
      return count;
    };
    assert.deepEqual([entries(aside), entries(path)], [2, 3]);
    assert.equal(readdirSync(dataDir).length, 2, readdirSync(dataDir).join(', '));
  });

  test('a damaged database is moved aside too', async (t) => {
    const { folder, ok } = await startScene(t);
    await ok('backup', folder);
    const dataDir = testFolder(t);
    writeFileSync(join(dataDir, 'imprimatur.db'), 'no database at all '.repeat(500));
    const { code, error } = await runCli(['restore', folder, '--data-dir', dataDir, '--force']);
    assert.equal(code, 0, error);
    assert.equal(readdirSync(dataDir).length, 2);
  });

  test('a newer schema is taken as it is, and an older one told', async (t) => {
    const { folder, ok } = await startScene(t);
    const dataDir = testFolder(t);
    const other = testFolder(t);
    await ok('backup', join(folder, 'a'));
    await ok('restore', join(folder, 'a'), '--data-dir', dataDir);
    const database = new DatabaseSync(join(dataDir, 'imprimatur.db'));
    database.exec("update schema_migration set id = 999, name = '0999-later' where id = 1");
    database.close();
    await ok('backup', join(folder, 'b'), '--data-dir', dataDir);
    const out = await ok('restore', join(folder, 'b'), '--data-dir', other);
    assert.match(out, /^The next start migrates its schema: 0001-registry\.$/m);
    assert.match(
      out,
      /^Its schema is of a newer version \(0999-later\), which this one can use\.$/m,
    );
  });

  test('a wrong, cut off or changed file is told, and nothing is written', async (t) => {
    const { folder, ok } = await startScene(t);
    const whole = join(folder, 'whole.backup');
    await ok('backup', whole);
    const { size } = statSync(whole);
    const seed = Math.floor(Math.random() * 1e6);
    const random = (below: number) => (seed * 7919) % below;
    const file = join(folder, 'wrong');
    const changed = (at: number) => {
      const bytes = readFileSync(whole);
      bytes[at]! ^= 0x20;
      writeFileSync(file, bytes);
    };
    const cut = (bytes: number) => {
      copyFileSync(whole, file);
      truncateSync(file, bytes);
    };
    const wrongs: [make: () => void, error: RegExp][] = [
      [() => writeFileSync(file, ''), /is no whole backup .* made by another program/],
      [() => writeFileSync(file, 'x'.repeat(9999)), /made by another program/],
      [() => cut(100), /an SQLite database: a backup that was cut off/],
      [() => cut(size - 1), /a backup that was cut off/],
      [() => cut(random(size - 1000) + 20), /a backup that was cut off/],
      [() => changed(20_000), /is damaged: it is not what "imprimatur backup" wrote/],
      [() => changed(random(size - 1000)), /is damaged/],
      [() => changed(size - 300), /is damaged/],
      [() => changed(size - 10), /is damaged|no whole backup/],
      [
        () =>
          writeFileSync(
            file,
            Buffer.concat([readFileSync(whole).subarray(4096), readFileSync(whole).subarray(-500)]),
          ),
        /is damaged|no whole backup/,
      ],
    ];
    const parent = testFolder(t);
    for (const [make, error] of wrongs) {
      make();
      const restored = await runCli(['restore', file, '--data-dir', join(parent, 'd')]);
      assert.match(restored.error, error, `seed ${seed}`);
      assert.equal(restored.code, 1);
      assertNothingIn(parent);
      const rehearsed = await runCli(['rehearse', file, '--scratch', parent]);
      assert.match(rehearsed.out, /^fail {2}restore/m);
      assert.equal(rehearsed.code, 1);
      assertNothingIn(parent);
    }
  });
});

describe('rehearse', () => {
  test('the newest backup of a folder is restored, checked and read', async (t) => {
    const { folder, ok } = await startScene(t);
    await ok('backup', folder);
    const scratch = testFolder(t);
    const out = await ok('rehearse', folder, '--scratch', scratch);
    assert.match(out, /^ok {4}integrity {5}1 groups, 2 packages, no findings$/m);
    assert.match(
      out,
      /^ok {4}reads {9}group fraud, model package fraud\/2, model package fraud\/1$/m,
    );
    assert.match(out, /\nPassed\.\n$/);
    assertNothingIn(scratch);
    const json = await ok('rehearse', folder, '--json', '--scratch', scratch);
    const { passed, checks } = JSON.parse(json) as { passed: boolean; checks: { check: string }[] };
    assert.ok(passed);
    const names = checks.map(({ check }) => check);
    assert.deepEqual(names, ['restore', 'age', 'integrity', 'journal', 'reads']);
  });

  test('a backup that is whole but wrong inside does not pass', async (t) => {
    const { folder, ok } = await startScene(t);
    const dataDir = testFolder(t);
    await ok('backup', join(folder, 'a'));
    await ok('restore', join(folder, 'a'), '--data-dir', dataDir);
    const database = new DatabaseSync(join(dataDir, 'imprimatur.db'));
    database.exec("update model_package set approval_status = 'Approved'");
    database.close();
    await ok('backup', join(folder, 'b'), '--data-dir', dataDir);
    const { out, code } = await runCli(['rehearse', join(folder, 'b')]);
    assert.match(
      out,
      /^fail {2}integrity {5}6 findings, the first: arn:\S+ Its row and its journal/m,
    );
    assert.match(out, /\nFailed\.\n$/);
    assert.equal(code, 1);
  });

  test('an old backup does not pass where it may only be so old', async (t) => {
    const { folder, ok, run } = await startScene(t);
    await ok('backup', folder);
    await ok('rehearse', folder, '--max-age', '1');
    const { code, error } = await run('rehearse', testFolder(t));
    assert.match(error, /holds no backup\. They are called like imprimatur-/);
    assert.equal(code, 1);
  });
});

test('what cannot be read for want of permission is told', { skip: !isPosix }, async (t) => {
  if (process.getuid!() === 0) return;
  const { folder, ok, run } = await startScene(t);
  const closed = join(folder, 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0o500);
  const { error, code } = await run('backup', closed);
  assert.match(error, /^imprimatur: No backup was written to \S+: permission denied/);
  assert.equal(code, 1);
  chmodSync(closed, 0o700);
  await ok('backup', closed);
});
