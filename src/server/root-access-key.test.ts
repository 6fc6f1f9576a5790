import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { takeRootAccessKey } from './root-access-key.ts';

let folder = '';
let umask = 0;
beforeEach(() => {
  // The mode must come from the code, whatever the process would take away by itself.
  umask = process.umask(0);
  folder = mkdtempSync(join(tmpdir(), 'imprimatur-key-'));
});
afterEach(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true, force: true });
});

const given = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a/given+secret=' };

test('the first start makes a random key that only its owner can read', () => {
  const key = takeRootAccessKey(folder, undefined);
  assert.ok(key.isNew);
  assert.match(key.accessKeyId, /^AKIA[A-Z2-7]{16}$/);
  assert.match(key.secretAccessKey, /^[\w-]{40}$/);
  assert.equal(statSync(key.file).mode & 0o777, 0o600);
  const other = takeRootAccessKey(mkdtempSync(join(folder, 'other-')), undefined);
  assert.notEqual(other.secretAccessKey, key.secretAccessKey);
});

test('the next start takes the same key', () => {
  const { accessKeyId, secretAccessKey } = takeRootAccessKey(folder, undefined);
  const again = takeRootAccessKey(folder, undefined);
  assert.deepEqual([again.accessKeyId, again.secretAccessKey], [accessKeyId, secretAccessKey]);
  assert.equal(again.isNew, false);
});

test('a given key is kept, replaces the one before, and holds without being given again', () => {
  takeRootAccessKey(folder, undefined);
  assert.equal(takeRootAccessKey(folder, given).isNew, false);
  const again = takeRootAccessKey(folder, undefined);
  assert.equal(again.secretAccessKey, given.secretAccessKey);
  assert.equal(statSync(again.file).mode & 0o777, 0o600);
});

test('the file is a shared credentials file of AWS', () => {
  const { file } = takeRootAccessKey(folder, given);
  assert.equal(
    readFileSync(file, 'utf8'),
    '[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = a/given+secret=\n',
  );
});

test('a file without a key is an error, not a reason for a new key', () => {
  writeFileSync(join(folder, 'credentials'), '[default]\n');
  assert.throws(() => takeRootAccessKey(folder, undefined), /holds no access key/);
});
