import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { ConfigError, readConfig } from '../config.ts';
import { takeEncryptionKeys } from './encryption-key.ts';

const key = Buffer.alloc(32, 7);
const text = key.toString('base64');

function folderOf(t: TestContext): { dataDir: string; file: string } {
  const dataDir = mkdtempSync(join(tmpdir(), 'imprimatur-encryption-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  return { dataDir, file: join(dataDir, 'encryption-key') };
}

test('a key is made in the data folder for its owner alone, and taken again', (t) => {
  const { dataDir, file } = folderOf(t);
  const config = readConfig({ dataDir }, {});
  const [made, ...others] = takeEncryptionKeys(config);
  assert.deepEqual([made!.length, others], [32, []]);
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(readFileSync(file, 'utf8'), `${made!.toString('base64')}\n`);
  assert.deepEqual(takeEncryptionKeys(config), [made]);
});

test('keys of the environment come first, and are several during a rotation', (t) => {
  const { dataDir } = folderOf(t);
  const other = Buffer.alloc(32, 8);
  const both = `${text}, ${other.toString('base64')}`;
  const config = readConfig({ dataDir }, { IMPRIMATUR_ENCRYPTION_KEY: both });
  assert.deepEqual(takeEncryptionKeys(config), [key, other]);
});

test('a key of another length is refused, and never repeated', () => {
  for (const wrong of ['secret', text.slice(4), `${text},x`, '!'.repeat(44)]) {
    assert.throws(
      () => readConfig({}, { IMPRIMATUR_ENCRYPTION_KEY: wrong }),
      (error) => error instanceof ConfigError && !error.message.includes(wrong),
    );
  }
});

test('a file that others can read, or that holds no key, is refused', (t) => {
  const { dataDir, file } = folderOf(t);
  const config = readConfig({ dataDir }, {});
  writeFileSync(file, 'no key\n', { mode: 0o600 });
  assert.throws(() => takeEncryptionKeys(config), /must hold a key of 32 bytes/);
  if (process.platform === 'win32') return;
  writeFileSync(file, text);
  chmodSync(file, 0o640);
  assert.throws(() => takeEncryptionKeys(config), /readable by its owner only/);
});

test('servers of one PostgreSQL must be given a key, for each would make another', (t) => {
  const { dataDir } = folderOf(t);
  const config = readConfig({ dataDir, database: 'postgres://localhost/x' }, {});
  assert.throws(() => takeEncryptionKeys(config), { name: 'Unavailable' });
});
