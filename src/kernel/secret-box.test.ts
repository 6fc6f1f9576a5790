import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SecretBox } from './secret-box.ts';

const one = Buffer.alloc(32, 1);
const other = Buffer.alloc(32, 2);
const box = (...keys: Buffer[]) => new SecretBox(() => keys);

test('a secret opens under its key, and looks otherwise each time', () => {
  const sealed = box(one).seal('söcret', 'a');
  assert.equal(box(one).open(sealed, 'a'), 'söcret');
  assert.notEqual(box(one).seal('söcret', 'a').sealed, sealed.sealed);
  assert.ok(!Buffer.from(sealed.sealed, 'base64').includes('cret'));
  assert.match(sealed.keyId, /^[0-9a-f]{16}$/);
});

test('the first key seals, and the others open what was sealed before', () => {
  const old = box(one).seal('secret', 'a');
  const both = box(other, one);
  assert.equal(both.open(old, 'a'), 'secret');
  assert.equal(box(other).open(both.seal('secret', 'a'), 'a'), 'secret');
});

test('what is bound to something else, changed, or under a key that is gone does not open', () => {
  const sealed = box(one).seal('secret', 'a');
  assert.throws(() => box(one).open(sealed, 'b'));
  assert.throws(() => box(other).open(sealed, 'a'), /encryption key [0-9a-f]{16} is needed for a/);
  assert.throws(() => box().seal('secret', 'a'), /no encryption key/);
  const bytes = Buffer.from(sealed.sealed, 'base64');
  for (const at of [0, 13, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    assert.throws(() => box(one).open({ ...sealed, sealed: changed.toString('base64') }, 'a'));
  }
  assert.throws(() => box(one).open({ ...sealed, sealed: 'AAAA' }, 'a'));
});
